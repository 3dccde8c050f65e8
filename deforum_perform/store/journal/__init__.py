"""The journal of a recording: every datagram on disk while it is recorded, and reading it back."""
