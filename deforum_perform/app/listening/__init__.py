"""The listener in use: opened, moved, restarted; its statistics; every source's current value."""
