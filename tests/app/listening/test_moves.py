"""Movements by a person, distinguished from automatic ones: Learn, and a recording that waits for the first move."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from deforum_perform.app.listening.moves import BUSY_NS, SelfMoving
from deforum_perform.osc.datagrams import Datagrams
from deforum_perform.osc.timing.ableton import BEAT, PLAYING, SONG_TIME
from tests.app.conftest import SECOND, Hands, osc


def run(hands: Hands, source: str, start: float, end: float, every: float) -> list[tuple[float, str, float]]:
    """Moves of a source that runs automatically."""
    count = round((end - start) / every)
    return [(start + i * every, source, (i * 7 % 100) / 100) for i in range(count)]


def play(hands: Hands, events: list[tuple[float, str, float]]) -> None:
    """Events of several sources in order of time."""
    for time_s, source, value in sorted(events):
        hands.send(time_s, osc(source, value))


def learns(hands: Hands, before: list[Any], after: list[Any], at: float = 5.0, **lane: Any) -> str | None:
    """What Learn binds that is pressed at ``at``."""
    play(hands, [event for event in [*before, *after] if event[0] < at])
    lane_id = hands.lane(lane.pop("field", "zoom"), None, **lane)
    hands.at(at)
    hands.do("lane.learn", id=lane_id)
    play(hands, [event for event in [*before, *after] if event[0] >= at])
    source: str | None = hands.state_of(lane_id)["source"]
    return source


@pytest.mark.parametrize("every", [0.01, 0.1, 0.5, 1.0])
@pytest.mark.parametrize("late", [0.3, 2.0, 9.0])
def test_a_knob_that_begins_to_move_wins_over_what_runs(hands: Hands, every: float, late: float) -> None:
    """An LFO, a meter, a beat: whatever ran before Learn was pressed loses, however late the knob is turned."""
    running = run(hands, "/clock", 0.0, 16.0, every)
    assert learns(hands, running, [(1.0, "/knob", 0.2), (5.004 + late, "/knob", 0.3)]) == "/knob"


@pytest.mark.parametrize("name", [SONG_TIME, BEAT, PLAYING])
def test_lives_clock_is_never_learned(hands: Hands, name: str) -> None:
    """Also not when Live begins to play after Learn was pressed."""
    assert learns(hands, [], [(7.0, name, 1.0), (7.1, name, 1.1), (9.0, "/knob", 0.5)]) == "/knob"


def test_two_clocks_and_a_knob_used_before(hands: Hands) -> None:
    """A knob that rested is not taken for a clock, though it moved often, and evenly, before."""
    running = run(hands, "/a", 0.0, 9.0, 0.05) + run(hands, "/b", 0.0, 9.0, 1.0)
    assert learns(hands, running, [*run(hands, "/knob", 2.0, 4.0, 0.01), (6.0, "/knob", 0.99)]) == "/knob"


def test_a_knob_that_was_turned_all_along_is_learned_after_a_pause(hands: Hands) -> None:
    """Until then the page says why Learn waits."""
    turned = run(hands, "/knob", 4.0, 8.0, 0.02)
    assert learns(hands, turned, []) is None
    (notice,) = [n for n in hands.performer.snapshot()["notices"] if n["id"] == "learn"]
    assert "/knob" in notice["message"]
    assert "click its source" in notice["remedy"]
    hands.play("/knob", (8.6, 0.123))
    (lane,) = hands.performer.snapshot()["lanes"]
    assert (lane["source"], hands.performer.snapshot()["notices"]) == ("/knob", [])


def test_of_one_message_the_argument_that_moves_is_learned(hands: Hands) -> None:
    """AbletonOSC sends track, device, parameter and value: only the value changes."""
    hands.send(1.0, osc("/p", 0, 2, 3, 0.5))
    lane = hands.lane("zoom")
    hands.at(5.0)
    hands.do("lane.learn", id=lane)
    hands.send(6.0, osc("/p", 0, 2, 3, 0.5))
    assert hands.state_of(lane)["source"] is None
    hands.send(6.1, osc("/p", 0, 2, 3, 0.6))
    assert hands.state_of(lane)["source"] == "/p[3]"


def test_a_source_that_changes_comes_before_one_that_is_new(hands: Hands) -> None:
    """A sender that starts does not take the lane from the knob in the same moment."""
    hands.play("/knob", (1.0, 0.5))
    lane = hands.lane("zoom")
    hands.at(5.0)
    hands.do("lane.learn", id=lane)
    hands.send(6.0, osc("/new", 0.1), osc("/knob", 0.6))
    assert hands.state_of(lane)["source"] == "/knob"


def test_a_bang_is_learned_though_it_repeats_its_value(hands: Hands) -> None:
    """A source that only ever sent 1 moves with each event; a metronome that does so too moves automatically."""
    metronome = [(float(t), "/metronome", 1.0) for t in range(12)]
    assert learns(hands, metronome, [(1.0, "/bang", 1.0), (8.2, "/bang", 1.0)]) == "/bang"


def test_a_note_is_learned_by_a_lane_that_counts_hits(hands: Hands) -> None:
    """There each event counts, but a release; elsewhere a repeated value is a message that was sent twice."""
    events = [(1.0, "/note", 100.0), (1.1, "/pad", 0.0), (6.0, "/pad", 0.0), (6.5, "/note", 100.0)]
    assert learns(hands, events, [], field="seed_schedule", pick="step") == "/note"


def test_a_note_that_repeats_its_value_is_not_learned_by_a_knobs_lane(hands: Hands) -> None:
    """Some programs send the state of a knob again: that is not a move."""
    assert learns(hands, [(1.0, "/k", 100.0), (6.0, "/k", 100.0)], []) is None


def test_a_recording_waits_for_the_user_and_not_for_an_lfo(hands: Hands) -> None:
    """Of the armed sources, an automatic one does not start the recording if there is another."""
    hands.lane("zoom", "/lfo")
    hands.lane("angle", "/knob")
    play(hands, [*run(hands, "/lfo", 0.0, 5.0, 0.1), (1.0, "/knob", 0.5)])
    hands.do("record.wait")
    play(hands, run(hands, "/lfo", 5.0, 8.0, 0.1))
    assert hands.performer.snapshot()["transport"]["state"] == "waiting"
    hands.play("/knob", (8.05, 0.6))
    assert hands.performer.snapshot()["transport"]["state"] == "recording"


@pytest.mark.parametrize(("jitter_s", "state"), [(0.0, "waiting"), (0.05, "recording")])
def test_a_recording_waits_for_a_drummer_and_not_for_a_metronome(hands: Hands, jitter_s: float, state: str) -> None:
    """A pad that is played in time starts the recording; only a source that is as even as a machine does not."""
    hands.lane("zoom", "/pad")
    hands.lane("angle", "/knob")
    times = [2.0 * k + jitter_s * (k % 3 - 1) for k in range(1, 7)]
    play(hands, [(1.0, "/knob", 0.5), *((at, "/pad", 0.1 * k) for k, at in enumerate(times[:-1]))])
    hands.at(10.5)
    hands.do("record.wait")
    hands.play("/pad", (times[-1], 0.9))
    assert hands.performer.snapshot()["transport"]["state"] == state


def test_a_recording_that_waits_for_an_lfo_alone_starts_with_it(hands: Hands) -> None:
    """Where nothing else is armed nothing else could start it."""
    hands.lane("zoom", "/lfo")
    play(hands, run(hands, "/lfo", 0.0, 5.0, 0.1))
    hands.do("record.wait")
    hands.play("/lfo", (5.1, 0.123))
    assert hands.performer.snapshot()["transport"]["state"] == "recording"


@pytest.mark.parametrize(("value", "field", "pick"), [(1.0, "zoom", "zone"), (100.0, "seed_schedule", "step")])
def test_a_bang_starts_a_recording_that_waits(hands: Hands, value: float, field: str, pick: str) -> None:
    """An impulse, or a note on a lane that counts hits, is a move though it repeats its value."""
    hands.play("/bang", (0.0, value))
    hands.lane(field, "/bang", pick=pick)
    hands.at(4.0)
    hands.do("record.wait")
    hands.play("/bang", (5.0, value))
    assert hands.performer.snapshot()["transport"]["state"] == "recording"
    hands.at(6.0)
    hands.do("record.stop")
    (take,) = hands.performer.snapshot()["takes"]
    assert (take["events"], take["end_s"]) == (1, 1.0)


def test_only_a_lane_that_counts_hits_writes_from_a_repeated_value(hands: Hands) -> None:
    """A knob's lane keeps what it had when its source only repeats itself; a release starts neither."""
    hands.play("/note", (0.0, 100.0))
    hands.play("/pad", (0.0, 0.0))
    knob, count = hands.lane("zoom", "/note"), hands.lane("seed_schedule", "/note", pick="step")
    still = hands.lane("subseed_schedule", "/pad", pick="step")
    hands.at(1.0)
    hands.do("record.start")
    hands.play("/note", (2.0, 100.0))
    hands.play("/pad", (2.5, 0.0))
    hands.at(4.0)
    hands.do("record.stop")
    played = [hands.state_of(lane)["clips"] for lane in (knob, count, still)]
    assert [[clip["start_s"] for clip in found] for found in played] == [[], [1.0], []]


