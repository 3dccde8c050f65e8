"""What the pages receive: the state, the live values, and notices."""
