"""Reading what a browser sends: JSON objects up to a size, and nothing else."""

from __future__ import annotations

from typing import Any, NoReturn

from starlette.requests import Request

from ..core.errors import ContentTypeError, DamagedFileError, InputError, TooLargeError
from ..store.files import parse_json
from ..store.limits import MAX_SETTINGS_BYTES

DEFAULT_LIMIT_BYTES = 1_000_000
ZIP_LIMIT_BYTES = 500_000_000
JSON, ZIP, BYTES = "application/json", "application/zip", "application/octet-stream"
SETTINGS_LIMIT_BYTES = MAX_SETTINGS_BYTES
LIMITS_BYTES = {"settings.import": 20_000_000}
"""Commands that take more than the others."""


async def read_body(request: Request, limit_bytes: int, media_type: str = JSON) -> bytes:
    """The body; ContentTypeError or TooLargeError before more than ``limit_bytes`` are kept."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != media_type:
        raise ContentTypeError(f"Send it with the header Content-Type: {media_type}.")
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced[:20]) > limit_bytes:
        _too_large(limit_bytes)
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > limit_bytes:
            _too_large(limit_bytes)
    return bytes(body)


def parse_arguments(body: bytes) -> dict[str, Any]:
    """The JSON object in ``body``; no body is an object without members. InputError for anything else."""
    if not body.strip():
        return {}
    try:
        value = parse_json(body, "The request")
    except DamagedFileError as error:
        raise InputError(str(error)) from None
    if not isinstance(value, dict):
        raise InputError("The request has to be a JSON object, such as {}.")
    return value


def _too_large(limit_bytes: int) -> NoReturn:
    raise TooLargeError(f"That is too large: at most {limit_bytes / 1e6:g} MB fit here.")
