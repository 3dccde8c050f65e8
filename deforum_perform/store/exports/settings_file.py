"""Deforum's settings files: reading a base, and writing the same file with only the chosen names changed.

The requirements are from ``scripts/deforum_helpers/settings.py`` of sd-webui-deforum at 32242685 and of
Tok/sd-forge-deforum at 424dd333 ("Load All Settings"): a missing name keeps the value in the tab, except ``prompts``
(KeyError), ``reroll_blank_frames`` and ``noise_type`` (TypeError), and ``legacy_colormatch``, which becomes true. "Load
Video Settings" of the first needs ``add_soundtrack``. Files of older versions are converted on import, as the loader
converts them (``core.older_settings``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from ...core.deforum.fields import FIELDS
from ...core.deforum.settings.older import Upgraded, upgraded
from ...core.errors import DamagedFileError, InputError
from ..files import json_bytes, parse_json
from ..limits import MAX_SETTINGS_BYTES

_WHAT = "The settings file"

NEEDED: Mapping[str, Any] = MappingProxyType(
    {"prompts": {"0": "a wide landscape, soft light"}, "reroll_blank_frames": "ignore", "noise_type": "perlin"}
)
"""The names without which "Load All Settings" fails, with Deforum's own values (the prompt is Perform's)."""

MOST_REPEATED = 8
"""This many names that a file contains more than once are listed."""

_GATES_AT_REST = {"enable_noise_multiplier_scheduling": True, "seed_behavior": "iter"}
"""Deforum's values of the gates that have another default than off."""


def read_settings(text: str | bytes, repeated: list[str] | None = None) -> dict[str, Any]:
    """The settings in a file that Deforum wrote, in its order. DamagedFileError says why it is invalid, and where;
    ``repeated``: see ``parse_json``."""
    if len(text) > MAX_SETTINGS_BYTES:
        raise DamagedFileError(f"{_WHAT} is refused: it is larger than {MAX_SETTINGS_BYTES >> 20} MB.")
    _refuse_other_letters(text)
    settings = parse_json(text, _WHAT, repeated)
    if not isinstance(settings, dict):
        raise DamagedFileError(f"{_WHAT} is refused: it does not begin with {{, so it is not a JSON object.")
    if not any(name in settings for name in FIELDS if name != "prompts"):
        parseq = "rendered_frames" in settings or "keyframes" in settings
        hint = " It looks like a Parseq manifest." if parseq else ""
        if "deforum_settings" in settings:
            hint = " It looks like a request to Deforum's API: import the content of deforum_settings as a file."
        raise DamagedFileError(f"{_WHAT} is refused: it contains none of Deforum's schedules.{hint}")
    return settings


def _refuse_other_letters(text: str | bytes) -> None:
    """DamagedFileError for bytes that are not UTF-8, which Deforum reads and writes, with the place and the remedy."""
    try:
        if isinstance(text, bytes):
            text.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line, byte = error.object.count(b"\n", 0, error.start) + 1, error.object[error.start]
        raise DamagedFileError(
            f"{_WHAT} is refused: in line {line}, byte {error.start} (0x{byte:02X}) is not UTF-8 text. Open it in a "
            "text editor, save it as UTF-8 and import it again."
        ) from error


def import_settings(text: str | bytes) -> Upgraded:
    """The settings in a file that any Deforum wrote, with current names. Errors as ``read_settings``."""
    repeated: list[str] = []
    read = upgraded(read_settings(text, repeated))
    listed = repeated[:MOST_REPEATED]
    remarks = [f"{name[:40]} is in the file more than once; the last value is used." for name in listed]
    if len(repeated) > MOST_REPEATED:
        remarks.append(f"{len(repeated) - MOST_REPEATED} more names are in it more than once.")
    return replace(read, remarks=(*remarks, *read.remarks))


def default_settings() -> dict[str, Any]:
    """Every schedule of the field table and every gate with Deforum's default, and the names that loading needs."""
    settings: dict[str, Any] = {}
    for row in FIELDS.values():
        if row.gate is not None:
            settings.setdefault(row.gate.name, _GATES_AT_REST.get(row.gate.name, False))
        settings[row.name] = row.default
    return {**settings, **NEEDED, "legacy_colormatch": False, "add_soundtrack": "None"}


def with_gates(values: Mapping[str, Any]) -> dict[str, Any]:
    """``values`` and the gates without which Deforum ignores them; a gate in ``values`` is kept."""
    gates = (FIELDS[name].gate for name in values if name in FIELDS)
    return {**{gate.name: gate.value for gate in gates if gate is not None}, **values}


def write_settings(base: Mapping[str, Any] | None, values: Mapping[str, Any]) -> str:
    """The text of a settings file that "Load All Settings" reads.

    ``base``, with current names, is kept name for name in its order; only the names in ``values`` and their gates
    change, new ones follow at the end. Without a base the file starts from ``default_settings``. InputError for more
    than can be imported again.
    """
    settings = {**(default_settings() if base is None else base), **with_gates(values)}
    for name, value in NEEDED.items():
        settings.setdefault(name, value)
    data = json_bytes(settings, indent=4)
    if len(data) > MAX_SETTINGS_BYTES:
        raise InputError(
            f"{_WHAT} would be larger than {MAX_SETTINGS_BYTES >> 20} MB. Choose fewer lanes, or raise their tolerance."
        )
    return data.decode()
