"""When events were sent, and what went wrong in transit: sender clocks, Ableton's song time, reception problems."""
