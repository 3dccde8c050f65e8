"""The takes of a recording over a loop: one for each round, and together everything that was recorded."""

from __future__ import annotations

import io
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deforum_perform.core.errors import DamagedFileError
from deforum_perform.core.signal import Signal
from deforum_perform.core.song.recording import Recording
from deforum_perform.core.song.rounds import rounds_of, take_called, takes_of
from deforum_perform.core.song.take import TIMETAGS, recording_id, recording_of
from deforum_perform.core.time.time_map import Segment, TimeMap, to_song
from deforum_perform.store.recordings.take_file import read_recording, write_recording
from tests.fuzz.examples import same_take

END_S = 40.0
moments = st.lists(st.integers(0, 400).map(lambda tenths: tenths / 10), max_size=30).map(sorted)


@st.composite
def anchors(draw: st.DrawFn) -> TimeMap:
    """A song that goes on, jumps back and jumps on, at any moments."""
    segments = [Segment(0.0, draw(st.floats(0, 100)))]
    for recording_s in draw(st.lists(st.integers(1, 450), max_size=6, unique=True).map(sorted)):
        last, rate = segments[-1], draw(st.sampled_from([0.5, 1.0, 2.0]))
        leads_to = last.song + (recording_s / 10 - last.recording_s) * last.rate
        segments.append(Segment(recording_s / 10, draw(st.just(leads_to) | st.floats(0, 100)), rate))
    return TimeMap(tuple(segments))


@st.composite
def recordings(draw: st.DrawFn) -> Recording:
    """Two sources, one of them with its sender's times, and one of texts, recorded over any jumps."""
    own, other, said = (np.array(draw(moments), np.float64) for _ in range(3))
    signals = {"/a": Signal(own, np.arange(len(own), dtype=np.float64)), "/b": Signal(other, other)}
    texts = {"/t": tuple((time_s, str(place)) for place, time_s in enumerate(said.tolist()))} if len(said) else {}
    sent = {"/a": np.maximum(own - draw(st.floats(0, 2)), 0.0)}
    return Recording("r", 7, 0.0, END_S, signals, texts, "", 3, sent, TIMETAGS, draw(anchors()))


@given(recordings())
def test_every_event_is_in_one_take(recording: Recording) -> None:
    """The takes of all rounds contain every number and every text once, each where the song was when it arrived."""
    takes = takes_of(recording)
    assert sum(take.events for take in takes) == recording.events
    for name, signal in recording.signals.items():
        found = Counter(
            pair for take in takes if name in take.signals for pair in zip(*_columns(take.signals[name]), strict=True)
        )
        places = to_song(recording.anchors, signal.times_s).tolist()
        assert found == Counter(zip(places, signal.values.tolist(), strict=True))
    said = Counter(text for take in takes for _, text in take.texts.get("/t", ()))
    assert said == Counter(text for _, text in recording.texts.get("/t", ()))


def _columns(signal: Signal) -> tuple[list[float], list[float]]:
    return signal.times_s.tolist(), signal.values.tolist()


@given(recordings())
def test_each_take_is_one_stretch_of_the_song(recording: Recording) -> None:
    """A take's events are in order and inside it, and none was sent later than it arrived, or before its round; takes
    have ids and numbers of their own, and say which recording they are of."""
    takes = takes_of(recording)
    assert [take.number for take in takes] == list(range(7, 7 + len(takes)))
    assert len({take.id for take in takes}) == len(takes)
    for take in takes:
        assert recording_id(take.id) == "r"
        assert recording_of(take) is recording
        assert (take.lost, take.recording) == (3, recording)
        for signal in take.signals.values():
            assert (np.diff(signal.times_s) >= 0).all()
            assert ((signal.times_s >= take.start_s) & (signal.times_s <= take.end_s + 1e-9)).all()
        for name, sent in take.sent.items():
            assert (sent <= take.signals[name].times_s).all()
            assert (sent >= take.start_s).all()


@given(recordings())
def test_a_recording_over_a_loop_is_saved_and_opened(recording: Recording) -> None:
    """Written and read, a recording over any jumps has the same takes, to the last bit."""
    file = io.BytesIO()
    write_recording(file, recording)
    found = read_recording(io.BytesIO(file.getvalue()), "The take")
    assert found.anchors == recording.anchors
    before, after = takes_of(recording), takes_of(found)
    assert len(before) == len(after)
    assert all(map(same_take, before, after))


def test_a_round_in_which_nothing_arrived_has_no_take() -> None:
    """Of three rounds of a loop, the second of which was silent, two become takes, with the next numbers."""
    own = np.array([1.0, 9.0])
    looped = TimeMap((Segment(0.0, 10.0), Segment(4.0, 10.0), Segment(8.0, 10.0)))
    takes = takes_of(Recording("r", 3, 0.0, 12.0, {"/k": Signal(own, own)}, anchors=looped))
    assert [(take.id, take.number, take.start_s, take.end_s) for take in takes] == [
        ("r", 3, 10.0, 14.0),
        ("r.3", 4, 10.0, 14.0),
    ]
    assert take_called(takes, "r.3").signals["/k"].times_s.tolist() == [11.0]
    with pytest.raises(DamagedFileError, match="does not contain it"):
        take_called(takes, "r.2")


def test_what_lasts_longer_than_a_round_ends_with_it() -> None:
    """A stretch of the recording over the border of two rounds is in both, up to the end of one and from the start of
    the other."""
    looped = TimeMap((Segment(0.0, 10.0), Segment(4.0, 10.0)))
    first, second = rounds_of("r", looped, 0.0, 6.0)
    assert first.has_some(3.0, 5.0)
    assert second.has_some(3.0, 5.0)
    assert not first.has_some(4.0, 5.0)
    assert (first.song_s(3.0), first.song_s(5.0)) == (13.0, 14.0)
    assert (second.song_s(3.0), second.song_s(5.0)) == (10.0, 11.0)
