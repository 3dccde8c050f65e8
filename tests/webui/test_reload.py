"""Reload UI, a killed host, and the Settings: a recording in progress continues, and nothing exists twice."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from deforum_perform.store.songs.store import SongStore
from tests.webui.page import until
from tests.webui.performance import boxes, make_lanes, record, send
from tests.webui.process import free_udp_port, taken_udp_port


def test_reload_ui_keeps_the_recording_going(start: Any, look_at: Any) -> None:
    """A recording started before Reload UI receives what arrives during and after it, and becomes one take with all of
    it."""
    host = start()
    screen = look_at(host.url)
    screen.open()
    lanes = make_lanes(screen, {"/knob/zoom": ("zoom",)})
    screen.command("record.start", start_s=0)
    send(host.osc_port, lambda: None, 5, ("/before",), end=False)
    host.reload()
    send(host.osc_port, lambda: None, 5, ("/after",), end=False)
    screen.open()
    assert screen.state()["transport"]["state"] == "recording"
    send(host.osc_port, screen.state, 40, ("/knob/zoom",))
    until(lambda: screen.state()["transport"]["state"] == "stopped", "OSC ends recording", screen.page)
    state = screen.state()
    assert [set(take["sources"]) for take in state["takes"]] == [{"/before", "/after", "/knob/zoom"}]
    assert state["takes"][0]["events"] == 50
    before = boxes(host, screen)
    screen.bridge("apply", {"lanes": [lanes["zoom"]], "set_fps": False})
    after = boxes(host, screen)
    assert {name for name in after if after[name] != before[name]} == {"zoom", "max_frames"}


def test_nothing_is_registered_twice(start: Any, look_at: Any) -> None:
    """After three reloads the host knows as many callbacks, threads and tabs of ours as after the first start."""
    host = start()
    ours = [thread for thread in host.look()["threads"] if thread.startswith("perform")]
    callbacks = host.look()["callbacks"]
    for _ in range(3):
        host.reload()
    again = host.look()
    assert [thread for thread in again["threads"] if thread.startswith("perform")] == ours
    assert again["callbacks"] == callbacks
    assert again["errors"] == []
    screen = look_at(host.url)
    screen.open()
    assert screen.page.locator("#perform_root").count() == 1
    assert screen.page.locator("#tabs > .tab-nav button", has_text="Perform").count() == 1


def test_a_reload_with_the_page_open_ends(start: Any, look_at: Any) -> None:
    """An open stream does not delay the host's Reload UI, and the page reconnects to the new server."""
    host = start()
    screen = look_at(host.url)
    screen.open()
    screen.show("Perform")
    screen.page.get_by_text("My first song").first.wait_for(timeout=60000)
    host.reload()
    screen.command("song.rename", name="After the reload")
    screen.page.get_by_text("After the reload").first.wait_for(timeout=60000)


def test_after_a_killed_host_the_recording_is_offered(start: Any, look_at: Any) -> None:
    """The host dies during a recording: the next start lists it, and Recover makes it a take."""
    host = start()
    screen = look_at(host.url)
    screen.open()
    make_lanes(screen, {"/knob/zoom": ("zoom",)})
    screen.command("record.start", start_s=0)
    send(host.osc_port, screen.state, 30, ("/knob/zoom",), end=False)
    journals = host.folder / "perform" / "journals"
    until(lambda: sum(path.stat().st_size for path in journals.iterdir()) > 30 * 20, "the journal has it", screen.page)
    host.kill()
    host.restart()
    screen.open()
    unsaved = screen.state()["unsaved"]
    assert len(unsaved) == 1
    screen.command("recording.recover", id=unsaved[0]["id"])
    state = screen.state()
    assert state["unsaved"] == []
    assert [take["sources"] for take in state["takes"]] == [["/knob/zoom"]]


def test_stopping_the_host_saves_the_running_recording(start: Any, look_at: Any) -> None:
    """A host that ends in order leaves a take, not a journal."""
    host = start()
    screen = look_at(host.url)
    screen.open()
    make_lanes(screen, {"/knob/zoom": ("zoom",)})
    screen.command("record.start", start_s=0)
    send(host.osc_port, screen.state, 30, ("/knob/zoom",), end=False)
    screen.page.close()
    host.stop()
    host.restart()
    again = look_at(host.url)
    again.open()
    state = again.state()
    assert state["unsaved"] == []
    assert [take["events"] for take in state["takes"]] == [30]


def test_the_settings_move_the_listener_at_once(start: Any, look_at: Any) -> None:
    """A new port in Settings takes effect without a restart; a port in use is refused, and the old one continues."""
    host = start("--osc-port", "0")
    screen = look_at(host.url)
    screen.open()
    port = free_udp_port()
    assert host.post(f"settings/perform_osc_port/{port}")["changed"]
    assert (screen.state()["listener"]["port"], screen.state()["listener"]["state"]) == (port, "listening")
    with taken_udp_port() as taken:
        assert not host.post(f"settings/perform_osc_port/{taken}")["changed"]
    assert host.look()["options"]["perform_osc_port"] == port
    record(screen, port, 5)
    assert len(screen.state()["takes"]) == 1


def test_the_page_moves_the_listener_and_the_settings_know(start: Any, look_at: Any) -> None:
    """An address chosen on the page is what the Settings show and the next start uses."""
    host = start("--osc-port", "0")
    screen = look_at(host.url)
    screen.open()
    port = free_udp_port()
    screen.command("listener.change", host="127.0.0.1", port=port)
    assert host.look()["options"]["perform_osc_port"] == port
    host.kill()
    host.restart()
    screen.open()
    assert screen.state()["listener"]["port"] == port


def test_a_folder_in_use_is_said_in_the_tab(start: Any, look_at: Any, tmp_path: Path) -> None:
    """Another Perform has the songs: the WebUI starts all the same, the tab says why, and Reload UI tries again."""
    other = SongStore(tmp_path / "data0" / "perform")
    other.lock()
    host = start()
    screen = look_at(host.url)
    screen.page.goto(host.url)
    screen.show("Perform")
    screen.page.get_by_text("Perform did not start").wait_for(timeout=60000)
    assert host.look()["errors"] == []
    other.unlock()
    host.reload()
    screen.open()
    assert screen.state()["listener"]["state"] == "listening"
