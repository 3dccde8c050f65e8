"""Settings of older versions of Deforum, converted as its loader converts them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deforum_perform.core.deforum.fields import FIELDS
from deforum_perform.core.deforum.settings.older import CONVERTED, RENAMED, upgraded

TODAY = {"legacy_colormatch": False}


def settings_of(**old: Any) -> dict[str, Any]:
    """``old`` after the upgrade, without what every old file gets."""
    return {name: value for name, value in upgraded({**old, **TODAY}).settings.items() if name not in TODAY}


@pytest.mark.parametrize(
    ("old", "today"),
    [
        ({"flip_2d_perspective": True}, {"enable_perspective_flip": True}),
        ({"skip_video_for_run_all": True}, {"skip_video_creation": True}),
        ({"color_coherence": "Match Frame 0 LAB"}, {"color_coherence": "LAB"}),
        ({"color_coherence": "Image"}, {"color_coherence": "Image"}),
        ({"hybrid_composite": True}, {"hybrid_composite": "Normal"}),
        ({"hybrid_composite": False}, {"hybrid_composite": "None"}),
        ({"optical_flow_cadence": True}, {"optical_flow_cadence": "DIS Fine"}),
        ({"optical_flow_redo_generation": False}, {"optical_flow_redo_generation": "None"}),
        ({"cn_3_resize_mode": "Scale to Fit (Inner Fit)"}, {"cn_3_resize_mode": "Inner Fit (Scale to Fit)"}),
        ({"use_zoe_depth": True}, {"depth_algorithm": "Zoe+AdaBins (old)"}),
        ({"use_zoe_depth": False, "depth_algorithm": "Leres"}, {"depth_algorithm": "Midas+AdaBins (old)"}),
        ({"use_zoe_depth": "perhaps", "depth_algorithm": "Leres"}, {"depth_algorithm": "Leres"}),
        ({"add_soundtrack": True}, {"add_soundtrack": "File"}),
        ({"fill": 1}, {"fill": 1}),
        ({"cn_5_weight": 0.8, "cn_1_guidance_end": 1}, {"cn_5_weight": "0:(0.8)", "cn_1_guidance_end": "0:(1)"}),
        ({"angle": 3}, {"angle": "0:(3)"}),
        ({"sampler": 3}, {"sampler": 3}),
        ({"histogram_matching": True}, {"histogram_matching": True}),
    ],
)
def test_what_the_loader_converts_is_converted(old: dict[str, Any], today: dict[str, Any]) -> None:
    """A name or value of an older version is converted as by Deforum's loader; others stay."""
    assert settings_of(**old) == today
    assert bool(upgraded({**old, **TODAY}).remarks) == (old != today)


def test_the_old_name_counts_where_both_are_there() -> None:
    """As in the loader, which writes the old name's value over the new one's; the new name keeps its place."""
    both = {"enable_perspective_flip": True, "zoom": "0: (1)", "flip_2d_perspective": False}
    assert list(settings_of(**both).items()) == [("enable_perspective_flip", False), ("zoom", "0: (1)")]


@pytest.mark.parametrize(
    ("old", "prompts"),
    [
        ({"animation_prompts": {"0": "a cat"}}, {"0": "a cat"}),
        ({"prompts": ["a", "b"], "animation_prompts": {"0": "a cat"}}, {"0": "a cat"}),
        ({"prompts": {"0": "new"}, "animation_prompts": {"0": "old"}}, {"0": "old"}),
        ({"prompts": '{"0": "a cat", "5": "a dog"}'}, {"0": "a cat", "5": "a dog"}),
        ({"prompts": "a cat"}, {"0": "a cat"}),
        ({"prompts": {"0": "a cat", "9": None}}, {"0": "a cat"}),
        ({"prompts": {"max_f/2": "a cat"}}, {"max_f/2": "a cat"}),
    ],
)
def test_prompts_are_found_wherever_a_version_kept_them(old: dict[str, Any], prompts: dict[str, str]) -> None:
    """Prompts of the old name count as in the loader; a text counts as what a Prompts box would make of it."""
    assert settings_of(**old) == {"prompts": prompts}


@pytest.mark.parametrize("value", [None, ["a", "b"], 5, {}, {"0": None}, "", True])
@pytest.mark.parametrize("name", ["prompts", "animation_prompts"])
def test_prompts_that_no_render_reads_are_left_out_with_a_word(name: str, value: object) -> None:
    """What is not frame and prompt would stop a render: it is not kept, and the remark says so."""
    read = upgraded({name: value, **TODAY})
    assert "prompts" not in read.settings
    assert "prompts is not used" in read.remarks[-1]


def test_an_older_file_keeps_its_color_match() -> None:
    """The loader switches legacy_colormatch on where a file does not know it."""
    read = upgraded({"zoom": "0: (1)"})
    assert read.settings == {"zoom": "0: (1)", "legacy_colormatch": True}
    assert len(read.remarks) == 1


OLD = [*RENAMED, "use_zoe_depth", "animation_prompts"]
NAMES = [*OLD, *RENAMED.values(), *CONVERTED, *list(FIELDS)[:20], "prompts", "W"]
TEXTS = st.text(max_size=3) | st.just("Match Frame 0 RGB")
VALUES = st.none() | st.booleans() | st.integers(-3, 3) | st.floats(-2, 2) | TEXTS


@given(st.dictionaries(st.sampled_from(NAMES), VALUES | st.lists(VALUES, max_size=2), max_size=12))
def test_an_upgrade_is_done_once(settings: dict[str, Any]) -> None:
    """Upgraded settings have nothing left to upgrade, no old name, and every other name in its order."""
    once = upgraded(settings)
    twice = upgraded(once.settings)
    assert twice.settings == once.settings
    assert twice.remarks == ()
    assert not set(once.settings) & set(OLD)
    untouched = [name for name in settings if name in once.settings and name not in RENAMED.values()]
    assert [name for name in once.settings if name in untouched] == untouched
