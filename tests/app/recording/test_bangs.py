"""Messages without arguments: listed, learned, recorded and played as the hits they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from deforum_perform.core.deforum.schedule import parse_schedule
from tests.app.conftest import SECOND, Hands, opened
from tests.osc import encoder

BANG = {"no arguments": encoder.message("/bang"), "no type tags": encoder.text("/bang"),
        "impulse": encoder.message("/bang", "I", [None])}  # fmt: skip


@pytest.mark.parametrize("kind", BANG)
def test_bangs_are_listed_and_recorded(hands: Hands, kind: str) -> None:
    """Ten bangs are ten events of value 1 of one source, and a recording of nothing else has a take."""
    hands.do("record.start")
    for number in range(10):
        hands.send(1.0 + number, BANG[kind])
    hands.at(12.0)
    hands.do("record.stop")
    state = hands.performer.snapshot()
    assert [(source["name"], source["value"]) for source in state["sources"]] == [("/bang", 1.0)]
    assert [(take["events"], list(take["sources"])) for take in state["takes"]] == [(10, ["/bang"])]
    assert "Nothing arrived" not in str(state["notices"])
    take = hands.performer.parts.takes.get(state["song"]["id"], state["takes"][0]["id"])
    assert take.signals["/bang"].times_s.tolist() == pytest.approx([1.0 + n for n in range(10)])
    assert take.signals["/bang"].values.tolist() == [1.0] * 10


def test_a_bang_that_was_received_before_still_moves_its_lane(hands: Hands) -> None:
    """A bang never changes its value, so each one is a move: for Learn, for a waiting recording, and for its lane."""
    hands.send(0.0, BANG["no arguments"])
    lane = hands.lane("seed_schedule", pick="step", out_low=1, out_high=99)
    hands.at(5.0)
    hands.do("lane.learn", id=lane)
    hands.send(6.0, BANG["no arguments"])
    assert hands.state_of(lane)["source"] == "/bang"
    hands.do("record.wait")
    for number in range(3):
        hands.send(7.0 + number, BANG["no arguments"])
    hands.at(11.0)
    hands.do("record.stop")
    state = hands.state_of(lane)
    assert [(clip["start_s"], clip["end_s"]) for clip in state["clips"]] == [(0.0, 4.0)]


def test_a_hit_lane_counts_every_bang(hands: Hands) -> None:
    """With "each hit" a seed goes one on at every bang, though all bangs have one value."""
    hands.do("song.change", fps=10, length_s=5)
    lane = hands.lane("seed_schedule", "/bang", pick="step", out_low=10, out_high=99)
    hands.at(100.0)
    hands.do("record.start")
    for at_s in (101.0, 102.0, 103.0):
        hands.send(at_s, BANG["no arguments"])
    hands.at(105.0)
    hands.do("record.stop")
    values = parse_schedule(hands.performer.lane_text(lane), 50)
    assert [values[frame] - values[0] for frame in (8, 18, 28, 38)] == [0, 1, 2, 3]


def test_bangs_of_a_recording_that_was_cut_off_come_back(hands: Hands, tmp_path: Path) -> None:
    """The journal's bangs make the same take as a stop would have made, lanes included."""
    hands.send(0.0, BANG["no arguments"])
    lane = hands.lane("zoom", "/bang")
    hands.do("record.start")
    for number in range(3):
        hands.send(1.0 + number, BANG["no arguments"])
    recorder = hands.performer.recorder
    assert recorder.feed.journal is not None
    assert recorder.feed.journal.flush()
    copy = recorder.feed.journal.path.read_bytes()
    hands.at(4.0)
    hands.do("record.stop")
    (original,) = hands.performer.snapshot()["takes"]
    hands.performer.parts.store.journals.joinpath("20260101-000000-0123abcd.journal").write_bytes(copy)
    hands.performer.parts.store.unlock()
    clock = [10 * SECOND]
    again = Hands(opened(tmp_path, clock), clock)
    try:
        (unsaved,) = again.performer.snapshot()["unsaved"]
        again.do("recording.recover", id=unsaved["id"])
        assert [take["events"] for take in again.performer.snapshot()["takes"]][-1] == original["events"]
        assert again.state_of(lane)["clips"]
    finally:
        again.performer.close()
