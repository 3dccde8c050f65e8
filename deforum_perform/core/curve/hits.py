"""Which events of a source are hits, for lanes that advance with each hit.

Every event is a hit, whatever its value, except for three kinds: a release; an event that only continues a movement,
such as a knob being turned, which is one hit as a whole; and the repeats of a sender that keeps reporting its state.
docs/lanes.md has the rule for musicians, with examples.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from ..signal import EMPTY, Signal
from ..song.binding import Binding
from ..source_name import parse_source

MIDDLE = 0.5
"""Within a movement, rising through the middle of the input range is a hit."""

BELOW_MIDDLE = 0.4
"""The value must have been below this first, so that a value that jitters at the middle is not a hit."""

FAST_S = 0.06
"""Values that change this quickly belong to one movement: a turned knob sends some 20 times a second or more."""

TURN_S, TURN_STEPS = 0.11, 4
"""So do at least this many steps in one direction, this far apart: AbletonOSC reports a knob every 100 ms. Fractions
only: whole numbers may be notes as well as knobs."""

SLOW_S, SLOW_STEPS = 0.5, 8
"""So do at least this many steps in one direction, this far apart and not too large: a knob that is turned slowly."""

SMALL = 1 / 4
"""The largest step of a slow turn, as a fraction of the source's range."""

WIDEST_NOTES = 48
"""Whole numbers within this range may be notes: then a slow turn moves from one to the next."""

AGAIN_S = 0.15
"""A value that is sent again this soon without a release between is the same press, if the source has releases."""

MOST_REPORTS = 3
"""A source that repeats its release more often than it is pressed, by more than this, keeps reporting its state."""

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]


def releases(values: Array, positions: Array, binding: Binding, invert: bool = False) -> Mask:
    """Which ``values`` (N,) are releases: 0, values below it if the source also has values above it, and values at the
    low end of an input range that was typed. ``positions`` (N,): their positions in the input range, 0..1.

    On an inverted lane the high end of the input range is the release.
    """
    turned = invert != (binding.in_low > binding.in_high)
    found: Mask = (positions <= 0) if turned or not binding.in_auto else np.zeros(values.size, np.bool_)
    if turned:
        return found
    return found | ((values <= 0) if (values > 0).any() else (values == 0))


def note_offs(source: str, events: Signal, signals: Mapping[str, Signal]) -> Mask:
    """Which ``events`` (N,) of ``source`` are releases because a later argument of the same message is 0, like the
    velocity of a note off. An argument that is always 0 does not count."""
    found = np.zeros(len(events), np.bool_)
    for name in later_arguments(source, signals):
        gate = signals.get(name, EMPTY)
        if np.array_equal(gate.times_s, events.times_s) and gate.values.any():
            found |= gate.values == 0
    return found


def later_arguments(source: str, names: Iterable[str]) -> list[str]:
    """The ``names`` of later arguments of the messages that contain ``source``."""
    address, argument = parse_source(source)
    if argument is None:
        return []
    begin = source[: source.rindex("[") + 1]
    parsed = ((name, parse_source(name)) for name in names if name.startswith(begin))
    return [name for name, other in parsed if other.address == address and (other.argument or 0) > argument]


def struck(values: Array, positions: Array, times_s: Array, released: Mask) -> Mask:
    """Which events of one source are hits, (N,).

    ``values``, ``positions`` (0..1 in the input range), ``times_s`` and ``released`` (N,), in time order.
    """
    if not values.size:
        return np.zeros(0, np.bool_)
    before = np.concatenate(([True], released[:-1]))
    pressed = ~released & before
    reports = np.count_nonzero(released & before) - bool(released[0])
    if reports > np.count_nonzero(pressed) + MOST_REPORTS:
        return pressed
    starts = np.concatenate(([True], ~_continues(values, times_s, released)))
    movement = np.cumsum(starts) - 1
    rises = _rises(positions, starts) & ~released
    has_rise = np.bincount(movement, rises) > 0
    falls_off = _fall_to_release(positions, times_s, released, np.flatnonzero(starts))
    found: Mask = ((starts & ~has_rise[movement]) | rises) & ~released & ~falls_off[movement]
    return found


def _continues(values: Array, times_s: Array, released: Mask) -> Mask:
    """Which events after the first one (N - 1,) continue the movement of the event before."""
    gap, step = np.diff(times_s), np.diff(values)
    same = step == 0
    sent = values[~released]
    whole = bool((sent == np.rint(sent)).all() and np.abs(sent).max(initial=0) > 1)
    extent = float(np.ptp(sent)) if sent.size else 0.0
    if released.any():
        again = same & (gap < AGAIN_S)
    else:
        again = same & (gap < FAST_S) & (extent > 0)
    small = 1.0 if whole and extent <= WIDEST_NOTES else extent * SMALL
    pressed = ~released[1:] & ~released[:-1]
    direction = np.sign(step) * pressed
    slow = _runs(direction * ((gap <= SLOW_S) & (np.abs(step) <= small)), SLOW_STEPS)
    turn = _runs(direction * (gap <= TURN_S), TURN_STEPS) & (not whole)
    continues: Mask = pressed & (again | (~same & (gap < FAST_S)) | turn | slow)
    return continues


def _runs(direction: Array, least: int) -> Mask:
    """Which steps (M,) are in a run of at least that many in one ``direction`` (-1, 1; 0 for none)."""
    if not direction.size:
        return np.zeros(0, np.bool_)
    starts = np.flatnonzero(np.diff(direction, prepend=np.nan) != 0)
    lengths = np.diff(np.append(starts, direction.size))
    found: Mask = np.repeat(lengths >= least, lengths) & (direction != 0)
    return found


def _rises(positions: Array, starts: Mask) -> Mask:
    """Where (N,) a movement rises through the middle; each one ``starts`` (N,) from below."""
    high = positions >= MIDDLE
    clear = starts | high | (positions < BELOW_MIDDLE)
    up = high[np.maximum.accumulate(np.where(clear, np.arange(high.size), 0))]
    rises: Mask = up & (starts | ~np.concatenate(([False], up[:-1])))
    return rises


def _fall_to_release(positions: Array, times_s: Array, released: Mask, firsts: NDArray[np.intp]) -> Mask:
    """Which movements, beginning at ``firsts`` (M,), are the several steps in which a held pad falls to its release,
    (M,)."""
    lasts = np.append(firsts[1:], positions.size) - 1
    follows = np.minimum(lasts + 1, positions.size - 1)
    ends = released[follows] & (lasts < follows) & (times_s[follows] - times_s[lasts] < FAST_S)
    held = (firsts > 0) & ~released[firsts - 1] & ~released[firsts] & (lasts > firsts)
    falls = np.diff(positions, prepend=np.inf) <= 0
    falls_all = np.logical_and.reduceat(falls, firsts)
    found: Mask = ends & held & falls_all
    return found
