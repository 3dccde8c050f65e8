"""Commands: lanes."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from ..core.errors import InputError
from ..core.lane import changed, new_lane, with_preset
from ..core.song import Song, with_lane, without_lane
from .arguments import flag, optional_text, text, whole
from .binding import playing_recorded, recorded_range, source_called
from .labels import lane_label

if TYPE_CHECKING:
    from .commands import Action
    from .performer import Performer

MAX_LANES = 200


def _add(performer: Performer, arguments: dict[str, Any]) -> dict[str, Any]:
    field_name, source = text(arguments, "field"), optional_text(arguments, "source")
    with performer.lock:
        name = None if source is None else source_called(performer.stage, source)
        lane = new_lane(f"lane-{secrets.token_hex(4)}", field_name, name)
        lane = performer.stage.fitted(lane) if name else lane

    def added(song: Song) -> Song:
        if len(song.lanes) >= MAX_LANES:
            raise InputError(f"A song has at most {MAX_LANES} lanes. Remove one first.")
        return playing_recorded(performer, with_lane(song, lane), lane)

    performer.edit(f"add {lane.row.title}", added)
    return {"id": lane.id}


def _change(performer: Performer, arguments: dict[str, Any]) -> dict[str, Any]:
    lane_id = text(arguments, "id")
    changes = {name: value for name, value in arguments.items() if name != "id"}
    if "in_low" in changes or "in_high" in changes:
        changes.setdefault("in_auto", False)
    with performer.lock:
        song = performer.stage.song
        before, what = song.lane(lane_id), ", ".join(sorted(changes))
        label = lane_label(before.row.title, changes)
        if isinstance(changes.get("source"), str):
            changes["source"] = source_called(performer.stage, changes["source"])
        if changes.get("source", before.source) == before.source:
            lane = changed(before, changes)
            performer.change(with_lane(song, lane), label, merge=f"{lane_id}:{what}")
            return {}
    performer.edit(label, lambda present: _bound(performer, present, lane_id, changes))
    return {}


def _bound(performer: Performer, song: Song, lane_id: str, changes: dict[str, Any]) -> Song:
    """The song with the lane bound to another source, which it plays at once where it is recorded."""
    lane = changed(song.lane(lane_id), changes)
    if lane.source and lane.in_auto and not song.covers(lane.id):
        with performer.lock:
            lane = performer.stage.fitted(lane)
    return playing_recorded(performer, with_lane(song, lane), lane)


def _remove(performer: Performer, arguments: dict[str, Any]) -> dict[str, Any]:
    with performer.lock:
        song = performer.stage.song
        lane = song.lane(text(arguments, "id"))
        if performer.stage.learning is not None and performer.stage.learning.lane_id == lane.id:
            performer.stage.learn(None, performer.clock_ns())
        performer.change(without_lane(song, lane.id), f"remove {lane.row.title}")
    return {}


def _preset(performer: Performer, arguments: dict[str, Any]) -> dict[str, Any]:
    with performer.lock:
        song = performer.stage.song
        lane = with_preset(song.lane(text(arguments, "id")), text(arguments, "preset"))
        performer.change(with_lane(song, lane), f"{lane.row.title}: {lane.preset}")
    return {}


def _learn(performer: Performer, arguments: dict[str, Any]) -> dict[str, Any]:
    with performer.lock:
        performer.stage.learn(text(arguments, "id"), performer.clock_ns())
    return {}


def _learn_cancel(performer: Performer, _arguments: dict[str, Any]) -> dict[str, Any]:
    with performer.lock:
        performer.stage.learn(None, performer.clock_ns())
    return {}


def _fit(performer: Performer, arguments: dict[str, Any]) -> dict[str, Any]:
    lane_id = text(arguments, "id")

    def fitted(song: Song) -> Song:
        lane = recorded_range(performer, song, song.lane(lane_id))
        with performer.lock:
            return with_lane(song, lane if song.covers(lane.id) else performer.stage.fitted(lane))

    title = performer.stage.song.lane(lane_id).row.title
    lane = performer.edit(f"{title}: fit", fitted).lane(lane_id)
    return {"in_low": lane.in_low, "in_high": lane.in_high}


def _import(performer: Performer, arguments: dict[str, Any]) -> dict[str, Any]:
    """Put what stands in Deforum's box, or in the imported settings file, under the lane."""
    with performer.lock:
        song = performer.stage.song
        lane = song.lane(text(arguments, "id"))
        present = performer.stage.tab.texts.get(lane.field, "")
        if not present.strip():
            raise InputError(
                f"Nothing stands in Deforum's box for {lane.row.title}. Import a settings file, or type it there."
            )
        lane = changed(lane, {"under": present})
        performer.change(with_lane(song, lane), f"{lane.row.title}: import")
    return {"under": lane.under}


def _arm_all(performer: Performer, arguments: dict[str, Any]) -> dict[str, Any]:
    armed = flag(arguments, "armed")
    with performer.lock:
        song = performer.stage.song
        lanes = tuple(replace(lane, armed=armed) for lane in song.lanes)
        performer.change(replace(song, lanes=lanes), "arm all" if armed else "disarm all")
    return {}


def _move(performer: Performer, arguments: dict[str, Any]) -> dict[str, Any]:
    with performer.lock:
        song = performer.stage.song
        lane = song.lane(text(arguments, "id"))
        others = [other for other in song.lanes if other.id != lane.id]
        others.insert(whole(arguments, "index", 0, len(others)), lane)
        performer.change(replace(song, lanes=tuple(others)), f"move {lane.row.title}")
    return {}


COMMANDS: Mapping[str, Action] = MappingProxyType(
    {
        "lane.add": _add,
        "lane.change": _change,
        "lane.remove": _remove,
        "lane.preset": _preset,
        "lane.learn": _learn,
        "lane.learn_cancel": _learn_cancel,
        "lane.fit": _fit,
        "lane.import": _import,
        "lane.arm_all": _arm_all,
        "lane.move": _move,
    }
)
