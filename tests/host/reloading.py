"""Reload UI of a real WebUI, in a browser."""

from __future__ import annotations

from tests.host.webui import RealWebUI
from tests.webui.page import Screen, until


def press_reload_ui(screen: Screen) -> None:
    """Press the host's own button."""
    screen.show("Settings")
    screen.page.click("#settings_restart_gradio")


def wait_for_reload(webui: RealWebUI, screen: Screen) -> None:
    """Until a WebUI that had started once has built its UI again, and answers."""
    until(lambda: webui.log().count("Startup time") >= 2, "the UI is built again", screen.page)
    webui.wait_until_ready()


def another_page(screen: Screen) -> Screen:
    """The WebUI in a page of its own, in place of the one that A1111 is just about to load again by itself."""
    context = screen.page.context
    screen.page.close()
    other = Screen(context.new_page(), screen.url)
    other.open()
    return other
