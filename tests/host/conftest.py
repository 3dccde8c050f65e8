"""A real WebUI with a real Deforum, where one is given by PERFORM_WEBUI_DIR."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

MODELS = ("*.safetensors", "*.ckpt")


@pytest.fixture(scope="session")
def webui_folder() -> Path:
    """The installed WebUI; the tests are skipped where none is named."""
    named = os.environ.get("PERFORM_WEBUI_DIR")
    if not named:
        pytest.skip("PERFORM_WEBUI_DIR names no installed WebUI (with Deforum) to drive")
    return Path(named).resolve()


@pytest.fixture(scope="session")
def has_model(webui_folder: Path) -> bool:
    """Whether the WebUI has a checkpoint to render with."""
    places = webui_folder / "models" / "Stable-diffusion"
    return any(path for pattern in MODELS for path in places.glob(f"**/{pattern}"))


@pytest.fixture(scope="module")
def webui(webui_folder: Path, has_model: bool, tmp_path_factory: Any) -> Iterator[Any]:
    """The WebUI, running."""
    from tests.host.webui import RealWebUI

    running = RealWebUI(webui_folder, tmp_path_factory.mktemp("webui"), has_model)
    try:
        running.wait_until_ready()
        yield running
    finally:
        running.end()


@pytest.fixture
def start(webui_folder: Path, tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """A function that starts a WebUI with a separate data folder and waits for it."""
    from tests.host.webui import RealWebUI

    running: list[RealWebUI] = []

    def begin(*flags: str) -> RealWebUI:
        running.append(RealWebUI(webui_folder, tmp_path / f"data{len(running)}", flags=flags))
        running[-1].wait_until_ready()
        return running[-1]

    yield begin
    for webui in running:
        webui.end()


@pytest.fixture(scope="module")
def browser(webui_folder: Path, chromium_path: str) -> Iterator[Any]:
    """A headless Chromium."""
    from tests.webui.page import chromium

    with chromium(chromium_path) as found:
        yield found


@pytest.fixture
def screen(webui: Any, browser: Any) -> Iterator[Any]:
    """A browser on the WebUI with Perform's page in it."""
    from tests.webui.page import Screen

    context = browser.new_context(viewport={"width": 1280, "height": 900})
    found = Screen(context.new_page(), webui.url)
    found.open()
    yield found
    context.close()
