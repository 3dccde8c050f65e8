"""The document: a song with its lanes, takes and clips, and reading it from a file."""
