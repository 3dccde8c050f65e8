"""The main path inside a WebUI, in Chromium, Firefox and WebKit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.engines.launch import ENGINES, launch
from tests.engines.main_path import apply, check, record_a_knob

ZOOM = """[...document.querySelectorAll('label')]
    .filter((label) => label.textContent.trim() === 'Zoom')
    .map((label) => label.querySelector('textarea, input').value)
    .find((value) => value.startsWith('0:'))"""
"""Deforum's box; another extension has one of that name."""


@pytest.mark.parametrize("engine", ENGINES)
def test_the_main_path_fills_deforums_box(
    engine: str, host: Any, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Learn, record, stop, check and Apply work in every engine: Deforum's Zoom box has the recorded schedule."""
    tab = launch(engine, tmp_path, lambda: request.getfixturevalue("browser"))
    try:
        tab.goto(host.url)
        tab.click("#tabs > .tab-nav button", "Perform")
        record_a_knob(tab, host.osc_port)
        check(tab)
        before = tab.run(ZOOM)
        apply(tab, "Filled")
        after = tab.until(f"(({ZOOM}) !== {before!r}) && ({ZOOM})", "the box is filled")
    finally:
        tab.close()
    assert after.startswith("0:(")
    assert after.count(":") > 2
