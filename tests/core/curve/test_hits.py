"""What counts as a hit, for lanes that each hit moves on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deforum_perform.core.curve.clip_events import lane_signal
from deforum_perform.core.curve.hits import SLOW_STEPS, WIDEST_NOTES, later_arguments, releases, struck
from deforum_perform.core.curve.mapping import position
from deforum_perform.core.signal import Signal
from deforum_perform.core.song.binding import Binding
from deforum_perform.core.song.clip import Clip
from deforum_perform.core.song.lane import Lane, changed, new_lane
from deforum_perform.core.song.take import Take

LANES_PAGE = Path(__file__).parents[3] / "docs" / "lanes.md"
VALUES = st.floats(0.01, 1.0) | st.integers(1, 127)


def lane_for(values: np.ndarray, **changes: Any) -> Lane:
    """A counting lane whose input range is that of the values, like one that adapts to its source."""
    low, high = float(values.min()), float(values.max())
    if low == high:
        low, high = 0.0, 127.0 if high > 1 else 1.0
    lane = changed(new_lane("a", "seed_schedule", "/s"), {"pick": "step", "in_low": low, "in_high": high})
    return changed(lane, changes)


def hits(values: Any, every_s: Any, **changes: Any) -> list[int]:
    """Which of the values, ``every_s`` seconds apart (or at these times), are hits: their places."""
    column = np.array(values, dtype=np.float64)
    times = np.arange(column.size) * every_s if np.isscalar(every_s) else np.array(every_s, dtype=np.float64)
    lane = lane_for(column, **changes)
    places = position(column, lane.binding, lane.shaping.invert)
    released = releases(column, places, lane.binding, lane.shaping.invert)
    found: list[int] = np.flatnonzero(struck(column, places, times, released)).tolist()
    return found


def documented() -> list[tuple[str, list[float], float, int]]:
    """The rows of the table in docs/lanes.md."""
    text = LANES_PAGE.read_text("utf-8").split("[//]: # (hits)\n\n")[1].split("\n\n")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines()[2:]]
    return [
        (name, [float(value) for value in sent.split(",")], float(every.split()[0]), int(count))
        for name, sent, every, count in rows
    ]


@pytest.mark.parametrize(("name", "values", "every_s", "count"), documented(), ids=lambda value: str(value)[:40])
def test_the_examples_of_the_documentation_hold(name: str, values: list[float], every_s: float, count: int) -> None:
    """Each row of the table in docs/lanes.md has as many hits as it says."""
    assert len(hits(values, every_s)) == count, name


def test_the_documentation_has_its_table() -> None:
    """The test above has rows."""
    assert len(documented()) > 10


@given(st.lists(VALUES, min_size=1, max_size=12), st.floats(0.51, 4.0))
def test_every_event_apart_from_others_is_a_hit(values: list[float], every_s: float) -> None:
    """Whatever its value, wherever in the input range, and repeated or not."""
    assert hits(values, every_s) == list(range(len(values)))


@given(st.lists(st.just(0.0) | VALUES, min_size=1, max_size=30), st.lists(st.floats(0, 1), min_size=30, max_size=30))
def test_no_release_is_a_hit(values: list[float], gaps: list[float]) -> None:
    """A 0 never is one, however it comes."""
    times = np.cumsum(gaps)[: len(values)]
    assert all(values[place] != 0 for place in hits(values, times))


@given(st.lists(VALUES, min_size=1, max_size=20), st.floats(0.001, 2.0), st.floats(0.001, 2.0))
def test_every_press_with_a_release_is_one_hit(values: list[float], held_s: float, pause_s: float) -> None:
    """However hard, short or fast: pads, and notes with their note offs."""
    sent = [value for pressed in values for value in (pressed, 0)]
    times = np.cumsum([0.0, *[held_s, pause_s] * len(values)])[: len(sent)]
    assert hits(sent, times) == list(range(0, len(sent), 2))


@given(st.integers(1, 20), st.floats(0.01, 1.0) | st.integers(1, 127), st.floats(0.001, 2.0))
def test_events_of_one_value_without_releases_are_all_hits(count: int, value: float, every_s: float) -> None:
    """Impulses, bangs and one note: a sender that has nothing else means each one."""
    assert hits([value] * count, every_s) == list(range(count))


@given(st.floats(0, 1), st.floats(0, 1), st.integers(40, 128), st.floats(0.002, 0.45), st.sampled_from([1.0, 127.0]))
def test_a_knob_that_is_turned_is_one_hit_at_most(
    start: float, end: float, steps: int, every_s: float, scale: float
) -> None:
    """From anywhere to anywhere, quickly or slowly, with a sender of fractions or of whole numbers."""
    values = np.linspace(start, end, steps) * scale
    if scale > 1:
        first, last = np.rint(values[[0, -1]])
        narrow = np.linspace(first, last, int(abs(last - first)) + 1)  # every step
        wide = np.unique(np.rint(values))[:: 1 if last >= first else -1]  # a knob sends what changes
        values = wide if abs(last - first) > WIDEST_NOTES else narrow
    if len(np.unique(values)) > SLOW_STEPS + 1:  # from 0 the first step is from a release
        assert len(hits(values, every_s)) <= 1


def test_a_knob_turned_up_and_down_is_a_hit_each_time_it_crosses_the_middle() -> None:
    """That is where a musician who plays a lane with a knob expects it; a jittering one is not a hit there."""
    turn = np.concatenate([np.linspace(0.1, 0.9, 30), np.linspace(0.9, 0.1, 30)])
    assert hits(np.tile(turn, 3), 0.02) == [15, 75, 135]
    tremble = np.concatenate([[0.2], 0.5 + 0.03 * np.sin(np.arange(60) * 2.1), [0.8]])
    assert len(hits(tremble, 0.03)) == 1


def test_a_held_pad_that_falls_off_is_no_second_hit() -> None:
    """The steps in which pressure falls to 0 belong to the release; a note that is played before it does not."""
    assert hits([0, 1, 0.6, 0.3, 0], [0, 1, 2, 2.01, 2.02]) == [1]
    assert hits([100, 90, 0, 80, 0], [0, 0.3, 0.32, 0.6, 0.9]) == [0, 1, 3]


def test_the_low_end_of_a_typed_input_range_is_a_release() -> None:
    """So a pad that rests elsewhere than at 0 can be played; an inverted lane rests at the high end."""
    rests_at_tenth = [0.9, 0.1, 0.9, 0.1]
    assert hits(rests_at_tenth, 0.5) == [0, 1, 2, 3]
    assert hits(rests_at_tenth, 0.5, in_auto=False) == [0, 2]
    assert hits([0, 1, 0, 1], 0.5, invert=True) == [0, 2]
    assert hits([1, -1, 1, -1], 0.5) == [0, 2]


def played(signals: dict[str, Signal], source: str) -> list[float]:
    """What a counting lane from 0 plays at each event of its source."""
    take = Take("t", 1, 0.0, 60.0, signals)
    lane = changed(new_lane("a", "seed_schedule", source), {"pick": "step", "out_low": 0})
    return lane_signal((Clip("", "t", Binding(source), 0.0, 60.0),), lane, {"t": take}).values.tolist()


@pytest.mark.parametrize("bound", ["/note[0]", "/note[1]", "/note[2]"])
def test_a_note_off_as_velocity_0_is_no_hit_of_the_note(bound: str) -> None:
    """The arguments of one message belong together: channel, note and velocity have the same hits."""
    times = np.arange(8) * 0.3
    columns = ([3] * 8, [60, 60, 62, 62, 60, 60, 60, 60], [100, 0, 80, 0, 90, 0, 40, 0])
    signals = {f"/note[{i}]": Signal(times, np.array(c, dtype=float)) for i, c in enumerate(columns)}
    signals["/other"] = Signal(times, np.zeros(8))
    assert played(signals, bound) == [1, 1, 2, 2, 3, 3, 4, 4]


def test_an_argument_that_is_always_0_releases_nothing() -> None:
    """A channel behind the note says nothing of its end."""
    times = np.arange(3) * 0.3
    signals = {"/note[0]": Signal(times, np.array([60.0, 60, 62])), "/note[1]": Signal(times, np.zeros(3))}
    assert played(signals, "/note[0]") == [1, 2, 3]


def test_only_later_arguments_of_the_same_address_count() -> None:
    """Another address that begins alike, and the arguments before, are others."""
    names = ["/n[0]", "/n[1]", "/n[2]", "/n[10]", "/n", "/nn[2]", "/n\\[2]", "/m[3]"]
    assert later_arguments("/n[1]", names) == ["/n[2]", "/n[10]"]
    assert later_arguments("/n", names) == []
