"""The main path through the page as a user takes it: learn, record, stop, check, apply; by mouse and keyboard alone."""

from __future__ import annotations

import json
import math
import socket

from pythonosc.osc_message_builder import OscMessageBuilder

from tests.engines.tab import Tab

KNOB = "/nts1/cutoff"
FRAMES, MESSAGES = 20, 20
FRAME = "parseInt(document.querySelector('#perform_frame').textContent.replace(/[^0-9]*/, ''))"
READY = "document.querySelector('#perform_root.perform-root:not([aria-busy])') !== null"


def record_a_knob(tab: Tab, port: int) -> None:
    """Add a lane for Zoom, bind the knob to it by Learn, record a wave of it, and stop."""
    tab.until(READY, "the page shows its state")
    tab.click("#perform_add_lane")
    tab.until("document.activeElement.id === 'perform_search'", "the field search has the focus")
    tab.type("zoom")
    tab.press("Enter")
    tab.until("document.querySelector('.perform-lane.perform-learning') !== null", "the lane waits for a knob")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.connect(("127.0.0.1", port))
        for value in (0.0, 1.0):
            sender.send(packet(value))
        tab.until(f"{text_of('.perform-lane [part=source]')} === {json.dumps(KNOB)}", "the lane is bound to the knob")
        tab.click("#perform_record")
        tab.until(transport_is("recording"), "recording starts")
        step = 0
        while step < MESSAGES or tab.run(FRAME) < FRAMES:
            sender.send(packet(0.5 + 0.5 * math.sin(step / 5)))
            step += 1
    tab.click("#perform_record")
    tab.until(transport_is("stopped"), "recording stops")


def check(tab: Tab) -> None:
    """Press Check, and close the panel when it lists the lane."""
    tab.until("!document.querySelector('#perform_check').disabled", "there is something to check")
    tab.click("#perform_check")
    tab.until("document.querySelectorAll('.perform-check-rows .perform-check-row').length === 1", "the lane is checked")
    tab.press("Escape")
    tab.until("document.querySelector('.perform-check-panel').getClientRects().length === 0", "the panel closes")


def apply(tab: Tab, says: str) -> None:
    """Press the button that writes, until a toast says what was written."""
    tab.click("#perform_apply_now")
    toasts = "[...document.querySelectorAll('.perform-toast')].some((toast) => toast.textContent.includes(SAID))"
    tab.until(toasts.replace("SAID", json.dumps(says)), f"a toast says {says!r}")


def packet(value: float) -> bytes:
    """One message of the knob."""
    builder = OscMessageBuilder(KNOB)
    builder.add_arg(value)
    return builder.build().dgram


def text_of(selector: str) -> str:
    """JavaScript for the text of the first element that matches."""
    return f"document.querySelector({json.dumps(selector)})?.textContent"


def transport_is(state: str) -> str:
    """JavaScript for whether the transport shows that state."""
    return f"document.querySelector('.perform-transport').dataset.state === {json.dumps(state)}"
