"""Perform: play a Deforum animation by OSC, record it, and write it as schedules into Deforum's tab."""

__version__ = "0.1.0"
