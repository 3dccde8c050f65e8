"""The shipped performance of a minute, and how it is played."""
