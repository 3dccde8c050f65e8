"""Deforum's settings files: the allowed values, and what older versions wrote."""
