"""From format 1 to format 2: lanes in parts, clips instead of covers, and time maps instead of scales.

Invalid values are left unchanged, so that reading them reports what is wrong and where.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import count
from types import MappingProxyType
from typing import Any

Data = dict[str, Any]

PARTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "binding": ("source", "in_low", "in_high", "in_auto"),
        "output": ("out_low", "out_high", "form"),
        "selection": ("choices", "pick", "hold_s", "fade_s"),
        "shaping": ("invert", "curve", "smoothing_s", "pool", "lines", "tolerance", "under", "blend"),
    }
)


def in_parts(lane: object) -> object:
    """A lane of format 1 with its values in parts."""
    if not isinstance(lane, dict):
        return lane
    rest = dict(lane)
    parts = {part: {name: rest.pop(name) for name in names if name in rest} for part, names in PARTS.items()}
    return {**rest, **parts}


def with_clips(song: Data) -> Data:
    """A song whose lanes are in parts, with clips instead of covers: each has its own source, with the input range of
    the lane."""
    rest = dict(song)
    comp = rest.pop("comp", {})
    if not isinstance(comp, dict):
        return {**rest, "clips": comp}
    lanes = rest.get("lanes")
    bindings = {
        lane["id"]: lane["binding"]
        for lane in (lanes if isinstance(lanes, list) else ())
        if isinstance(lane, dict) and isinstance(lane.get("id"), str)
    }
    numbers = count(1)
    clips = {
        lane_id: [_clip(entry, bindings.get(lane_id, {}), f"clip-{next(numbers)}") for entry in entries]
        if isinstance(entries, list)
        else entries
        for lane_id, entries in comp.items()
    }
    return {**rest, "clips": clips}


def _clip(entry: object, binding: Data, clip_id: str) -> object:
    if not isinstance(entry, dict):
        return entry
    rest = dict(entry)
    source = {"source": rest.pop("source")} if "source" in rest else {}
    return {"id": clip_id, **rest, "binding": {**binding, **source}}


def with_maps(song: Data) -> Data:
    """A song with clips, with time maps instead of the scales of its takes, and a tempo map instead of its tempo."""
    rest = dict(song)
    bpm = rest.pop("tempo_bpm", None)
    if bpm is not None:
        rest["tempo"] = {"changes": [{"beat": 0.0, "bpm": bpm}]}
    if not isinstance(rest.get("takes"), list):
        return rest
    scales = {
        take.get("id"): take["scale"]
        for take in rest["takes"]
        if isinstance(take, dict) and isinstance(take.get("id"), str) and _stretches(take.get("scale"))
    }
    rest["takes"] = [_mapped(take) for take in rest["takes"]]
    if scales and isinstance(rest.get("clips"), dict):
        rest["clips"] = {
            lane: [_recorded_clip(clip, scales) for clip in clips] if isinstance(clips, list) else clips
            for lane, clips in rest["clips"].items()
        }
    return rest


def _stretches(scale: object) -> bool:
    return isinstance(scale, float) and scale != 1.0 and scale > 0


def _mapped(take: object) -> object:
    """A take with its scale, and the time by which it plays, in a time map; a stretched one with its recorded
    position."""
    if not isinstance(take, dict):
        return take
    rest = dict(take)
    scale, placing = rest.pop("scale", 1.0), {}
    if "time" in rest:
        placing["by"] = rest.pop("time")
    if _stretches(scale):
        placing["segments"] = [{"recording_s": 0.0, "song": 0.0, "rate": scale}]
        rest["recorded"] = _recorded_take(rest, scale)
    elif scale != 1.0:
        placing["segments"] = scale
    return {**rest, "map": placing}


def _recorded_take(take: Data, scale: float) -> Data:
    found = _times_before(take, ("start_s", "end_s"), scale)
    marks = take.get("marks", [])
    if isinstance(marks, list):
        known = (mark for mark in marks if isinstance(mark, dict))
        marks = [{**mark, **_times_before(mark, ("start_s", "end_s"), scale)} for mark in known]
    sent = take.get("sender_times")
    if isinstance(sent, dict):
        sent = {**sent, **_times_before(sent, ("largest_shift_s",), scale)}
    return {**found, "marks": marks, "sender_times": sent}


def _recorded_clip(clip: object, scales: Mapping[Any, float]) -> object:
    scale = scales.get(clip.get("take")) if isinstance(clip, dict) and isinstance(clip.get("take"), str) else None
    if scale is None or not isinstance(clip, dict):
        return clip
    return {**clip, "recorded": _times_before(clip, ("start_s", "end_s"), scale)}


def _times_before(item: Data, names: tuple[str, ...], scale: float) -> Data:
    """Times before they were multiplied by ``scale``."""
    return {name: _before(item[name], scale) for name in names if name in item}


def _before(value: object, scale: float) -> object:
    """The number that multiplied by ``scale`` gives ``value``: to the last digit, if there is one."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return value
    near = value / scale
    candidates = (near, math.nextafter(near, 0), math.nextafter(near, math.inf))
    return next((number for number in candidates if number * scale == value), near)
