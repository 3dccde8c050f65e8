"""What the pages are sent: the state, the live values, and notices."""
