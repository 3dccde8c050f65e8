"""The document as it is saved: its file, older formats, and the patches of its history."""
