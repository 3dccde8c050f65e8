"""Per-frame values as comma-separated text, for spreadsheets and other programs."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from numpy.typing import ArrayLike

from ...core.units import MAX_DECIMALS, format_fixed, quantise


def frames_to_csv(
    columns: Sequence[tuple[str, ArrayLike | Sequence[str]]], fps: float, decimals: int = MAX_DECIMALS
) -> str:
    """One line per frame: its number, its time in seconds, and the value of each column ((N,) each, all of one length).

    The first line contains the names. Numbers in fixed point with a decimal point, rounded to ``decimals`` digits; a
    column of texts unchanged.
    """
    texts = [_texts(values, decimals) for _, values in columns]
    frames = len(texts[0]) if texts else 0
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["frame", "time_s", *(name for name, _ in columns)])
    times = [format_fixed(frame / fps, 6) for frame in range(frames)]
    writer.writerows(zip(range(frames), times, *texts, strict=True))
    return out.getvalue()


def _texts(values: ArrayLike | Sequence[str], decimals: int) -> list[str]:
    if isinstance(values, (list, tuple)) and values and isinstance(values[0], str):
        return list(values)
    return _fixed(values, decimals)


def _fixed(values: ArrayLike, decimals: int) -> list[str]:
    """Each value as ``format_fixed`` writes it, a whole column at once."""
    texts = (f"{value:.{decimals}f}" for value in quantise(values, decimals).tolist())
    return [text.rstrip("0").rstrip(".") if decimals else text for text in texts]
