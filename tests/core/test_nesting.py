"""How deep JSON may go."""

from __future__ import annotations

import pytest

from deforum_perform.core.nesting import MAX_LEVELS, is_too_deep


@pytest.mark.parametrize("wrap", [lambda inner: [inner], lambda inner: {"a": inner}, lambda inner: [1, {"a": inner}]])
def test_the_limit_is_exact(wrap: object) -> None:
    """Lists and tables count alike; one level more than allowed is too deep, and so are a hundred thousand."""
    value: object = 1
    levels = 0
    while not is_too_deep(value):
        value = wrap(value)  # type: ignore[operator]
        levels += 1
    assert MAX_LEVELS / 2 <= levels <= MAX_LEVELS + 3
    for _ in range(100_000):
        value = wrap(value)  # type: ignore[operator]
    assert is_too_deep(value)


@pytest.mark.parametrize("value", [None, 1, "x" * 1000, [], {}, [[1] * 1000] * 1000, {"a": [{"b": 1}]}])
def test_what_is_wide_is_not_deep(value: object) -> None:
    """Only nesting counts, not size."""
    assert not is_too_deep(value)
