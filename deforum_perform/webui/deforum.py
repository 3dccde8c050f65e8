"""The WebUI as the environment of Perform: which host, what Deforum it has, and Deforum's own reading of a schedule."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from ..app.host import DeforumTab, Interpolated
from ..core.deforum.fields import FIELDS
from . import options
from .choices import known_choices
from .components import DeforumBoxes
from .interpolations import READING_ERRORS, Interpolations
from .running import running


@dataclass
class WebUI:
    """The host protocol for a WebUI. ``boxes`` is set each time the UI is built; None if Deforum has no tab."""

    boxes: DeforumBoxes | None = None
    _interpolations: Interpolations = field(default_factory=Interpolations)

    @property
    def kind(self) -> str:
        """``forge`` if Forge's own package is loaded, otherwise ``a1111``."""
        return "forge" if "modules_forge" in sys.modules else "a1111"

    def deforum(self) -> DeforumTab | None:
        """What is known without a browser: the schedules of Deforum's tab, and whether it has ControlNet units."""
        if self.boxes is None:
            return None
        known = frozenset(name for name in self.boxes.components if name in FIELDS)
        return DeforumTab(
            fields=known,
            controlnet=self.boxes.controlnet,
            choices=known_choices(),
            reader_problem=reader_problem(_reader()),
        )

    def interpolate(self, text: str, max_frames: int) -> Interpolated | None:
        """``text`` read by the running Deforum's FrameInterpolater, one value per frame; None if it is not loaded, or
        cannot read anything."""
        reader = _reader()
        if reader is None or reader_problem(reader) is not None:
            return None
        return self._interpolations.of(reader, text, max_frames)

    def remember_listener(self, changed: Mapping[str, Any]) -> None:
        """Save it in the WebUI's settings for the next start."""
        options.keep(changed)


def _reader() -> Any | None:
    return running("animation_key_frames", "FrameInterpolater")


@lru_cache(maxsize=4)
def reader_problem(reader: Any | None) -> tuple[str, str] | None:
    """Why ``reader`` cannot read any schedule, and the remedy; None if it can.

    Deforum puts the text of a value into a column of numbers, which pandas 3 refuses (``animation_key_frames.py``).
    """
    try:
        for text, name in (("0: (0)", False), ('0: ("Euler a")', True)) if reader is not None else ():
            reader(2).parse_inbetweens(text, "perform", name)
    except TypeError as error:
        if "dtype" not in str(error):
            return None
        pandas = getattr(sys.modules.get("pandas"), "__version__", "3")
        message = f"Deforum cannot read any schedule with pandas {pandas}, so a render stops at once."
        remedy = "Run pip install \"pandas<3\" in the WebUI's own Python, and restart the WebUI."
        return message, f"{remedy} Until then Perform's own reader checks the lanes."
    except READING_ERRORS:
        return None
    return None
