"""Performances as text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deforum_perform.core.errors import DamagedFileError
from deforum_perform.demo.compose import performance
from deforum_perform.demo.player import LENGTH_S, shipped_score
from deforum_perform.demo.score import FRACTIONS, Step, read_score, score_text

WORDS = st.text("abcxyz019_-.", min_size=1, max_size=9)
ADDRESSES = st.lists(WORDS, min_size=1, max_size=3).map(lambda parts: "/" + "/".join(parts))
VALUES = st.integers(-(2**31), 2**31 - 1) | st.integers(-(10**9), 10**9).map(lambda n: n / 10**6) | WORDS
STEPS = st.builds(
    Step,
    st.integers(0, 2**40).map(lambda ticks: ticks / FRACTIONS),
    ADDRESSES,
    st.lists(VALUES, min_size=1, max_size=4).map(tuple),
)


@given(st.lists(STEPS, max_size=5))
def test_what_is_written_is_read_back(steps: list[Step]) -> None:
    """Times, addresses and values of six decimals come back as they were."""
    assert read_score(score_text(steps)) == steps


@given(st.text(max_size=80))
def test_any_text_is_a_score_or_refused(text: str) -> None:
    """Only DamagedFileError is raised for a text that is not a score."""
    try:
        read_score(text)
    except DamagedFileError as error:
        assert "line" in str(error)


@pytest.mark.parametrize(
    "line",
    [
        "00000000.00000000 /a ff 0.5",
        "00000000.00000000 /a f 0.5 0.5",
        "00000000.00000000 /a f half",
        "00000000.00000000 a f 0.5",
        "0.5 /a f 0.5",
        "00000000.00000000 /a",
        "",
    ],
)
def test_a_damaged_line_is_named(line: str) -> None:
    """The number of the line that cannot be read is said."""
    with pytest.raises(DamagedFileError, match="line 2"):
        read_score(f"00000000.00000000 /a f 0.5\n{line}\n")


def test_the_shipped_performance_is_what_the_composer_writes() -> None:
    """The data file can be made again at any time, and is."""
    assert score_text(shipped_score()) == score_text(performance())


def test_the_shipped_performance_is_a_minute_of_several_kinds() -> None:
    """Knobs of 7 bit, a pad with two axes, hits that fall to nothing and names, in order, within the minute."""
    steps = shipped_score()
    times = [step.time_s for step in steps]
    assert times == sorted(times)
    assert LENGTH_S - 5 < times[-1] < LENGTH_S
    of = {address: [s.arguments for s in steps if s.address == address] for address in {s.address for s in steps}}
    assert {round(float(v) * 127, 2) % 1 for (v,) in of["/nts1/cutoff"]} == {0.0}
    assert all(len(values) == 2 for values in of["/tablet/xy"])
    assert of["/pads/kick"][-1] == (0.0,)
    assert [values[0] for values in of["/live/clip"]] == ["intro", "build", "drop", "outro"]
    numbers = [v for step in steps for v in step.arguments if isinstance(v, float)]
    assert (min(numbers), max(numbers) <= 1.0) == (0.0, True)
