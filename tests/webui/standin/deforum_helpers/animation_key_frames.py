"""How Deforum reads a schedule of numbers: keys joined by straight lines, none at or beyond max_frames."""

from __future__ import annotations

import re

import numpy as np


class FrameInterpolater:
    def __init__(self, max_frames=0, seed=-1):
        self.max_frames, self.seed = max_frames, seed

    def parse_inbetweens(self, value, filename="unknown", is_single_string=False):
        keys = {}
        for piece in value.split(","):
            frame, text = piece.split(":")
            number = re.sub("['\"()]", "", text).strip()
            if not re.fullmatch(r"[+-]?\d+(\.\d+)?", number):
                raise SyntaxError(f"not a number: {number}")
            keys[int(frame)] = float(number)
        if 0 not in keys:
            raise UnboundLocalError("value_is_number")
        frames = sorted(frame for frame in keys if frame < self.max_frames)
        return np.interp(np.arange(self.max_frames), frames, [keys[frame] for frame in frames])
