"""The shipped one-minute performance, and its player."""
