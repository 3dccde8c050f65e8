"""Moving and stretching the content of a song: takes with their clips, and edits.

Nothing recorded is changed: a take has a time map, and the song's values for it and its clips are computed again from
the recorded ones whenever the map changes. The previous map therefore restores every previous number.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from ..errors import InputError
from ..time.tempo_map import TempoMap, beats_at
from ..time.time_map import (
    BEATS,
    IDENTITY,
    SECONDS,
    SENDER,
    Segment,
    TimeMap,
    checked_map,
    scaled,
    to_recording,
    to_song,
)
from .binding import Binding
from .clip import Clip, Stretch, checked_clip, split
from .edit import Draw, Edit, Hold, Smooth
from .placing import by_sender, largest_shift_s, song_seconds
from .song import Song, next_take_number, with_take
from .take import Take
from .take_info import SenderTimes, TakeInfo, info

AT_ONCE_S = 1e-6
"""Two times that differ by less are equal, after any number of stretches."""


def with_found_take(song: Song, take: Take, last_number: int = 0) -> Song:
    """The song with a take that was recorded in it and that it does not list, under its former number if that is free.
    No lane plays it. ``last_number``: see ``SongInfo``."""
    taken = any(other.number == take.number for other in song.takes) or take.number < 1
    number = next_take_number(song, last_number) if taken else take.number
    known = SenderTimes(take.sent_by, largest_shift_s(take)) if take.sent else None
    return with_take(song, replace(info(take, sender_times=known), number=number))


def with_map(song: Song, take_id: str, placing: TimeMap) -> Song:
    """The song with a take at the position of its map, and its clips with it."""
    take = _placed_info(replace(song.take(take_id), map=checked_map(placing)), song.tempo)
    return with_take(_clips_changed(song, take_id, lambda clip: _placed_clip(clip, take.map, song.tempo)), take)


def moved_to(song: Song, take_id: str, start_s: float) -> Song:
    """The song with a take that begins at ``start_s`` with the same length; at its recorded position, it has the
    recorded times."""
    take = song.take(take_id)
    rate, begins_s = take.map.segments[0].rate, take.as_recorded.start_s
    start = float(beats_at(song.tempo, start_s)) if take.map.unit == BEATS and song.tempo else start_s
    there = scaled(IDENTITY, rate)
    if float(to_song(there, begins_s)) != start:
        there = TimeMap((Segment(begins_s, start, rate),))
    return with_map(song, take_id, replace(there, unit=take.map.unit, by=take.time))


def in_unit(song: Song, take_id: str, unit: str) -> Song:
    """The song with a take that keeps its seconds, or that stays on its beats when the tempo changes."""
    take = song.take(take_id)
    if unit == take.map.unit:
        return song
    if unit == BEATS:
        return tied_to_beats(song, take_id)
    recorded = take.as_recorded
    length_s = recorded.end_s - recorded.start_s
    rate = (take.end_s - take.start_s) / length_s if length_s else 1.0
    there = TimeMap((Segment(recorded.start_s, take.start_s, rate),), by=take.time)
    return moved_to(with_map(song, take_id, there), take_id, take.start_s)


def tied_to_beats(song: Song, take_id: str) -> Song:
    """The song with a take that stays on its beats when the tempo changes. InputError without a tempo."""
    take, tempo = song.take(take_id), song.tempo
    if tempo is None:
        raise InputError("The song has no tempo. Set the one at which the take was played.")
    recorded = take.as_recorded
    first, last = beats_at(tempo, [take.start_s, take.end_s]).tolist()
    if recorded.end_s <= recorded.start_s:
        raise InputError(f"Take {take.number} has no length, so it cannot be tied to beats.")
    rate = (last - first) / (recorded.end_s - recorded.start_s)
    tied = TimeMap((Segment(recorded.start_s, first, rate),), BEATS, take.time)
    return with_map(song, take_id, tied)


def with_tempo(song: Song, tempo: TempoMap | None) -> Song:
    """The song at another tempo; takes that are tied to beats move with it. InputError if such a take needs one."""
    song = replace(song, tempo=tempo)
    for take in song.takes:
        if take.map.unit == BEATS:
            song = with_map(song, take.id, take.map)
    return song


def stretched_song(song: Song, scale: float) -> Song:
    """The song with every time multiplied by ``scale``: takes, clips, edits and length, and its tempo divided by it.
    The recordings stay unchanged."""
    tempo = song.tempo
    if tempo is not None:
        tempo = TempoMap(tuple(replace(change, bpm=change.bpm / scale) for change in tempo.changes))
    clips = {
        lane: tuple(_scaled_clip(clip, scale) for clip in items) for lane, items in song.clips.items()
    }
    edits = {lane: tuple(_scaled_edit(edit, scale) for edit in items) for lane, items in song.edits.items()}
    length_s = None if song.length_s is None else song.length_s * scale
    song = replace(song, tempo=tempo, clips=clips, edits=edits, length_s=length_s)
    for take in song.takes:
        placing = scaled(take.map, scale) if take.map.unit == SECONDS else take.map
        song = with_map(song, take.id, placing)
    return song


def _placed_info(take: TakeInfo, tempo: TempoMap | None) -> TakeInfo:
    """The take at the position of its map."""
    was = take.as_recorded
    if take.map.is_identity:
        return replace(
            take, start_s=was.start_s, end_s=was.end_s, marks=was.marks, sender_times=was.sender_times, recorded=None
        )

    def at(time_s: float) -> float:
        return float(song_seconds(take.map, np.array([time_s]), tempo)[0])

    marks = tuple(replace(mark, start_s=at(mark.start_s), end_s=at(mark.end_s)) for mark in was.marks)
    start_s, end_s, sent = at(was.start_s), at(was.end_s), was.sender_times
    if sent is not None:
        rate = (end_s - start_s) / (was.end_s - was.start_s) if was.end_s > was.start_s else 1.0
        sent = replace(sent, largest_shift_s=sent.largest_shift_s * rate)
    return replace(take, start_s=start_s, end_s=end_s, marks=marks, sender_times=sent, recorded=was)


def _clips_changed(song: Song, take_id: str, change: Callable[[Clip], Clip]) -> Song:
    """The song with the clips of a take changed; lanes that do not play it keep theirs."""
    clips = {
        lane: tuple(change(clip) if clip.take == take_id else clip for clip in items)
        for lane, items in song.clips.items()
        if any(clip.take == take_id for clip in items)
    }
    return replace(song, clips={**song.clips, **clips}) if clips else song


def _stretch(clip: Clip) -> Stretch:
    """The clip's stretch in the recording time of its take."""
    return clip.recorded or Stretch(clip.start_s, clip.end_s)


