"""The slices of lanes: the settings of each, its schedule, and its clips."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

from ...core.checks import lane_problems
from ...core.deforum.known_names import KNOWN_NAMES
from ...core.deforum.motion import FORMS, moves
from ...core.deforum.reading import Reading
from ...core.deforum.tab import DeforumTab
from ...core.errors import PerformError
from ...core.identity import Kept
from ...core.song.clip import Clip, Clips
from ...core.song.document import Document
from ...core.song.lane import Lane
from ...core.song.workspace import LaneState
from ..deforum.schedules import LaneSchedule, Schedules
from .types import ClipSlice, LaneSlice, Problem

if TYPE_CHECKING:
    from .slices import Group

SHOWN_HITS = 500
"""How many saved hits of a lane the page marks; the count is always complete."""


class LaneSlices:
    """Makes the slices of a song's lanes; unchanged ones are reused."""

    def __init__(self, schedules: Schedules) -> None:
        self._schedules = schedules
        self._lanes: Kept[LaneSlice] = Kept()
        self._clips: Kept[Group] = Kept()
        self._places: dict[str, Mapping[int, Clip]] = {}

    def groups(self, document: Document, tab: DeforumTab, reading: Reading, learns: str | None) -> dict[str, Group]:
        """The groups of slices: all lanes, and each lane's clips. ``learns``: the lane that is learning its source."""
        song = document.song
        lanes = {
            f"lane:{lane.id}": self._lane(document, lane, tab, reading, lane.id == learns) for lane in song.lanes
        }
        known = [lane.id for lane in song.lanes]
        self._lanes.keep_only(known)
        self._clips.keep_only(known)
        self._places = {lane_id: places for lane_id, places in self._places.items() if lane_id in known}
        clips = {f"clips:{lane_id}": self._group(lane_id, song.clips_of(lane_id)) for lane_id in known}
        return {"lanes": {"lanes": known, **lanes}, **clips}

    def _group(self, lane_id: str, clips: Clips) -> Group:
        return self._clips.of(lane_id, (clips,), lambda: self._placed(lane_id, clips))

    def _lane(self, document: Document, lane: Lane, tab: DeforumTab, reading: Reading, learning: bool) -> LaneSlice:
        song, known, problem = document.song, None, None
        if song.plays(lane.id):
            try:
                known = self._schedules.of(song, lane, reading)
            except PerformError as error:
                problem = str(error)
        switches = document.workspace.lane(lane.id)

        def made() -> LaneSlice:
            return lane_slice(lane, switches, known, problem, tab, reading, learning)

        return self._lanes.of(lane.id, (lane, switches, known, problem, tab, reading, learning), made)

    def _placed(self, lane_id: str, clips: Clips) -> Group:
        """The slices of a lane's clips. An unchanged clip keeps its place: adding or removing one changes one slice."""
        places = placed(self._places.get(lane_id, {}), clips)
        self._places[lane_id] = places
        return {f"clip:{lane_id}:{place}": clip_slice(clip) for place, clip in places.items()}


def placed(before: Mapping[int, Clip], clips: Clips) -> dict[int, Clip]:
    """Place -> clip, in ascending order. A clip has the place that it had ``before`` if that is still above those of
    the clips under it."""
    known = {clip: place for place, clip in before.items()}
    found: dict[int, Clip] = {}
    place = -1
    for clip in clips:
        place = max(known.get(clip, 0), place + 1)
        found[place] = clip
    return found


def clip_slice(clip: Clip) -> ClipSlice:
    """A clip."""
    return ClipSlice(take=clip.take, source=clip.source, start_s=clip.start_s, end_s=clip.end_s)


def lane_slice(
    lane: Lane,
    switches: LaneState,
    known: LaneSchedule | None,
    problem: str | None,
    tab: DeforumTab,
    reading: Reading,
    learning: bool,
) -> LaneSlice:
    """A lane with its schedule. ``known`` is None while nothing is recorded, or when ``problem`` says why it cannot be
    read."""
    row = lane.row
    return LaneSlice(
        id=lane.id,
        field=lane.field,
        source=lane.source,
        in_low=lane.binding.in_low,
        in_high=lane.binding.in_high,
        in_auto=lane.binding.in_auto,
        out_low=lane.output.out_low,
        out_high=lane.output.out_high,
        invert=lane.shaping.invert,
        curve=lane.shaping.curve,
        smoothing_s=lane.shaping.smoothing_s,
        armed=switches.armed,
        muted=switches.muted,
        pool=lane.shaping.pool,
        tolerance=lane.shaping.tolerance,
        exact=lane.shaping.exact,
        drift=lane.shaping.drift,
        form=lane.output.form,
        under=lane.shaping.under,
        blend=lane.shaping.blend,
        choices=list(lane.selection.choices),
        pick=lane.selection.pick,
        hold_s=lane.selection.hold_s,
        fade_s=lane.selection.fade_s,
        lines=lane.shaping.lines,
        label=row.title,
        unit=lane.unit,
        forms=list(FORMS) if moves(row) else ["frame"],
        kind=row.kind,
        reads=row.reads,
        hard=row.hard if row.hard and lane.output.form == "frame" else None,
        preset=lane.preset,
        chooses=lane.chooses,
        known_choices=list(tab.choices.get(lane.field) or KNOWN_NAMES.get(lane.field, ())),
        curve_id=known.curve_id if known else None,
        keys=len(known.schedule.key_frames) if known else 0,
        largest_error=known.schedule.largest_error if known else 0.0,
        characters=len(known.schedule.text) if known else 0,
        saved_hits=known.saved_hits[:SHOWN_HITS].tolist() if known else [],
        saved_hits_count=len(known.saved_hits) if known else 0,
        final=known.final if known else False,
        problems=_problems(lane, known, problem, tab, reading),
        learning=learning,
    )


def _problems(
    lane: Lane, known: LaneSchedule | None, problem: str | None, tab: DeforumTab, reading: Reading
) -> list[Problem]:
    found = [*(known.problems if known else ()), *lane_problems(lane, tab, True, reading)]
    shown = [cast(Problem, each.to_dict()) for each in found]
    if problem is not None:
        damaged = Problem(
            code="damaged_take", message=problem, remedy="", frame=None, blocks=True, idle=False, short="", fix=None
        )
        shown.append(damaged)
    return shown
