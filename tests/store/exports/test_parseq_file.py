"""A Parseq manifest: what Deforum's adapter takes from it is what was meant."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deforum_perform.core.deforum.fields import number_fields
from deforum_perform.core.errors import InputError
from deforum_perform.core.units import quantise
from deforum_perform.store.exports.parseq_file import DELTAS, NOT_IN_PARSEQ, frames_to_parseq, parseq_names

EXPLICIT = {
    "angle": "angle_delta",
    "translation_z": "translation_z_delta",
    "perspective_flip_fv": "perspective_flip_fv",
    "noise_schedule": "noise",
    "strength_schedule": "strength",
    "contrast_schedule": "contrast",
    "cfg_scale_schedule": "scale",
    "steps_schedule": "steps_schedule",
    "seed_schedule": "seed",
    "fov_schedule": "fov",
    "near_schedule": "near",
    "far_schedule": "far",
    "subseed_schedule": "subseed",
    "subseed_strength_schedule": "subseed_strength",
    "kernel_schedule": "antiblur_kernel",
    "sigma_schedule": "antiblur_sigma",
    "amount_schedule": "antiblur_amount",
    "threshold_schedule": "antiblur_threshold",
    "blendFactorMax": "guided_blendFactorMax",
    "tweening_frames_schedule": "guided_tweening_frames",
    "color_correction_factor": "guided_color_correction_factor",
    "aspect_ratio_schedule": "aspect_ratio",
    "cn_3_weight": "cn_3_weight",
}
"""Which name Deforum's adapter asks for, read in its source."""

fields = st.sampled_from([row.name for row in number_fields() if row.name not in NOT_IN_PARSEQ])
manifests = st.integers(1, 6).flatmap(
    lambda n: st.dictionaries(fields, st.lists(st.floats(-1e6, 1e6), min_size=n, max_size=n), min_size=1, max_size=4)
)


@given(manifests, st.floats(1, 240), st.integers(1, 50))
def test_every_value_is_found_under_its_name(columns: dict[str, list[float]], fps: float, cadence: int) -> None:
    """Frame by frame, each field's value appears under every name that Deforum may ask for, beside fps and cadence."""
    manifest = json.loads(frames_to_parseq(columns, fps, cadence))
    assert manifest["options"] == {"output_fps": fps, "cadence": cadence}
    frames = manifest["rendered_frames"]
    assert [row["frame"] for row in frames] == list(range(len(frames)))
    for name, values in columns.items():
        for key in parseq_names(name):
            assert [row[key] for row in frames] == quantise(values, 9).tolist()


@given(st.integers(1, 60), st.integers(1, 50))
def test_the_keyframes_are_the_frames_of_the_cadence(count: int, cadence: int) -> None:
    """The Forge fork diffuses the manifest's keyframes: the first, every cadence-th, and the last, each once."""
    manifest = json.loads(frames_to_parseq({"angle": [0.0] * count}, 15, cadence))
    frames = [key["frame"] for key in manifest["keyframes"]]
    assert frames == sorted({*range(0, count, cadence), count - 1})
    assert frames[0] == 0


@pytest.mark.parametrize("name", EXPLICIT)
def test_names_are_those_that_deforum_asks_for(name: str) -> None:
    """The name that Deforum's adapter looks up for a field is among those that are written."""
    assert EXPLICIT[name] in parseq_names(name)


def test_no_two_fields_share_a_name() -> None:
    """No field overwrites another one in the manifest."""
    names = [key for row in number_fields() if row.name not in NOT_IN_PARSEQ for key in parseq_names(row.name)]
    assert len(names) == len(set(names))


def test_motion_does_not_depend_on_the_delta_box() -> None:
    """Fields that Deforum reads as deltas have the change per frame under both of their names."""
    row = json.loads(frames_to_parseq({name: [0.5] for name in DELTAS}, 15, 1))["rendered_frames"][0]
    assert all(row[name] == row[f"{name}_delta"] == 0.5 for name in DELTAS)


@pytest.mark.parametrize("name", ["image_strength_schedule", "sampler_schedule", "prompts", "warp"])
def test_what_has_no_place_is_refused(name: str) -> None:
    """A field that a manifest cannot hold is refused by name and not left out in silence."""
    with pytest.raises(InputError):
        frames_to_parseq({name: [1.0]}, 15, 1)


def test_lanes_of_different_lengths_are_refused() -> None:
    """Columns that are not of one song are refused."""
    with pytest.raises(InputError, match="numbers of frames"):
        frames_to_parseq({"zoom": np.ones(3), "angle": np.ones(2)}, 15, 1)
