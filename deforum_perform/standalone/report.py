"""Tables of text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..core.units import format_fixed


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Columns as wide as needed; the first two are left-aligned, the others right-aligned."""
    lines = [header, *rows]
    widths = [max(len(line[i]) for line in lines) for i in range(len(header))]

    def line(cells: Sequence[str]) -> str:
        aligned = [c.ljust(w) if i < 2 else c.rjust(w) for i, (c, w) in enumerate(zip(cells, widths, strict=True))]
        return "  ".join(aligned).rstrip()

    return "\n".join([line(header), "  ".join("-" * width for width in widths), *map(line, rows)])


def lanes_table(check: dict[str, Any], lanes: Sequence[Mapping[str, Any]]) -> str:
    """Each lane of a check with its keys and errors; ``lanes`` are the lanes of the state."""
    sources = {lane["id"]: (lane["source"] or "", lane["unit"]) for lane in lanes}
    rows = [
        [
            lane["label"],
            sources[lane["id"]][0],
            str(lane["keys"]),
            str(check["frames"]),
            str(lane["characters"]),
            format_fixed(lane["largest_error"], 6),
            format_fixed(lane["tolerance"], 6),
            sources[lane["id"]][1],
        ]
        for lane in check["lanes"]
    ]
    return table(["Lane", "Source", "Keys", "Frames", "Characters", "Largest error", "Allowed", "Unit"], rows)


def thousands(count: int) -> str:
    """A count with separators."""
    return f"{count:,}"
