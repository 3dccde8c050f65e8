"""Per-frame values as CSV: what a spreadsheet reads is what was meant."""

from __future__ import annotations

import csv
import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deforum_perform.core.units import format_fixed
from deforum_perform.store.exports.csv_file import frames_to_csv

columns = st.integers(0, 6).flatmap(
    lambda n: st.lists(
        st.tuples(
            st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=5),
            st.lists(st.floats(-1e6, 1e6), min_size=n, max_size=n),
        ),
        min_size=1,
        max_size=3,
    )
)


@given(columns, st.floats(1, 240), st.integers(0, 9))
def test_any_columns_come_back(made: list[tuple[str, list[float]]], fps: float, decimals: int) -> None:
    """Names, frames and times are right, and each number is the one that ``format_fixed`` writes."""
    head, *rows = csv.reader(io.StringIO(frames_to_csv(made, fps, decimals)))
    assert head == ["frame", "time_s", *(name for name, _ in made)]
    assert [row[0] for row in rows] == [str(frame) for frame in range(len(made[0][1]))]
    assert [float(row[1]) for row in rows] == pytest.approx([frame / fps for frame in range(len(rows))], abs=1e-6)
    for index, (_, values) in enumerate(made):
        assert [row[index + 2] for row in rows] == [format_fixed(value, decimals) for value in values]


def test_a_whole_song_keeps_its_values() -> None:
    """Thousands of frames come back within half of the last digit."""
    values = np.sin(np.arange(5000) / 50) * 3
    rows = list(csv.DictReader(io.StringIO(frames_to_csv([("zoom", values)], 15))))
    assert np.array([float(row["zoom"]) for row in rows]) == pytest.approx(values, abs=5e-10)


def test_texts_come_back_as_they_are() -> None:
    """A column of names holds them, whatever is in them."""
    names = ["Euler a", 'with "quotes", and comma', "line\nbreak"]
    rows = list(csv.DictReader(io.StringIO(frames_to_csv([("Sampler", names), ("zoom", [1, 2, 3])], 15))))
    assert [row["Sampler"] for row in rows] == names
    assert [row["zoom"] for row in rows] == ["1", "2", "3"]


def test_columns_of_different_lengths_are_refused() -> None:
    """Columns that are not of one song are an error and not a crooked table."""
    with pytest.raises(ValueError, match="zip"):
        frames_to_csv([("zoom", [1.0, 2.0]), ("angle", [1.0])], 15)


def test_no_columns_are_a_head_without_rows() -> None:
    """Without lanes there is only the line of names."""
    assert frames_to_csv([], 15) == "frame,time_s\n"
