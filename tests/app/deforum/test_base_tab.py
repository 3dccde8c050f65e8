"""What a settings file says of the tab it was saved from."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from deforum_perform.app.deforum.base_tab import loaded_into, tab_of
from deforum_perform.core.checks import DeforumTab


@pytest.mark.parametrize(
    ("written", "seed"),
    [(777001, 777001), ("777001", 777001), (-1, -1), (4.0, 4), ("x", None), (None, None), (True, 1), (1e999, None)],
)
def test_the_seed_is_read_as_deforum_reads_it(written: Any, seed: int | None) -> None:
    """A number or its text; what is none is not known."""
    assert tab_of({"seed": written}).seed == seed


def test_what_a_file_does_not_say_stays_as_it_is_in_the_tab() -> None:
    """Loaded into a tab, only the names that are in the file count, and only those that this Deforum has."""
    present = DeforumTab(animation_mode="3D", cadence=7, seed=5)
    fork = {"keyframe_distribution": "Additive", "diffusion_cadence": 3}
    seen = loaded_into(present, fork)
    assert (seen.animation_mode, seen.cadence, seen.seed, seen.distribution) == ("3D", 3, 5, None)
    assert loaded_into(replace(present, distribution="Off"), fork).distribution == "Additive"
    assert loaded_into(DeforumTab(), fork).distribution == "Additive"
    assert loaded_into(present, {"diffusion_cadence": "x"}).cadence is None


def test_the_distribution_of_the_forge_fork_is_read() -> None:
    """Its own name and that of its branch dev; a file without them says nothing of it."""
    tab = tab_of({"keyframe_distribution": "Keyframes Only", "render_mode": "New 3D", "seed_behavior": "schedule"})
    assert (tab.distribution, tab.render_mode, tab.seed_behavior) == ("Keyframes Only", "New 3D", "schedule")
    assert (tab_of({}).distribution, tab_of({"keyframe_distribution": 3}).distribution) == (None, "3")
