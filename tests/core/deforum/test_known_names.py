"""The names that the hosts know, for a machine without a WebUI."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deforum_perform.core.checks import DeforumTab, lane_problems, tab_problems
from deforum_perform.core.deforum.fields import FIELDS
from deforum_perform.core.deforum.known_names import FORGE_SCHEDULERS, KNOWN_NAMES, unknown_name
from deforum_perform.core.deforum.selection import refused_name
from deforum_perform.core.song.lane import changed, new_lane


def problems(field: str, *choices: str, tab: DeforumTab | None = None) -> list[tuple[str, bool]]:
    """Code and whether it blocks, of all that is said of a lane with these choices."""
    lane = changed(new_lane("l1", field), {"choices": list(choices)})
    return [(p.code, p.blocks) for p in lane_problems(lane, tab or DeforumTab(), recorded=True)]


@pytest.mark.parametrize("field", KNOWN_NAMES)
def test_every_known_name_can_be_written(field: str) -> None:
    """The table has no name that Deforum would mangle, and none twice."""
    names = KNOWN_NAMES[field]
    assert FIELDS[field].kind == "choice"
    assert len({name.casefold() for name in names}) == len(names)
    assert [refused_name(name) for name in names] == [None] * len(names)
    assert problems(field, *names) == []


@pytest.mark.parametrize(
    ("field", "name", "meant"),
    [
        ("sampler_schedule", "Eulr a", "Euler a"),
        ("sampler_schedule", "DPM++ 2M Karas", "DPM++ 2M Karras"),
        ("scheduler_schedule", "Simpel", "Simple"),
        ("scheduler_schedule", "SGM Uniform", "sgm_uniform"),
    ],
)
def test_a_mistyped_name_is_a_warning_without_a_webui(field: str, name: str, meant: str) -> None:
    """Check says that no host knows it and what may have been meant; it does not block, since a host may have more."""
    assert problems(field, name) == [("unknown_name", False)]
    assert f"Did you mean {meant!r}?" in str(unknown_name(field, name))


def test_small_letters_are_no_mistake() -> None:
    """Deforum looks a name up in small letters."""
    assert problems("sampler_schedule", "euler A", "ddim") == []


def test_a_running_webui_decides_alone() -> None:
    """What the WebUI's own list has not blocks, even where another host knows it; what it has is fine."""
    tab = DeforumTab(choices={"sampler_schedule": ("Euler a", "My sampler")})
    assert problems("sampler_schedule", "My sampler", tab=tab) == []
    assert problems("sampler_schedule", "DDIM", tab=tab) == [("unknown_name", True)]


@given(st.text(min_size=1, max_size=20))
def test_fields_without_a_table_take_any_name(name: str) -> None:
    """Checkpoints and masks have no fixed list of names."""
    assert unknown_name("checkpoint_schedule", name) is None


@pytest.mark.parametrize(("mode", "said"), [("3d", True), ("2d", True), ("Vidio Input", True), ("3D", False)])
def test_a_mode_that_deforum_has_not_is_said(mode: str, said: bool) -> None:
    """A mistyped animation mode of a settings file renders nothing."""
    codes = [p.code for p in tab_problems(DeforumTab(animation_mode=mode))]
    assert ("unknown_mode" in codes) is said


def test_schedulers_go_by_the_names_that_deforum_finds() -> None:
    """Forge's Deforum looks among the short names in small letters, so one with capitals in it is not in the table."""
    assert "align_your_steps_GITS" not in FORGE_SCHEDULERS
    assert "SGM Uniform" not in FORGE_SCHEDULERS


@pytest.mark.parametrize(
    ("field", "mode", "acts"),
    [
        ("zoom", "3D", False),
        ("strength_schedule", "Interpolation", False),
        ("strength_schedule", "Video Input", True),
        ("noise_schedule", "Video Input", False),
        ("cfg_scale_schedule", "Interpolation", True),
        ("cfg_scale_schedule", "Wan Video", True),
        ("rotation_3d_x", "Wan Video", False),
        ("translation_x", "3D", True),
        ("kernel_schedule", "2D", True),
    ],
)
def test_a_lane_that_the_mode_reads_past_is_said(field: str, mode: str, acts: bool) -> None:
    """Interpolation and Video Input make every frame without the previous one: what shapes that has no effect there."""
    lane = new_lane("l1", field)
    codes = [p.code for p in lane_problems(lane, DeforumTab(animation_mode=mode), recorded=True)]
    assert ("mode" in codes) is not acts
