"""The open song: its history, loading and saving it, recovered recordings, and the list of songs."""
