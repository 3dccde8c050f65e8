"""Takes that are moved, stretched and tied to beats, with their clips: exactly there, and exactly back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deforum_perform.core.errors import InputError
from deforum_perform.core.signal import signal
from deforum_perform.core.song.binding import Binding
from deforum_perform.core.song.clip import Clip
from deforum_perform.core.song.edit import Draw, Edit, Point
from deforum_perform.core.song.lane import new_lane
from deforum_perform.core.song.placing import placed
from deforum_perform.core.song.retiming import (
    moved_to,
    stretched_song,
    tied_to_beats,
    trimmed,
    whole_clip,
    with_map,
    with_offset,
    with_tempo,
)
from deforum_perform.core.song.song import Song, with_clips, with_edits, with_lane, with_take
from deforum_perform.core.song.take import Take
from deforum_perform.core.song.take_info import TakeProblem, info
from deforum_perform.core.time.tempo_map import Tempo, TempoMap, constant_tempo
from deforum_perform.core.time.time_map import BEATS, Segment, TimeMap

times = st.floats(0, 5000)
rates = st.floats(0.05, 20)
maps = st.lists(st.tuples(st.floats(0.1, 50), times, rates), min_size=1, max_size=4).map(
    lambda rows: TimeMap(
        tuple(
            Segment(float(start), song, rate)
            for start, (_, song, rate) in zip(np.cumsum([0.0, *(r[0] for r in rows[1:])]), rows, strict=True)
        )
    )
)


@st.composite
def recordings(draw: st.DrawFn) -> Take:
    """A take of one source somewhere in a song."""
    start_s, length_s = draw(times), draw(st.floats(1, 100))
    moments = sorted(draw(st.lists(st.floats(0, 1), min_size=1, max_size=6)))
    events = signal([start_s + moment * length_s for moment in moments], range(len(moments)))
    return Take("t", 1, start_s, start_s + length_s, {"/k": events})


def song_of(take: Take, *clips: Clip, **more: Any) -> Song:
    """A song with the take, two clips of it and an edit on one lane."""
    marks = (TakeProblem("gap", "/k", take.start_s, take.end_s, 1),)
    song = with_take(with_lane(Song("s", **more), new_lane("l", "zoom", "/k")), info(take, marks))
    middle_s = (take.start_s + take.end_s) / 2
    own = (
        Clip("clip-1", "t", Binding("/k"), take.start_s, take.end_s),
        Clip("clip-2", "t", Binding("/k", 0.0, 127.0), middle_s, take.end_s, fade_in_s=0.1),
        Clip("clip-3", "other", Binding("/k"), 1.0, 2.0),
    )
    edits = (Edit("edit-1", 1.0, 2.0, Draw((Point(1.0, 0.5),))),)
    return with_edits(with_clips(song, "l", (*own, *clips)), "l", edits)


def events(song: Song, take: Take) -> list[float]:
    """The song times of the take's events."""
    return placed(take, song.take("t").map, song.tempo).signals["/k"].times_s.tolist()


@given(recordings(), maps, maps)
def test_any_map_can_be_taken_back_exactly(take: Take, there: TimeMap, elsewhere: TimeMap) -> None:
    """Whatever maps a take was given, with the map of before the whole song is the one of before, to the last digit."""
    song = song_of(take)
    before = song.take("t").map
    moved = with_map(song, "t", there)
    assert with_map(moved, "t", before) == song
    assert with_map(with_map(moved, "t", elsewhere), "t", there) == moved
    assert events(with_map(moved, "t", before), take) == events(song, take)


@given(recordings(), times)
def test_a_take_is_moved_exactly(take: Take, start_s: float) -> None:
    """Moved, a take begins exactly there, each event as long after its start as it was recorded; its clips and marks go
    with it; and moved back to where it was recorded nothing differs from before."""
    song = song_of(take)
    moved = moved_to(song, "t", start_s)
    assert moved.take("t").start_s == start_s
    assert events(moved, take) == [start_s + (time - take.start_s) for time in take.signals["/k"].times_s.tolist()]
    first, second, other = moved.clips["l"]
    assert first.start_s == moved.take("t").marks[0].start_s == start_s
    assert first.end_s == second.end_s == moved.take("t").end_s
    assert (second.binding, second.fade_in_s, other) == (Binding("/k", 0.0, 127.0), 0.1, song.clips["l"][2])
    assert moved_to(moved, "t", take.start_s) == song
    assert moved_to(moved_to(moved, "t", 7.0), "t", start_s) == moved


