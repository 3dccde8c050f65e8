"""Recording while it runs: events in, lanes that write, the curves that grow, and the take that it becomes."""
