"""What an open page says when its server ends, and when another page switches the song."""

from __future__ import annotations

from contextlib import ExitStack

from playwright.sync_api import Locator, expect

from deforum_perform.web.stream import MAX_STREAMS
from tests.browser.conftest import LookAt
from tests.browser.screen import Screen
from tests.browser.standalone_app import App, Program
from tests.web.serving import open_page

WORDS = "Perform was closed. Everything recorded is saved. Start it again: this page then reconnects."
LOST = "ERR_CONNECTION_REFUSED|WebSocket"


def banner(screen: Screen) -> Locator:
    """What is said above the page."""
    return screen.page.locator(".perform-banner")


def test_ctrl_c_while_recording_says_what_is_saved(program: Program, look_at: LookAt) -> None:
    """Ctrl+C ends the recording: the page says that Perform was closed, which take contains the recording, and how to
    continue; started again, it shows that take."""
    screen = look_at(program.url)
    screen.press("r")
    for frame in range(1, 5):
        screen.at_frame(frame)
        program.send("/a", frame / 5)
    program.interrupt()
    said = banner(screen)
    expect(said).to_contain_text("Perform was closed.")
    expect(said).to_contain_text("The recording is saved as take 1 of “My first song”.")
    expect(said).to_contain_text("Start it again")
    expect(said).not_to_contain_text("continues recording")
    screen.expect_transport("stopped")
    program.start()
    expect(said).to_have_count(0)
    assert [take["events"] for take in screen.state()["takes"]] == [4]
    screen.forgive(LOST)


def test_ctrl_c_while_nothing_runs(program: Program, look_at: LookAt) -> None:
    """Without a recording the page says that everything is saved, and nothing of a recording."""
    screen = look_at(program.url)
    program.interrupt()
    expect(banner(screen).locator("span")).to_have_text(WORDS)
    screen.forgive(LOST)


def test_a_server_that_is_gone_promises_nothing(program: Program, look_at: LookAt) -> None:
    """Where nothing is known of the server, the page says what holds whether it still runs or not."""
    screen = look_at(program.url)
    program.kill()
    said = banner(screen)
    expect(said).to_contain_text("No connection to the server")
    expect(said).to_contain_text("If it still runs, it continues recording; if not, its next start offers")
    screen.forgive(LOST)


def test_a_page_too_many_says_so(app: App, look_at: LookAt) -> None:
    """A page beyond the server's limit says why it stays empty."""
    address = app.url.removeprefix("http://")
    with ExitStack() as pages:
        for _ in range(MAX_STREAMS):
            pages.enter_context(open_page(address))
        screen = look_at(app.url, wait=False)
        expect(banner(screen)).to_contain_text("Too many pages are open.")
    screen.forgive("WebSocket")


def test_another_page_switches_the_song(app: App, look_at: LookAt) -> None:
    """The page that switches says nothing; every other one names the song that is open now and offers the way back."""
    app.do("song.rename", name="Night Bus")
    app.lane("zoom")
    first, second = look_at(app.url), look_at(app.url)
    expect(second.lanes).to_have_count(1)
    second.page.locator("[data-act='help.open']").click()
    first.page.locator(".perform-pill-song").click()
    first.say("New song").click()
    said = second.toast("“New song” is open now.")
    expect(said).to_contain_text("“Night Bus” was open here before")
    expect(second.popover).to_have_count(0)
    expect(first.part("song", ".perform-transport")).to_have_text("New song")
    expect(first.page.locator(".perform-toast")).to_have_count(0)
    said.get_by_role("button", name="Back to “Night Bus”").click()
    expect(second.part("song", ".perform-transport")).to_have_text("Night Bus")
    expect(second.lanes).to_have_count(1)
    expect(second.page.locator(".perform-toast")).to_have_count(0)
    expect(first.toast("“Night Bus” is open now.")).to_be_visible()


def test_a_song_that_another_page_trashed_can_be_had_back(app: App, screen: Screen) -> None:
    """If the song that was open was deleted, the page says so and offers to restore it."""
    app.do("song.rename", name="Night Bus")
    expect(screen.part("song", ".perform-transport")).to_have_text("Night Bus")
    app.do("song.trash", id=app.state()["song"]["id"])
    said = screen.toast("“Night Bus” was moved to the trash by another page.")
    said.get_by_role("button", name="Restore “Night Bus”").click()
    screen.page.locator(".perform-pill-song").click()
    expect(screen.popover.locator("[part=list]")).to_contain_text("Night Bus")


def test_what_the_page_itself_opens_is_not_reported(app: App, screen: Screen) -> None:
    """Duplicate, New, To trash and Open in this page change the song without a message."""
    app.do("song.rename", name="Night Bus")
    screen.page.locator(".perform-pill-song").click()
    title = screen.part("song", ".perform-transport")
    screen.say("Duplicate").click()
    expect(title).to_have_text("Night Bus copy")
    screen.say("To trash").click()
    expect(title).to_have_text("Night Bus")
    screen.say("New song").click()
    expect(title).to_have_text("New song")
    expect(screen.page.locator(".perform-toast")).to_have_count(0)
