"""The menu of songs, and what belongs to one song."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.screen import Screen
from tests.browser.standalone_app import App


@pytest.fixture
def menu(app: App, screen: Screen) -> Screen:
    """A page whose menu of songs is open; the song is called Night Bus and has a lane."""
    app.do("song.rename", name="Night Bus")
    app.lane("zoom")
    screen.page.locator(".perform-pill-song").click()
    expect(listed(screen)).to_have_text(["Night Bus"])
    return screen


def listed(screen: Screen, place: str = "list") -> Locator:
    """The names in the menu."""
    return screen.page.locator(f".perform-popover [part={place}] .perform-menu-item-name")


def open_menu(screen: Screen) -> None:
    """Open it if it is not."""
    if not screen.popover.is_visible():
        screen.page.locator(".perform-pill-song").click()


def test_a_new_song_is_empty(menu: Screen) -> None:
    """New makes an empty song and opens it; the old one is in the list and opens with all it has."""
    menu.say("New song").click()
    expect(menu.part("song", ".perform-transport")).to_have_text("New song")
    expect(menu.lanes).to_have_count(0)
    open_menu(menu)
    menu.page.locator(".perform-popover [part=list] .perform-menu-item", has_text="Night Bus").click()
    expect(menu.part("song", ".perform-transport")).to_have_text("Night Bus")
    expect(menu.lanes).to_have_count(1)


def test_a_song_is_renamed(app: App, menu: Screen) -> None:
    """Any name is accepted: it is shown as typed, in the transport and in the list, and is not markup."""
    name = '<b>Nacht/"Bus" ../ü</b>'
    box = menu.part("name", ".perform-popover label")
    box.fill(name)
    box.press("Enter")
    expect(menu.part("song", ".perform-transport")).to_have_text(name)
    assert [song["name"] for song in app.performer.song_list()["songs"]] == [name]


def test_a_song_is_duplicated(app: App, menu: Screen) -> None:
    """Duplicate makes a second song of another name with the same lanes."""
    menu.say("Duplicate").click()
    open_menu(menu)
    expect(listed(menu)).to_have_count(2)
    names = {song["name"] for song in app.performer.song_list()["songs"]}
    assert len(names) == 2
    expect(menu.lanes).to_have_count(1)


def test_a_song_comes_back_from_the_trash(app: App, menu: Screen) -> None:
    """To trash takes a song out of the list, and the trash gives it back with all it had."""
    menu.say("To trash").click()
    open_menu(menu)
    expect(listed(menu, "trash")).to_have_text(["Night Bus"])
    expect(menu.part("song", ".perform-transport")).not_to_have_text("Night Bus")
    menu.page.locator(".perform-popover [part=trash] .perform-menu-item").click()
    expect(menu.page.locator(".perform-popover [part=list]")).to_contain_text("Night Bus")
    assert app.performer.song_list()["trashed"] == []


def test_fps_changes_the_frames(app: App, screen: Screen) -> None:
    """Another fps is typed once and the song has other frames; what is recorded stays."""
    app.lane("zoom", "/a")
    app.played(4.0, {"/a": lambda time_s: time_s / 4})
    expect(screen.part("length", ".perform-timeline")).to_contain_text("60 frames")
    screen.part("fps", ".perform-transport").click()
    box = screen.part("fps", ".perform-popover")
    box.fill("30")
    box.press("Enter")
    expect(screen.part("length", ".perform-timeline")).to_contain_text("120 frames")
    expect(screen.part("takes", ".perform-timeline")).to_have_text("1 take")


def test_a_take_comes_back_from_the_trash(app: App, screen: Screen) -> None:
    """A take moved to the trash no longer plays, and plays again when it is restored."""
    app.lane("zoom", "/a")
    app.played(2.0, {"/a": lambda time_s: time_s / 2})
    screen.part("takes", ".perform-timeline").click()
    screen.popover.get_by_role("button", name="To trash").click()
    expect(screen.part("takes", ".perform-inspector")).to_have_text("none")
    screen.popover.get_by_role("button", name="Restore").click()
    expect(screen.part("takes", ".perform-inspector")).to_have_text("★ take 1")


def test_a_new_tempo_moves_all_that_is_recorded(app: App, screen: Screen) -> None:
    """The song's settings stretch the song; without the tempo it was played at the box says what it needs."""
    app.do("song.change", length_s=60)
    screen.page.locator("[data-act='song.settings']").click()
    tempo = screen.page.locator(".perform-popover [part=newTempo]")
    expect(tempo).to_be_disabled()
    app.do("song.change", tempo_bpm=100)
    expect(tempo).to_be_enabled()
    tempo.fill("120")
    tempo.press("Enter")
    expect(screen.page.locator(".perform-popover [part=length]")).to_have_value("00:50.00")
    expect(screen.page.locator(".perform-popover [part=tempo]")).to_have_value("120")
    assert app.performer.snapshot()["song"]["seconds"] == pytest.approx(50.0)


def test_a_refused_stretch_stays_typed(app: App, screen: Screen) -> None:
    """An invalid new length is reported below its box, whichever side refuses it; the typed text stays until it is
    correct."""
    app.lane("zoom", "/a")
    app.played(4.0, {"/a": lambda time_s: time_s / 4})
    screen.page.locator("[data-act='song.settings']").click()
    box = screen.part("newLength", ".perform-popover")
    for wrong in ("soon", "0"):
        box.fill(wrong)
        box.press("Enter")
        expect(box).to_have_attribute("aria-invalid", "true")
        expect(screen.popover.get_by_role("alert")).not_to_be_empty()
        expect(box).to_have_value(wrong)
    box.fill("0:08")
    expect(screen.popover.get_by_role("alert")).to_have_count(0)
    box.press("Enter")
    expect(box).to_have_value("")
    expect(screen.part("length", ".perform-timeline")).to_contain_text("0:08.0")
    screen.forgive("422")


def test_curves_of_a_song_that_goes_are_not_asked_for(app: App, screen: Screen) -> None:
    """Making another song while curves are on their way leaves no failed request behind."""
    for number in range(8):
        app.lane("zoom", f"/{number}")
    app.played(2.0, {f"/{number}": lambda time_s: time_s / 2 for number in range(8)})
    open_menu(screen)
    screen.say("New song").click()
    expect(screen.lanes).to_have_count(0)
    # the page's fixture holds that the console stayed empty
    expect(screen.part("takes", ".perform-timeline")).to_be_hidden()


def test_a_damaged_song_opens_as_it_was_before(app: App, screen: Screen) -> None:
    """A song that cannot be read says so in the songs menu and opens from its backup, in a copy."""
    damaged = app.state()["song"]["id"]
    app.lane("zoom", "/a")
    app.do("song.new", name="Another")
    assert app.performer.parts.saver.drain(30.0)
    folder = next(path for path in app.performer.parts.store.root.rglob("song.json") if damaged in str(path))
    folder.write_text("{", encoding="utf-8")
    app.do("song.rename", name="Another one")
    expect(screen.page.locator(".perform-pill-song")).to_contain_text("Another one")
    screen.page.locator(".perform-pill-song").click()
    screen.popover.get_by_role("button", name="Open the backup").click()
    expect(screen.page.locator(".perform-pill-song")).to_contain_text("from its backup")
    assert app.state()["song"]["id"] != damaged
