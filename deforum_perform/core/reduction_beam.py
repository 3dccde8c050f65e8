"""The final reduction (for now the quick one)."""

from .reduction_swing import swing_keys as beam_keys
