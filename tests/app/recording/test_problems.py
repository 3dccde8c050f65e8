"""Stalls, bursts, two senders and losses are shown where they happen."""

from __future__ import annotations

from typing import Any

import pytest

from deforum_perform.osc.datagrams import Datagrams, Loss
from deforum_perform.osc.decode.sender_table import MAX_SENDERS
from deforum_perform.osc.timing.problems import MOST_OF_KIND
from tests.app.conftest import SECOND, Hands, osc
from tests.osc import encoder


def recorded(hands: Hands, times_s: list[float], senders: list[str] | None = None) -> dict[str, Any]:
    """A lane of one source that sent at ``times_s``; its state afterwards."""
    lane = hands.lane("angle", "/k", in_low=0, in_high=1)
    hands.at(0.0)
    hands.do("record.start")
    for i, time_s in enumerate(times_s):
        hands.at(time_s)
        who = [(senders[i % len(senders)], 9)] if senders else []
        hands.performer.parts.reception.receive(Datagrams([round(time_s * SECOND)], [osc("/k", i / len(times_s))], who))
    hands.at(times_s[-1] + 1)
    hands.do("record.stop")
    return hands.state_of(lane)


def test_a_stall_and_its_flood_are_marked_at_their_frame(hands: Hands) -> None:
    """A rest that ends in a flood is a stall of the sender, reported with the frame where it began."""
    steady = [1 + i / 50 for i in range(100)]
    flood = [steady[-1] + 1.0 + i / 5000 for i in range(20)]
    state = recorded(hands, [*steady, *flood, *(flood[-1] + (i + 1) / 50 for i in range(50))])
    (stall,) = [p for p in state["problems"] if p["code"] == "stall"]
    assert stall["frame"] == pytest.approx(steady[-1] * 15, abs=1)
    assert "/k stalled for 1.0" in stall["message"]
    assert stall["remedy"]


def test_two_programs_on_one_address_are_reported(hands: Hands) -> None:
    """Two senders in turns make a knob jump; the page says so."""
    state = recorded(hands, [1 + i / 50 for i in range(100)], ["127.0.0.1", "127.0.0.2"])
    assert "two_senders" in [p["code"] for p in state["problems"]]


@pytest.mark.parametrize("count", [300, MAX_SENDERS + 300])
def test_programs_that_sent_one_message_do_not_hide_two_that_send_in_turns(hands: Hands, count: int) -> None:
    """However many ports sent a message before, two programs of one computer on one source are found."""
    hands.at(0.0)
    ports = [("127.0.0.1", 1024 + i) for i in range(count)]
    hands.performer.parts.reception.receive(Datagrams([0] * count, [osc("/once", 1.0)] * count, ports))
    lane = hands.lane("angle", "/k", in_low=0, in_high=1)
    hands.do("record.start")
    for i in range(100):
        hands.at(1 + i / 50)
        stamp = hands.clock[0]
        hands.performer.parts.reception.receive(
            Datagrams([stamp], [osc("/k", i / 100)], [("127.0.0.1", 60_000 + i % 2)])
        )
    hands.at(4.0)
    hands.do("record.stop")
    assert "two_senders" in [p["code"] for p in hands.state_of(lane)["problems"]]


def test_losses_are_marked_when_they_were_noticed(hands: Hands) -> None:
    """Every lane that plays the take shows where messages were lost, and what to do; the take knows how many."""
    lane = hands.lane("angle", "/k", in_low=0, in_high=1)
    hands.at(0.0)
    hands.performer.parts.reception.receive(Datagrams(losses=(Loss(0, 1),)))
    hands.do("record.start")
    hands.play("/k", (1.0, 0.5))
    hands.performer.parts.reception.receive(Datagrams(losses=(Loss(2 * SECOND, 7),)))
    hands.play("/k", (3.0, 0.25))
    hands.do("record.stop")
    hands.performer.parts.reception.receive(Datagrams(losses=(Loss(4 * SECOND, 1),)))
    (lost,) = [p for p in hands.state_of(lane)["problems"] if p["code"] == "lost"]
    assert (lost["frame"], lost["message"][:10]) == (30, "7 messages")
    assert hands.performer.snapshot()["takes"][0]["lost"] == 7


def test_a_player_who_pauses_causes_no_problem(hands: Hands) -> None:
    """Normal moving and resting is not a problem, however evenly the knob sends while it moves."""
    times = [1 + i / 60 for i in range(120)] + [6 + i / 60 for i in range(120)]
    assert recorded(hands, times)["problems"] == []


def test_a_hole_in_a_stream_is_marked(hands: Hands) -> None:
    """A source that never rests and misses a piece is reported, with the duration of the silence."""
    times = [1 + i / 20 for i in range(600) if not 300 <= i < 306]
    (gap,) = [p for p in recorded(hands, times)["problems"] if p["code"] == "gap"]
    assert gap["message"] == "/k sent nothing for 0.35 s in the middle of a steady stream."


