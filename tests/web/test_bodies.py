"""Bodies of requests."""

from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deforum_perform.core.errors import InputError
from deforum_perform.web.bodies import parse_arguments


@given(st.binary(max_size=200))
def test_any_bytes_are_an_object_or_refused(body: bytes) -> None:
    """No body whatever raises anything but InputError."""
    with contextlib.suppress(InputError):
        assert isinstance(parse_arguments(body), dict)


@pytest.mark.parametrize(
    "body",
    [
        b"[1]",
        b"3",
        b"null",
        b'{"a": NaN}',
        b'{"a": -Infinity}',
        b"\xff{}",
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"a":' * 400 + b"1" + b"}" * 400,
        b'{"a": 1e999}',
        b'{"a": ' + b"9" * 900_000 + b"}",
    ],
    ids=[
        "list",
        "number",
        "null",
        "nan",
        "infinity",
        "not utf-8",
        "deep list",
        "deep object",
        "deep and whole",
        "beyond a float",
        "endless digits",
    ],
)
def test_what_is_no_object_is_refused(body: bytes) -> None:
    """Arguments are a JSON object of finite numbers, and nesting cannot exhaust the stack."""
    with pytest.raises(InputError):
        parse_arguments(body)


@given(st.dictionaries(st.text(), st.integers() | st.text()))
def test_an_object_arrives_as_it_was_sent(arguments: dict[str, object]) -> None:
    """What was sent is what the performer gets."""
    assert parse_arguments(json.dumps(arguments).encode()) == arguments


def test_no_body_means_no_arguments() -> None:
    """Commands without arguments need no body."""
    assert parse_arguments(b" ") == {}
