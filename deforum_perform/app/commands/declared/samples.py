"""Ids as Perform makes them, for examples. A test replaces them with real ones."""

from __future__ import annotations

LANE, OTHER_LANE = "lane-1a2b3c4d", "lane-5e6f7a8b"
SONG, OTHER_SONG, TRASHED_SONG = "20261128-101500-1a2b3c4d", "20261127-090000-5e6f7a8b", "20261126-210500-9c0d1e2f"
TAKE = "20261128-101530-2b3c4d5e"
RECORDING = "20261127-093000-6f7a8b9c"
CLIP, EDIT = "clip-1", "edit-1"
SOURCE = "/nts1/cutoff"
