"""Deforum: its fields, reading and writing its schedules, expressions, prompts, and how a render reads them."""
