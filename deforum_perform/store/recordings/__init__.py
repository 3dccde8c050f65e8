"""Recorded events as numpy files."""
