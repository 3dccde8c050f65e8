"""The stand-in host for one test module, and a Chromium for it."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

if importlib.util.find_spec("gradio") is None:
    GRADIO = None
else:
    from importlib.metadata import version

    GRADIO = version("gradio")


VIEWPORT = {"width": 1280, "height": 800}


LONGEST = Path(__file__).with_name("test_surfaces.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest: the other workers do the rest meanwhile."""
    items.sort(key=lambda item: item.path != LONGEST)


@pytest.fixture(scope="session")
def fork() -> bool:
    """Whether the stand-in's Deforum is the Forge fork, as with gradio 4. Skips without gradio."""
    if GRADIO is None:
        pytest.skip("gradio is not installed here (python3 dev.py gradio3, or gradio4, runs these tests)")
    return int(GRADIO.split(".")[0]) >= 4


@pytest.fixture(scope="session")
def nursery(fork: bool) -> Iterator[Any]:
    """The process from which hosts are forked; None if there is no fork, as on Windows."""
    from tests.webui.forked import Nursery
    from tests.webui.process import start_environment

    found = Nursery(start_environment(), "gradio") if hasattr(os, "fork") else None
    yield found
    if found is not None:
        found.close()


@pytest.fixture
def start(fork: bool, nursery: Any, tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """A function that starts a stand-in host with given flags; all of them end with the test."""
    from tests.webui.deforum_arguments import tables
    from tests.webui.process import StandIn

    hosts: list[StandIn] = []

    def begin(*flags: str, units: int = 5, given: dict[str, Any] | None = None) -> StandIn:
        host = StandIn(tmp_path / f"data{len(hosts)}", given or tables(fork, units), flags, nursery=nursery)
        hosts.append(host)
        return host

    yield begin
    for host in hosts:
        host.end()


@pytest.fixture(scope="session")
def shared_host(fork: bool, nursery: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A stand-in host without flags."""
    from tests.webui.deforum_arguments import tables
    from tests.webui.process import StandIn

    found = StandIn(tmp_path_factory.mktemp("shared"), tables(fork), nursery=nursery)
    yield found
    found.end()


@pytest.fixture
def host(shared_host: Any) -> Any:
    """That host with a new song, for tests that neither end it nor change its settings."""
    shared_host.clear()
    return shared_host


@pytest.fixture(scope="package")
def browser(fork: bool, chromium_path: str) -> Iterator[Any]:
    """A headless Chromium."""
    from tests.webui.page import chromium

    with chromium(chromium_path) as found:
        yield found


@pytest.fixture(scope="package")
def kept(browser: Any) -> Any:
    """The browser that is the first one in each test: it has the host's files already."""
    return browser.new_context(viewport=VIEWPORT)


@pytest.fixture
def look_at(browser: Any, kept: Any) -> Iterator[Callable[..., Any]]:
    """A function that opens a separate browser on a URL; the test fails if a page has an error."""
    from tests.webui.page import Screen

    contexts, screens = [], []

    def open_screen(url: str, **options: Any) -> Screen:
        first = not screens and not options
        contexts.append(kept if first else browser.new_context(viewport=VIEWPORT, **options))
        screens.append(Screen(contexts[-1].new_page(), url))
        return screens[-1]

    yield open_screen
    for context, screen in zip(contexts, screens):
        if context is kept:
            screen.leave()
        else:
            context.close()
    assert [problem for screen in screens for problem in screen.errors] == []
