"""Settings of older versions of Deforum with their current names and values, as Deforum's own loader converts them.

Taken from ``deprecation_utils.py`` and ``settings.py`` of sd-webui-deforum at 32242685 and of Tok/sd-forge-deforum at
424dd333, which agree. The loader uses the old names even if a file also has the new ones.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from .odd import Say, numbers_as_schedules, texts_as_numbers, truths_as_ticks

RENAMED: Mapping[str, str] = MappingProxyType(
    {"flip_2d_perspective": "enable_perspective_flip", "skip_video_for_run_all": "skip_video_creation"}
)
_OPTICAL_FLOW = ((False, "None"), (True, "DIS Fine"))
_RESIZE = (
    ("Envelope (Outer Fit)", "Outer Fit (Shrink to Fit)"),
    ("Scale to Fit (Inner Fit)", "Inner Fit (Scale to Fit)"),
)
CONVERTED: Mapping[str, tuple[tuple[object, object], ...]] = MappingProxyType(
    {
        "color_coherence": tuple((f"Match Frame 0 {space}", space) for space in ("HSV", "LAB", "RGB")),
        "hybrid_composite": ((False, "None"), (True, "Normal")),
        "optical_flow_redo_generation": _OPTICAL_FLOW,
        "optical_flow_cadence": _OPTICAL_FLOW,
        "add_soundtrack": ((False, "None"), (True, "File")),
        **{f"animation_prompts_{part}": ((None, ""),) for part in ("positive", "negative")},
        **{f"cn_{unit}_resize_mode": _RESIZE for unit in (1, 2, 3)},
    }
)
"""Name -> pairs of an old value, or one that stops a render, and its replacement."""

_KINDS = (numbers_as_schedules, texts_as_numbers, truths_as_ticks)

_DEPTH = {"True": "Zoe+AdaBins (old)", "False": "Midas+AdaBins (old)"}


@dataclass(frozen=True)
class Upgraded:
    """Settings with the current names and values, and a sentence for each conversion."""

    settings: dict[str, Any]
    remarks: tuple[str, ...]


def upgraded(settings: Mapping[str, Any]) -> Upgraded:
    """``settings`` as Deforum's loader reads them, in their order; current settings are returned unchanged.

    In addition to the loader: values of another type than their box are converted if they can only mean one thing
    (``odd_settings``), and prompts that a render could not read are left out.
    """
    found, remarks = dict(settings), list[str]()
    for step in (_rename, _depth, _convert, *_KINDS, _prompts, _color_match):
        found = step(found, remarks.append)
    return Upgraded(found, tuple(remarks))


def _rename(settings: dict[str, Any], say: Say) -> dict[str, Any]:
    for old, new in RENAMED.items():
        if old in settings:
            say(f"{old} is now called {new}.")
            settings = _moved(settings, old, new, settings[old])
    return settings


def _depth(settings: dict[str, Any], say: Say) -> dict[str, Any]:
    old, new = "use_zoe_depth", "depth_algorithm"
    if old not in settings:
        return settings
    value = _DEPTH.get(str(settings[old]))
    if value is None:
        say(f"{old} is no longer used.")
        return {name: kept for name, kept in settings.items() if name != old}
    say(f"{old} is now called {new}, with the value {value!r}.")
    return _moved(settings, old, new, value)


def _convert(settings: dict[str, Any], say: Say) -> dict[str, Any]:
    for name, pairs in CONVERTED.items():
        for old, new in pairs if name in settings else ():
            if settings[name] == old:  # 1 counts as true here, as in the loader
                say(f"{name} was {json.dumps(old)}; it is {new!r} now.")
                settings[name] = new
                break
    return settings


def _prompts(settings: dict[str, Any], say: Say) -> dict[str, Any]:
    old, new = "animation_prompts", "prompts"
    if old in settings:
        if new not in settings or settings[new] != settings[old]:
            say(f"{old} is now called {new}.")
        settings = _moved(settings, old, new, settings[old])
    if new not in settings:
        return settings
    usable = _usable_prompts(settings[new])
    if usable and usable == settings[new]:
        return settings
    if isinstance(settings[new], str) and usable:
        say(f"{new} was one text; it is used as {json.dumps(usable, ensure_ascii=False)[:80]}.")
        return {**settings, new: usable}
    if usable:
        say(f"The prompts of frames {', '.join(usable)[:60]} are used; the rest of {new} is invalid.")
        return {**settings, new: usable}
    say(f'{new} is not used: it must map frames to prompts, as {{"0": "a cat"}}.')
    return {name: kept for name, kept in settings.items() if name != new}


def _usable_prompts(value: object) -> dict[str, str]:
    """The part of ``value`` that a render could read; the text of a Prompts box is parsed as JSON."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return {"0": str(value)} if str(value).strip() else {}
    if not isinstance(value, dict):
        return {}
    return {frame: prompt for frame, prompt in value.items() if isinstance(prompt, str)}


def _color_match(settings: dict[str, Any], say: Say) -> dict[str, Any]:
    if "legacy_colormatch" in settings:
        return settings
    say("legacy_colormatch is not in the file: it is turned on, as in Deforum's own loader.")
    return {**settings, "legacy_colormatch": True}


def _moved(settings: Mapping[str, Any], old: str, new: str, value: object) -> dict[str, Any]:
    """``value`` as ``new``: in the position of ``new`` if it exists, otherwise in the position of ``old``, which is
    removed."""
    kept = {name: there for name, there in settings.items() if name != old or new not in settings}
    return {new if name == old else name: value if name in (old, new) else there for name, there in kept.items()}
