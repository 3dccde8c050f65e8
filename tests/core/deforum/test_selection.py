"""Lanes that choose: zones with hysteresis, pads, minimum hold, names Deforum can read."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from deforum_perform.core.curve.lane_schedule import lane_schedule
from deforum_perform.core.curve.mapping import mapped
from deforum_perform.core.deforum.reader import parse_names
from deforum_perform.core.deforum.selection import HYSTERESIS, choice_schedule, held, picked, refused_name, stepped
from deforum_perform.core.errors import InputError
from deforum_perform.core.signal import Signal
from deforum_perform.core.song.lane import changed, new_lane
from tests.core.playing import lane_values

CHOSEN = arrays(np.int64, st.integers(1, 80), elements=st.integers(0, 3))
NAMES = ["Euler a", "DPM++ 2M Karras", "LMS", "UniPC"]


@given(arrays(np.float64, st.integers(1, 60), elements=st.floats(0, 1)), st.integers(1, 8))
def test_the_knob_is_never_far_outside_its_zone(positions: np.ndarray, choices: int) -> None:
    """A zone holds only while the knob is inside it or within the hysteresis of its edges."""
    chosen = picked(positions, positions, "zone", choices)
    away = np.maximum(chosen - positions * choices, positions * choices - (chosen + 1))
    assert away.max() <= HYSTERESIS + 1e-9


def test_a_trembling_knob_on_an_edge_does_not_flicker() -> None:
    """One step of 7 bits around the border of two zones changes nothing."""
    positions = 0.5 + np.tile([1 / 127, -1 / 127], 20)
    assert len(set(picked(positions, positions, "zone", 2).tolist())) == 1


def test_the_ends_of_the_knob_reach_the_first_and_the_last_choice() -> None:
    """Every choice can be reached."""
    positions = np.linspace(0, 1, 200)
    assert set(picked(positions, positions, "zone", 5).tolist()) == set(range(5))


def test_the_first_hit_shows_and_the_last_choice_leads_to_the_first() -> None:
    """A lane begins with its first choice; each hit moves to the next, and from the last to the first."""
    assert stepped(np.arange(5), 3).tolist() == [0, 1, 2, 0, 1]
    assert stepped(np.arange(3), 1).tolist() == [0, 0, 0]


def test_an_index_picks_its_choice() -> None:
    """The value is the number of the choice; beyond the list its ends count."""
    assert picked(np.zeros(4), np.array([0, 2, 9, -3.0]), "index", 4).tolist() == [0, 2, 3, 0]


@given(CHOSEN, st.integers(1, 12))
def test_every_choice_stays_for_its_time(chosen: np.ndarray, least: int) -> None:
    """No choice but the last ends before the minimum hold, and the last state is the one that was asked for."""
    out = held(chosen, least)
    edges = np.concatenate(([0], np.flatnonzero(np.diff(out)) + 1, [len(out)]))
    assert (np.diff(edges)[:-1] >= least).all()
    assert set(out.tolist()) <= set(chosen.tolist())
    if least == 1:
        assert out.tolist() == chosen.tolist()


@given(CHOSEN, st.integers(1, 5))
def test_the_text_gives_the_names_back_at_every_frame_that_is_read(chosen: np.ndarray, cadence: int) -> None:
    """Keys only at changes, on the cadence grid, and the names come back."""
    schedule = choice_schedule(chosen, NAMES, cadence)
    read = parse_names(schedule.text, len(chosen))
    assert [read[f] for f in range(0, len(chosen), cadence)] == [
        NAMES[chosen[f]] for f in range(0, len(chosen), cadence)
    ]
    assert len(schedule.key_frames) == 1 + np.count_nonzero(np.diff(chosen[::cadence]))


@pytest.mark.parametrize("name", ["a (b)", "it's", 'x"y', "a,b", "a:b", "12", " ", "end "])
def test_names_deforum_would_mangle_are_refused(name: str) -> None:
    """Each has its reason, at the lane and not hours into a render."""
    assert refused_name(name)
    with pytest.raises(InputError):
        changed(new_lane("a", "sampler_schedule"), {"choices": ["Euler a", name]})


def test_only_a_file_can_be_renamed() -> None:
    """What to do about a refused name fits the field: a checkpoint's file can be renamed, a sampler cannot."""
    for field, remedy in (("checkpoint_schedule", "Rename the file"), ("sampler_schedule", "Type another name")):
        for name in ("a (b)", "12"):
            with pytest.raises(InputError, match=remedy):
                changed(new_lane("a", field), {"choices": [name]})


def test_a_name_the_webui_does_not_know_is_refused() -> None:
    """The running WebUI's list is what counts."""
    assert refused_name("Euler b", ["Euler a"]) is not None
    assert refused_name("Euler a", ["Euler a"]) is None


def test_a_sampler_lane_plays_zones() -> None:
    """From the knob to Deforum's text."""
    lane = changed(new_lane("a", "sampler_schedule", "/k"), {"choices": NAMES})
    raw = np.array([0.0, 0.4, 0.9])
    events = Signal(np.array([0.0, 2.0, 5.0]), mapped(raw, lane))
    values = lane_values(events, lane, 1.0, 8, 1)
    assert lane_schedule(values, lane, 1.0).text == '0: ("Euler a"), 2: ("DPM++ 2M Karras"), 5: ("UniPC")'


def test_a_pad_counts_seeds_or_steps_through_a_list() -> None:
    """Pad = next seed: one higher at each hit; with a list, the next one of it; two keys at a step."""
    pad = np.array([1.0, 0.0, 1.0])
    times = np.array([1.0, 2.0, 4.0])
    lane = changed(new_lane("a", "seed_schedule", "/pad"), {"pick": "step", "out_low": 100})
    values = lane_values(Signal(times, mapped(pad, lane)), lane, 1.0, 6, 1)
    assert values.tolist() == [100, 101, 101, 101, 102, 102]
    listed = changed(lane, {"choices": ["7", "9"]})
    values = lane_values(Signal(times, mapped(pad, listed)), listed, 1.0, 6, 1)
    assert lane_schedule(values, listed, 1.0).text == "0:(7), 1:(9), 3:(9), 4:(7)"