@given(recordings(), rates, times)
def test_a_stretched_take_keeps_its_stretch_when_it_is_moved(take: Take, scale: float, start_s: float) -> None:
    """In a stretched song a take that is moved and moved back is as it was stretched."""
    song = stretched_song(song_of(take), scale)
    moved = moved_to(song, "t", start_s)
    assert moved.take("t").start_s == pytest.approx(start_s)
    length_s = (take.end_s - take.start_s) * scale
    assert moved.take("t").end_s - moved.take("t").start_s == pytest.approx(length_s, rel=1e-6)
    assert moved_to(moved, "t", song.take("t").start_s) == song


@given(recordings(), rates)
def test_a_stretch_multiplies_every_time(take: Take, scale: float) -> None:
    """Takes, their clips and marks, edits and the length are stretched alike, to the last digit the first time."""
    song = song_of(take, length_s=9000.0, tempo=constant_tempo(120.0))
    slow = stretched_song(song, scale)
    assert events(slow, take) == [time * scale for time in take.signals["/k"].times_s.tolist()]
    assert [(c.start_s, c.end_s) for c in slow.clips["l"][:2]] == [
        (c.start_s * scale, c.end_s * scale) for c in song.clips["l"][:2]
    ]
    assert (slow.take("t").start_s, slow.take("t").end_s) == (take.start_s * scale, take.end_s * scale)
    assert slow.take("t").marks[0].end_s == take.end_s * scale
    (edit,) = slow.edits["l"]
    assert (edit.start_s, edit.end_s, edit.change) == (scale, 2 * scale, Draw((Point(scale, 0.5),)))
    assert (slow.length_s, slow.tempo_bpm) == (9000.0 * scale, 120.0 / scale)


def test_a_take_that_is_tied_to_beats_follows_the_tempo() -> None:
    """At half the tempo it begins twice as late and takes twice as long; at the tempo of before it is where it was."""
    take = Take("t", 1, 2.0, 6.0, {"/k": signal([2.0, 4.0], [0.0, 1.0])})
    song = tied_to_beats(song_of(take, tempo=constant_tempo(120.0)), "t")
    assert song.take("t").map.unit == BEATS
    assert events(song, take) == [2.0, 4.0]
    slow = with_tempo(song, constant_tempo(60.0))
    assert events(slow, take) == [4.0, 8.0]
    assert [(c.start_s, c.end_s) for c in slow.clips["l"][:2]] == [(4.0, 12.0), (8.0, 12.0)]
    assert with_tempo(slow, constant_tempo(120.0)) == song
    rising = with_tempo(song, TempoMap((Tempo(0.0, 120.0), Tempo(8.0, 240.0))))
    assert events(rising, take) == [2.0, 4.0]
    assert rising.take("t").end_s == 5.0
    with pytest.raises(InputError, match="Set one"):
        with_tempo(song, None)
    with pytest.raises(InputError, match="no tempo"):
        tied_to_beats(replace(song_of(take)), "t")


def test_a_clip_is_moved_and_trimmed_in_a_song_that_was_stretched() -> None:
    """An offset moves the clip with its events, and 0 puts it back; trimming keeps the events where they are, and the
    trimmed stretch goes with the take."""
    take = Take("t", 1, 2.0, 6.0, {"/k": signal([2.0, 4.0], [0.0, 1.0])})
    song = stretched_song(song_of(take), 2.0)
    clip = song.clips["l"][0]
    later = with_offset(song, clip, 1.5)
    assert (later.start_s, later.end_s, later.offset_s) == (5.5, 13.5, 1.5)
    assert with_offset(song, later, 0.0) == clip
    short = trimmed(song, clip, 5.0, 11.0)
    assert (short.start_s, short.end_s) == (5.0, 11.0)
    back = stretched_song(with_clips(song, "l", (short,)), 0.5)
    assert (back.clips["l"][0].start_s, back.clips["l"][0].end_s) == (2.5, 5.5)
    with pytest.raises(InputError, match="has to end"):
        trimmed(song, clip, 5.0, 5.0)


def test_a_whole_take_as_a_clip_begins_with_its_first_event() -> None:
    """A take that a lane begins to play is a clip from its source's first event to its end, where the take is now."""
    take = Take("t", 1, 0.0, 6.0, {"/k": signal([2.0, 4.0], [0.0, 1.0])})
    song = song_of(take)
    clip = whole_clip(song, take, "/k")
    assert clip is not None
    assert (clip.start_s, clip.end_s, clip.recorded) == (2.0, 6.0, None)
    moved = whole_clip(moved_to(song, "t", 10.0), take, "/k")
    assert moved is not None
    assert (moved.start_s, moved.end_s) == (12.0, 16.0)
    assert whole_clip(song, take, "/other") is None
