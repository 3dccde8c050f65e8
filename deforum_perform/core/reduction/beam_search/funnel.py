"""How far, and between which values, lines from one key can run: the funnel of a set of gates.

A gate is the range of values allowed at a point. All lines from a key (any value of a range) through every gate so far
are between two extreme ones: the steepest rises from a low corner to a high one, the flattest falls the other way. Both
are updated with two convex chains of corners, in constant time per gate on average (O'Rourke, "An on-line algorithm for
fitting straight lines between data ranges", CACM 1981).
"""

from __future__ import annotations

from typing import NamedTuple


class Gates(NamedTuple):
    """Points (frames, as floats) and the lowest and highest value allowed at each; three lists of one length."""

    frames: list[float]
    low: list[float]
    high: list[float]


Reach = tuple[list[float], list[float]]


def reach(gates: Gates, start: int, low: float, high: float) -> Reach:
    """Lowest and highest value that lines from point ``start``, values ``low``..``high``, can have at the points
    after it.

    The lists begin with point ``start + 1`` and end where no line remains. Long, because calls in its loop would double
    its time.
    """
    frames, lows, highs = gates
    if start + 1 >= len(frames):
        return [], []
    origin, frame = frames[start], frames[start + 1]
    lowest, highest = [lows[start + 1]], [highs[start + 1]]
    # Corners a rising line must stay above (chain bent down), and those a falling line must stay below (bent up).
    under, over = [(origin, low), (frame, lowest[0])], [(origin, high), (frame, highest[0])]
    under_at = over_at = 0
    up_frame, up_value, up_slope = origin, low, (highest[0] - low) / (frame - origin)
    down_frame, down_value, down_slope = origin, high, (lowest[0] - high) / (frame - origin)
    for index in range(start + 2, len(frames)):
        frame, gate_low, gate_high = frames[index], lows[index], highs[index]
        top = up_value + up_slope * (frame - up_frame)
        bottom = down_value + down_slope * (frame - down_frame)
        if gate_low > top or gate_high < bottom:
            break
        if gate_high < top:
            under_at, up_slope = _tangent_up(under, under_at, frame, gate_high)
            up_frame, up_value = under[under_at]
            top = gate_high
        if gate_low > bottom:
            over_at, down_slope = _tangent_down(over, over_at, frame, gate_low)
            down_frame, down_value = over[over_at]
            bottom = gate_low
        lowest.append(bottom)
        highest.append(top)
        while len(under) - under_at >= 2:
            (x0, y0), (x1, y1) = under[-2], under[-1]
            if (y1 - y0) * (frame - x0) > (gate_low - y0) * (x1 - x0):
                break
            under.pop()
        under.append((frame, gate_low))
        while len(over) - over_at >= 2:
            (x0, y0), (x1, y1) = over[-2], over[-1]
            if (y1 - y0) * (frame - x0) < (gate_high - y0) * (x1 - x0):
                break
            over.pop()
        over.append((frame, gate_high))
    return lowest, highest


def _tangent_up(chain: list[tuple[float, float]], at: int, frame: float, value: float) -> tuple[int, float]:
    """The corner from which the line to (frame, value) is flattest, and its slope; the search never moves back."""
    x, y = chain[at]
    slope = (value - y) / (frame - x)
    while at + 1 < len(chain):
        x, y = chain[at + 1]
        other = (value - y) / (frame - x)
        if other > slope:
            break
        at, slope = at + 1, other
    return at, slope


def _tangent_down(chain: list[tuple[float, float]], at: int, frame: float, value: float) -> tuple[int, float]:
    """The corner from which the line to (frame, value) is steepest, and its slope; the search never moves back."""
    x, y = chain[at]
    slope = (value - y) / (frame - x)
    while at + 1 < len(chain):
        x, y = chain[at + 1]
        other = (value - y) / (frame - x)
        if other < slope:
            break
        at, slope = at + 1, other
    return at, slope


def way_back(gates: Gates, start: int, end: int, value: float) -> tuple[float, float]:
    """The values at point ``start`` from which a line to ``value`` at point ``end`` goes through all gates between;
    start's own gate does not count.
    """
    frames, lows, highs = gates
    frame, run = frames[end], frames[end] - frames[start]
    low, high = -float("inf"), float("inf")
    for index in range(start + 1, end):
        share = run / (frame - frames[index])
        bottom, top = value + (lows[index] - value) * share, value + (highs[index] - value) * share
        if bottom > low:
            low = bottom
        if top < high:
            high = top
    return low, high
