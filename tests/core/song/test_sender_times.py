"""A take by the time its sender meant: the same events, placed otherwise, and back again."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from deforum_perform.core.curve.clip_events import raw_signals
from deforum_perform.core.signal import Signal, signal
from deforum_perform.core.song.binding import Binding
from deforum_perform.core.song.clip import Clip
from deforum_perform.core.song.placing import by_sender, largest_shift_s, placed
from deforum_perform.core.song.retiming import stretched_song, with_time
from deforum_perform.core.song.song import Song
from deforum_perform.core.song.take import Take
from deforum_perform.core.song.take_info import SenderTimes, info
from deforum_perform.core.time.time_map import ARRIVAL, IDENTITY, SENDER, scaled
from tests.fuzz.examples import same_take
from tests.store.examples import takes


def _late() -> Take:
    """Four events of which three were delayed; another source without further information."""
    arrived = signal([1.0, 3.0, 3.01, 3.02], [0.1, 0.2, 0.3, 0.4])
    other = signal([2.0], [5.0])
    sent = {"/k": np.array([1.0, 1.5, 2.0, 2.5])}
    return Take("t", 1, 0.0, 4.0, {"/k": arrived, "/other": other}, sent=sent, sent_by="ableton")


def _song(take: Take, *clips: Clip) -> Song:
    known = SenderTimes(take.sent_by, largest_shift_s(take))
    return Song("s", takes=(info(take, (), known),), clips={"lane": clips})


@given(takes())
def test_the_same_events_in_order_of_the_senders_time(take: Take) -> None:
    """By its sender's time a take has the same values, sorted, none later than it arrived; other sources stay."""
    moved = by_sender(take)
    assert list(moved.signals) == list(take.signals)
    for name, arrived in take.signals.items():
        found = moved.signals[name]
        assert sorted(found.values.tolist()) == sorted(arrived.values.tolist())
        assert (np.diff(found.times_s) >= 0).all()
        assert (found.times_s <= arrived.times_s).all()
        if name not in take.sent:
            assert found is arrived


def test_what_was_overtaken_plays_in_its_order() -> None:
    """An event that arrived after a later one plays before it, and those of one moment in order of arrival."""
    arrived = Signal(np.array([1.0, 2.0, 3.0, 4.0]), np.array([10.0, 20.0, 30.0, 40.0]))
    sent = {"/k": np.array([0.9, 1.9, 1.5, 1.9])}
    moved = by_sender(Take("t", 1, 0.0, 5.0, {"/k": arrived}, sent=sent, sent_by="timetags")).signals["/k"]
    assert moved.times_s.tolist() == [0.9, 1.5, 1.9, 1.9]
    assert moved.values.tolist() == [10.0, 30.0, 20.0, 40.0]


def test_a_clip_begins_with_the_same_event() -> None:
    """Where a lane begins with a take's event, it begins with it by either time; there and back changes nothing."""
    take = _late()
    at_event, between, other = (
        Clip("", "t", Binding("/k"), 3.0, 4.0),
        Clip("", "t", Binding("/k"), 3.005, 4.0),
        Clip("", "t", Binding("/other"), 2.0, 4.0),
    )
    song = _song(take, at_event, between, other)
    by_its_sender = with_time(song, take, SENDER)
    assert by_its_sender.clips["lane"] == (replace(at_event, start_s=1.5), between, other)
    assert by_its_sender.take("t").time == SENDER
    (events,) = raw_signals(by_its_sender.clips["lane"][:1], {"t": by_sender(take)}).values()
    assert events.times_s.tolist() == [1.5, 2.0, 2.5]
    assert with_time(by_its_sender, take, ARRIVAL) == song
    assert with_time(song, take, ARRIVAL) is song


@given(st.floats(0.1, 10))
def test_a_stretched_song_still_finds_its_events(scale: float) -> None:
    """In another tempo the take, how far its events move and where its clips begin are stretched alike."""
    take = _late()
    song = stretched_song(_song(take, Clip("", "t", Binding("/k"), 3.0, 4.0)), scale)
    slow = placed(take, scaled(IDENTITY, scale), None)
    known = song.take("t").sender_times
    assert known is not None
    assert np.isclose(known.largest_shift_s, largest_shift_s(slow))
    by_its_sender = with_time(song, take, SENDER)
    assert np.isclose(by_its_sender.clips["lane"][0].start_s, 1.5 * scale)


def test_a_take_without_senders_times_stays() -> None:
    """Where only arrival is known nothing is moved."""
    take = replace(_late(), sent={}, sent_by="")
    assert by_sender(take) is take
    assert largest_shift_s(take) == 0.0
    assert same_take(placed(_late(), IDENTITY, None), _late())
