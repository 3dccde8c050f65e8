"""What a browser may send: only JSON objects and files, up to a size."""

from __future__ import annotations

from typing import Any

from ..core.errors import DamagedFileError, InputError
from ..store.files import parse_json
from ..store.limits import MAX_SETTINGS_BYTES, MAX_ZIP_BYTES

DEFAULT_LIMIT_BYTES = 1_000_000
ZIP_LIMIT_BYTES = MAX_ZIP_BYTES
JSON, ZIP, BYTES = "application/json", "application/zip", "application/octet-stream"
SETTINGS_LIMIT_BYTES = MAX_SETTINGS_BYTES
LIMITS_BYTES = {"settings.import": 20_000_000}
"""Commands with a larger limit than the others."""


def parse_arguments(body: bytes) -> dict[str, Any]:
    """The JSON object in ``body``; no body is an object without members. InputError for anything else."""
    if not body.strip():
        return {}
    try:
        value = parse_json(body, "The request")
    except DamagedFileError as error:
        raise InputError(str(error)) from None
    if not isinstance(value, dict):
        raise InputError("The request must be a JSON object, such as {}.")
    return value
