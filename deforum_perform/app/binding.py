"""What a lane plays when it gets a source: what is recorded of it, at once."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ..core.errors import InputError, PerformError
from ..core.lane import Lane
from ..core.signal import extent
from ..core.song import Song, TakeInfo, with_cover, with_lane
from ..core.source_name import source_name
from .learning import guessed_range
from .notices import Notice

if TYPE_CHECKING:
    from .performer import Performer
    from .stage import Stage

LONGEST_NAME = 600


def recorded_sources(song: Song) -> dict[str, list[TakeInfo]]:
    """Source -> the takes that have it, without trashed ones."""
    found: dict[str, list[TakeInfo]] = {}
    for take in song.takes:
        for name in () if take.trashed else take.sources:
            found.setdefault(name, []).append(take)
    return found


def source_called(stage: Stage, typed: str) -> str:
    """The name of the source that ``typed`` means: one that is known, else an address that may still send.

    A slash may be left out, and so may the backslash of an address that looks like an argument, if there is no such
    argument. InputError for a text that no source can be called, or that sends text.
    """
    name = typed.strip()
    if not name.strip("/") or not name.isprintable() or len(name) > LONGEST_NAME:
        raise InputError(f"{typed[:40]!r} cannot be an OSC address. Type one such as /nts1/cutoff.")
    slashed = name if name.startswith("/") else f"/{name}"
    heard = {seen.name: seen.value for seen in stage.monitor.sources}
    recorded = recorded_sources(stage.song)
    candidates = (name, slashed, source_name(slashed))
    found = next((known for known in candidates if known in heard or known in recorded), slashed)
    takes = recorded.get(found, ())
    only_texts = heard.get(found) is None and takes and all(found in take.texts for take in takes)
    if isinstance(heard.get(found), str) or only_texts:
        raise InputError(f"{found} sends text, which cannot drive a number lane. Pick a source that sends numbers.")
    return found


def playing_recorded(performer: Performer, song: Song, lane: Lane) -> Song:
    """The song with ``lane`` playing every take that has its source, from the source's first event, as if it had been
    armed; with its input range, while that follows the source, as wide as what was played."""
    for take in recorded_sources(song).get(lane.source or "", ()):
        cover = performer.takes.cover(song, take.id, lane.source or "")
        song = song if cover is None else with_cover(song, lane.id, cover)
    if not song.covers(lane.id) or not lane.in_auto:
        return song
    return with_lane(song, recorded_range(performer, song, lane))


def recorded_range(performer: Performer, song: Song, lane: Lane) -> Lane:
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


def play_learned(performer: Performer) -> bool:
    """Let lanes that Learn has bound play what is recorded of their source, if they play nothing yet; whether any does.

    That belongs to the same step of undo. Learn itself cannot do it: it must not wait for the disk.
    """
    with performer.lock:
        learned, performer.stage.learned = performer.stage.learned, []
    try:
        playing = [_play_learned(performer, lane_id) for lane_id in learned]
    except PerformError as error:
        performer.notice("learn", Notice("warn", str(error)))
        return True
    return any(playing)


def _play_learned(performer: Performer, lane_id: str) -> bool:
    before = performer.stage.song
    made = _with_recorded(performer, before, lane_id)
    with performer.lock:
        present = performer.stage.song
        song = made if present is before else _with_recorded(performer, present, lane_id)
        if song is not present:
            performer.stage.amend(song)
            performer.save_song()
        return song is not present


def _with_recorded(performer: Performer, song: Song, lane_id: str) -> Song:
    lane = next((lane for lane in song.lanes if lane.id == lane_id), None)
    return song if lane is None or song.covers(lane_id) else playing_recorded(performer, song, lane)
