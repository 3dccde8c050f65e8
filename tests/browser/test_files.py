"""What leaves as a file and comes back: exports and songs."""

from __future__ import annotations

from math import sin
from pathlib import Path
from urllib.parse import quote
from urllib.request import urlopen

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.lane_tools import lane, zones
from tests.browser.screen import Screen
from tests.browser.standalone_app import App


def entry(screen: Screen, name: str) -> Locator:
    """An entry of the menu beside Apply."""
    screen.open_files()
    return screen.popover.get_by_role("button", name=name)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Deforum settings, with", "settings"),
        ("Parseq", "parseq"),
        ("CSV", "csv"),
        ("Schedule texts", "text"),
        ("OSC text", "oscdump"),
        ("Whole song", "zip"),
    ],
)
def test_every_export_is_downloaded_as_the_api_gives_it(
    app: App, screen: Screen, tmp_path: Path, name: str, kind: str
) -> None:
    """Each export downloads the bytes and the name that the API gives."""
    app.lane("zoom", "/a")
    app.played(2.0, {"/a": lambda time_s: 0.5 + 0.5 * sin(time_s)})
    expect(screen.part("lanes", ".perform-apply")).to_have_text("1")
    app.performer.parts.saver.drain(10)
    with screen.page.expect_download() as download:
        entry(screen, name).click()
    download.value.save_as(tmp_path / "saved")
    expect(screen.toast(f"Saved {download.value.suggested_filename}")).to_be_visible()
    with urlopen(f"{app.url}/perform/v1/export/{kind}?lanes={lane(app)['id']}", timeout=10) as answer:
        given, wanted = answer.headers["Content-Disposition"], answer.read()
    assert quote(download.value.suggested_filename) in given
    saved = (tmp_path / "saved").read_bytes()
    if kind == "zip":
        assert saved[:2] == wanted[:2] == b"PK"
    else:
        assert saved == wanted


def test_an_export_that_cannot_be_is_said_on_the_page(app: App, screen: Screen) -> None:
    """A Parseq manifest has numbers only: with names alone the page gives the server's reason instead of a file."""
    app.lane("sampler_schedule", "/a", choices=["Euler a", "DDIM"])
    app.played(2.0, {"/a": zones})
    expect(screen.part("lanes", ".perform-apply")).to_have_text("1")
    entry(screen, "Parseq").click()
    expect(screen.toast("Parseq manifest can hold")).to_be_visible()
    screen.forgive("422")


def test_a_song_travels_as_a_zip(app: App, screen: Screen, tmp_path: Path) -> None:
    """A song exported as a zip is imported from the songs menu as another song with the same lanes and takes."""
    app.lane("zoom", "/a")
    app.played(2.0, {"/a": lambda time_s: 0.5 + 0.5 * sin(time_s)})
    app.performer.parts.saver.drain(10)
    with urlopen(f"{app.url}/perform/v1/export/zip", timeout=10) as answer:
        (tmp_path / "song.zip").write_bytes(answer.read())
    before = app.state()["song"]["id"]
    screen.page.locator(".perform-pill-song").click()
    with screen.page.expect_file_chooser() as chooser:
        screen.popover.get_by_role("button", name="Import…").click()
    chooser.value.set_files(tmp_path / "song.zip")
    expect(screen.toast("song.zip")).to_be_visible()
    after = app.state()
    assert after["song"]["id"] != before
    assert ([found["field"] for found in after["lanes"]], len(after["takes"])) == (["zoom"], 1)