def whole_clip(song: Song, take: Take, source: str) -> Clip | None:
    """A clip of ``take``, as it arrived, from the first event of ``source`` to its end; None if the source has none."""
    known = song.take(take.id)
    events = (by_sender(take) if known.time == SENDER else take).signals.get(source)
    if events is None or not len(events):
        return None
    clip = Clip("", take.id, Binding(source), float(events.times_s[0]), known.as_recorded.end_s)
    return _placed_clip(clip, known.map, song.tempo)


def _placed_clip(clip: Clip, placing: TimeMap, tempo: TempoMap | None) -> Clip:
    """The clip at the position given by its take's map and its own offset."""
    was = _stretch(clip)
    if placing.is_identity and not clip.offset_s:
        return replace(clip, start_s=was.start_s, end_s=was.end_s, recorded=None)
    start_s, end_s = song_seconds(placing, np.array([was.start_s, was.end_s]), tempo).tolist()
    return replace(clip, start_s=start_s + clip.offset_s, end_s=end_s + clip.offset_s, recorded=was)


def with_offset(song: Song, clip: Clip, offset_s: float) -> Clip:
    """The clip of ``song`` with its events ``offset_s`` later than in its take; with 0 it is at its original
    position."""
    return _placed_clip(replace(clip, offset_s=offset_s), song.take(clip.take).map, song.tempo)


def trimmed(song: Song, clip: Clip, start_s: float, end_s: float) -> Clip:
    """The clip of ``song`` from ``start_s`` to ``end_s`` of song time; its events stay at their times. InputError if it
    would be too short."""
    recorded = clip.recorded
    if recorded is not None:
        placing = song.take(clip.take).map
        if start_s != clip.start_s:
            recorded = replace(recorded, start_s=_recorded_s(placing, start_s - clip.offset_s, song.tempo))
        if end_s != clip.end_s:
            recorded = replace(recorded, end_s=_recorded_s(placing, end_s - clip.offset_s, song.tempo))
    return checked_clip(replace(clip, start_s=start_s, end_s=end_s, recorded=recorded))


def halves(song: Song, clip: Clip, at_s: float, new_id: str) -> tuple[Clip, Clip]:
    """The clip of ``song`` in two that play what it played, see ``split``."""
    first, second = split(clip, at_s, new_id)
    early, late = trimmed(song, clip, clip.start_s, at_s), trimmed(song, clip, at_s, clip.end_s)
    return replace(first, recorded=early.recorded), replace(second, recorded=late.recorded)


def _recorded_s(placing: TimeMap, time_s: float, tempo: TempoMap | None) -> float:
    """The recording time of a take at ``time_s`` of song time."""
    in_beats = placing.unit == BEATS and tempo is not None
    return to_recording(placing, float(beats_at(tempo, time_s)) if in_beats and tempo else time_s)


def _scaled_clip(clip: Clip, scale: float) -> Clip:
    """The clip with its own values scaled; its position comes from its take's map."""
    return replace(
        clip,
        offset_s=clip.offset_s * scale,
        fade_in_s=clip.fade_in_s * scale,
        fade_out_s=clip.fade_out_s * scale,
    )


def _scaled_edit(edit: Edit, scale: float) -> Edit:
    change = edit.change
    if isinstance(change, Draw):
        change = Draw(tuple(replace(point, time_s=point.time_s * scale) for point in change.points))
    elif isinstance(change, Smooth):
        change = replace(change, time_constant_s=change.time_constant_s * scale)
    elif isinstance(change, Hold) and change.unit == SECONDS:
        change = replace(change, every=change.every * scale)
    return replace(
        edit, start_s=edit.start_s * scale, end_s=edit.end_s * scale, fade_s=edit.fade_s * scale, change=change
    )


def with_time(song: Song, take: Take, time: str) -> Song:
    """The song with ``take``, as it arrived, played by ``time``; its clips begin with the same events."""
    known = song.take(take.id)
    if known.time == time:
        return song
    placing = replace(known.map, by=time)

    def begun(clip: Clip) -> Clip:
        was = _begun(_stretch(clip), clip.source, take, time)
        return _placed_clip(replace(clip, recorded=was), placing, song.tempo)

    return with_take(_clips_changed(song, take.id, begun), replace(known, map=placing))


def _begun(was: Stretch, source: str, take: Take, time: str) -> Stretch:
    """The stretch of ``take`` that begins with the same event of ``source`` when the take plays by ``time``."""
    if source not in take.sent:
        return was
    arrived, sent = take.signals[source].times_s, take.sent[source]
    before, after = (arrived, sent) if time == SENDER else (sent, arrived)
    begins = np.flatnonzero(np.abs(before - was.start_s) < AT_ONCE_S)
    if not len(begins):
        return was
    start_s = float(after[begins[0]])
    return replace(was, start_s=start_s) if start_s < was.end_s else was

