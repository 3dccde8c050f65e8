"""Deforum's settings files: what each value may be, and what older versions wrote."""
