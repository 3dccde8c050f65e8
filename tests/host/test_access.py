"""A real WebUI, with a login and without: who may use Perform's routes in it."""

from __future__ import annotations

from typing import Any

from tests.webui.access import check_login, check_names


def test_every_route_asks_the_real_webui_for_its_login(start: Any) -> None:
    """Each route and the stream refuse requests without a login, and pages of other sites; the user is accepted."""
    webui = start("--gradio-auth", "ada:engine")
    check_login(f"127.0.0.1:{webui.port}", "ada", "engine")


def test_every_route_of_the_real_webui_looks_at_its_name(start: Any) -> None:
    """Without a login each route and the stream refuse a name that another site let point here; a flag adds a name."""
    webui = start("--perform-name", "studio.example")
    check_names(f"127.0.0.1:{webui.port}", "studio.example")
