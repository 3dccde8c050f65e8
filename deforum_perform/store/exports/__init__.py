"""The files for other programs, and a song as a zip."""
