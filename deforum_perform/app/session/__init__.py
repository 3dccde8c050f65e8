"""The open song: its history, its way to disk and back, recovered recordings, and the list of songs."""