@st.composite
def running(draw: st.DrawFn) -> list[tuple[float, float]]:
    """What moves automatically from 0 to 60 s: the stretches (from, to) of a continuous source, of a meter or an LFO
    that rests for less than ``PAUSE_NS``, or of a counter that ticks. It has rested three times after 23 s."""
    kind = draw(st.sampled_from(["continuous", "meter", "lfo", "counter"]))
    if kind == "continuous":
        return [(0.0, 60.0)]
    at, out = draw(st.floats(0.0, 1.0)), []
    longest = draw(st.floats(0.6, 3.8))
    length = draw(st.floats(0.05, 2.0))
    while at < 60.0:
        first = len(out) < 2
        moves_s = {"meter": draw(st.floats(0.05, 2.0)), "lfo": length, "counter": 0.0}[kind]
        rests_s = longest * (draw(st.floats(0.2, 1.3)) if kind == "meter" and not first else 1.0)
        out.append((at, at + moves_s))
        at += moves_s + rests_s
    return out


def noted(moving: SelfMoving, name: str, stretches: list[tuple[float, float]], start: float, end: float) -> None:
    """The moves of the stretches between two times, every 50 ms."""
    for first, last in stretches:
        for time_s in np.arange(first, last + 1e-9, 0.05):
            if start <= time_s < end:
                moving.note(name, round(time_s * SECOND), round(time_s * SECOND))


