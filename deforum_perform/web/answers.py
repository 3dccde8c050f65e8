"""Responses to the browser: JSON that every browser reads, and errors that reveal nothing about the computer."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from typing import IO, Any

from starlette.responses import Response

from ..core.errors import PerformError

HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
}
BLOCK_BYTES = 1 << 20
UNEXPECTED = "An error occurred in Perform. Nothing recorded is lost; the log of the server has the details."


def to_json(value: Any) -> str:
    """Compact JSON; a number that is not finite becomes null, because browsers refuse NaN."""
    try:
        return _dumps(value)
    except ValueError:
        return _dumps(_finite(value))


def json_answer(value: Any, status: int = 200) -> Response:
    """``value`` as a JSON response."""
    return Response(to_json(value), status, HEADERS, media_type="application/json")


def error_answer(error: PerformError) -> Response:
    """The error as JSON, with its status."""
    return json_answer({"error": {"code": error.code, "message": str(error), **error.details()}}, error.status)


def blocks(file: IO[bytes]) -> Iterator[bytes]:
    """The whole file, piece by piece; it is closed at the end, or when the client disconnects."""
    with file:
        file.seek(0)
        yield from iter(lambda: file.read(BLOCK_BYTES), b"")


def unexpected_answer() -> Response:
    """For an unexpected error: no path, no traceback."""
    return json_answer({"error": {"code": "unexpected", "message": UNEXPECTED}}, 500)


def _dumps(value: Any) -> str:
    return json.dumps(value, allow_nan=False, separators=(",", ":"))


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    return [_finite(item) for item in value] if isinstance(value, (list, tuple)) else value
