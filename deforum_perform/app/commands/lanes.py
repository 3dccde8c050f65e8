"""Actions: lanes."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from ...core.errors import InputError
from ...core.records import field_types
from ...core.song.document import with_all_armed, with_lane_state
from ...core.song.lane import Lane, changed, new_lane, with_preset
from ...core.song.song import Song, with_bound_lane, with_lane, without_lane
from ...core.song.workspace import LaneState
from ..recording.binding import fitted, playing_recorded, source_called, wanted_by, wanted_by_clips
from ..recording.played import Wanted
from .declared.lanes import MAX_LANES
from .labels import lane_label

if TYPE_CHECKING:
    from ..parts import Parts
    from .command import Action


def _add(parts: Parts, field: str, source: str | None = None) -> dict[str, Any]:
    with parts.session.lock:
        name = None if source is None else source_called(parts.session.song, parts.sources.monitor, source)
    lane = new_lane(f"lane-{secrets.token_hex(4)}", field, name)

    def added(song: Song) -> Song:
        if len(song.lanes) >= MAX_LANES:
            raise InputError(f"A song has at most {MAX_LANES} lanes. Remove one first.")
        return with_lane(song, parts.learner.fitted(lane) if name else lane)

    _bind(parts, f"add {lane.row.title}", lane.id, added)
    return {"id": lane.id}


def _change(parts: Parts, id: str, **arguments: Any) -> dict[str, Any]:
    switches = {name: value for name, value in arguments.items() if name in field_types(LaneState)}
    changes = {name: value for name, value in arguments.items() if name not in switches}
    if changes:
        _shape(parts, id, changes)
    parts.session.arrange(partial(with_lane_state, lane_id=id, changes=switches))
    return {}


def _shape(parts: Parts, id: str, changes: dict[str, Any]) -> None:
    """Change attributes of a lane, with undo."""
    if "in_low" in changes or "in_high" in changes:
        changes.setdefault("in_auto", False)
    with parts.session.lock:
        before, what = parts.session.song.lane(id), ", ".join(sorted(changes))
        label = lane_label(before.row.title, changes)
        if isinstance(changes.get("source"), str):
            changes["source"] = source_called(parts.session.song, parts.sources.monitor, changes["source"])
        if changes.get("source", before.source) == before.source:
            parts.session.edit(label, _lane_edit(id, partial(changed, changes=changes)), merge=f"{id}:{what}")
            return

    def bound(song: Song) -> Song:
        lane = changed(song.lane(id), changes)
        follows = lane.source and lane.binding.in_auto and not song.records(lane)
        return with_lane(song, parts.learner.fitted(lane) if follows else lane)

    _bind(parts, label, id, bound)


def _lane_edit(lane_id: str, fn: Callable[[Lane], Lane]) -> Callable[[Song], Song]:
    """The song with a lane that ``fn`` makes of the current one; another input range also applies to what is recorded.
    """

    def edited(song: Song) -> Song:
        before = song.lane(lane_id)
        lane = fn(before)
        return with_lane(song, lane) if lane.binding == before.binding else with_bound_lane(song, lane)

    return edited


def _bind(parts: Parts, label: str, lane_id: str, bound: Callable[[Song], Song]) -> None:
    """Give a lane the source that it has in the song that ``bound`` returns; it plays at once what is recorded of
    it."""
    session = parts.session

    def wanted(song: Song) -> set[Wanted]:
        song = bound(song)
        return wanted_by(song, song.lane(lane_id))

    with parts.reader.reading(wanted) as read:

        def playing(song: Song) -> Song:
            song = bound(song)
            lane = song.lane(lane_id)
            return playing_recorded(song, lane, read, parts.sources.monitor.range_of(lane.source))

        lane = parts.session.edit(label, playing).lane(lane_id)
        if lane.binding.in_auto and not session.song.records(lane):
            parts.learner.follow_source(lane_id)


def _remove(parts: Parts, id: str) -> dict[str, Any]:
    with parts.session.lock:
        session = parts.session
        lane = session.song.lane(id)
        if parts.learner.learning is not None and parts.learner.learning.lane_id == lane.id:
            parts.learner.learn(None, parts.clock_ns())
        parts.session.edit(f"remove {lane.row.title}", lambda song: without_lane(song, lane.id))
    return {}


def _preset(parts: Parts, id: str, preset: str) -> dict[str, Any]:
    with parts.session.lock:
        lane = with_preset(parts.session.song.lane(id), preset)
        label = f"{lane.row.title}: {lane.preset}"
        parts.session.edit(label, _lane_edit(id, partial(with_preset, preset=preset)))
    return {}


def _learn(parts: Parts, id: str) -> dict[str, Any]:
    with parts.session.lock:
        parts.learner.learn(id, parts.clock_ns())
    return {}


def _learn_cancel(parts: Parts, id: str | None = None) -> dict[str, Any]:
    """End Learn; with an ``id`` only if that lane is learning."""
    with parts.session.lock:
        learning = parts.learner.learning
        if id is None or (learning is not None and learning.lane_id == id):
            parts.learner.learn(None, parts.clock_ns())
    return {}


def _fit(parts: Parts, id: str) -> dict[str, Any]:
    session = parts.session
    with parts.reader.reading(lambda song: wanted_by_clips(song, song.lane(id))) as read:

        def fit(song: Song) -> Song:
            lane = song.lane(id)
            return fitted(song, lane, read, parts.sources.monitor.range_of(lane.source))

        song = parts.session.edit(f"{session.song.lane(id).row.title}: fit", fit)
        lane = song.lane(id)
        if not song.records(lane):
            parts.learner.follow_source(id)
    return {"in_low": lane.binding.in_low, "in_high": lane.binding.in_high}


def _import(parts: Parts, id: str, page: str | None = None) -> dict[str, Any]:
    """Put the schedule in Deforum's box as ``page`` shows it, or in the imported settings file, under the lane."""
    with parts.session.lock:
        lane = parts.session.song.lane(id)
        present = parts.link.shown(page).texts.get(lane.field, "")
        if not present.strip():
            raise InputError(
                f"Deforum's box is empty for {lane.row.title}. Import a settings file, or type it there."
            )
        under = _lane_edit(lane.id, partial(changed, changes={"under": present}))
        song = parts.session.edit(f"{lane.row.title}: import", under)
    return {"under": song.lane(lane.id).shaping.under}


def _arm_all(parts: Parts, armed: bool) -> dict[str, Any]:
    parts.session.arrange(partial(with_all_armed, armed=armed))
    return {}


def _move(parts: Parts, id: str, index: int) -> dict[str, Any]:
    def moved(song: Song) -> Song:
        others = [other for other in song.lanes if other.id != id]
        if index > len(others):
            raise InputError(f"index needs a whole number from 0 to {len(others)}, not {index}.")
        others.insert(index, song.lane(id))
        return replace(song, lanes=tuple(others))

    with parts.session.lock:
        parts.session.edit(f"move {parts.session.song.lane(id).row.title}", moved)
    return {}


ACTIONS: Mapping[str, Action] = MappingProxyType(
    {
        "lane.add": _add,
        "lane.change": _change,
        "lane.remove": _remove,
        "lane.preset": _preset,
        "lane.learn": _learn,
        "lane.learn_cancel": _learn_cancel,
        "lane.fit_input_range": _fit,
        "lane.import_schedule": _import,
        "lane.arm_all": _arm_all,
        "lane.move": _move,
    }
)
