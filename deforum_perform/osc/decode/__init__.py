"""OSC 1.0 and 1.1: bytes to events in columns, without guessing values."""
