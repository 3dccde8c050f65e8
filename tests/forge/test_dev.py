"""The branch "dev" of the Forge fork: its arguments are read from its own package."""

from __future__ import annotations

from deforum_perform.core.deforum.fields import FIELDS
from deforum_perform.webui.components import Box, is_deforum, resolve
from deforum_perform.webui.names import running_arguments

MARKS = ("max_frames", "zoom", "strength_schedule", "cfg_scale_schedule", "translation_x", "rotation_3d_y")


def test_every_schedule_of_its_tables_finds_its_box(dev: None) -> None:
    """A tab with one box for each row of its tables: each schedule that it has finds its own, and the tab is found."""
    rows = running_arguments()
    assert set(MARKS) <= set(rows)
    boxes = [Box(name, row["label"], row["type"], row.get("value")) for name, row in rows.items() if "label" in row]
    assert is_deforum([box.label for box in boxes])
    found = resolve(boxes, rows)
    for name in ({*FIELDS, "max_frames", "animation_mode", "render_mode"} & set(rows)) - set(found.missing):
        assert found.components[name] == name
    assert not set(MARKS) & set(found.missing)
