"""The main path of the standalone page in Chromium, Firefox and WebKit."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser.standalone_app import App
from tests.engines.launch import ENGINES, launch
from tests.engines.main_path import apply, check, record_a_knob


@pytest.mark.parametrize("engine", ENGINES)
def test_the_main_path_works(engine: str, app: App, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """Learn, record, stop, check and save work in every engine, and the page reports no error."""
    tab = launch(engine, tmp_path, lambda: request.getfixturevalue("browser"))
    try:
        tab.goto(app.url)
        record_a_knob(tab, app.port)
        check(tab)
        apply(tab, "Saved")
    finally:
        tab.close()
    (take,) = app.state()["takes"]
    assert take["events"] > 0
    assert tab.errors == []