def test_many_problems_of_a_kind_are_one_line(hands: Hands) -> None:
    """A lane says once what happened, with the number of times, so that the check stays readable."""
    times: list[float] = []
    for stall in range(3):
        start = 1 + stall * 4
        times += [start + i / 50 for i in range(100)]
        times += [start + 3 + i / 5000 for i in range(20)]
    (stalls,) = [p for p in recorded(hands, times)["problems"] if p["code"] == "stall"]
    assert stalls["message"].endswith("And 2 more times.")


def notice(hands: Hands) -> str | None:
    """The page's message about the recording."""
    return next((n["message"] for n in hands.performer.snapshot()["notices"] if n["id"] == "recording"), None)


def test_a_loss_is_reported_while_the_recording_continues(hands: Hands) -> None:
    """The page says at once that something was lost, once a second how much, and at the end all of it."""
    report = hands.performer.recorder.report
    report(Loss(0, 9))
    assert notice(hands) is None
    hands.at(1.0)
    hands.do("record.start")
    report(Loss(round(1.5 * SECOND), 3))
    assert notice(hands) == "3 messages were lost in this recording."
    report(Loss(round(1.7 * SECOND), 4))
    assert notice(hands) == "3 messages were lost in this recording."
    report(Loss(round(2.6 * SECOND), 5))
    assert notice(hands) == "12 messages were lost in this recording."
    report(Loss(round(2.7 * SECOND), 1))
    hands.play("/k", (3.0, 0.5))
    hands.do("record.stop")
    assert notice(hands) == "13 messages were lost in this recording."


def test_what_a_limit_left_out_and_a_sleep_are_marked(hands: Hands) -> None:
    """A take says which sender sent too much, and where the computer slept for how long."""
    lane = hands.lane("angle", "/k", in_low=0, in_high=1)
    hands.at(0.0)
    hands.do("record.start")
    hands.play("/k", (1.0, 0.5))
    hands.performer.recorder.report(Loss(2 * SECOND, 1200, "limited", "10.0.0.9"))
    hands.performer.recorder.report(Loss(round(2.5 * SECOND), 300, "limited", "10.0.0.9"))
    assert str(notice(hands)).startswith("10.0.0.9 sends more than its limit: 1,200")
    hands.performer.recorder.report(Loss(3 * SECOND, 90, "slept"))
    hands.play("/k", (4.0, 0.25))
    hands.do("record.stop")
    said = {p["code"]: (p["frame"], p["message"]) for p in hands.state_of(lane)["problems"]}
    assert said["limited"] == (30, "1,500 messages from 10.0.0.9 were left out: it sent more than its limit.")
    assert said["slept"] == (45, "The computer slept for 90 s here.")
    take = hands.performer.snapshot()["takes"][0]
    assert take["lost"] == 0
    limited = next(problem for problem in take["problems"] if problem["kind"] == "limited")
    assert (limited["who"], limited["start_s"], limited["end_s"]) == ("10.0.0.9", 2.0, 2.5)


def test_a_flood_of_losses_stays_small(hands: Hands) -> None:
    """Losses of a kind that are close together are one problem, and there are never more than a thousand."""
    hands.at(0.0)
    hands.do("record.start")
    playing = hands.performer.recorder.current
    assert playing is not None
    for k in range(5000):
        playing.note(Loss(k * 2 * SECOND, 1, "limited", f"10.0.0.{k % 3}"))
        playing.note(Loss(k * 2 * SECOND + 1, 1, "limited", f"10.0.0.{k % 3}"))
    assert len(playing.losses) == 1000
    assert sum(loss.count for loss in playing.losses) == 10_000


def troubled(hands: Hands) -> str:
    """Ten seconds of short stalls, then one of 2 s, a second sender, and bundles in the wrong order; the lane's id."""
    lane = hands.lane("angle", "/k", in_low=0, in_high=1)
    hands.at(0.0)
    hands.do("record.start")
    sent: list[tuple[float, str, float]] = []
    now = 1.0
    while now < 10.0:
        sent += [(now + k * 0.01, "127.0.0.1", now + k * 0.01) for k in range(20)]
        sent += [(now + 0.25 + k * 0.0005, "127.0.0.1", now + 0.2 + k * 0.005) for k in range(8)]
        now += 0.26
    sent += [(now + 2.0 + k * 0.0001, "127.0.0.1", now + k / 100) for k in range(200)]
    now += 2.1
    sent += [(now + k / 50, f"127.0.0.{1 + k % 2}", now + k / 50) for k in range(50)]
    sent += [(now + 1.1 + k / 50, "127.0.0.1", now + 1.1 + ((k ^ 1) - 1) / 50) for k in range(8)]
    for k, (time_s, who, meant_s) in enumerate(sent):
        tag = round((3_900_000_000 + meant_s) * 2**32)
        data = encoder.bundle([osc("/k", (k % 90) / 90)], tag)
        hands.at(time_s)
        hands.performer.parts.reception.receive(Datagrams([round(time_s * SECOND)], [data], [(who, 9)]))
    hands.at(16.0)
    hands.do("record.stop")
    return lane


