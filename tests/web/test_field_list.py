"""The field table as the page reads it."""

from __future__ import annotations

import json

from deforum_perform.core.deforum.fields import FIELDS
from deforum_perform.web.field_list import field_list


def test_every_field_is_listed_as_json() -> None:
    """The page gets the whole table, in its order, in types that JSON has."""
    listed = json.loads(json.dumps(field_list(), allow_nan=False))
    assert [row["name"] for row in listed["fields"]] == list(FIELDS)
    zoom = next(row for row in listed["fields"] if row["name"] == "zoom")
    assert zoom["modes"] == ["2D"]
    assert zoom["presets"]["standard"] == [0.98, 1.04]
    assert zoom["gate"] is None
    assert listed["curves"][0] == "linear"
    assert "strongest" in listed["pools"]


def test_gates_say_what_they_need() -> None:
    """A field behind a checkbox names the box and the value."""
    rows = {row["name"]: row for row in field_list()["fields"]}
    assert rows["steps_schedule"]["gate"] == {"name": "enable_steps_scheduling", "value": True}


def test_names_and_prompts_are_listed_with_their_kind() -> None:
    """The page offers sampler, scheduler, checkpoint, masks and prompts, and knows them from fields of numbers."""
    kinds = {row["name"]: row["kind"] for row in field_list()["fields"]}
    names = ("sampler_schedule", "scheduler_schedule", "checkpoint_schedule", "mask_schedule", "noise_mask_schedule")
    assert {kinds[name] for name in names} == {"choice"}
    assert kinds["prompts"] == "prompt"
