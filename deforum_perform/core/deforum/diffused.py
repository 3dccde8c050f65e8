"""Which frames the Forge fork of Deforum diffuses with a keyframe distribution, and where it reads schedules for them.

See Tok/sd-forge-deforum at 424dd333: ``key_frame_distribution.py``, ``diffusion_frame.py`` and
``diffusion_frame_data.py`` in ``rendering/data/frame``, and ``rendering/data/schedule.py``. With any distribution other
than "Off", another render core runs. It counts frames from 1, and always diffuses its first and its last frame:

- "Keyframes Only" diffuses only the frames of the prompts and ignores the cadence.
- "Additive" diffuses these and as many as the cadence gives, evenly spaced.
- "Redistributed" diffuses as many as the cadence gives, of which some are moved to the prompts.

Frame i of that core is picture i - 1 of the film. For it, the core reads strength, subseed and ControlNet at i - 1 of
their schedules; most fields that have a box to tick at i; and noise, CFG, contrast, anti blur and hybrid at the number
of diffused frames before it: for the third one at frame 2.

The fork's branch "dev" counts frames from 0 and reads at the frame itself. It has a render mode instead of the
distribution: "Classic 3D" uses the cadence, "Keyframes Only" is as above; where "New 3D" puts its frames between the
prompts differs between versions.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError

Array = NDArray[np.float64]
Index = NDArray[np.int64]

OFF, KEYFRAMES_ONLY, ADDITIVE, REDISTRIBUTED = "Off", "Keyframes Only", "Additive", "Redistributed"
KNOWN = frozenset({KEYFRAMES_ONLY, ADDITIVE, REDISTRIBUTED})
CLASSIC, NEW_3D = "Classic 3D", "New 3D"
"""Render modes of the branch "dev": the first uses only the cadence."""

MAIN_FIRST, DEV_FIRST = 1, 0
"""The number of the first frame in the two branches."""

READ_ONE_LATER = frozenset(
    {
        "sampler_schedule",
        "scheduler_schedule",
        "checkpoint_schedule",
        "clipskip_schedule",
        "noise_multiplier_schedule",
        "ddim_eta_schedule",
        "ancestral_eta_schedule",
        "mask_schedule",
        "noise_mask_schedule",
    }
)
READ_BY_NUMBER = frozenset(
    {
        "noise_schedule",
        "cfg_scale_schedule",
        "distilled_cfg_scale_schedule",
        "contrast_schedule",
        "kernel_schedule",
        "sigma_schedule",
        "amount_schedule",
        "threshold_schedule",
        "cadence_flow_factor_schedule",
        "redo_flow_factor_schedule",
        "hybrid_comp_alpha_schedule",
        "hybrid_comp_mask_blend_alpha_schedule",
        "hybrid_comp_mask_contrast_schedule",
        "hybrid_comp_mask_auto_contrast_cutoff_high_schedule",
        "hybrid_comp_mask_auto_contrast_cutoff_low_schedule",
        "hybrid_flow_factor_schedule",
    }
)
NEVER_READ = frozenset({"seed_schedule", "steps_schedule"})
"""The seeds are made in advance by the seed behavior, where "schedule" gives random ones; the steps are those of the
Run tab."""


STRENGTHS = {MAIN_FIRST: "strength_schedule", DEV_FIRST: "keyframe_strength_schedule"}
"""Of the two strengths, the one that is read at the frames of prompts."""


@dataclass(frozen=True)
class Diffused:
    """The pictures of a film that are diffused, counted from 0, ascending; a picture may be diffused twice. ``first``:
    the number of the core's first frame."""

    pictures: tuple[int, ...]
    first: int = MAIN_FIRST

    @cached_property
    def key(self) -> int:
        """Differs for other pictures."""
        return hash((self.pictures, self.first))

    @property
    def starts(self) -> Index:
        """(K,) where a value that is read takes effect: each diffused picture once."""
        return np.unique(np.array(self.pictures, dtype=np.int64))

    def places(self, field: str, frames: int) -> Index:
        """(number of ``pictures``,) the frame of the field's schedule of ``frames`` at which each of them is read."""
        pictures = np.array(self.pictures, dtype=np.int64)
        if field in READ_BY_NUMBER:
            return np.arange(pictures.size)
        later = self.first if field in READ_ONE_LATER else 0
        return np.minimum(pictures + later, frames - 1)

    def written(self, field: str, held: Array) -> Array:
        """(N,) the values to write so that each diffused picture is made with its own value of ``held`` (N,), which
        holds from one to the next. Where the core does not read, ``held`` itself is written."""
        out = held.copy()
        out[self.places(field, held.size)] = held[list(self.pictures)]
        return out


