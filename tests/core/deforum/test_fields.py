"""The field table: complete, sensible, and equal to what was measured on the real Deforum."""

from __future__ import annotations

import csv
from itertools import pairwise

import pytest

from deforum_perform.core.deforum.field_row import ANY, BOTH, ONLY_2D, ONLY_3D, Field, Gate
from deforum_perform.core.deforum.fields import CONTROLNET_UNITS, FIELDS, PRESETS, field, number_fields
from deforum_perform.core.errors import InputError
from tests.data_folder import DATA

MEASURED = DATA / "deforum_fields.csv"
MODES = {"any": ANY, "2D": ONLY_2D, "3D": ONLY_3D, "2D+3D": BOTH}

rows = pytest.mark.parametrize("row", FIELDS.values(), ids=list(FIELDS))


def _measured() -> list[dict[str, str]]:
    found = []
    for row in csv.DictReader(MEASURED.read_text(encoding="utf-8").splitlines()):
        units = range(1, CONTROLNET_UNITS + 1) if "{i}" in row["name"] else [0]
        found += [{**row, "name": row["name"].format(i=i), "gate": row["gate"].format(i=i)} for i in units]
    return found


def _range(text: str) -> tuple[float, float] | None:
    low, dots, high = text.partition("..")
    return (float(low), float(high)) if dots else None


def _gate(text: str) -> Gate | None:
    name, equals, value = text.partition("=")
    return Gate(name, True if value == "true" else value) if equals else None


def test_the_table_is_the_measured_one() -> None:
    """Every field, in the same order, with the same label, default, kind, unit, gate and ranges as were measured."""
    measured = _measured()
    assert list(FIELDS) == [row["name"] for row in measured]
    for row in measured:
        own = FIELDS[row["name"]]
        assert (own.label, own.label_forge, own.kind, own.unit) == (
            row["label"], row["label_forge"], row["kind"], row["unit"],
        )  # fmt: skip
        assert own.default == row["default"]
        assert (own.reads, own.modes, own.gate) == (row["reads"], MODES[row["modes"]], _gate(row["gate"])), own.name
        assert [own.preset(p) for p in PRESETS] == [_range(row[p]) for p in PRESETS], own.name
        assert own.hard == _range(row["hard"]), own.name
        assert (own.rest if own.is_number else own.rest_text) == (float(row["rest"]) if own.is_number else row["rest"])


@rows
def test_every_range_is_inside_the_hard_limits(row: Field) -> None:
    """Presets run upwards and stay inside the hard limits; every number field has such limits."""
    assert row.is_number == (row.hard is not None)
    for preset in PRESETS:
        found = row.preset(preset)
        if found is not None:
            assert row.hard is not None
            assert row.hard[0] <= found[0] < found[1] <= row.hard[1]


@rows
def test_wilder_ranges_hold_the_tamer_ones(row: Field) -> None:
    """Gentle is inside standard, and standard inside wild, if they exist."""
    given = [r for r in map(row.preset, PRESETS) if r is not None]
    for inner, outer in pairwise(given):
        assert outer[0] <= inner[0]
        assert inner[1] <= outer[1]


@rows
def test_the_value_that_does_nothing_is_allowed(row: Field) -> None:
    """The resting value of a number field is inside its hard limits, and whole for whole numbers."""
    if row.hard is not None:
        assert row.hard[0] <= row.rest <= row.hard[1]
        assert row.kind != "int" or float(row.rest).is_integer()


@rows
def test_a_new_lane_has_a_range_to_start_with(row: Field) -> None:
    """The first range of a field is one of its own, the standard one if it exists."""
    low, high = row.first_range()
    assert low < high
    assert row.preset("standard") in (None, (low, high))


@rows
def test_every_field_has_words_for_people(row: Field) -> None:
    """Every field has a unique title, modes in which it acts, and a known way of being read."""
    assert row.title.strip()
    assert row.modes
    assert row.reads in ("frame", "cadence")
    assert row.kind in ("float", "int", "choice", "prompt")
    assert row.label or row.label_forge


def test_titles_are_different() -> None:
    """No two fields can be mistaken for each other in a list."""
    titles = [row.title for row in FIELDS.values()]
    assert sorted(titles) == sorted(set(titles))


def test_each_controlnet_unit_has_its_own_gate() -> None:
    """The ControlNet rows appear once for each unit, with that unit's box as the gate."""
    for unit in range(1, CONTROLNET_UNITS + 1):
        for part in ("weight", "guidance_start", "guidance_end"):
            assert field(f"cn_{unit}_{part}").gate == Gate(f"cn_{unit}_enabled", True)
    assert "cn_6_weight" not in FIELDS
    assert not any("{" in name for name in FIELDS)


@pytest.mark.parametrize(
    ("name", "gate"),
    [
        ("zoom", None),
        ("perspective_flip_theta", Gate("enable_perspective_flip", True)),
        ("steps_schedule", Gate("enable_steps_scheduling", True)),
        ("seed_schedule", Gate("seed_behavior", "schedule")),
        ("subseed_strength_schedule", Gate("enable_subseed_scheduling", True)),
        ("noise_multiplier_schedule", Gate("enable_noise_multiplier_scheduling", True)),
        ("mask_schedule", Gate("use_mask", True)),
        ("blendFactorMax", Gate("use_looper", True)),
    ],
)
def test_gates_are_deforums(name: str, gate: Gate | None) -> None:
    """The box of Deforum's tab that a field needs is the one that its code asks."""
    assert field(name).gate == gate


def test_an_unknown_field_is_refused() -> None:
    """A name that the table does not have is InputError and is named."""
    with pytest.raises(InputError, match="warp_speed"):
        field("warp_speed")


def test_numbers_play_number_fields_only() -> None:
    """Names and prompts are in the table but not among the fields that a knob can play."""
    names = {row.name for row in number_fields()}
    assert {"zoom", "seed_schedule", "cn_5_weight"} <= names
    assert not names & {"sampler_schedule", "checkpoint_schedule", "prompts", "mask_schedule"}


def test_the_table_cannot_be_changed() -> None:
    """One table for all users: it is read-only."""
    with pytest.raises(TypeError):
        FIELDS["zoom"] = FIELDS["angle"]  # type: ignore[index]
