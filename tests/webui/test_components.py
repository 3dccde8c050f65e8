"""Which box is which argument."""

from __future__ import annotations

import random
from typing import Any

from deforum_perform.core.deforum.fields import FIELDS
from deforum_perform.webui.components import Box, resolve
from deforum_perform.webui.names import wanted
from tests.webui.deforum_arguments import NOT_IN_FORK, tables

FORK_ONLY = {name for name, row in FIELDS.items() if not row.label}


def arguments(all_tables: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """What ``running_arguments`` gathers from a loaded Deforum."""
    rows = {name: row for key, table in all_tables.items() if key != "units" for name, row in table.items()}
    return {name: row for name, row in rows.items() if name != "animation_prompts"} | {
        "animation_prompts": rows["animation_prompts"]
    }


def boxes(all_tables: dict[str, Any], seed: int | None = None) -> list[Box]:
    """The tab's boxes, in another order for each ``seed``; a component is its argument's name."""
    found = [Box(name, row["label"], row["type"], row.get("value")) for name, row in arguments(all_tables).items()]
    if seed is not None:
        random.Random(seed).shuffle(found)
    for unit in range(1, all_tables["units"] + 1):
        found.append(Box(f"cn_{unit}_enabled", "Enable", "checkbox", False))
        found.append(Box(f"cn_{unit}_weight", "Weight schedule", "textbox", "0:(1)"))
        found.append(Box(f"cn_{unit}_guidance_start", "Starting Control Step schedule", "textbox", "0:(0.0)"))
        found.append(Box(f"cn_{unit}_guidance_end", "Ending Control Step schedule", "textbox", "0:(1.0)"))
    return found


def own_name(name: str) -> str:
    """The name of the box that holds the argument."""
    return "animation_prompts" if name == "prompts" else name


def test_every_argument_finds_its_own_box_in_any_order() -> None:
    """With Deforum's own tables, each argument of either Deforum finds its box, however the tab is arranged."""
    for fork in (False, True):
        known = tables(fork)
        for seed in range(10):
            found = resolve(boxes(known, seed), arguments(known))
            assert found.components == {name: own_name(name) for name in found.components}
            absent = set(NOT_IN_FORK) if fork else {*FORK_ONLY, "enable_scheduler_scheduling"}
            assert set(found.missing) == absent


def test_the_field_table_replaces_tables_that_are_missing() -> None:
    """Without the running Deforum's tables the labels of both Deforums are known; only a shared one is left out."""
    for fork in (False, True):
        known = tables(fork)
        found = resolve(boxes(known, 1), {})
        assert found.components == {name: own_name(name) for name in found.components}
        unknown = {*NOT_IN_FORK, "image_strength_schedule"} if fork else {*FORK_ONLY, "enable_scheduler_scheduling"}
        assert set(found.missing) == unknown


def test_the_keyframe_distribution_is_looked_for_in_the_fork_only() -> None:
    """The Forge fork has a box for it; where there is none, nothing is missing."""
    for fork in (False, True):
        known = tables(fork)
        found = resolve(boxes(known), arguments(known))
        assert ("keyframe_distribution" in found.components) is fork
        assert not {"keyframe_distribution", "render_mode"} & set(found.missing)


def test_a_renamed_label_is_followed() -> None:
    """A fork that calls Zoom something else is asked through its own table."""
    known = tables(fork=False)
    known["DeforumAnimArgs"]["zoom"]["label"] = "Scale of the picture"
    assert resolve(boxes(known), arguments(known)).components["zoom"] == "zoom"


def test_two_boxes_alike_are_never_guessed() -> None:
    """Where label and first value are the same, neither box is taken and the reason is given."""
    known = tables(fork=False)
    found = resolve([*boxes(known), Box("other", "Zoom", "textbox", FIELDS["zoom"].default)], arguments(known))
    assert "zoom" not in found.components
    assert "2 boxes" in found.missing["zoom"]


def test_a_label_of_two_arguments_needs_the_value_too() -> None:
    """The fork's two image strengths share a label: if only the other one is in the tab, it is not taken for ours."""
    known = tables(fork=True)
    only_other = [box for box in boxes(known) if box.component != "image_strength_schedule"]
    assert "image_strength_schedule" in resolve(only_other, arguments(known)).missing


def test_controlnet_units_are_recognised_by_their_order() -> None:
    """Unit labels repeat: the third "Weight schedule" is unit 3's, and an "Enable" elsewhere belongs to no unit."""
    known = tables(fork=False)
    early = [Box("stray", "Enable", "checkbox", False), *boxes(known)]
    found = resolve(early, arguments(known))
    assert found.components["cn_1_enabled"] == "cn_1_enabled"
    assert found.components["cn_3_weight"] == "cn_3_weight"
    assert found.components["cn_5_guidance_end"] == "cn_5_guidance_end"
    assert found.controlnet


def test_without_controlnet_its_fields_are_missing_with_the_remedy() -> None:
    """No unit in the tab: every field of a unit says that the extension is not installed."""
    known = tables(fork=False, units=0)
    found = resolve(boxes(known), arguments(known))
    assert not found.controlnet
    assert "Install the ControlNet extension" in found.missing["cn_2_weight"]


def test_a_box_of_another_kind_is_not_taken() -> None:
    """A slider called like a schedule is not the schedule."""
    known = tables(fork=False)
    other = [
        Box(box.component, box.label, "slider", box.value) if box.label == "Angle" else box for box in boxes(known)
    ]
    assert "angle" in resolve(other, arguments(known)).missing


def test_everything_with_a_gate_is_wanted_with_its_gate() -> None:
    """No field of the table has a gate that is not looked for."""
    names = {want.name for want in wanted({})}
    assert {row.gate.name for row in FIELDS.values() if row.gate} <= names
    assert set(FIELDS) <= names
