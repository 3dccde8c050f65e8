"""What is kept for an object: given again for that object, and for no other."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from deforum_perform.core.identity import Kept, by_identity

Text = tuple[str, ...]


def text(*parts: Any) -> tuple[Any, ...]:
    """A tuple that is another object at each call."""
    return parts


def test_a_result_is_given_again_for_the_same_object_only() -> None:
    """An equal object is another one; plain values that are equal are the same."""
    asked: list[tuple[Text, int]] = []

    @by_identity(8)
    def joined(parts: Text, times: int) -> str:
        asked.append((parts, times))
        return "".join(parts) * times

    parts = text("a", "b")
    assert [joined(parts, 2), joined(parts, 2), joined(text("a", "b"), 2), joined(parts, 3)] == [
        "abab",
        "abab",
        "abab",
        "ababab",
    ]
    assert len(asked) == 3
    assert joined(parts, True) == "ab"
    assert len(asked) == 4


@given(st.lists(st.integers(0, 5)), st.integers(1, 4))
def test_a_result_is_right_however_few_are_kept(asked: list[int], most: int) -> None:
    """Results that were dropped are made again, and none belongs to another object."""
    objects = [text(number) for number in range(6)]

    @by_identity(most)
    def doubled(value: tuple[int, ...]) -> tuple[int, ...]:
        return value * 2

    assert [doubled(objects[number]) for number in asked] == [(number, number) for number in asked]


def test_what_was_made_of_the_same_parts_is_kept_by_key() -> None:
    """Another object among the parts, or another plain value, makes it again; removed keys are dropped."""
    kept: Kept[list[int]] = Kept()
    part = text(1)
    first = kept.of("a", (part, 1.0), list)
    assert kept.of("a", (part, 1.0), list) is first
    assert kept.of("b", (part, 1.0), list) is not first
    assert kept.of("a", (text(1), 1.0), list) is not first
    second = kept.of("a", (part, 2.0), list)
    kept.keep_only(["a"])
    assert kept.of("a", (part, 2.0), list) is second
    kept.keep_only([])
    assert kept.of("a", (part, 2.0), list) is not second
