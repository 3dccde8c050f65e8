"""Results that are cached for an object as long as it is that object.

A song is immutable: a change makes a new one that shares every unchanged part with the previous one. A result of a
shared part is reused, at a cost that does not depend on its size.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable
from functools import lru_cache, wraps
from typing import Any, Generic, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

PLAIN = (str, int, float, type(None))
"""Types whose equal values are as good as the same object."""


def _same(one: object, other: object) -> bool:
    return one is other or (isinstance(one, PLAIN) and type(one) is type(other) and one == other)


class Kept(Generic[T]):
    """For each key the last result, and its inputs."""

    def __init__(self) -> None:
        self._kept: dict[Hashable, tuple[tuple[object, ...], T]] = {}

    def of(self, key: Hashable, parts: tuple[object, ...], make: Callable[[], T]) -> T:
        """The result of ``make``; the previous one if ``parts`` are the same objects or equal plain values."""
        known = self._kept.get(key)
        if known is not None and len(known[0]) == len(parts) and all(map(_same, known[0], parts)):
            return known[1]
        made = make()
        self._kept[key] = parts, made
        return made

    def keep_only(self, keys: Collection[Hashable]) -> None:
        """Remove all other keys."""
        for key in [key for key in self._kept if key not in keys]:
            del self._kept[key]


class _Part:
    """An argument that only equals itself, or an equal plain value."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value

    def __hash__(self) -> int:
        return hash(self.value) if isinstance(self.value, PLAIN) else id(self.value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Part) and _same(self.value, other.value)


def by_identity(most: int) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """A decorator for a pure function of immutable objects: its last ``most`` results are returned again for the same
    objects. Equal objects are not compared: comparing long ones takes as long as computing the result."""

    def decorated(fn: Callable[P, T]) -> Callable[P, T]:
        plain: Callable[..., T] = fn

        @lru_cache(maxsize=most)
        def made(*parts: _Part) -> T:
            return plain(*(part.value for part in parts))

        @wraps(fn)
        def found(*args: P.args, **_: P.kwargs) -> T:
            return made(*map(_Part, args))

        return found

    return decorated
