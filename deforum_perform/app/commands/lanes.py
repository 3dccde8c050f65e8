"""Actions: lanes."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from ...core.errors import InputError
from ...core.song.document import with_all_armed, with_lane_state
from ...core.song.lane import Lane, changed, new_lane, with_preset
from ...core.song.records import field_types
from ...core.song.song import Song, with_bound_lane, with_lane, without_lane
from ...core.song.workspace import LaneState
from ..recording.binding import fitted, playing_recorded, source_called, wanted_by, wanted_by_clips
from ..recording.played import Wanted, takes_read
from .declared.lanes import MAX_LANES
from .labels import lane_label

if TYPE_CHECKING:
    from ..performer import Performer
    from .table import Action


def _add(performer: Performer, field: str, source: str | None = None) -> dict[str, Any]:
    with performer.lock:
        name = None if source is None else source_called(performer.session, source)
    lane = new_lane(f"lane-{secrets.token_hex(4)}", field, name)

    def added(song: Song) -> Song:
        if len(song.lanes) >= MAX_LANES:
            raise InputError(f"A song has at most {MAX_LANES} lanes. Remove one first.")
        return with_lane(song, performer.session.fitted(lane) if name else lane)

    _bind(performer, f"add {lane.row.title}", lane.id, added)
    return {"id": lane.id}


def _change(performer: Performer, id: str, **arguments: Any) -> dict[str, Any]:
    switches = {name: value for name, value in arguments.items() if name in field_types(LaneState)}
    changes = {name: value for name, value in arguments.items() if name not in switches}
    if changes:
        _shape(performer, id, changes)
    performer.arrange(partial(with_lane_state, lane_id=id, changes=switches))
    return {}


def _shape(performer: Performer, id: str, changes: dict[str, Any]) -> None:
    """Change attributes of a lane, with undo."""
    if "in_low" in changes or "in_high" in changes:
        changes.setdefault("in_auto", False)
    with performer.lock:
        before, what = performer.session.song.lane(id), ", ".join(sorted(changes))
        label = lane_label(before.row.title, changes)
        if isinstance(changes.get("source"), str):
            changes["source"] = source_called(performer.session, changes["source"])
        if changes.get("source", before.source) == before.source:
            performer.edit(label, _lane_edit(id, partial(changed, changes=changes)), merge=f"{id}:{what}")
            return

    def bound(song: Song) -> Song:
        lane = changed(song.lane(id), changes)
        follows = lane.source and lane.binding.in_auto and not song.records(lane)
        return with_lane(song, performer.session.fitted(lane) if follows else lane)

    _bind(performer, label, id, bound)


def _lane_edit(lane_id: str, fn: Callable[[Lane], Lane]) -> Callable[[Song], Song]:
    """The song with a lane that ``fn`` makes of the present one; an input range counts for what is recorded too."""
    return lambda song: with_bound_lane(song, fn(song.lane(lane_id)))


def _bind(performer: Performer, label: str, lane_id: str, bound: Callable[[Song], Song]) -> None:
    """Give a lane the source that it has in the song that ``bound`` returns; it plays at once what is recorded of
    it."""
    session = performer.session

    def wanted(song: Song) -> set[Wanted]:
        song = bound(song)
        return wanted_by(song, song.lane(lane_id))

    with takes_read(performer, wanted) as read:

        def playing(song: Song) -> Song:
            song = bound(song)
            lane = song.lane(lane_id)
            return playing_recorded(song, lane, read, session.monitor.range_of(lane.source))

        lane = performer.edit(label, playing).lane(lane_id)
        if lane.binding.in_auto and not session.song.records(lane):
            session.follow_hand(lane_id)


def _remove(performer: Performer, id: str) -> dict[str, Any]:
    with performer.lock:
        session = performer.session
        lane = session.song.lane(id)
        if session.learning is not None and session.learning.lane_id == lane.id:
            session.learn(None, performer.clock_ns())
        performer.edit(f"remove {lane.row.title}", lambda song: without_lane(song, lane.id))
    return {}


def _preset(performer: Performer, id: str, preset: str) -> dict[str, Any]:
    with performer.lock:
        lane = with_preset(performer.session.song.lane(id), preset)
        label = f"{lane.row.title}: {lane.preset}"
        performer.edit(label, _lane_edit(id, partial(with_preset, preset=preset)))
    return {}


def _learn(performer: Performer, id: str) -> dict[str, Any]:
    with performer.lock:
        performer.session.learn(id, performer.clock_ns())
    return {}


def _learn_cancel(performer: Performer, id: str | None = None) -> dict[str, Any]:
    """End Learn; with an ``id`` only if that lane is learning."""
    with performer.lock:
        learning = performer.session.learning
        if id is None or (learning is not None and learning.lane_id == id):
            performer.session.learn(None, performer.clock_ns())
    return {}


def _fit(performer: Performer, id: str) -> dict[str, Any]:
    session = performer.session
    with takes_read(performer, lambda song: wanted_by_clips(song, song.lane(id))) as read:

        def fit(song: Song) -> Song:
            lane = song.lane(id)
            return fitted(song, lane, read, session.monitor.range_of(lane.source))

        song = performer.edit(f"{session.song.lane(id).row.title}: fit", fit)
        lane = song.lane(id)
        if not song.records(lane):
            session.follow_hand(id)
    return {"in_low": lane.binding.in_low, "in_high": lane.binding.in_high}


def _import(performer: Performer, id: str) -> dict[str, Any]:
    """Put the schedule in Deforum's box, or in the imported settings file, under the lane."""
    with performer.lock:
        lane = performer.session.song.lane(id)
        present = performer.session.tab.texts.get(lane.field, "")
        if not present.strip():
            raise InputError(
                f"Deforum's box is empty for {lane.row.title}. Import a settings file, or type it there."
            )
        under = _lane_edit(lane.id, partial(changed, changes={"under": present}))
        song = performer.edit(f"{lane.row.title}: import", under)
    return {"under": song.lane(lane.id).shaping.under}


def _arm_all(performer: Performer, armed: bool) -> dict[str, Any]:
    performer.arrange(partial(with_all_armed, armed=armed))
    return {}


def _move(performer: Performer, id: str, index: int) -> dict[str, Any]:
    def moved(song: Song) -> Song:
        others = [other for other in song.lanes if other.id != id]
        if index > len(others):
            raise InputError(f"index needs a whole number from 0 to {len(others)}, not {index}.")
        others.insert(index, song.lane(id))
        return replace(song, lanes=tuple(others))

    with performer.lock:
        performer.edit(f"move {performer.session.song.lane(id).row.title}", moved)
    return {}


ACTIONS: Mapping[str, Action] = MappingProxyType(
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