@given(running(), st.floats(23.0, 30.0), st.floats(1.0, 20.0))
def test_what_ran_before_learn_was_pressed_never_wins(
    stretches: list[tuple[float, float]], pressed_s: float, waits_s: float
) -> None:
    """Without a rest, with rests that vary, with even ones, or as single ticks: however long Learn waits."""
    moving, pressed_ns = SelfMoving(), round(pressed_s * SECOND)
    noted(moving, "/runs", stretches, 0.0, pressed_s)
    for first, last in stretches:
        for time_s in np.arange(first, last + 1e-9, 0.05):
            if pressed_s <= time_s < pressed_s + waits_s:
                at_ns = round(time_s * SECOND)
                itself = moving.moves_itself("/runs", at_ns) or moving.moved_before("/runs", at_ns, pressed_ns)
                assert itself, (time_s, stretches)
                moving.note("/runs", at_ns, at_ns)


@given(
    st.lists(st.tuples(st.floats(0.0, 3.0), st.floats(0.6, 20.0)), max_size=3),
    st.floats(0.0, 3.0),
    st.floats(0.55, 5.0),
    st.floats(0.0, 10.0),
)
def test_a_knob_that_was_moved_before_learn_is_learned(
    before: list[tuple[float, float]], turned_s: float, still_s: float, later_s: float
) -> None:
    """Turned up to three times before Learn was pressed, and moved again after: only a rest just like the one before,
    or as short as no hand's, is taken for that of a source that runs."""
    moving, at, starts, ends = SelfMoving(), 1.0, [], []
    for length, rest in [*before[:2], (turned_s, still_s)]:
        noted(moving, "/knob", [(at, at + length)], 0.0, 100.0)
        starts.append(at)
        ends.append(at + length)
        at += length + rest
    pressed_ns, again_ns = round(at * SECOND), round((at + later_s) * SECOND)
    periods = np.diff([*starts, at + later_s])
    assume(len(periods) < 2 or abs(periods[-1] - periods[-2]) > 0.2 + 0.06 * periods[-1])
    assume(len(ends) < 3 or still_s + later_s > 1.1)
    assert not moving.moves_itself("/knob", again_ns)
    assert not moving.moved_before("/knob", again_ns, pressed_ns)


