"""Reload UI of a real WebUI, in a browser."""

from __future__ import annotations

from tests.host.webui import RealWebUI
from tests.webui.page import Screen, until


def press_reload_ui(webui: RealWebUI, screen: Screen) -> None:
    """Press the host's own button, and leave its page: that loads itself again, and waits for good where the old server
    took that request and ended before its answer."""
    screen.show("Settings")
    screen.page.click("#settings_restart_gradio")
    until(lambda: "Restarting UI" in webui.log(), "the WebUI is notified", screen.page)
    screen.page.goto("about:blank")


def wait_for_reload(webui: RealWebUI, screen: Screen) -> None:
    """Until a WebUI that had started once has built its UI again, and answers."""
    until(lambda: webui.log().count("Startup time") >= 2, "the UI is built again", screen.page)
    webui.wait_until_ready()