def reads(field: str, distribution: str, first: int = MAIN_FIRST) -> bool:
    """Whether a render with the ``distribution`` reads the field's schedule at all."""
    if distribution == OFF:
        return field != "keyframe_strength_schedule"
    if distribution == KEYFRAMES_ONLY and field in STRENGTHS.values():
        return field == STRENGTHS[first]
    return field not in NEVER_READ


def diffused(
    distribution: str, prompts: Iterable[str], cadence: int, max_frames: int, first: int = MAIN_FIRST
) -> Diffused:
    """Which of ``max_frames`` frames are diffused with a ``distribution`` and ``prompts``, the keys of the Prompts box.

    InputError says what would stop the render: a prompt whose frame is a formula or beyond the end, or a cadence that
    the distribution cannot use.
    """
    written = [_frame(key) for key in prompts]
    last = max_frames - 1 + first
    keys = sorted({*written, last})
    keys[0] = first  # whatever its value
    keys = [frame for frame in keys if first <= frame <= last]
    if distribution == KEYFRAMES_ONLY:
        frames = _each_its_own(keys, written, last)
    elif distribution == ADDITIVE:
        frames = sorted({*keys, *_even(cadence, max_frames, distribution)})
    else:
        frames = _redistributed(keys, _even(cadence, max_frames, distribution), max_frames)
    return Diffused(tuple(frame - first for frame in frames), first)


def _frame(key: str) -> int:
    try:
        return int(key)
    except ValueError:
        raise InputError(f"A prompt is for frame {key!r}, but only whole numbers are read.") from None


def _each_its_own(keys: list[int], written: list[int], last: int) -> list[int]:
    """``keys``, of which the core needs one for each prompt and the last frame."""
    beyond = next((frame for frame in written if not 0 <= frame < last), None)
    if beyond is not None:
        raise InputError(f"A prompt is for frame {beyond}, beyond {last - 1}, the last that may have one.")
    if len(keys) != len(written) + 1:
        raise InputError("Two prompts are for the same frame.")
    return keys


def _even(cadence: int, max_frames: int, distribution: str) -> list[int]:
    steps = max_frames // cadence
    if steps < 1:
        raise InputError(f"{distribution!r} needs more frames than the cadence of {cadence}.")
    return [1 + n * (max_frames - 1) // steps for n in range(steps + 1)]


def _redistributed(keys: list[int], even: list[int], max_frames: int) -> list[int]:
    """The evenly spaced frames, of which the nearest is replaced by each prompt's.

    Which two of them cannot be replaced depends on the order of a Python set, in the core as here.
    """
    frames = set(even)
    for key in keys:
        if key in frames:
            continue
        movable = list(frames)[1:-1]
        if not movable:
            raise InputError("There are more prompts than frames to diffuse.")
        frames.remove(min(movable, key=lambda frame: abs(frame - key)))
        frames.add(key)
    found = sorted(frames)
    if len(found) != len(even) or found[0] != 1 or found[-1] != max_frames:
        raise InputError(f"{REDISTRIBUTED!r} cannot use this cadence with these prompts.")
    return found
