"""What a lane plays when it gets a source: its recorded events, at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ...core.errors import InputError, PerformError
from ...core.identity import by_identity
from ...core.song.binding import Binding, input_range
from ...core.song.lane import Lane
from ...core.song.song import Song, with_bound_lane, with_clip, with_clips
from ...core.song.take_info import TakeInfo
from ...core.source_name import source_name
from ..learning.learner import Learner
from ..learning.learning import following
from ..listening.monitor import Monitor
from ..listening.sources import Sources
from ..notices import Notice
from ..session.session import Session
from .played import Read, Span, TakeReader, Wanted

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


def source_called(song: Song, monitor: Monitor, typed: str) -> str:
    """The name of the source that ``typed`` means: a known one, otherwise an address that may still send.

    A slash may be left out, and so may the backslash of an address that looks like an argument, if there is no such
    argument. InputError for a text that cannot be the name of a source, or for a source that sends text.
    """
    name = typed.strip()
    if not name.strip("/") or not name.isprintable() or len(name) > LONGEST_NAME:
        raise InputError(f"{typed[:40]!r} cannot be an OSC address. Type one such as /nts1/cutoff.")
    slashed = name if name.startswith("/") else f"/{name}"
    received = {seen.name: seen.value for seen in monitor.sources}
    recorded = recorded_sources(song)
    candidates = (name, slashed, source_name(slashed))
    found = next((known for known in candidates if known in received or known in recorded), slashed)
    takes = recorded.get(found, ())
    only_texts = received.get(found) is None and takes and all(found in take.texts for take in takes)
    if isinstance(received.get(found), str) or only_texts:
        raise InputError(f"{found} sends text, and a lane needs numbers. Choose another source.")
    return found


def wanted_by(song: Song, lane: Lane) -> set[Wanted]:
    """What ``playing_recorded`` needs of takes."""
    wanted = {(take, lane.source) for take in recorded_sources(song).get(lane.source or "", ()) if lane.source}
    return wanted | wanted_by_clips(song, lane) if lane.binding.in_auto else wanted


def wanted_by_clips(song: Song, lane: Lane) -> set[Wanted]:
    """The takes that ``fitted`` needs."""
    return {(song.take(clip.take), clip.source) for clip in song.clips_of(lane.id)}


def playing_recorded(song: Song, lane: Lane, read: Read, seen: Span | None) -> Song:
    """The song with ``lane`` playing every take that contains its source, from the source's first event, as if it had
    been armed; while its input range adapts, it spans what was played and ``seen``."""
    for take in recorded_sources(song).get(lane.source or "", ()):
        clip = read[take, lane.source or ""].clip
        song = song if clip is None else with_clip(song, lane.id, replace(clip, binding=lane.binding))
    if not song.records(lane) or not lane.binding.in_auto:
        return song
    return with_bound_lane(song, fitted_lane(song, lane, read, seen))


def fitted(song: Song, lane: Lane, read: Read, seen: Span | None) -> Song:
    """The song with the input range of the lane, and of each of its clips, as wide as the values of its source: in the
    takes that the lane plays, and as the lane's own source was ``seen`` to move."""
    clips = tuple(
        clip if clip.source == lane.source else replace(clip, binding=_range_of(song, lane, clip.source, read))
        for clip in song.clips.get(lane.id, ())
    )
    others = any(clip.source != lane.source for clip in song.clips_of(lane.id))
    if clips != song.clips.get(lane.id, ()):
        song = with_clips(song, lane.id, clips)
    if others and not song.records(lane) and seen is None:
        return song
    return with_bound_lane(song, fitted_lane(song, lane, read, seen))


def fitted_lane(song: Song, lane: Lane, read: Read, seen: Span | None) -> Lane:
    """The lane with the input range of its source in its takes, and as that source was ``seen`` to move."""
    ranges = [extent for extent in (*_extents(song, lane, lane.source, read), seen) if extent is not None]
    if not ranges:
        raise InputError("This lane's source has not sent anything yet. Move the knob from end to end, then press Fit.")
    return following(lane, min(low for low, _ in ranges), max(high for _, high in ranges))


def _extents(song: Song, lane: Lane, source: str | None, read: Read) -> list[Span | None]:
    return [read[take, name].extent for take, name in wanted_by_clips(song, lane) if name == source]


def _range_of(song: Song, lane: Lane, source: str, read: Read) -> Binding:
    """The binding of ``source`` with its range in the takes that the lane plays."""
    ranges = [extent for extent in _extents(song, lane, source, read) if extent is not None]
    if not ranges:
        return next(clip.binding for clip in song.clips[lane.id] if clip.source == source)
    return Binding(source, *input_range(min(low for low, _ in ranges), max(high for _, high in ranges)))


def binding_for(song: Song, lane: Lane, source: str, seen: Span | None) -> Binding:
    """The binding with which the lane plays ``source``: its current one if it already plays it, otherwise the range
    ``seen`` in a take."""
    if source == lane.source:
        return lane.binding
    known = next((clip.binding for clip in song.clips_of(lane.id) if clip.source == source), None)
    if known is not None or seen is None:
        return known or replace(lane.binding, source=source)
    return Binding(source, *input_range(*seen))


class LearnedPlayer:
    """Lets lanes that Learn has bound play what is recorded of their source. Learn itself cannot do it, because it must
    not wait for the disk."""

    def __init__(self, session: Session, sources: Sources, learner: Learner, reader: TakeReader) -> None:
        self._session, self._sources, self._learner, self._reader = session, sources, learner, reader

    def play(self) -> Notice | bool:
        """Let those play that play nothing yet, in the same undo step; whether any does, or the error."""
        with self._session.lock:
            learned, self._learner.learned = self._learner.learned, []
        try:
            played = [self._play(lane_id) for lane_id in learned]
        except PerformError as error:
            return Notice("warn", str(error))
        return any(played)

    def _play(self, lane_id: str) -> bool:
        def lanes(song: Song) -> list[Lane]:
            return [lane for lane in song.lanes if lane.id == lane_id and not song.clips_of(lane_id)]

        def wanted(song: Song) -> set[Wanted]:
            return {want for lane in lanes(song) for want in wanted_by(song, lane)}

        with self._reader.reading(wanted) as read:
            before, monitor = self._session.song, self._sources.monitor

            def played(song: Song) -> Song:
                for lane in lanes(song):
                    song = playing_recorded(song, lane, read, monitor.range_of(lane.source))
                return song

            return self._session.edit("learn", played, undoable=False) is not before
