"""The samplers, schedulers and modes of the hosts, for use without a running WebUI.

Taken from AUTOMATIC1111 v1.10.1 (``modules/sd_samplers*.py``) and Forge at dfdcbab6 with the Deforum of each
(``deforum_helpers/defaults.py``, ``args.py``; 32242685 and 424dd333). Deforum converts a scheduled name to lower case
and looks it up in its own list. A1111's list is defined there, and "DPM++ 2M Karras" includes its scheduler; Forge's
are the host's samplers by name, and its schedulers by their short names.
"""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from types import MappingProxyType

A1111_SAMPLERS = (
    "Euler a", "Euler", "LMS", "Heun", "DPM2", "DPM2 a", "DPM++ 2S a", "DPM++ 2M", "DPM++ SDE", "DPM fast",
    "DPM adaptive", "DPM++ 2M SDE Heun", "DPM++ 3M SDE", "DDIM", "PLMS", "UniPC", "Restart", "DPM++ 2M SDE Karras",
    "LMS Karras", "DPM2 Karras", "DPM2 a Karras", "DPM++ 2S a Karras", "DPM++ 2M Karras", "DPM++ SDE Karras",
    "DPM++ 2M SDE Exponential", "DPM++ 2M SDE Heun Karras", "DPM++ 3M SDE Karras", "DPM++ 3M SDE Exponential",
)  # fmt: skip
FORGE_SAMPLERS = (
    "DPM++ 2M", "DPM++ SDE", "DPM++ 2M SDE", "DPM++ 2M SDE Heun", "DPM++ 2S a", "DPM++ 3M SDE", "Euler a", "Euler",
    "LMS", "Heun", "DPM2", "DPM2 a", "DPM fast", "DPM adaptive", "Restart", "HeunPP2", "IPNDM", "IPNDM_V", "DEIS",
    "DDIM", "DDIM CFG++", "PLMS", "UniPC", "LCM", "DDPM",
)  # fmt: skip
FORGE_SCHEDULERS = (
    "Simple", "Automatic", "Uniform", "Karras", "Exponential", "Polyexponential", "sgm_uniform", "kl_optimal",
    "align_your_steps", "Normal", "DDIM", "Beta", "Turbo", "align_your_steps_11", "align_your_steps_32",
)  # fmt: skip

KNOWN_NAMES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "sampler_schedule": tuple(dict.fromkeys((*A1111_SAMPLERS, *FORGE_SAMPLERS))),
        "scheduler_schedule": FORGE_SCHEDULERS,
    }
)
"""Field -> the names that one of the two hosts has."""

ANIMATION_MODES = (
    "2D", "3D", "Video Input", "Interpolation", "Wan Video", "Flux + Interpolation", "Keyframes + Interpolation",
)  # fmt: skip
"""Of sd-webui-deforum and of both branches of sd-forge-deforum."""


def unknown_name(field: str, name: str, known: tuple[str, ...] | None = None) -> str | None:
    """Why a render would stop at ``name`` in the field's schedule, in the WebUI with the names ``known``, otherwise in
    both hosts; None for a known name."""
    names = KNOWN_NAMES.get(field, ()) if known is None else known
    if not names or name.strip().casefold() in {each.casefold() for each in names}:
        return None
    who = "Neither A1111 nor Forge has" if known is None else "This WebUI does not have"
    return f"{who} {name!r}: a render stops at the frame that uses it.{did_you_mean(name, names)}"


def replaced_name(field: str, name: str, known: tuple[str, ...] | None = None) -> str | None:
    """Why a render would use another one than ``name``, which is not in a schedule but in the box for all frames; None
    for a known name.

    The host looks it up as it is written, and takes its default for one that it does not have
    (``get_sampler_and_scheduler`` in ``sd_samplers.py``).
    """
    names = KNOWN_NAMES.get(field, ()) if known is None else known
    if not names or name in names:
        return None
    who = "neither A1111 nor Forge has" if known is None else "this WebUI does not have"
    return f"{name!r}, which {who}: a render uses another one.{did_you_mean(name, names)}"


def did_you_mean(name: str, names: tuple[str, ...]) -> str:
    """" Did you mean ...?" if one of the names is similar, otherwise an empty string."""
    by_letters = {known.casefold(): known for known in names}
    close = get_close_matches(name.strip().casefold(), by_letters, n=1)
    return f" Did you mean {by_letters[close[0]]!r}?" if close else ""
