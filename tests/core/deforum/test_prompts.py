"""Prompts, as the JSON of Deforum's Prompts box."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from deforum_perform.core.deforum.prompts import (
    check_bank,
    cross_fade,
    merged_prompts,
    parse_prompts,
    prompt_keys,
    prompts_text,
    shown,
)
from deforum_perform.core.errors import InputError, ScheduleTextError

BANK = ["a cat", "a dog --neg blurry", "the sea, waves"]
CHOSEN = arrays(np.int64, st.integers(1, 60), elements=st.integers(0, 2))


@given(CHOSEN, st.integers(1, 4))
def test_without_a_fade_every_frame_that_is_read_shows_its_prompt(chosen: np.ndarray, cadence: int) -> None:
    """Keys only at changes, and the box read back gives the prompt of the bank."""
    keys = prompt_keys(chosen, BANK, 0, cadence)
    prompts = {str(frame): prompt for frame, prompt in keys.items()}
    for frame in range(0, len(chosen), cadence):
        assert shown(prompts, frame, len(chosen)) == BANK[chosen[frame]]
    assert len(keys) == 1 + np.count_nonzero(np.diff(chosen[::cadence]))


@given(CHOSEN, st.integers(2, 9))
def test_a_fade_never_outlasts_the_next_change(chosen: np.ndarray, fade: int) -> None:
    """Weights stay in 0..1 at every frame, and after the fade only the new prompt remains."""
    prompts = {str(frame): prompt for frame, prompt in prompt_keys(chosen, BANK, fade).items()}
    changed_at = -fade
    for frame in range(len(chosen)):
        if frame and chosen[frame] != chosen[frame - 1]:
            changed_at = frame
        text = shown(prompts, frame, len(chosen))
        weights = [float(w) for w in re.findall(r":([0-9.e-]+)", text)]
        assert all(0 <= weight <= 1 for weight in weights)
        if frame >= changed_at + fade:
            assert text == BANK[chosen[frame]]


def test_a_cross_fade_is_what_the_webui_blends() -> None:
    """The formulas give the weights of composable diffusion, and the negatives follow --neg once."""
    text = cross_fade(BANK[0], BANK[1], 100, 10)
    assert shown({"0": text}, 105, 200) == "a cat :0.5 AND a dog :0.5 --neg blurry"
    assert text.count("--neg") == 1


def test_what_was_typed_outside_the_bank_stays() -> None:
    """Keys before and after the played part are kept, and the typed prompt comes back where playing ends."""
    present = {"0": "mine", "4": "gone", "9": "end", "max_f/2": "formula"}
    mask = np.zeros(12, dtype=bool)
    mask[3:6] = True
    made = merged_prompts(present, {0: "a", 4: "b"}, mask)
    assert made == {"max_f/2": "formula", "0": "mine", "3": "a", "4": "b", "6": "gone", "9": "end"}


def test_a_lane_that_plays_nothing_changes_nothing() -> None:
    """Without a played frame the box stays as it was."""
    assert merged_prompts({"0": "mine"}, {0: "a"}, np.zeros(4, dtype=bool)) == {"0": "mine"}


@given(st.dictionaries(st.integers(0, 999).map(str), st.text(min_size=1), min_size=1))
def test_the_box_comes_back(prompts: dict[str, str]) -> None:
    """What is written is the JSON that is read."""
    assert parse_prompts(prompts_text(prompts)) == prompts


@pytest.mark.parametrize("text", ["", "{", "[]", '{"0": 3}', "a cat"])
def test_a_box_that_is_no_json_is_refused(text: str) -> None:
    """The place is named and nothing is overwritten."""
    with pytest.raises(ScheduleTextError):
        parse_prompts(text)


@pytest.mark.parametrize("prompt", ["", "  ", "a --neg b --neg c", "a `t"])
def test_prompts_that_deforum_cannot_use_are_refused(prompt: str) -> None:
    """At the bank, with the reason."""
    with pytest.raises(InputError):
        check_bank([prompt])
