"""When events were meant, and what went wrong on their way: sender clocks, Ableton's song time, problems."""