def test_trifles_hide_nothing_that_comes_later(hands: Hands) -> None:
    """However many short problems come first, the long stall is reported, and so are the second sender and the
    order."""
    lane = troubled(hands)
    problems = {problem["code"]: problem for problem in hands.state_of(lane)["problems"]}
    assert {"stall", "two_senders", "reordered"} <= set(problems)
    assert "stalled for 2.0" in problems["stall"]["message"]
    assert problems["stall"]["message"].endswith(f"And at least {MOST_OF_KIND - 1} more times.")
    assert problems["stall"]["frame"] == pytest.approx(10.1 * 15, abs=4)
    (take,) = hands.performer.snapshot()["takes"]
    stalls = [problem for problem in take["problems"] if problem["kind"] == "stall"]
    assert len(stalls) == MOST_OF_KIND
    assert max(stalls, key=lambda problem: problem["end_s"] - problem["start_s"])["rank"] == 0
    assert sorted(problem["rank"] for problem in stalls) == list(range(MOST_OF_KIND))


@pytest.mark.parametrize(("floods", "said"), [(1, None), (2, "And once more."), (3, "And 2 more times.")])
def test_how_often_it_happened_is_a_sentence(hands: Hands, floods: int, said: str | None) -> None:
    """One kind of problem is reported once per lane, with its further occurrences."""
    times = [0.5 + k / 50 for k in range(100)]
    for _ in range(floods):
        flood = [times[-1] + 1.0 + i / 5000 for i in range(20)]
        times += [*flood, *(flood[-1] + (k + 1) / 50 for k in range(100))]
    (stall,) = [problem for problem in recorded(hands, times)["problems"] if problem["code"] == "stall"]
    assert stall["message"].endswith(said or "events at once.")


def test_one_loss_is_reported_in_the_singular(hands: Hands) -> None:
    """A single lost or refused message is in the singular."""
    lane = hands.lane("angle", "/k", in_low=0, in_high=1)
    hands.at(0.0)
    hands.do("record.start")
    hands.play("/k", (1.0, 0.5))
    hands.performer.recorder.report(Loss(2 * SECOND, 1))
    assert notice(hands) == "1 message was lost in this recording."
    hands.performer.recorder.report(Loss(3 * SECOND, 1, "limited", "10.0.0.9"))
    hands.play("/k", (4.0, 0.25))
    hands.do("record.stop")
    said = {problem["code"]: problem["message"] for problem in hands.state_of(lane)["problems"]}
    assert said["lost"] == "1 message was lost before it could be read."
    assert said["limited"] == "1 message from 10.0.0.9 was left out: it sent more than its limit."


def test_what_was_lost_before_the_stop_is_in_the_take(hands: Hands) -> None:
    """Drops that the system reports only after the stop count for the take if they can have happened before it."""
    hands.at(1.0)
    hands.do("record.start")
    hands.play("/k", (1.5, 0.5))
    late = Loss(round(3.1 * SECOND), 9974, since_ns=round(1.5 * SECOND))
    hands.performer.recorder.report(late)
    hands.performer.recorder.report(Loss(round(3.2 * SECOND), 5, "slept", since_ns=round(3.15 * SECOND)))
    hands.at(3.0)
    hands.do("record.stop")
    take = hands.performer.snapshot()["takes"][0]
    assert (take["lost"], [problem["kind"] for problem in take["problems"]]) == (9974, ["lost"])
    assert (take["problems"][0]["start_s"], take["problems"][0]["end_s"]) == (0.5, 2.0)


def test_what_was_lost_before_the_start_is_not_in_the_take(hands: Hands) -> None:
    """Drops detected during a recording that may have happened before it are shown from its start on."""
    hands.at(1.0)
    hands.do("record.start")
    hands.performer.recorder.report(Loss(round(1.2 * SECOND), 7, since_ns=round(0.2 * SECOND)))
    hands.play("/k", (1.5, 0.5))
    hands.do("record.stop")
    (problem,) = hands.performer.snapshot()["takes"][0]["problems"]
    assert (problem["kind"], problem["start_s"], round(problem["end_s"], 6)) == ("lost", 0.0, 0.2)


def test_what_an_error_left_out_is_marked(hands: Hands) -> None:
    """Messages that arrived and could not be processed are reported as such."""
    hands.at(0.0)
    hands.do("record.start")
    hands.play("/k", (1.0, 0.5))
    hands.performer.recorder.report(Loss(2 * SECOND, 1, "failed"))
    assert notice(hands) == "1 message was left out of this recording because of an error in Perform."
    hands.at(3.0)
    hands.do("record.stop")
    (problem,) = hands.performer.snapshot()["takes"][0]["problems"]
    assert (problem["kind"], problem["count"]) == ("failed", 1)
