"""A cache of what the running Deforum reads in a schedule: a text of 5,000 keys takes its reader 60 ms, and Check and
Apply need the same texts."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import Any

import numpy as np

from ..app.host import Interpolated

KEPT = 160
"""Texts: all fields of Deforum twice. With 30,000 frames each it is 38 MB."""

READING_ERRORS = (
    ArithmeticError,
    AttributeError,
    LookupError,
    NameError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
)


class Interpolations:
    """Thread-safe."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[Any, str, int], Interpolated] = OrderedDict()
        self._working: dict[tuple[Any, str, int], Lock] = {}
        self._lock = Lock()

    def of(self, reader: Any, text: str, max_frames: int) -> Interpolated:
        """``text`` as read by ``reader``, a FrameInterpolater class: one value per frame, or the error.

        A thread that needs a text that another thread is reading waits for that one.
        """
        key = (reader, text, max_frames)
        with self._lock:
            turn = self._working.setdefault(key, Lock())
        with turn:
            read = self._known(key) or self._read(key)
        with self._lock:
            self._working.pop(key, None)
        return read

    def _known(self, key: tuple[Any, str, int]) -> Interpolated | None:
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def _read(self, key: tuple[Any, str, int]) -> Interpolated:
        reader, text, max_frames = key
        try:
            series = reader(max_frames).parse_inbetweens(text, "perform")
            read = Interpolated(np.array(series, dtype=np.float64))
        except READING_ERRORS as error:
            return Interpolated(None, f"{type(error).__name__}: {error}")
        with self._lock:
            self._kept[key] = read
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return read
