"""The journal of a recording: every datagram on disk while recording, and reading it back."""
