"""From events to frames: each way held against a slow one that follows the definition word by word."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deforum_perform.core.curve.frames import (
    hold,
    line_between_steps,
    lost_hits,
    mean,
    pool,
    pool_spans,
    reach,
    spread,
    spread_spans,
    strongest,
)  # fmt: skip
from deforum_perform.core.errors import InputError
from deforum_perform.core.signal import EMPTY, Signal

FPS = st.sampled_from([1.0, 10.0, 12.5, 24.0, 1000 / 60])
BEFORE = 0.5
CLOSE_S = 1e-9


@st.composite
def signals(draw: st.DrawFn) -> tuple[Signal, float, int]:
    """A signal of whole numbers, with events between frames and right on them, its fps and a number of frames."""
    fps, frames = draw(FPS), draw(st.integers(1, 20))
    on = st.integers(-3, frames + 3).map(lambda k: k / fps)
    anywhere = st.floats(-3 / fps, (frames + 3) / fps).map(lambda t: round(t, 3))
    times = sorted(draw(st.lists(on | anywhere, max_size=25)))
    values = draw(st.lists(st.integers(-5, 5), min_size=len(times), max_size=len(times)))
    return Signal(np.array(times, dtype=np.float64), np.array(values, dtype=np.float64)), fps, frames


def _held(signal: Signal, time_s: float) -> float:
    return next((v for t, v in zip(signal.times_s[::-1], signal.values[::-1]) if t <= time_s + CLOSE_S), BEFORE)


def _inside(signal: Signal, start_s: float, end_s: float) -> list[tuple[float, float]]:
    pairs = zip(signal.times_s.tolist(), signal.values.tolist())
    return [(t, v) for t, v in pairs if start_s - CLOSE_S <= t < end_s - CLOSE_S]


@given(signals())
def test_hold_is_what_holds_at_the_frames_own_time(case: tuple[Signal, float, int]) -> None:
    """Frame k has the value of the last event at or before k / fps."""
    signal, fps, frames = case
    assert hold(signal, fps, frames, BEFORE).tolist() == [_held(signal, k / fps) for k in range(frames)]


@given(signals())
def test_mean_is_weighted_by_time(case: tuple[Signal, float, int]) -> None:
    """Frame k has the integral of the held signal over its span, divided by the span."""
    signal, fps, frames = case
    for k, value in enumerate(mean(signal, fps, frames, BEFORE).tolist()):
        steps = [(k / fps, _held(signal, k / fps)), *_inside(signal, k / fps, (k + 1) / fps), ((k + 1) / fps, 0.0)]
        wanted = sum((b[0] - a[0]) * a[1] for a, b in pairwise(steps)) * fps
        assert value == pytest.approx(wanted, abs=1e-6)


@given(signals(), st.integers(-3, 3))
def test_strongest_is_the_farthest_from_rest_and_the_higher_on_a_tie(
    case: tuple[Signal, float, int], rest: int
) -> None:
    """Frame k has, of the value at its start and the events in its span, the farthest from rest; of two the higher."""
    signal, fps, frames = case
    for k, value in enumerate(strongest(reach(signal, fps, frames, BEFORE), rest).tolist()):
        received = [_held(signal, k / fps), *(v for _, v in _inside(signal, k / fps, (k + 1) / fps))]
        assert value == max(received, key=lambda v: (abs(v - rest), v))


@pytest.mark.parametrize("how", [hold, mean])
def test_nothing_received_is_the_value_before(how: object) -> None:
    """A signal without events gives ``before`` at every frame."""
    assert how(EMPTY, 10.0, 3, 7.0).tolist() == [7.0] * 3  # type: ignore[operator]
    assert strongest(reach(EMPTY, 10.0, 3, 7.0), 0.0).tolist() == [7.0] * 3


def test_frames_without_events_keep_the_exact_value() -> None:
    """Where nothing moves the mean is the held value itself, so that a hold stays a hold."""
    signal = Signal(np.array([0.05, 0.33]), np.array([0.1, 0.7]))
    assert mean(signal, 10.0, 10, 0.0)[4:].tolist() == [0.7] * 6


@pytest.mark.parametrize(("fps", "frames"), [(0.0, 5), (-1.0, 5), (float("nan"), 5), (10.0, 0)])
def test_a_song_without_frames_is_refused(fps: float, frames: int) -> None:
    """No frames a second or no frames at all is an InputError."""
    with pytest.raises(InputError):
        hold(EMPTY, fps, frames, 0.0)


def test_a_moving_knob_is_a_line() -> None:
    """Steps 40 ms apart are joined by a line: halfway in time is halfway in value."""
    signal = Signal(np.array([0.0, 0.04, 0.08]), np.array([0.0, 10.0, 20.0]))
    assert line_between_steps(signal, 100.0, 9, 0.0, 1.0) == pytest.approx(np.arange(9) * 2.5)


@pytest.mark.parametrize(
    ("gap_s", "jump", "is_line"),
    [(0.05, 60, True), (0.06, 60, False), (0.06, 2, True), (0.25, 1, True), (0.26, 1, False)],
)
def test_the_border_between_a_line_and_a_rest(gap_s: float, jump: int, is_line: bool) -> None:
    """Up to 50 ms any step is a line, up to 250 ms at most two steps; what is farther apart holds and then steps."""
    signal = Signal(np.array([0.0, gap_s]), np.array([0.0, float(jump)]))
    middle = line_between_steps(signal, 2 / gap_s, 2, 0.0, 1.0)[1]
    assert middle == pytest.approx(jump / 2 if is_line else 0.0)


@given(signals())
def test_lines_go_through_every_event_and_stay_between_them(case: tuple[Signal, float, int]) -> None:
    """Reconstruction by lines never leaves the range of the values around it."""
    signal, fps, frames = case
    values = line_between_steps(signal, fps, frames, BEFORE, 1.0)
    following = [
        next((v for t, v in zip(signal.times_s, signal.values) if t > k / fps + CLOSE_S), None) for k in range(frames)
    ]
    for k, (value, after) in enumerate(zip(values.tolist(), following)):
        held = _held(signal, k / fps)
        ends = (held, held if after is None else after)
        assert min(ends) - 1e-6 <= value <= max(ends) + 1e-6


@given(st.lists(st.integers(-5, 5), min_size=1, max_size=40), st.integers(1, 12), st.integers(-2, 2))
def test_pooled_values_lie_on_the_grid(values: list[int], cadence: int, rest: int) -> None:
    """Grid value g is the strongest, the mean or the last of frames g*c up to the next grid frame."""
    groups = [values[at : at + cadence] for at in range(0, len(values), cadence)]
    assert pool(values, cadence, "last", rest).tolist() == [g[-1] for g in groups]
    assert pool(values, cadence, "mean", rest) == pytest.approx([sum(g) / len(g) for g in groups])
    assert pool(values, cadence, "strongest", rest).tolist() == [
        max(g, key=lambda v: (abs(v - rest), v)) for g in groups
    ]


@given(st.lists(st.floats(-1, 1), min_size=1, max_size=40), st.integers(1, 12))
def test_sampling_the_spread_grid_gives_the_pooled_values(values: list[float], cadence: int) -> None:
    """What Deforum reads at the multiples of the cadence are exactly the pooled values."""
    pooled = pool(values, cadence, "strongest", 0.0)
    assert spread(pooled, cadence, len(values))[::cadence].tolist() == pooled.tolist()


@given(
    st.lists(st.integers(-5, 5), min_size=1, max_size=30),
    st.sets(st.integers(1, 29)),
    st.sampled_from(["strongest", "mean", "last"]),
)
def test_spans_of_any_length_are_pooled_as_those_of_a_cadence(values: list[int], cuts: set[int], how: str) -> None:
    """Each span gets the result of a cadence of its own length, and holds it to its end."""
    starts = [0, *(cut for cut in sorted(cuts) if cut < len(values))]
    spans = [values[a:b] for a, b in pairwise([*starts, len(values)])]
    pooled = pool_spans(np.array(values, dtype=np.float64), np.array(starts), how, 1.0)
    assert pooled.tolist() == [pool(span, max(2, len(span)), how, 1.0)[0] for span in spans]
    held = spread_spans(pooled, np.array(starts), len(values))
    assert held[starts].tolist() == pooled.tolist()
    assert len(held) == len(values)


def test_the_mean_of_equal_values_is_that_value() -> None:
    """Pooling keeps a hold exactly, whatever the number of frames."""
    assert pool([0.1] * 10, 3, "mean", 0.0).tolist() == [0.1] * 4


@pytest.mark.parametrize(("values", "cadence", "how"), [([], 2, "mean"), ([1.0], 0, "mean"), ([1.0, 2.0], 2, "best")])
def test_pooling_that_makes_no_sense_is_refused(values: list[float], cadence: int, how: str) -> None:
    """No frames, no cadence or an unknown way is an InputError."""
    with pytest.raises(InputError):
        pool(values, cadence, how, 0.0)


def test_hits_between_grid_frames_are_lost_and_those_on_them_are_not() -> None:
    """A one-frame hit survives plain sampling only on a multiple of the cadence."""
    values = np.zeros(40)
    values[[3, 8, 18, 24, 39]] = 1.0
    assert lost_hits(values, 4).tolist() == [3, 18, 39]
    assert lost_hits(values, 1).tolist() == []


def test_a_hit_that_still_rings_on_the_grid_is_not_lost() -> None:
    """A hit of which the next grid frame shows at least half is not counted; nor is noise below 2 % of the range."""
    values = np.zeros(12)
    values[5:10] = [1.0, 0.9, 0.8, 0.7, 0.6]
    values[1] = 0.01
    assert lost_hits(values, 4).tolist() == []


def test_hits_downwards_count_as_well() -> None:
    """The distance from the resting value counts, on either side."""
    values = np.ones(12)
    values[6] = 0.0
    assert lost_hits(values, 4, rest=1.0).tolist() == [6]
