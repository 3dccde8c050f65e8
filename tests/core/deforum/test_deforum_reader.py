"""Reading schedule texts as Deforum does, compared with Deforum's own recorded answers."""

from __future__ import annotations

import json
import random
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deforum_perform.core.deforum import reader as deforum_reader
from deforum_perform.core.deforum.fast_reader import number_columns
from deforum_perform.core.deforum.reader import parse_names, parse_schedule
from deforum_perform.core.errors import InputError, ScheduleTextError
from tests.core.odd_texts import odd_names, odd_text
from tests.data_folder import DATA

ANSWERS = DATA / "deforum_interpolation.json"


def _read(case: dict[str, Any]) -> list[Any] | None:
    read: Any = parse_names if case["string"] else parse_schedule
    try:
        return list(read(case["text"], case["max_frames"], case["seed"]))
    except ScheduleTextError as error:
        assert 0 <= error.position <= len(case["text"])
        assert str(error)
        return None


def test_the_answers_of_the_real_deforum_are_reproduced() -> None:
    """800 texts, odd ones included, give the values Deforum's FrameInterpolater gave, and are refused where it
    raised.
    """
    cases = json.loads(ANSWERS.read_text(encoding="utf-8"))
    assert len(cases) == 800
    for case in cases:
        values = _read(case)
        if "error" in case:
            assert values is None, case
        elif case["string"]:
            assert values == case["values"], case
        else:
            wanted = np.array([np.nan if v is None else v for v in case["values"]])
            got = np.array(values, dtype=np.float64)
            got[~np.isfinite(got)] = np.nan
            np.testing.assert_allclose(got, wanted, rtol=1e-12, atol=1e-12, err_msg=case["text"])


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("0:(0), 4:(1)", [0, 0.25, 0.5, 0.75, 1, 1]),
        ("4:(1), 0:(0)", [0, 0.25, 0.5, 0.75, 1, 1]),
        ("0:(0), 20:(1)", [0, 0, 0, 0, 0, 0]),
        ("0:(1), 2:(1e-05), 4:(3)", [1, 0.500005, 1e-05, 1e-05, 3, 3]),
        ("0:( 2 ), 3:(5)", [2, 2, 2, 5, 5, 5]),
        ("0:(1), 3:(5), 3:(7)", [1, 3, 5, 7, 7, 7]),
        ('0:("t"), 3:(1)', None),
        ("0:(t*s), 3:(max_f)", [0, -1, -2, 5, 5, 5]),
        ("0:(sqrt(t-2)), 5:(3)", [0, 0, 0, 1, 2**0.5, 3]),
        ("0:(t>2)", [0, 0, 0, 1, 1, 1]),
        (" 0 :\n(+.5)\n,\n5:-.5", [0.5, 0.3, 0.1, -0.1, -0.3, -0.5]),
        ("0:(1):(2)", [1, 1, 1, 1, 1, 1]),
        ('0:(1), "max_f":(2)', [1, 1.2, 1.4, 1.6, 1.8, 2]),
    ],
)
def test_the_rules_of_deforum_one_by_one(text: str, values: list[float] | None) -> None:
    """Lines between numbers, holds for formulas, dropped keys, the last of two, brackets, spaces: each as in Deforum.
    """
    if values is None:
        with pytest.raises(ScheduleTextError):
            parse_schedule(text, 6)
    else:
        assert parse_schedule(text, 6) == pytest.approx(values, abs=1e-15)


@pytest.mark.parametrize(
    ("text", "position", "reason"),
    [
        ("", 0, "missing"),
        ("0:(1),", 6, "missing"),
        ("5:(0), 10:(1)", 0, "frame 0"),
        ("0:(1), 3", 7, "no"),
        ("0:(1), 3:(wher(t))", 10, "function"),
        ("0:(where(t>3,1,0))", 13, "value"),
        ("0:(nan)", 3, "nan"),
        ("0:(1), x:(2)", 7, '"x"'),
        ("0:(1), 1.5:(2)", 7, "whole"),
        ("0:(1), 2:(-)", 9, "sign"),
        ("0:(3 if t>2 else 1)", 8, "condition"),
        ("0:(1/0)", 2, "zero"),
        ("0:(log(t-9))", 2, "No frame"),
        ("0:(2**99999999)", 3, "too large"),
        ("0:(9**9**9**9)", 6, "too large"),
        ("0:(__import__('os'))", 3, "function"),
        ("0:((t).__class__)", 3, "cannot"),
        ("0:(" + "(" * 1500 + "t" + ")" * 1500 + ")", 2, "longer"),
        ("0:(" + "-" * 1500 + "t)", 2, "nested"),
    ],
)
def test_bad_text_is_refused_with_place_and_reason(text: str, position: int, reason: str) -> None:
    """Where Deforum would raise, or compute for ever, ScheduleTextError says where and why."""
    with pytest.raises(ScheduleTextError) as caught:
        parse_schedule(text, 6)
    assert reason in str(caught.value)
    assert abs(caught.value.position - position) <= 1


