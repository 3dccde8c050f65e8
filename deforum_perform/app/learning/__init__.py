"""Learn: binding a lane to the next source that moves, input ranges that follow it, and the first move."""
