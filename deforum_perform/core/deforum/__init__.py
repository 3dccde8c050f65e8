"""Deforum: its fields, its schedules read and written, expressions, prompts, and how a render reads them."""
