"""Short hits: what a pad plays between two frames that a render reads is not lost."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from deforum_perform.core.curve.mapping import mapped
from deforum_perform.core.curve.reading_stages import saved_hits
from deforum_perform.core.curve.resting import HIT_SHARE, level_returned_to
from deforum_perform.core.deforum.fields import FIELDS
from deforum_perform.core.deforum.motion import FORMS, moves
from deforum_perform.core.signal import Signal
from deforum_perform.core.song.binding import Binding
from deforum_perform.core.song.clip import Clip
from deforum_perform.core.song.lane import Lane, changed, new_lane, with_values
from deforum_perform.core.song.shaping import CURVES
from deforum_perform.core.units import frames_in
from tests.core.playing import context_of, lane_values
from tests.core.playing import played as played_events

NUMBERS = sorted(name for name, row in FIELDS.items() if row.reads == "cadence" and row.kind == "float")
MOTIONS = sorted(name for name, row in FIELDS.items() if moves(row))
CADENCES = st.integers(1, 50)
FPS = st.sampled_from([8.0, 12.5, 15.0, 1000 / 60, 24.0, 30.0, 60.0])
SECONDS = 12.0
PAD = changed(new_lane("a", "strength_schedule", "/pad"), {"in_auto": False})


@dataclass(frozen=True)
class Pad:
    """``hits``: (from, to, value) of a pad that rests at ``rest`` in between and afterwards, 0..1."""

    rest: float
    hits: tuple[tuple[float, float, float], ...]

    def events(self) -> Signal:
        """Begins with the first hit, as a lane that is recorded does."""
        times = [time for start, end, _ in self.hits for time in (start, end)]
        values = [value for *_, height in self.hits for value in (height, self.rest)]
        return Signal(np.array(times), np.array(values))


@st.composite
def pads(draw: st.DrawFn) -> Pad:
    """Hits of 10 ms to 0.4 s with 10 ms to 3 s between them, all of equal or of different height."""
    rest = draw(st.sampled_from([0.0, 1.0]) | st.floats(0.0, 1.0))
    height = st.floats(0.0, 1.0).filter(lambda value: abs(value - rest) > 0.1)
    heights, one = draw(st.lists(height, min_size=1, max_size=8)), draw(st.booleans())
    at, hits = draw(st.floats(0.0, 1.0)), []
    for value in heights:
        length, gap = draw(st.floats(0.01, 0.4)), draw(st.floats(0.01, 0.2) | st.floats(0.2, 3.0))
        hits.append((at, at + length, heights[0] if one else value))
        at += length + gap
    return Pad(rest, tuple(hits))


def played(lane: Lane, pad: Pad, fps: float, cadence: int) -> np.ndarray:
    """What a render reads at each frame, with four cadence steps after the last hit."""
    events = pad.events()
    frames = frames_in(float(events.times_s[-1]) + 1, fps) + 4 * cadence
    return lane_values(Signal(events.times_s, mapped(events.values, lane)), lane, fps, frames, cadence)


def frames_of(start: float, end: float, fps: float, step: int) -> slice:
    """The steps in which a hit is held."""
    first, last = np.floor(np.array([start, end]) * fps + 1e-6).astype(int) // step
    return slice(first * step, (last + 1) * step, step)


def test_a_pad_that_rests_far_from_the_fields_rest_is_played() -> None:
    """Strength in its standard range, a pad at 0 that hits 1 for 50 ms, cadence 5: every hit shows."""
    pad = Pad(0.0, tuple((at, at + 0.05, 1.0) for at in (1.02, 2.27, 3.4, 4.81)))
    values = played(PAD, pad, 15.0, 5)
    assert [float(values[frames_of(start, end, 15.0, 5)].max()) for start, end, _ in pad.hits] == [0.75] * 4
    assert values[-1] == 0.45


@given(pads(), st.sampled_from(NUMBERS), st.sampled_from(CURVES), st.booleans(), FPS, CADENCES, st.data())
def test_no_hit_is_lost_at_any_cadence(
    pad: Pad, name: str, curve: str, invert: bool, fps: float, cadence: int, data: st.DataObject
) -> None:
    """Pooled as strongest, each hit shows in a step in which it is held, unless a stronger one does; whatever the
    field, its range upside down or not, the curve, the fps, the cadence and where the pad rests."""
    low, high = data.draw(st.permutations(FIELDS[name].first_range()))
    lane = changed(new_lane("a", name, "/pad"), {"curve": curve, "invert": invert, "out_low": low, "out_high": high})
    rest, *tops = mapped([pad.rest, *(value for *_, value in pad.hits)], lane).tolist()
    assume(all(abs(top - rest) > 1.5 * max(HIT_SHARE, 0.3 / fps) * abs(high - low) for top in tops))
    values = played(lane, pad, fps, cadence)
    for (start, end, _), top in zip(pad.hits, tops, strict=True):
        away = np.abs(values[frames_of(start, end, fps, cadence)] - rest)
        assert away.max() >= abs(top - rest) - lane.error_limit


@given(pads(), st.sampled_from(NUMBERS), FPS, CADENCES)
def test_a_pad_comes_back_to_where_it_rests(pad: Pad, name: str, fps: float, cadence: int) -> None:
    """A step in which the pad only rests has its resting value."""
    lane = new_lane("a", name, "/pad")
    assert played(lane, pad, fps, cadence)[-1] == mapped([pad.rest], lane)[0]


@given(st.lists(st.sampled_from([0.0, 0.25, 0.9, 1.0]), min_size=2, max_size=4, unique=True), st.integers(1, 10))
def test_each_rest_has_hits_of_its_own(rests: list[float], cadence: int) -> None:
    """A knob that is moved to another place rests there: its hits show from there, upwards and downwards."""
    times, values, tops = [], [], []
    for k, rest in enumerate(rests):
        top = rest + 0.3 if rest < 0.5 else rest - 0.3
        tops += [(10 * k + 4.03, 10 * k + 4.06, top), (10 * k + 7.21, 10 * k + 7.25, top)]
        times += [10 * k, 10 * k + 4.03, 10 * k + 4.06, 10 * k + 7.21, 10 * k + 7.25]
        values += [rest, top, rest, top, rest]
    events = Signal(np.array(times, dtype=np.float64), mapped(values, PAD))
    found = lane_values(events, PAD, 15.0, 150 * len(rests), cadence)
    for start, end, top in tops:
        assert mapped([top], PAD)[0] in found[frames_of(start, end, 15.0, cadence)]


@given(st.floats(-0.01, 0.01), st.integers(0, 10), st.integers(2, 10))
def test_a_hit_out_of_a_slow_move_or_a_tremble_is_played(drift: float, seed: int, cadence: int) -> None:
    """The rest follows a knob that creeps and a sensor that trembles."""
    times = np.arange(0, 20, 0.03)
    values = 0.5 + drift * times + np.random.default_rng(seed).uniform(-0.005, 0.005, times.size)
    hit = times.searchsorted(9.5)
    values[hit] += 0.3 if seed % 2 else -0.3
    wanted = mapped([values[hit]], PAD)[0]
    found = lane_values(Signal(times, mapped(values, PAD)), PAD, 15.0, 300, cadence)
    assert found[frames_of(times[hit], times[hit], 15.0, cadence)] == pytest.approx(wanted)


@given(st.floats(0.5, 4.0), st.integers(1, 50))
def test_a_pad_that_is_kept_pressed_shows_from_its_beginning_to_its_end(length: float, cadence: int) -> None:
    """A press of any length fills the steps in which it is held, and those before and after it rest."""
    events = Signal(np.array([0.0, 5.03, 5.03 + length]), mapped([0.0, 1.0, 0.0], PAD))
    found = lane_values(events, PAD, 15.0, 300, cadence)
    held = np.zeros(300, np.bool_)
    first, last = int(5.03 * 15) // cadence, int((5.03 + length) * 15) // cadence
    held[first * cadence : last * cadence] = True  # in the last step it may end
    assert (found[held] == 0.75).all()
    assert (np.delete(found, slice(first * cadence, (last + 1) * cadence)) == 0.45).all()


def test_a_knob_that_turns_shows_its_last_place() -> None:
    """Between hits a step has what the source came to, so that nothing lags behind."""
    events = Signal(np.array([0.0, 1.02]), mapped([0.0, 1.0], PAD))
    assert lane_values(events, PAD, 15.0, 60, 5)[::5].tolist() == pytest.approx([0.45] * 3 + [0.75] * 9)


@given(pads(), FPS, CADENCES, st.sampled_from(["add", "multiply", "replace"]))
def test_what_is_under_the_lane_hides_no_hit(pad: Pad, fps: float, cadence: int, blend: str) -> None:
    """A schedule below is unchanged at the frames that are read; the hit is added on top in full."""
    lane = changed(PAD, {"under": "0:(0.5+t*0.0001)", "blend": blend})
    first, last = pad.events().times_s[[0, -1]]
    events = Signal(pad.events().times_s, mapped(pad.events().values, lane))
    frames = frames_in(float(last) + 1, fps) + 4 * cadence
    clips = (Clip("", "t", Binding("/pad"), float(first), float(last) + 0.01),)
    alone = lane_values(events, with_values(lane, under=""), fps, frames, cadence)
    found = lane_values(events, lane, fps, frames, cadence, clips)
    under = 0.5 + np.arange(frames) * 0.0001
    over = {"add": under + alone - 0.65, "multiply": under * alone / 0.65, "replace": alone}[blend].clip(0, 1)
    for start, end, _ in pad.hits:
        part = frames_of(start, end, fps, cadence)
        shown = np.isclose(found[part], over[part], atol=1e-6)
        assert shown.all() if cadence > 1 else shown.any()
    outside = np.arange(0, frames, cadence)
    outside = outside[(outside > last * fps + 1 + cadence) | (outside + cadence < first * fps)]
    assert found[outside] == pytest.approx(under[outside], abs=1e-6)


@given(pads(), st.sampled_from(MOTIONS), st.sampled_from(FORMS), FPS)
def test_a_hit_within_one_frame_moves_the_camera(pad: Pad, name: str, form: str, fps: float) -> None:
    """A field that is read at every frame shows a hit shorter than a frame, in each of its forms."""
    lane = changed(new_lane("a", name, "/pad"), {"form": form})
    starts = sorted({int(start * fps + 1e-6) for start, *_ in pad.hits} - {0})
    starts = [frame for frame in starts if frame + 1 not in starts]
    hits = tuple(((frame + 0.2) / fps, (frame + 0.7) / fps, pad.hits[0][2]) for frame in starts)
    assume(hits)
    with_rest = Signal(
        np.concatenate(([0.0], Pad(pad.rest, hits).events().times_s)),
        np.concatenate(([pad.rest], Pad(pad.rest, hits).events().values)),
    )
    at_rest = Signal(with_rest.times_s, np.full(len(with_rest), pad.rest))
    frames = max(starts) + 5
    found, still = (
        lane_values(Signal(s.times_s, mapped(s.values, lane)), lane, fps, frames, 1) for s in (with_rest, at_rest)
    )
    assert (found[starts] != still[starts]).all()


@given(pads(), FPS, CADENCES)
def test_the_hits_that_pooling_saves_are_those_that_sampling_loses(pad: Pad, fps: float, cadence: int) -> None:
    """A marked frame has a hit that neither of the frames read around it shows at half height or more."""
    events = Signal(pad.events().times_s, mapped(pad.events().values, PAD))
    frames = frames_in(float(events.times_s[-1]) + 1, fps) + 4 * cadence
    shown = played_events(events, PAD, fps, frames, cadence)
    away = np.where(shown.plays, np.abs(shown.values - shown.rest), 0.0)
    for frame in saved_hits(shown, context_of(PAD, fps, frames, cadence)).tolist():
        grid = frame // cadence * cadence
        following = away[grid + cadence] if grid + cadence < frames else 0.0
        assert away[frame] > 2 * max(away[grid], following)


@pytest.mark.parametrize("how", ["zone", "index"])
@given(pads=pads(), fps=FPS, cadence=CADENCES)
def test_a_name_chosen_for_a_moment_is_not_lost(how: str, pads: Pad, fps: float, cadence: int) -> None:
    """A pad that leaves one choice for another and comes back shows the other, at any cadence."""
    choices = {"choices": ["Euler", "Euler a", "LMS"], "pick": how}
    lane = changed(new_lane("a", "sampler_schedule", "/pad"), {**choices, "in_high": 2.0})
    pad = Pad(0.0, tuple((start, end, 2.0) for start, end, _ in pads.hits))
    found = played(lane, pad, fps, cadence)
    for start, end, _ in pad.hits:
        assert 2 in found[frames_of(start, end, fps, cadence)]
    assert found[-1] == 0


def test_choices_in_a_row_are_no_hits() -> None:
    """A knob that is turned through the names stops at the last, and a sequence plays each name in its turn."""
    lane = changed(new_lane("a", "sampler_schedule", "/k"), {"choices": ["A", "B", "C", "D"], "pick": "index"})
    turned = Signal(np.array([0.0, 3.05, 3.1, 3.15]), np.array([0.0, 1.0, 2.0, 3.0]))
    assert set(lane_values(turned, lane, 15.0, 120, 10).tolist()) == {0.0, 3.0}
    times = np.arange(0, 12, 0.7)
    sequence = Signal(times, np.arange(times.size) % 4.0)
    ends = np.minimum(np.arange(0, 150, 5) + 4, 149) / 15
    wanted = (times.searchsorted(ends + 1e-9, side="right") - 1) % 4
    assert lane_values(sequence, lane, 15.0, 150, 5)[::5].tolist() == wanted.tolist()


def test_the_level_returned_to_is_the_one_most_often_come_to() -> None:
    """Hits of many heights come back to one level; of two the later counts."""
    assert level_returned_to(np.array([0.2, 0.9, 0.2, 0.7, 0.2, 0.5]), 0.02) == 0.2
    assert level_returned_to(np.array([1.0, 0.0, 1.0, 0.0]), 0.02) == 0.0
    assert level_returned_to(np.array([3.0]), 0.0) == 3.0
