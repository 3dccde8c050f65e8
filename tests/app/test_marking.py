"""Stalls, bursts, two senders and losses are marked where they happen."""

from __future__ import annotations

from typing import Any

import pytest

from deforum_perform.osc.datagrams import Datagrams, Loss

from .conftest import SECOND, Hands, osc


def recorded(hands: Hands, times_s: list[float], senders: list[str] | None = None) -> dict[str, Any]:
    """A lane of one source that sent at ``times_s``; its state afterwards."""
    lane = hands.lane("angle", "/k", in_low=0, in_high=1)
    hands.at(0.0)
    hands.do("record.start")
    for i, time_s in enumerate(times_s):
        hands.at(time_s)
        who = [(senders[i % len(senders)], 9)] if senders else []
        hands.performer.recorder.receive(Datagrams([round(time_s * SECOND)], [osc("/k", i / len(times_s))], who))
    hands.at(times_s[-1] + 1)
    hands.do("record.stop")
    return hands.state_of(lane)


def test_a_stall_and_its_flood_are_marked_at_their_frame(hands: Hands) -> None:
    """A rest that ends in a flood is a stall of the sender, told with the frame where it began."""
    steady = [1 + i / 50 for i in range(100)]
    flood = [steady[-1] + 1.0 + i / 5000 for i in range(20)]
    state = recorded(hands, [*steady, *flood, *(flood[-1] + (i + 1) / 50 for i in range(50))])
    (stall,) = [p for p in state["problems"] if p["code"] == "stall"]
    assert stall["frame"] == pytest.approx(steady[-1] * 15, abs=1)
    assert "/k stalled for 1.0" in stall["message"]
    assert stall["remedy"]


def test_two_programs_on_one_address_are_told(hands: Hands) -> None:
    """Two senders in turns make a knob jump; the page says so."""
    state = recorded(hands, [1 + i / 50 for i in range(100)], ["127.0.0.1", "127.0.0.2"])
    assert "two_senders" in [p["code"] for p in state["problems"]]


def test_losses_are_marked_when_they_were_noticed(hands: Hands) -> None:
    """Every lane that plays the take shows where messages were lost, and what to do; the take knows how many."""
    lane = hands.lane("angle", "/k", in_low=0, in_high=1)
    hands.at(0.0)
    hands.performer.recorder.receive(Datagrams(losses=(Loss(0, 1),)))
    hands.do("record.start")
    hands.play("/k", (1.0, 0.5))
    hands.performer.recorder.receive(Datagrams(losses=(Loss(2 * SECOND, 7),)))
    hands.play("/k", (3.0, 0.25))
    hands.do("record.stop")
    hands.performer.recorder.receive(Datagrams(losses=(Loss(4 * SECOND, 1),)))
    (lost,) = [p for p in hands.state_of(lane)["problems"] if p["code"] == "lost"]
    assert (lost["frame"], lost["message"][:10]) == (30, "7 messages")
    assert hands.performer.snapshot()["takes"][0]["lost"] == 7


def test_a_hand_that_pauses_is_not_marked(hands: Hands) -> None:
    """Moving and resting as people do is no fault, however evenly the knob sends while it moves."""
    times = [1 + i / 60 for i in range(120)] + [6 + i / 60 for i in range(120)]
    assert recorded(hands, times)["problems"] == []


def test_a_hole_in_a_stream_is_marked(hands: Hands) -> None:
    """A source that never rests and misses a piece is told, with how long it was silent."""
    times = [1 + i / 20 for i in range(600) if not 300 <= i < 306]
    (gap,) = [p for p in recorded(hands, times)["problems"] if p["code"] == "gap"]
    assert gap["message"] == "/k sent nothing for 0.35 s in the middle of a steady stream."


def test_many_faults_of_a_kind_are_one_line(hands: Hands) -> None:
    """A lane says what happened once, with the number of times, so that the proof stays readable."""
    times: list[float] = []
    for stall in range(3):
        start = 1 + stall * 4
        times += [start + i / 50 for i in range(100)]
        times += [start + 3 + i / 5000 for i in range(20)]
    (stalls,) = [p for p in recorded(hands, times)["problems"] if p["code"] == "stall"]
    assert stalls["message"].endswith("And 2 more times.")
