"""The page behind a reverse proxy that serves it below a path the server does not know."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import LookAt
from tests.browser.standalone_app import App
from tests.web.proxy import proxied


@pytest.mark.parametrize("path", ["/studio", "/perform", "/a/b"])
def test_every_address_is_below_the_page(app: App, look_at: LookAt, path: str) -> None:
    """Commands, the stream, curves, exports and documents are asked for below the page's own folder, whatever that is
    called."""
    app.lane("zoom", "/a")
    app.played(2.0, {"/a": lambda time_s: time_s / 2})
    with proxied(app.page_port, path) as address:
        screen = look_at(f"{address}/")
        expect(screen.written).to_contain_text("key")
        screen.press("Space")
        screen.expect_transport("playing")
        screen.press("Space")
        with screen.page.expect_download() as waiting:
            screen.page.locator("#perform_apply_now").click()
        assert waiting.value.suggested_filename.endswith(".txt")
        screen.page.locator("[data-act='help.open']").click()
        with screen.page.context.expect_page() as opened:
            screen.popover.get_by_role("link", name="Documentation").click()
        documents = opened.value
        expect(documents.locator("h1")).to_have_text("Getting started")
        expect(documents.locator("img").first).to_have_js_property("complete", True)
        assert documents.evaluate("[...document.images].every((image) => image.naturalWidth > 0)")
        documents.locator("main a[href^='senders']").first.click()
        expect(documents.locator("h1")).to_have_text("Senders")
        assert documents.url.startswith(f"{address}/")
        assert [url for url in screen.requests if not url.startswith((address, "blob:", "data:"))] == []


@pytest.mark.parametrize(
    ("open_popover", "words", "title"),
    [
        ("[data-act='help.open']", "Documentation", "Getting started"),
        ("[data-act='files.open']", "What these files are", "Exports"),
        (".perform-empty [data-act='senders.open']", "More senders", "Senders"),
    ],
)
def test_a_link_opens_the_document_it_names(
    app: App, look_at: LookAt, open_popover: str, words: str, title: str
) -> None:
    """Each popover's link to the documents leads to the one that is about it."""
    screen = look_at(app.url)
    screen.page.locator(open_popover).click()
    with screen.page.context.expect_page() as opened:
        screen.popover.get_by_role("link", name=words).click()
    expect(opened.value.locator("h1")).to_have_text(title)
