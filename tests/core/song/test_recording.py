"""Recordings: events in their own time, and the take that their anchors make of them."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from deforum_perform.core.signal import Signal
from deforum_perform.core.song.recording import Recording
from deforum_perform.core.song.rounds import takes_of
from deforum_perform.core.song.take import Take, recording_of
from deforum_perform.core.time.clock_source import InternalClock, ManualClock
from deforum_perform.core.time.time_map import IDENTITY
from tests.fuzz.examples import same_take
from tests.store.examples import takes


@given(st.floats(0, 1e5), st.lists(st.floats(0, 100)))
def test_a_take_has_each_event_where_the_song_was(start_s: float, moments: list[float]) -> None:
    """Recorded from a place in the song, events are as long after it as they arrived, to the last digit."""
    own = np.array(sorted(moments))
    anchors = InternalClock(start_s, 0).anchors(0, 10**11)
    sent = {"/k": own * 0.5}
    texts = {"/t": ((1.0, "x"),)}
    recording = Recording("r", 1, 0.0, 100.0, {"/k": Signal(own, own)}, texts, sent=sent, anchors=anchors)
    (take,) = takes_of(recording)
    assert take.signals["/k"].times_s.tolist() == [start_s + time_s for time_s in own.tolist()]
    assert take.sent["/k"].tolist() == [start_s + time_s * 0.5 for time_s in own.tolist()]
    assert (take.start_s, take.end_s, take.texts["/t"][0][0]) == (start_s, start_s + 100.0, start_s + 1.0)
    assert take.recording is recording
    assert recording_of(take) is recording


@given(takes())
def test_an_older_take_is_a_recording_in_song_time(take: Take) -> None:
    """A take by itself, as files of 0.1 have, is a recording whose anchors change nothing."""
    recording = recording_of(take)
    assert recording.anchors is IDENTITY
    assert same_take(takes_of(recording)[0], take)


def test_a_clock_that_slows_down_places_what_it_saw() -> None:
    """Recorded by a clock that went at half its rate from its second second on, a later event is half as far."""
    clock = ManualClock(((0, 10.0, 1.0), (2_000_000_000, 12.0, 0.5)))
    own = np.array([1.0, 2.0, 4.0])
    (take,) = takes_of(Recording("r", 1, 0.0, 6.0, {"/k": Signal(own, own)}, anchors=clock.anchors(0, 6_000_000_000)))
    assert take.signals["/k"].times_s.tolist() == [11.0, 12.0, 13.0]
    assert (take.start_s, take.end_s) == (10.0, 14.0)
