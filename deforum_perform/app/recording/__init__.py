"""Recording in progress: incoming events, lanes that write, the growing curves, and the resulting take."""
