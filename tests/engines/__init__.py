"""The same page in three browser engines: one small interface, one driver an engine, and the main path through it."""