@pytest.mark.parametrize(
    "stretches",
    [
        [(0.3 + 1.7 * k, 0.3 + 1.7 * k + 0.9) for k in range(20)],  # a meter in bursts, with rests of 0.8 s
        [(4.0 * k, 4.0 * k) for k in range(8)],  # a counter of bars
        [(3.0 * k, 3.0 * k + 2.0) for k in range(10)],  # an LFO that rests for a second
        [(k + 0.2 * (k % 3), k + 0.25 + 0.2 * (k % 3)) for k in range(30)],  # a drum's meter, unevenly
    ],
    ids=["meter", "bars", "lfo", "drum"],
)
@pytest.mark.parametrize("turned", [[], [(13.0, 13.5)], [(3.0, 5.0), (12.0, 13.0)]], ids=len)
@pytest.mark.parametrize("late", [1.1, 2.0, 7.3])
def test_a_knob_wins_over_what_moves_in_bursts(
    hands: Hands, stretches: list[tuple[float, float]], turned: list[tuple[float, float]], late: float
) -> None:
    """From the messages to the lane: whether the knob was new, or moved shortly before Learn was pressed at 15 s."""

    def sent(name: str, parts: list[tuple[float, float]]) -> list[tuple[float, str, float]]:
        times = [float(t) for first, last in parts for t in np.arange(first, last + 1e-9, 0.05)]
        return [(t, name, (i * 7 % 100) / 100) for i, t in enumerate(times)]

    knob = sent("/knob", [*turned, (15.0 + late, 15.5 + late)])
    assert learns(hands, sent("/runs", stretches), knob, at=15.0) == "/knob"


def test_a_stall_does_not_make_what_runs_begin(hands: Hands) -> None:
    """A second of messages that is read at once after a stall: what counts is when they arrived, not when they were
    read."""
    play(hands, run(hands, "/lfo", 0.0, 5.0, 0.05))
    lane = hands.lane("zoom")
    hands.do("lane.learn", id=lane)
    times = [5.0 + k * 0.05 for k in range(40)]
    payloads = [osc("/lfo", (k * 7 % 100) / 100) for k in range(40)]
    hands.at(7.0)
    hands.performer.parts.reception.receive(Datagrams([round(t * SECOND) for t in times], payloads, []))
    assert hands.state_of(lane)["source"] is None
    hands.play("/knob", (7.1, 0.4))
    assert hands.state_of(lane)["source"] == "/knob"


@given(st.lists(st.integers(1, 10 * SECOND), max_size=12), st.integers(0, 10 * SECOND))
def test_nothing_moves_by_itself_after_a_long_rest(gaps: list[int], rest: int) -> None:
    """A source that rested longer than half a second and than twice its longest distance starts a new move; one that
    moved half a second ago continues."""
    moving, at = SelfMoving(), 0
    for gap in gaps:
        at += gap
        moving.note("/k", at, at)
    if gaps:
        assert moving.moves_itself("/k", at + BUSY_NS)
    later = at + max(BUSY_NS, 2 * max(gaps, default=0)) + rest + 1
    assert not moving.moves_itself("/k", later)
    assert not moving.moved_before("/k", later, at + 1)
    assert not moving.moves_itself("/other", at)