def test_a_formula_of_a_dropped_key_is_not_looked_at() -> None:
    """Deforum evaluates only keys inside 0..max_frames-1, so a bad one beyond does no harm."""
    assert parse_schedule("0:(1), 9:(nan)", 6).tolist() == [1.0] * 6


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ('0: ("Euler a"), 2: ("DDIM")', ["Euler a", "Euler a", "DDIM", "DDIM"]),
        ('0: ("model (v1).ckpt"), 2: (it\'s)', ["model v1.ckpt"] * 2 + ["its"] * 2),
        ("0: (a), 1: (123), 2: (b:c)", ["a", "a", "b", "b"]),
    ],
)
def test_names_lose_what_deforum_takes_from_them(text: str, names: list[str]) -> None:
    """Brackets and quotes are stripped, a colon cuts, a name of digits is passed over."""
    assert parse_names(text, 4) == names


@pytest.mark.parametrize("text", ["0: (123)", "1: (a)", '0: ("x,y")', ""])
def test_names_that_deforum_fails_on_are_refused(text: str) -> None:
    """A number at frame 0, no key for frame 0, a comma in a name and an empty text raise ScheduleTextError."""
    with pytest.raises(ScheduleTextError):
        parse_names(text, 4)


@pytest.mark.parametrize("max_frames", [0, -1, 10**9])
def test_a_number_of_frames_that_makes_no_sense_is_refused(max_frames: int) -> None:
    """max_frames outside 1..2,000,000 is an InputError and not a full memory."""
    with pytest.raises(InputError):
        parse_schedule("0:(1)", max_frames)


@given(st.integers(0, 2**32), st.sampled_from([1, 2, 7, 40]))
def test_odd_texts_are_read_or_refused_and_nothing_else(seed: int, max_frames: int) -> None:
    """Any text gives max_frames values or ScheduleTextError with a position inside the text; no other error."""
    source = random.Random(seed)
    for text, read in ((odd_text(source), parse_schedule), (odd_names(source), parse_names)):
        try:
            assert len(read(text, max_frames)) == max_frames
        except ScheduleTextError as error:
            assert 0 <= error.position <= len(text)


@given(st.text(alphabet="0123456789.,:()+- \n'\"tsmaxf_*/", max_size=40))
def test_random_characters_are_read_or_refused_and_nothing_else(text: str) -> None:
    """No arrangement of the characters of a schedule raises anything but ScheduleTextError."""
    try:
        assert parse_schedule(text, 5).shape == (5,)
    except ScheduleTextError as error:
        assert 0 <= error.position <= len(text)


@given(st.lists(st.tuples(st.integers(0, 70), st.floats(-1e6, 1e6)), max_size=30), st.sampled_from(["", " "]))
def test_the_fast_reader_and_the_careful_one_agree(keys: list[tuple[int, float]], space: str) -> None:
    """Plain numbers give the same values, bit by bit, on both ways; a newline sends a text the careful way."""
    text = f",{space}".join(f"{frame}:{space}({value:.6f})" for frame, value in [(0, 0.5), *keys])
    assert number_columns(text) is not None
    assert number_columns(text + "\n") is None
    np.testing.assert_array_equal(parse_schedule(text, 50), parse_schedule(text + "\n", 50))


@pytest.mark.parametrize(
    "text", ["0:(5.)", "0:( 5 )", "0:(1e3)", "0:(+5)", "0:(1),", "0:()", "0:(-)", "0.5:(1)", "0:(1.2.3)", "0"]
)
def test_the_fast_reader_leaves_what_is_not_plain_to_the_careful_one(text: str) -> None:
    """What Deforum treats otherwise than as a plain number is never read fast."""
    assert number_columns(text) is None


@pytest.mark.parametrize("text", ["0:(1),(max_f-1):(2),(max_f-2):(3)", "0:(t),1:(t+1),2:(t+2)"])
def test_formulas_have_a_limit(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A text of endless formulas, at frames or in values, is refused before it holds everything up."""
    parse_schedule(text, 10)
    monkeypatch.setattr(deforum_reader, "MAX_FORMULAS", 1)
    with pytest.raises(ScheduleTextError, match="more than 1 formulas"):
        parse_schedule(text, 10)


def test_an_error_shows_only_the_beginning_of_the_invalid_text() -> None:
    """A message stays short however long the text is."""
    for text in ("x" * 10_000, "0:(" + "sin(" * 5000 + ")", "0:1," + "y" * 5000 + ":1"):
        with pytest.raises(ScheduleTextError) as caught:
            parse_schedule(text, 10)
        assert len(str(caught.value)) < 200
