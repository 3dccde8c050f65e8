"""Perform's reading of schedules, held to the reading of a real Deforum on thousands of odd texts."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest

from deforum_perform.core.deforum.reader import parse_names, parse_schedule
from deforum_perform.core.errors import ScheduleTextError
from tests.core.odd_texts import odd_names, odd_text
from tests.host.deforum_page import interpolated

TEXTS = 2000


@pytest.mark.parametrize("max_frames", [1, 7, 60])
def test_numbers_are_read_as_deforum_reads_them(webui_folder: Path, max_frames: int) -> None:
    """Values at every frame, or a refusal where Deforum raises: missing 0, exponents, duplicates, commas, formulas."""
    source = random.Random(max_frames)
    texts = {str(i): odd_text(source) for i in range(TEXTS)}
    answers = interpolated(webui_folder, texts, max_frames)
    refused = 0
    for number, text in texts.items():
        wanted = answers[number]
        try:
            got = parse_schedule(text, max_frames)
        except ScheduleTextError:
            refused += 1
            assert wanted is None, text
            continue
        assert wanted is not None, text
        both = [np.where(np.isfinite(column), column, np.nan) for column in (got, np.array(wanted, dtype=np.float64))]
        np.testing.assert_allclose(*both, rtol=1e-12, atol=1e-12, err_msg=text)
    assert 0 < refused < TEXTS


def test_names_are_read_as_deforum_reads_them(webui_folder: Path) -> None:
    """The name at every frame, with what Deforum takes out of it."""
    source = random.Random(1)
    texts = {str(i): odd_names(source) for i in range(TEXTS)}
    answers = interpolated(webui_folder, texts, 24, names=True)
    for number, text in texts.items():
        try:
            got = parse_names(text, 24)
        except ScheduleTextError:
            assert answers[number] is None, text
            continue
        assert got == answers[number], text
