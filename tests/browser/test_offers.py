"""Recordings that no song names: the page offers each of them until it is recovered or discarded."""

from __future__ import annotations

from dataclasses import replace

from playwright.sync_api import Locator, expect

from tests.browser.screen import Screen
from tests.browser.standalone_app import App


def unnamed(app: App, count: int) -> None:
    """A take of the open song, and this many files of takes beside it that the song does not name."""
    app.lane("zoom", "/a")
    app.played(4.0, {"/a": lambda time_s: time_s / 4})
    assert app.performer.parts.saver.drain(30.0)
    song, store = app.performer.session.song, app.performer.parts.store
    take = store.load_takes(song.id, song.takes[0].id)[0]
    for number in range(count):
        store.save_take(song.id, replace(take, id=f"other-{number}"))
    app.performer.parts.offers.find()
    app.performer.publisher.announce()


def banners(screen: Screen) -> Locator:
    """What is said above the lanes."""
    return screen.page.locator(".perform-banner")


def test_a_recording_in_no_song_is_recovered(app: App, screen: Screen) -> None:
    """The page says which one it is; Recover makes it a take of its song, and the offer goes."""
    unnamed(app, 1)
    expect(banners(screen)).to_contain_text("▲ A recording is in no song.")
    expect(banners(screen)).to_contain_text(f"Take 1 of “{app.performer.session.document.name}”: 0:04.0 with")
    expect(banners(screen)).to_contain_text("It is safe on disk.")
    screen.say("Recover it as a take").click()
    expect(banners(screen)).to_have_count(0)
    assert [take["number"] for take in app.state()["takes"]] == [1, 2]


def test_a_recording_in_no_song_is_discarded(app: App, screen: Screen) -> None:
    """Discard takes the offer away and puts the file aside."""
    unnamed(app, 1)
    banners(screen).get_by_role("button", name="Discard").click()
    expect(banners(screen)).to_have_count(0)
    assert len(app.state()["takes"]) == 1
    assert [path.name for path in app.performer.parts.store.root.rglob("aside/*")] == ["other-0.npz"]


def test_many_offers_leave_room_for_the_page(app: App, screen: Screen) -> None:
    """Two are shown, the rest is counted, and the next ones follow."""
    unnamed(app, 4)
    expect(banners(screen)).to_have_count(3)
    expect(banners(screen).last).to_contain_text("2 more recordings without a song.")
    banners(screen).get_by_role("button", name="Discard").first.click()
    expect(banners(screen).last).to_contain_text("1 more recording without a song.")


def test_a_recording_that_cannot_be_read_says_so(app: App, screen: Screen) -> None:
    """It shows the problem and the path of its file, not its number of events; it can be discarded."""
    path = app.performer.parts.store.journals / "20260101-000000-0123abcd.journal"
    path.write_bytes(b"nonsense")
    app.performer.parts.offers.find()
    app.performer.publisher.announce()
    expect(banners(screen)).to_contain_text("▲ A recording cannot be read.")
    expect(banners(screen)).to_contain_text(f"Its file is kept unchanged: journals/{path.name} in the folder")
    expect(banners(screen)).not_to_contain_text("events")
    expect(banners(screen)).not_to_contain_text("safe on disk")
    screen.forgive("422")
    screen.say("Try again").click()
    expect(screen.toast("damaged")).to_be_visible()
    assert path.read_bytes() == b"nonsense"
    banners(screen).get_by_role("button", name="Discard").click()
    expect(banners(screen)).to_have_count(0)
