"""Commands: lanes."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from ..core.errors import InputError
from ..core.lane import Lane, changed, new_lane, with_preset
from ..core.signal import extent
from ..core.song import Song, with_cover, with_lane, without_lane
from .arguments import flag, optional_text, text, whole
from .learning import guessed_range

if TYPE_CHECKING:
    from .commands import Action
    from .performer import Performer

MAX_LANES = 200


def _add(performer: Performer, arguments: dict[str, Any]) -> dict[str, Any]:
    field_name, source = text(arguments, "field"), optional_text(arguments, "source")
    lane = new_lane(f"lane-{secrets.token_hex(4)}", field_name, source)
    with performer.lock:
        _refuse_text_source(performer, source)
        lane = performer.stage.fitted(lane) if source else lane

    def added(song: Song) -> Song:
        if len(song.lanes) >= MAX_LANES:
            raise InputError(f"A song has at most {MAX_LANES} lanes. Remove one first.")
        return _playing_what_is_recorded(performer, with_lane(song, lane), lane)

    performer.edit(f"add {lane.row.title}", added)
    return {"id": lane.id}


def _playing_what_is_recorded(performer: Performer, song: Song, lane: Lane) -> Song:
    """A new lane plays every take that has its source, from the source's first event, as if it had been armed."""
    for take in song.takes:
        if take.trashed or lane.source not in take.sources or lane.source is None:
            continue
        cover = performer.takes.cover(song, take.id, lane.source)
        song = song if cover is None else with_cover(song, lane.id, cover)
    return with_lane(song, _recorded_range(performer, song, lane)) if song.covers(lane.id) else song


def _recorded_range(performer: Performer, song: Song, lane: Lane) -> Lane:
    """The lane with the input range that its takes, and the source as it was heard, cover."""
    takes = performer.takes.of(song, lane.id)
    played = [
        extent(takes[c.take].signals[c.source]) for c in song.covers(lane.id) if c.source in takes[c.take].signals
    ]
    ranges = [r for r in played if r is not None]
    seen = performer.stage.monitor.range_of(lane.source)
    if seen is not None:
        ranges.append(seen)
    if not ranges:
        raise InputError("This lane's source has not sent anything yet. Move the knob from end to end, then press Fit.")
    low, high = min(r[0] for r in ranges), max(r[1] for r in ranges)
    in_low, in_high = (low, high) if low < high else guessed_range(low)
    return replace(lane, in_low=in_low, in_high=in_high, in_auto=True)


def _refuse_text_source(performer: Performer, source: str | None) -> None:
    for seen in performer.stage.monitor.sources:
        if seen.name == source and isinstance(seen.value, str):
            raise InputError(
                f"{source} sends text, which cannot drive a number lane. Pick a source that sends numbers."
            )


def _change(performer: Performer, arguments: dict[str, Any]) -> dict[str, Any]:
    lane_id = text(arguments, "id")
    changes = {name: value for name, value in arguments.items() if name != "id"}
    with performer.lock:
        song = performer.stage.song
        if "source" in changes:
            _refuse_text_source(performer, changes["source"])
        if "in_low" in changes or "in_high" in changes:
            changes.setdefault("in_auto", False)
        lane = changed(song.lane(lane_id), changes)
        if "source" in changes and lane.source and lane.in_auto and not song.covers(lane.id):
            lane = performer.stage.fitted(lane)
        what = ", ".join(sorted(changes))
        performer.change(with_lane(song, lane), f"{lane.row.title}: {what}", merge=f"{lane_id}:{what}")
    return {}


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
        lane = _recorded_range(performer, song, song.lane(lane_id))
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
