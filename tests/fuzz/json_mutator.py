"""Changes JSON value by value, so that the input is still JSON and reaches the code behind the parser."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

HOSTILE: tuple[Any, ...] = (
    None, True, False, 0, 1, -1, 0.5, -0.0, 1e308, -1e308, 5e-324, float("nan"), float("inf"), float("-inf"),
    2**31, 2**53 + 1, 2**63, -(2**63) - 1, 10**400, "", " ", "0", "nan", "-", "\x00", "\ud800", "\u202e", "a" * 300,
    "../../secret.txt", "..", "/etc/passwd", "C:\\x", "con", "%2e%2e%2f", "🎛", "`", "--neg", ",", ":", "(", "0:(t)",
    "0:(9**9**9)", "`t`", [], [[]], {}, {"": ""}, [None], [0] * 200,
)  # fmt: skip

Raw = Callable[[bytes], bytes]


def mutated(data: bytes, seed: int, words: Sequence[str] = (), raw: Raw | None = None) -> bytes:
    """``data`` with one to four values changed; the same seed always gives the same.

    ``raw`` changes bytes: it is used for input that is not JSON, and occasionally for JSON.
    """
    random = Random(seed)
    if raw is not None and random.random() < 0.1:
        return raw(data)
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return raw(data) if raw is not None else data
    for _ in range(random.choice((1, 1, 2, 4))):
        value = _changed(value, random, words)
    return json.dumps(value, ensure_ascii=random.random() < 0.9).encode(errors="surrogatepass")


def _changed(value: Any, random: Random, words: Sequence[str]) -> Any:
    """A copy of ``value`` with one change somewhere in it."""
    top = [copy.deepcopy(value)]
    places = _places(top)
    holder, key = random.choice(places)
    choice = random.random()
    if choice < 0.3:
        holder[key] = copy.deepcopy(random.choice(HOSTILE))
    elif choice < 0.45 and words:
        holder[key] = random.choice(words)
    elif choice < 0.6:
        other, place = random.choice(places)
        holder[key] = copy.deepcopy(other[place])
    elif choice < 0.7 and holder is not top:
        _lose_or_repeat(holder, key, random)
    elif choice < 0.8 and isinstance(holder[key], dict):
        holder[key][random.choice(list(words) or ["x"])] = copy.deepcopy(random.choice(HOSTILE))
    else:
        holder[key] = _near(holder[key], random)
    return top[0]


def _places(top: list[Any]) -> list[tuple[Any, Any]]:
    """(holder, key) of every value below ``top``."""
    found: list[tuple[Any, Any]] = []
    waiting: list[Any] = [top]
    while waiting:
        holder = waiting.pop()
        keys = list(holder) if isinstance(holder, dict) else range(len(holder))
        for key in keys:
            found.append((holder, key))
            if isinstance(holder[key], (dict, list)):
                waiting.append(holder[key])
    return found


def _lose_or_repeat(holder: Any, key: Any, random: Random) -> None:
    if isinstance(holder, dict) or random.random() < 0.5:
        del holder[key]
    else:
        holder.insert(random.randrange(len(holder) + 1), copy.deepcopy(holder[key]))


def _near(value: Any, random: Random) -> Any:
    """A value of the same kind that is not far from ``value``."""
    if isinstance(value, bool) or value is None:
        return not value
    if isinstance(value, int):
        return value + random.choice((-1, 1, -value, -2 * value, random.getrandbits(16), value))
    if isinstance(value, float):
        return random.choice((value * 2, -value, value + 1e-9, value / 3, random.uniform(-10, 10), value * 1e6))
    if isinstance(value, str):
        place, added = random.randrange(len(value) + 1), random.choice((*map(str, HOSTILE), "0", "t", "/", "é"))
        return value[:place] + added[:20] + value[place + random.randrange(2) :]
    if isinstance(value, list):
        return random.sample(value, len(value))
    return dict(random.sample(list(value.items()), len(value)))
