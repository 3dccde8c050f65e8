"""Song folders: written, read, listed and locked."""
