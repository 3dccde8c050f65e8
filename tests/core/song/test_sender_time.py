"""A take by the time its sender meant: the same events, placed otherwise, and back again."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from deforum_perform.core.curve.playback import raw_signal
from deforum_perform.core.signal import Signal, signal
from deforum_perform.core.song.comp import Cover
from deforum_perform.core.song.sender_time import by_sender, largest_shift_s, with_time
from deforum_perform.core.song.song import ARRIVAL, SENDER, SenderTimes, Song, info, stretched_song
from deforum_perform.core.song.take import Take, stretched
from tests.fuzz.examples import same_take
from tests.store.examples import takes


def _late() -> Take:
    """Four events of which three were delayed; another source without further information."""
    arrived = signal([1.0, 3.0, 3.01, 3.02], [0.1, 0.2, 0.3, 0.4])
    other = signal([2.0], [5.0])
    sent = {"/k": np.array([1.0, 1.5, 2.0, 2.5])}
    return Take("t", 1, 0.0, 4.0, {"/k": arrived, "/other": other}, sent=sent, sent_by="ableton")


def _song(take: Take, *covers: Cover) -> Song:
    known = SenderTimes(take.sent_by, largest_shift_s(take))
    return Song("s", takes=(info(take, (), known),), comp={"lane": covers})


@given(takes())
def test_the_same_events_in_order_of_the_senders_time(take: Take) -> None:
    """By its sender's time a take has the same values, sorted, none later than it arrived; other sources stay."""
    placed = by_sender(take)
    assert list(placed.signals) == list(take.signals)
    for name, arrived in take.signals.items():
        found = placed.signals[name]
        assert sorted(found.values.tolist()) == sorted(arrived.values.tolist())
        assert (np.diff(found.times_s) >= 0).all()
        assert (found.times_s <= arrived.times_s).all()
        if name not in take.sent:
            assert found is arrived


def test_what_was_overtaken_plays_in_its_order() -> None:
    """An event that arrived after a later one plays before it, and those of one moment in order of arrival."""
    arrived = Signal(np.array([1.0, 2.0, 3.0, 4.0]), np.array([10.0, 20.0, 30.0, 40.0]))
    sent = {"/k": np.array([0.9, 1.9, 1.5, 1.9])}
    placed = by_sender(Take("t", 1, 0.0, 5.0, {"/k": arrived}, sent=sent, sent_by="timetags")).signals["/k"]
    assert placed.times_s.tolist() == [0.9, 1.5, 1.9, 1.9]
    assert placed.values.tolist() == [10.0, 30.0, 20.0, 40.0]


def test_a_cover_begins_with_the_same_event() -> None:
    """Where a lane begins with a take's event, it begins with it by either time; there and back changes nothing."""
    take = _late()
    at_event, between, other = (
        Cover("t", "/k", 3.0, 4.0),
        Cover("t", "/k", 3.005, 4.0),
        Cover("t", "/other", 2.0, 4.0),
    )
    song = _song(take, at_event, between, other)
    placed = with_time(song, take, SENDER)
    assert placed.comp["lane"] == (replace(at_event, start_s=1.5), between, other)
    assert placed.take("t").time == SENDER
    heard = raw_signal(placed.comp["lane"][:1], {"t": by_sender(take)})
    assert heard.times_s.tolist() == [1.5, 2.0, 2.5]
    assert with_time(placed, take, ARRIVAL) == song
    assert with_time(song, take, ARRIVAL) is song


@given(st.floats(0.1, 10))
def test_a_stretched_song_still_finds_its_events(scale: float) -> None:
    """In another tempo the take, the shift of its events and the start of its clips are stretched alike."""
    take = _late()
    song = stretched_song(_song(take, Cover("t", "/k", 3.0, 4.0)), scale)
    slow = stretched(take, scale)
    known = song.take("t").sender_times
    assert known is not None
    assert np.isclose(known.largest_shift_s, largest_shift_s(slow))
    placed = with_time(song, slow, SENDER)
    assert np.isclose(placed.comp["lane"][0].start_s, 1.5 * scale)


def test_a_take_without_senders_times_stays() -> None:
    """Where only arrival is known nothing is moved."""
    take = replace(_late(), sent={}, sent_by="")
    assert by_sender(take) is take
    assert largest_shift_s(take) == 0.0
    assert same_take(stretched(_late(), 1.0), _late())
