"""The names of undo steps, in the page's words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

LANE_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "source": "source",
        "in_low": "input range",
        "in_high": "input range",
        "in_auto": "input range",
        "out_low": "output range",
        "out_high": "output range",
        "invert": "invert",
        "curve": "curve",
        "smoothing_s": "smoothing",
        "pool": "pooling",
        "tolerance": "tolerance",
        "exact": "fewest keys",
        "drift": "drift",
        "form": "unit of the knob",
        "under": "schedule below",
        "blend": "blend",
        "choices": "choices",
        "pick": "how it picks",
        "hold_s": "hold",
        "fade_s": "fade",
        "lines": "lines",
    }
)
"""Attribute of a lane -> its name on the page."""

SONG_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "fps": "frame rate",
        "length_s": "length",
        "cadence": "cadence",
        "tempo_bpm": "tempo",
        "set_fps": "Deforum's fps",
        "set_distribution": "Deforum's keyframe distribution",
        "sender_time": "time of new takes",
    }
)
"""Attribute of a song -> its name on the page."""


def lane_label(title: str, changed: Iterable[str]) -> str:
    """The label for a change of some attributes of the lane called ``title``: ``Zoom: input range``."""
    return f"{title}: {_listed(LANE_WORDS, changed)}"


def song_label(changed: Iterable[str]) -> str:
    """The label for a change of some attributes of the song: ``Song: frame rate``."""
    return f"Song: {_listed(SONG_WORDS, changed)}"


def _listed(words: Mapping[str, str], changed: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(words.get(name, name) for name in sorted(changed)))
