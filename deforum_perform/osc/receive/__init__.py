"""From the socket to timestamped datagrams: receivers, clocks, buffers, and delivery."""
