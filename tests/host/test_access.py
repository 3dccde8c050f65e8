"""A real WebUI with a login: who may use Perform's routes in it."""

from __future__ import annotations

from pathlib import Path

from tests.host.webui import RealWebUI
from tests.webui.knocking import check_login


def test_every_route_asks_the_real_webui_for_its_login(webui_folder: Path, tmp_path: Path) -> None:
    """Each route and the stream refuse whoever has not logged in, and pages of other sites; the user is let in."""
    running = RealWebUI(webui_folder, tmp_path, flags=("--gradio-auth", "ada:engine"))
    try:
        running.wait_until_ready()
        check_login(f"127.0.0.1:{running.port}", "ada", "engine")
    finally:
        running.end()
