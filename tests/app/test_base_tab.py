"""What a settings file says of the tab it was saved from."""

from __future__ import annotations

from typing import Any

import pytest

from deforum_perform.app.base_tab import tab_of


@pytest.mark.parametrize(
    ("written", "seed"),
    [(777001, 777001), ("777001", 777001), (-1, -1), (4.0, 4), ("x", None), (None, None), (True, 1), (1e999, None)],
)
def test_the_seed_is_read_as_deforum_reads_it(written: Any, seed: int | None) -> None:
    """A number or its text; what is none is not known."""
    assert tab_of({"seed": written}).seed == seed


def test_the_distribution_of_the_forge_fork_is_read() -> None:
    """Its own name and that of its branch dev; a file without them says nothing of it."""
    tab = tab_of({"keyframe_distribution": "Keyframes Only", "render_mode": "New 3D", "seed_behavior": "schedule"})
    assert (tab.distribution, tab.render_mode, tab.seed_behavior) == ("Keyframes Only", "New 3D", "schedule")
    assert (tab_of({}).distribution, tab_of({"keyframe_distribution": 3}).distribution) == (None, "3")
