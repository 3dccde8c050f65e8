"""A Parseq manifest: one value per field and frame, which Deforum uses instead of its own schedules.

What Deforum reads is from ``scripts/deforum_helpers/parseq_adapter.py`` of sd-webui-deforum at 32242685: the first
frame must name every field; motion fields are read as ``name_delta`` while "Use delta values" is ticked and as ``name``
otherwise; the rest have Parseq's names, or Deforum's without ``_schedule``. With a keyframe distribution,
Tok/sd-forge-deforum at 424dd333 diffuses the frames of ``keyframes`` (``key_frame_distribution.py``). A manifest that
is loaded from an address needs ``rendered_frames_meta``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import MappingProxyType

from numpy.typing import ArrayLike

from ...core.deforum.fields import field
from ...core.errors import InputError
from ...core.units import MAX_DECIMALS, quantise

DELTAS = frozenset(
    {
        "angle",
        "zoom",
        "translation_x",
        "translation_y",
        "translation_z",
        "rotation_3d_x",
        "rotation_3d_y",
        "rotation_3d_z",
        "perspective_flip_theta",
        "perspective_flip_phi",
        "perspective_flip_gamma",
    }
)
"""The fields that Deforum reads as changes per frame, as in a schedule of Perform."""

NAMES: Mapping[str, str] = MappingProxyType(
    {
        "cfg_scale_schedule": "scale",
        "steps_schedule": "steps_schedule",
        "kernel_schedule": "antiblur_kernel",
        "sigma_schedule": "antiblur_sigma",
        "amount_schedule": "antiblur_amount",
        "threshold_schedule": "antiblur_threshold",
        "blendFactorMax": "guided_blendFactorMax",
        "blendFactorSlope": "guided_blendFactorSlope",
        "tweening_frames_schedule": "guided_tweening_frames",
        "color_correction_factor": "guided_color_correction_factor",
    }
)
"""Parseq's names that differ from Deforum's without ``_schedule``."""

NOT_IN_PARSEQ = frozenset({"image_strength_schedule"})
"""Deforum uses Parseq's ``strength`` for this one, so it has no name of its own."""


def frames_to_parseq(columns: Mapping[str, ArrayLike], fps: float, cadence: int, decimals: int = MAX_DECIMALS) -> str:
    """The manifest's text. ``columns``: field name -> a value per frame ((N,), in the field's unit, all of one length).

    Its keyframes are the frames of the ``cadence`` and the last one: those that a render diffuses in any case.
    InputError for a field that Parseq does not have, or for columns of different lengths. The gates of the fields are
    not part of a manifest: they must be ticked in Deforum's tab.
    """
    frames: list[dict[str, float]] | None = None
    for name, values in columns.items():
        keys = parseq_names(name)
        numbers = quantise(values, decimals).tolist()
        frames = [{"frame": frame} for frame in range(len(numbers))] if frames is None else frames
        if len(numbers) != len(frames):
            raise InputError("The lanes have different numbers of frames. Write their schedules again.")
        for row, number in zip(frames, numbers, strict=True):
            row.update(dict.fromkeys(keys, number))
    found = frames or []
    diffused = sorted({*range(0, len(found), cadence), max(0, len(found) - 1)})
    manifest = {
        "options": {"output_fps": fps, "cadence": cadence},
        "keyframes": [{"frame": frame} for frame in diffused],
        "rendered_frames": found,
        "rendered_frames_meta": [],
    }
    return json.dumps(manifest, allow_nan=False)


def parseq_names(name: str) -> tuple[str, ...]:
    """The names of the field in a manifest. InputError for one that it cannot contain."""
    row = field(name)
    if not row.is_number or name in NOT_IN_PARSEQ:
        raise InputError(
            f"{row.title} cannot be part of a Parseq manifest. Leave its lane out, or use the settings file."
        )
    plain = NAMES.get(name, name.removesuffix("_schedule"))
    return (plain, f"{plain}_delta") if name in DELTAS else (plain,)
