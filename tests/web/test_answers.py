"""JSON for browsers."""

from __future__ import annotations

import json
import math

from hypothesis import given
from hypothesis import strategies as st

from deforum_perform.web.answers import to_json

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


def _refuse(name: str) -> float:
    raise AssertionError(name)


def _without_infinite(value: object) -> object:
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict):
        return {key: _without_infinite(item) for key, item in value.items()}
    return [_without_infinite(item) for item in value] if isinstance(value, list) else value


@given(JSON)
def test_any_value_becomes_json_that_browsers_read(value: object) -> None:
    """NaN and infinities become null and all else stays."""
    assert json.loads(to_json(value), parse_constant=_refuse) == _without_infinite(value)
