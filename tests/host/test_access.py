"""A real WebUI, with a login and without: who may use Perform's routes in it."""

from __future__ import annotations

from pathlib import Path

from tests.host.webui import RealWebUI
from tests.webui.knocking import check_login, check_names


def test_every_route_asks_the_real_webui_for_its_login(webui_folder: Path, tmp_path: Path) -> None:
    """Each route and the stream refuse whoever has not logged in, and pages of other sites; the user is let in."""
    running = RealWebUI(webui_folder, tmp_path, flags=("--gradio-auth", "ada:engine"))
    try:
        running.wait_until_ready()
        check_login(f"127.0.0.1:{running.port}", "ada", "engine")
    finally:
        running.end()


def test_every_route_of_the_real_webui_looks_at_its_name(webui_folder: Path, tmp_path: Path) -> None:
    """Without a login each route and the stream refuse a name that another site let point here; a flag adds a name."""
    running = RealWebUI(webui_folder, tmp_path, flags=("--perform-name", "studio.example"))
    try:
        running.wait_until_ready()
        check_names(f"127.0.0.1:{running.port}", "studio.example")
    finally:
        running.end()
