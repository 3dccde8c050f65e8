"""The files that other programs read, and a song as a zip."""
