"""The listener in use: opened, moved, restarted; what it counts; every source's present value."""
