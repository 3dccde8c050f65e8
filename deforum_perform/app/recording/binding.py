"""What a lane plays when it gets a source: its recorded events, at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ...core.errors import InputError, PerformError
from ...core.identity import by_identity
from ...core.song.lane import Lane
from ...core.song.song import Song, TakeInfo, with_cover, with_lane
from ...core.source_name import source_name
from ..state.notices import Notice
from .learning import following
from .played import Read, Span, Wanted, takes_read

if TYPE_CHECKING:
    from ..performer import Performer
    from ..session.session import Session

LONGEST_NAME = 600


def recorded_sources(song: Song) -> Mapping[str, list[TakeInfo]]:
    """Source -> the takes that contain it, without trashed ones."""
    return _recorded(song.takes)


@by_identity(16)
def _recorded(takes: tuple[TakeInfo, ...]) -> Mapping[str, list[TakeInfo]]:
    found: dict[str, list[TakeInfo]] = {}
    for take in takes:
        for name in () if take.trashed else take.sources:
            found.setdefault(name, []).append(take)
    return found


def source_called(session: Session, typed: str) -> str:
    """The name of the source that ``typed`` means: a known one, otherwise an address that may still send.

    A slash may be left out, and so may the backslash of an address that looks like an argument, if there is no such
    argument. InputError for a text that cannot be the name of a source, or for a source that sends text.
    """
    name = typed.strip()
    if not name.strip("/") or not name.isprintable() or len(name) > LONGEST_NAME:
        raise InputError(f"{typed[:40]!r} cannot be an OSC address. Type one such as /nts1/cutoff.")
    slashed = name if name.startswith("/") else f"/{name}"
    heard = {seen.name: seen.value for seen in session.monitor.sources}
    recorded = recorded_sources(session.song)
    candidates = (name, slashed, source_name(slashed))
    found = next((known for known in candidates if known in heard or known in recorded), slashed)
    takes = recorded.get(found, ())
    only_texts = heard.get(found) is None and takes and all(found in take.texts for take in takes)
    if isinstance(heard.get(found), str) or only_texts:
        raise InputError(f"{found} sends text, and a lane needs numbers. Choose another source.")
    return found


def wanted_by(song: Song, lane: Lane) -> set[Wanted]:
    """What ``playing_recorded`` needs of takes."""
    wanted = {(take, lane.source) for take in recorded_sources(song).get(lane.source or "", ()) if lane.source}
    return wanted | wanted_by_covers(song, lane) if lane.in_auto else wanted


def wanted_by_covers(song: Song, lane: Lane) -> set[Wanted]:
    """What ``recorded_range`` needs of takes."""
    return {(song.take(cover.take), cover.source) for cover in song.covers(lane.id)}


def playing_recorded(song: Song, lane: Lane, read: Read, seen: Span | None) -> Song:
    """The song with ``lane`` playing every take that contains its source, from the source's first event, as if it had
    been armed; while its input range adapts, it spans what was played and ``seen``."""
    for take in recorded_sources(song).get(lane.source or "", ()):
        cover = read[take, lane.source or ""].cover
        song = song if cover is None else with_cover(song, lane.id, cover)
    if not song.covers(lane.id) or not lane.in_auto:
        return song
    return with_lane(song, recorded_range(song, lane, read, seen))


def recorded_range(song: Song, lane: Lane, read: Read, seen: Span | None) -> Lane:
    """The lane with the input range of its takes, and of its source as it was ``seen`` to move."""
    played = [read[wanted].extent for wanted in wanted_by_covers(song, lane)]
    ranges = [extent for extent in (*played, seen) if extent is not None]
    if not ranges:
        raise InputError("This lane's source has not sent anything yet. Move the knob from end to end, then press Fit.")
    return following(lane, min(low for low, _ in ranges), max(high for _, high in ranges))


def play_learned(performer: Performer) -> bool:
    """Let lanes that Learn has bound play what is recorded of their source, if they play nothing yet; whether any does.

    This belongs to the same undo step. Learn itself cannot do it, because it must not wait for the disk.
    """
    with performer.lock:
        learned, performer.session.learned = performer.session.learned, []
    try:
        playing = [_play_learned(performer, lane_id) for lane_id in learned]
    except PerformError as error:
        performer.notice("learn", Notice("warn", str(error)))
        return True
    return any(playing)


def _play_learned(performer: Performer, lane_id: str) -> bool:
    def lanes(song: Song) -> list[Lane]:
        return [lane for lane in song.lanes if lane.id == lane_id and not song.covers(lane_id)]

    def wanted(song: Song) -> set[Wanted]:
        return {want for lane in lanes(song) for want in wanted_by(song, lane)}

    with takes_read(performer, wanted) as read:
        before, monitor = performer.session.song, performer.session.monitor

        def played(song: Song) -> Song:
            for lane in lanes(song):
                song = playing_recorded(song, lane, read, monitor.range_of(lane.source))
            return song

        return performer.edit("learn", played, undoable=False) is not before
