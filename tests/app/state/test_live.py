"""The live stream: what moves is sent once to each page, and nothing when nothing moves."""

from __future__ import annotations

import json

import pytest

from deforum_perform.app.state.live import MOST_GROWN
from tests.app.conftest import Hands


def test_nothing_is_sent_when_nothing_moved(hands: Hands) -> None:
    """After the first full message an idle Performer has nothing for the page."""
    message, cursor = hands.performer.live(None)
    assert message is not None
    assert message["full"] is True
    assert hands.performer.live(cursor)[0] is None


def test_a_moved_source_is_sent_once(hands: Hands) -> None:
    """A source's row comes with its next message only, and its lane's output with it."""
    lane = hands.lane("angle", "/k", in_low=0, in_high=1, out_low=0, out_high=10)
    _, cursor = hands.performer.live(None)
    hands.play("/k", (1.0, 0.25))
    message, cursor = hands.performer.live(cursor)
    assert message is not None
    assert message["sources"][0][:2] == [0, 0.25]
    assert message["lanes"] == [[lane, 2.5, 0.25]]
    assert hands.performer.live(cursor)[0] is None


def test_a_source_that_only_slows_down_moves_no_lane(hands: Hands) -> None:
    """When a rate falls, the source's row comes again, without a value of the lane: nothing has moved."""
    hands.lane("angle", "/k")
    hands.play("/k", *((1.0 + i / 100, i / 150) for i in range(150)))
    _, cursor = hands.performer.live(None)
    hands.performer.parts.sources.monitor.settle(4_000_000_000)
    message, _ = hands.performer.live(cursor)
    assert message is not None
    assert (len(message["sources"]), message["lanes"]) == (1, [])


def test_moves_from_before_a_stop_are_no_values_after_it(hands: Hands) -> None:
    """A page that connects late gets the last moves of a recording after its end: a recorded lane then keeps it, and
    another one shows its knob's position."""
    holds = hands.lane("angle", "/k", in_low=0, in_high=1, out_low=0, out_high=10)
    bare = hands.lane("angle", "/k", in_low=0, in_high=1, out_low=0, out_high=10, armed=False)
    hands.do("record.start")
    _, cursor = hands.performer.live(None)
    hands.play("/k", (0.5, 0.2), (1.0, 0.4))
    hands.at(2.0)
    hands.do("record.stop")
    message, cursor = hands.performer.live(cursor)
    assert message is not None
    assert message["lanes"] == [[bare, 4.0, 0.4]]
    hands.play("/k", (3.0, 0.6))
    message, cursor = hands.performer.live(cursor)
    assert message is not None
    assert [row[0] for row in message["lanes"]] == [holds, bare]
    hands.play("/k", (4.0, 0.7))
    hands.do("seek", time_s=1.0)
    message, _ = hands.performer.live(cursor)
    assert message is not None
    assert [row[0] for row in message["lanes"]] == [bare]


def test_a_lane_with_another_mapping_is_sent_again(hands: Hands) -> None:
    """Another range gives the value that the source has already, where the lane plays nothing recorded; once."""
    lane = hands.lane("angle", "/k", in_low=0, in_high=1, out_low=0, out_high=10)
    other = hands.lane("translation_x", "/k", in_low=0, in_high=1, out_low=0, out_high=10)
    hands.play("/k", (1.0, 0.25))
    _, cursor = hands.performer.live(None)
    hands.do("lane.change", id=lane, out_high=20)
    message, cursor = hands.performer.live(cursor)
    assert message is not None
    assert message["lanes"] == [[lane, 5.0, 0.25]]
    assert hands.performer.live(cursor)[0] is None
    hands.at(2.0)
    hands.do("record.start")
    hands.play("/k", (2.5, 0.5))
    hands.at(3.0)
    hands.do("record.stop")
    _, cursor = hands.performer.live(cursor)
    hands.do("lane.change", id=other, out_high=20)
    message, _ = hands.performer.live(cursor)
    assert message is not None
    assert message["lanes"] == []


def test_growth_reaches_every_page_whole(hands: Hands) -> None:
    """A page that joins during a recording gets the curve from its start; one that was connected gets only the rest."""
    lane = hands.lane("angle", "/k", in_low=0, in_high=1, out_low=0, out_high=10)
    hands.do("song.change", fps=10)
    hands.at(1.0)
    hands.do("record.start")
    _, early = hands.performer.live(None)
    hands.play("/k", (1.0, 0.1), (1.5, 0.5))
    first, early = hands.performer.live(early)
    hands.play("/k", (2.0, 0.9))
    second, early = hands.performer.live(early)
    late, _ = hands.performer.live(None)
    assert first is not None
    assert second is not None
    assert late is not None
    pieces = [row for message in (first, second) for row in message["growth"]]
    assert [row[1] for row in pieces] == [0, 6]
    joined = [value for row in pieces for value in row[2]]
    assert late["growth"] == [[lane, 0, joined]]
    assert joined == pytest.approx([1.0] * 5 + [5.0] * 5 + [9.0])


def test_a_long_recording_comes_in_parts(hands: Hands) -> None:
    """A page that joins late gets no message of more than MOST_GROWN values a lane, and all of them in the end."""
    hands.lane("angle", "/k", in_low=0, in_high=1, out_low=0, out_high=10)
    hands.do("song.change", fps=100)
    hands.at(1.0)
    hands.do("record.start", start_s=0)
    hands.play("/k", (1.0, 0.1), (51.0, 0.5))
    cursor, parts = None, []
    for _ in range(3):
        message, cursor = hands.performer.live(cursor)
        assert message is not None
        parts += [row[1:] for row in message["growth"]]
    assert [len(values) for _, values in parts] == [MOST_GROWN, MOST_GROWN, 5001 - 2 * MOST_GROWN]
    assert [first for first, _ in parts] == [0, MOST_GROWN, 2 * MOST_GROWN]


def test_state_and_live_are_json(hands: Hands) -> None:
    """Everything the page gets is plain JSON without NaN."""
    hands.lane("angle", "/k")
    hands.play("/k", (1.0, 0.25), (1.1, 0.5))
    json.dumps(hands.performer.snapshot(), allow_nan=False)
    json.dumps(hands.performer.live(None)[0], allow_nan=False)


def test_a_snapshot_is_kept_until_something_changes(hands: Hands) -> None:
    """Asking again costs nothing: the same object comes back until the revision moves."""
    first = hands.performer.snapshot()
    assert hands.performer.snapshot() is first
    hands.lane("angle")
    assert hands.performer.snapshot()["revision"] > first["revision"]


def test_rates_fall_to_nothing(hands: Hands) -> None:
    """When a source rests, its rate falls to 0 and that is sent."""
    hands.play("/k", *((1.0 + i / 100, i) for i in range(150)))
    monitor = hands.performer.parts.sources.monitor
    assert monitor.sources[0].rate_hz == pytest.approx(100, rel=0.1)
    for second in (4, 6, 8):
        monitor.settle(second * 1_000_000_000)
    assert monitor.sources[0].rate_hz == 0
    assert monitor.is_active is False
