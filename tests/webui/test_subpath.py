"""A WebUI that a reverse proxy serves below a path, started with --subpath."""

from __future__ import annotations

from typing import Any

import pytest

from tests.web.proxy import proxied


@pytest.mark.parametrize("subpath", ["studio", "perform"])
def test_every_address_is_below_the_subpath(start: Any, look_at: Any, subpath: str) -> None:
    """The page's stream, commands and documents, with their pictures, are asked for below the WebUI's subpath."""
    host = start("--subpath", subpath)
    with proxied(host.port, f"/{subpath}") as address:
        screen = look_at(address)
        asked: list[str] = []
        screen.page.on("request", lambda request: asked.append(request.url))
        screen.open()
        screen.show("Perform")
        page = screen.page.locator("#perform_root")
        page.locator("#perform_add_lane").click()
        page.locator(".perform-chooser-item").first.click()
        page.locator(".perform-lane").wait_for()
        screen.page.locator("[data-act='help.open']").click()
        with screen.page.context.expect_page() as opened:
            page.get_by_role("link", name="Documentation").click()
        documents = opened.value
        documents.get_by_role("heading", name="Getting started").wait_for()
        documents.wait_for_load_state()  # the pictures too
        assert documents.evaluate("[...document.images].every((image) => image.naturalWidth > 0)")
        ours = [url for url in asked if "/perform/v1" in url]
        assert ours
        assert [url for url in ours if not url.startswith(f"{address}/perform/v1/")] == []
