"""From the socket to stamped datagrams: receivers, clocks, buffers, and delivery."""
