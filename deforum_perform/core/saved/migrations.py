"""Older formats of a song, converted to the current one step by step. A step only moves values; the result is
validated."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from .migrated_parts import Data, in_parts, with_clips, with_maps

FORMAT = 2


_INFO = ("name", "created_at", "backup_of", "last_take_number")
_LANE_STATE = ("armed", "muted")


def migrated(data: Data) -> Data:
    """A song of format 1 up to ``FORMAT`` converted to ``FORMAT``; values that were part of the song before are in the
    ``workspace``."""
    while (step := STEPS.get(data["format"])) is not None:
        data = step(data)
    return data


def _from_1(data: Data) -> Data:
    """Format 1, of 0.1: one object with everything."""
    rest = {name: value for name, value in data.items() if name not in ("format", "checksum")}
    info = {name: rest.pop(name) for name in _INFO if name in rest}
    workspace = {"start_s": rest.pop("start_s")} if "start_s" in rest else {}
    if isinstance(rest.get("lanes"), list):
        workspace["lanes"] = {lane["id"]: state for lane in rest["lanes"] if (state := _lane_state(lane))}
        rest["lanes"] = [in_parts(_without(lane, _LANE_STATE)) for lane in rest["lanes"]]
    return {"format": 2, "minor": 0, "info": info, "song": with_maps(with_clips(rest)), "workspace": workspace}


def _lane_state(lane: object) -> Data:
    """The workspace state of a lane; nothing for other objects."""
    if not isinstance(lane, dict) or not isinstance(lane.get("id"), str):
        return {}
    return {name: lane[name] for name in _LANE_STATE if name in lane}


def _without(value: object, names: tuple[str, ...]) -> object:
    return {k: v for k, v in value.items() if k not in names} if isinstance(value, dict) else value


STEPS: Mapping[int, Callable[[Data], Data]] = MappingProxyType({1: _from_1})
"""The number of a format -> the conversion to the next one."""
