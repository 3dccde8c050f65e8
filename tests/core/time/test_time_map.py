"""Time maps: from recording time to song time and back, moved, stretched, and in runs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deforum_perform.core.errors import InputError
from deforum_perform.core.time.time_map import (
    BEATS,
    IDENTITY,
    Segment,
    TimeMap,
    checked_map,
    runs,
    scaled,
    to_recording,
    to_song,
)

times = st.floats(0, 1e4)
rates = st.floats(0.1, 10)


@st.composite
def rising_maps(draw: st.DrawFn) -> TimeMap:
    """Maps of one to four segments in which the song only goes forward, with or without a jump."""
    segments = [Segment(draw(times), draw(times), draw(rates))]
    for _ in range(draw(st.integers(0, 3))):
        last, after_s = segments[-1], draw(st.floats(0.1, 100))
        leads_to = last.song + after_s * last.rate
        segments.append(Segment(last.recording_s + after_s, leads_to + draw(st.sampled_from([0.0, 5.0])), draw(rates)))
    return TimeMap(tuple(segments))


@given(st.lists(times))
def test_the_identity_keeps_every_bit(moments: list[float]) -> None:
    """A take that is where it was recorded has the times that were recorded, to the last digit."""
    assert IDENTITY.is_identity
    assert to_song(IDENTITY, moments).tolist() == moments


@given(times, st.lists(times))
def test_a_new_recording_begins_where_the_song_was(start_s: float, moments: list[float]) -> None:
    """Events in recording time are as far after the place where the recording began, to the last digit."""
    assert to_song(TimeMap((Segment(0.0, start_s),)), moments).tolist() == [start_s + moment for moment in moments]


@given(st.floats(0.01, 100), st.lists(times))
def test_a_stretch_of_old_songs_keeps_every_bit(scale: float, moments: list[float]) -> None:
    """An older song that was stretched has its times multiplied, to the last digit."""
    assert to_song(scaled(IDENTITY, scale), moments).tolist() == [moment * scale for moment in moments]


@given(rising_maps(), st.lists(times))
def test_each_time_is_placed_by_its_own_segment(mapping: TimeMap, moments: list[float]) -> None:
    """All times at once are placed as each one is separately."""
    for moment, song in zip(moments, to_song(mapping, moments).tolist(), strict=True):
        mine = [s for s in mapping.segments if s.recording_s <= moment] or [mapping.segments[0]]
        assert song == mine[-1].song + (moment - mine[-1].recording_s) * mine[-1].rate


@given(rising_maps(), times)
def test_there_and_back_is_the_same_place(mapping: TimeMap, moment: float) -> None:
    """What is in the song at a moment of the recording is found in the recording again."""
    song = float(to_song(mapping, moment))
    assert to_recording(mapping, song) == pytest.approx(moment, abs=1e-6)


def test_each_round_of_a_loop_is_a_run() -> None:
    """A recording over a loop has a run for each round; a change of tempo without a jump begins none."""
    looped = TimeMap((Segment(0.0, 10.0), Segment(4.0, 10.0), Segment(8.0, 10.0, 0.5), Segment(10.0, 11.0)))
    first, second, *rest = looped.segments
    assert [part.segments for part in runs(looped, 12.0)] == [(first,), (second,), tuple(rest)]
    assert [part.segments for part in runs(looped, 6.0)] == [(first,), (second, *rest)]
    assert runs(IDENTITY, 3.0) == (IDENTITY,)


@pytest.mark.parametrize(
    "wrong",
    [
        TimeMap(()),
        TimeMap((Segment(1.0, 0.0), Segment(1.0, 5.0))),
        TimeMap((Segment(0.0, 0.0, 0.0),)),
        TimeMap(unit="bars"),
        TimeMap(by="guess"),
    ],
)
def test_a_map_that_places_nothing_is_refused(wrong: TimeMap) -> None:
    """Segments are there, in order and advance; units are known."""
    with pytest.raises(InputError):
        checked_map(wrong)


def test_a_map_in_beats_is_not_the_identity() -> None:
    """The same numbers in beats are other times."""
    assert checked_map(TimeMap(unit=BEATS)).is_identity is False
