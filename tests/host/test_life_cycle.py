"""A real WebUI that ends during a recording, is reloaded, or is not the only one on the machine."""

from __future__ import annotations

import signal
import sys
from typing import Any

import pytest

from tests.counting import counted, counting, in_order
from tests.host.reloading import press_reload_ui, wait_for_reload
from tests.webui.page import until

MESSAGES = 500


@pytest.mark.skipif(sys.platform == "win32", reason="Windows ends a process without asking it")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_in_the_middle_of_a_recording_loses_nothing(start: Any, number: signal.Signals) -> None:
    """Ctrl+C and SIGTERM leave a take with every message from before the signal, in order; the next start has it."""
    webui = start()
    webui.command("record.start")
    with counting(webui.osc_port) as sender:
        until(lambda: sender.sent >= MESSAGES, "messages are on their way")
        before = sender.sent
        webui.tell(number)
    kept = counted(webui.songs)
    assert in_order(kept)
    assert len(kept) >= before
    webui.start()
    webui.wait_until_ready()
    state = webui.state()
    assert state["unsaved"] == []
    assert [take["events"] for take in state["takes"]] == [len(kept)]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_after_a_killed_webui_the_recording_is_offered(start: Any) -> None:
    """After kill -9 the next start offers what was sent up to a quarter of a second before the signal, and Recover
    makes a take of it. What is sent while a large process ends is not counted."""
    webui = start()
    webui.command("record.start")
    with counting(webui.osc_port) as sender:
        until(lambda: sender.sent >= MESSAGES, "messages are on their way")
        sent = sender.sent
        webui.tell(signal.SIGKILL)
    webui.start()
    webui.wait_until_ready()
    (unsaved,) = webui.state()["unsaved"]
    webui.command("recording.recover", id=unsaved["id"])
    kept = counted(webui.songs)
    assert in_order(kept)
    assert len(kept) >= sent - 0.25 * 500


def test_reload_ui_loses_no_message(start: Any, browser: Any) -> None:
    """A sender that continues through Reload UI finds every one of its messages in the take."""
    from tests.webui.page import Screen

    webui = start()
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    screen = Screen(context.new_page(), webui.url)
    screen.open()
    screen.command("record.start", start_s=0)
    with counting(webui.osc_port) as sender:
        press_reload_ui(webui, screen)
        wait_for_reload(webui, screen)
        sent = sender.stop()
    screen.open()
    screen.command("record.stop")
    context.close()
    kept = counted(webui.songs)
    assert in_order(kept)
    assert len(kept) == sent
    assert webui.state()["listener"]["lost"] == 0


def test_a_second_webui_says_who_holds_the_port(start: Any) -> None:
    """Two WebUIs on one machine: the second one starts, says that the first has the port, and gets it afterwards."""
    first = start()
    second = start("--perform-osc-port", str(first.osc_port))
    listener = second.state()["listener"]
    assert listener["state"] == "error"
    assert str(first.osc_port) in listener["message"]
    assert f"process {first.pid}" in listener["message"]
    assert first.state()["listener"]["state"] == "listening"
    with counting(first.osc_port) as sender:
        until(lambda: sender.sent >= 50, "messages are on their way")
    assert until(lambda: first.state()["sources"], "the first one receives them")
    assert second.state()["listener"]["received"] == 0
    first.end()
    until(lambda: second.state()["listener"]["state"] == "listening", "the second one has the port")
