"""The gates of a lane, and the lines that run through them.

A gate is the range of values allowed at a frame. All lines from a key (any value of a range) through every gate so far
are between two extreme ones: the steepest rises from a low corner to a high one, the flattest falls the other way. Both
are updated with two convex chains of corners, in constant time per gate on average (O'Rourke, "An on-line algorithm for
fitting straight lines between data ranges", CACM 1981).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from .printable import Range

_ENDLESS = float("inf")


class Gates(NamedTuple):
    """For each frame the lowest and highest value allowed, and whether its gate is that of both neighbours: a line
    through those goes through it too."""

    low: list[float]
    high: list[float]
    flat: list[bool]


def funnel(gates: Gates, start: int, low: float, high: float, step: int, first: int) -> Iterator[Range]:
    """Lowest and highest value of the lines from frame ``start``, values ``low``..``high``, at the frames after it
    (``step`` 1) or before it (-1), from ``first`` on until no line remains. Long, since calls in its loop would double
    its time."""
    lows, highs, flat = gates
    # Corners a rising line must stay above (a chain bent down), and those a falling line must stay below (bent up).
    under_x, under_y, under_at = [0.0], [low], 0
    over_x, over_y, over_at = [0.0], [high], 0
    up_x, up_y, up_slope = 0.0, low, _ENDLESS
    down_x, down_y, down_slope = 0.0, high, -_ENDLESS
    run = 0.0
    for index in range(start + step, len(lows) if step > 0 else -1, step):
        run += 1.0
        gate_low, gate_high = lows[index], highs[index]
        top = up_y + up_slope * (run - up_x)
        bottom = down_y + down_slope * (run - down_x)
        if gate_low > top or gate_high < bottom:
            return
        if flat[index]:
            if (index - first) * step >= 0:
                yield (gate_low if gate_low > bottom else bottom), (gate_high if gate_high < top else top)
            continue
        if gate_high < top:
            under_at, up_slope = _flattest(under_x, under_y, under_at, run, gate_high)
            up_x, up_y, top = under_x[under_at], under_y[under_at], gate_high
        if gate_low > bottom:
            over_at, down_slope = _steepest(over_x, over_y, over_at, run, gate_low)
            down_x, down_y, bottom = over_x[over_at], over_y[over_at], gate_low
        if (index - first) * step >= 0:
            yield bottom, top
        while len(under_x) - under_at >= 2:
            x, y = under_x[-2], under_y[-2]
            if (under_y[-1] - y) * (run - x) > (gate_low - y) * (under_x[-1] - x):
                break
            under_x.pop()
            under_y.pop()
        under_x.append(run)
        under_y.append(gate_low)
        while len(over_x) - over_at >= 2:
            x, y = over_x[-2], over_y[-2]
            if (over_y[-1] - y) * (run - x) < (gate_high - y) * (over_x[-1] - x):
                break
            over_x.pop()
            over_y.pop()
        over_x.append(run)
        over_y.append(gate_high)


def _flattest(xs: list[float], ys: list[float], at: int, run: float, value: float) -> tuple[int, float]:
    """The corner from which the line to (run, value) is flattest, and its slope; the search never moves back."""
    slope = (value - ys[at]) / (run - xs[at])
    for after in range(at + 1, len(xs)):
        other = (value - ys[after]) / (run - xs[after])
        if other > slope:
            break
        at, slope = after, other
    return at, slope


def _steepest(xs: list[float], ys: list[float], at: int, run: float, value: float) -> tuple[int, float]:
    """The corner from which the line to (run, value) is steepest, and its slope; the search never moves back."""
    slope = (value - ys[at]) / (run - xs[at])
    for after in range(at + 1, len(xs)):
        other = (value - ys[after]) / (run - xs[after])
        if other < slope:
            break
        at, slope = after, other
    return at, slope
