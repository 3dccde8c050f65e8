"""The document: a song with its lanes, takes and clips, and its file format."""
