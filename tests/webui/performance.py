"""Play a short performance by OSC into a WebUI, with lanes for it."""

from __future__ import annotations

import math
import secrets
import socket
from collections.abc import Callable, Iterable
from typing import Any

from pythonosc.osc_message_builder import OscMessageBuilder

from tests.webui.page import Screen, until

EVENTS = 40
LANES = {
    "/knob/zoom": ("zoom", "angle"),
    "/knob/flip": ("perspective_flip_theta",),
    "/knob/strength": ("strength_schedule",),
    "/knob/net": ("cn_2_weight",),
}

SOURCES = tuple(LANES)


def make_lanes(screen: Screen, sources: dict[str, tuple[str, ...]] | None = None) -> dict[str, str]:
    """Field name -> lane id of new lanes that take 0..1."""
    ids = {}
    for source, fields in (sources or LANES).items():
        for name in fields:
            ids[name] = str(screen.command("lane.add", field=name, source=source)["id"])
            screen.command("lane.change", id=ids[name], in_low=0.0, in_high=1.0)
    return ids


def send(
    port: int, beat: Callable[[], Any], count: int = EVENTS, sources: Iterable[str] = SOURCES, end: bool = True
) -> None:
    """Turn every knob through a wave: at step i knob n has the value wave(i, n). ``beat`` is called between steps.

    With ``end`` the last message is /perform/record 0, which ends a recording after everything before it was received.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.connect(("127.0.0.1", port))
        for i in range(count):
            for number, source in enumerate(sources):
                sender.send(message(source, wave(i, number)))
            beat()
        if end:
            sender.send(message("/perform/record", 0))


def message(address: str, value: float) -> bytes:
    """One OSC message with one argument, as python-osc builds it."""
    builder = OscMessageBuilder(address)
    builder.add_arg(value)
    return bytes(builder.build().dgram)


def wave(i: int, number: int) -> float:
    """Where knob ``number`` is at event ``i``."""
    return 0.5 + 0.5 * math.sin(i / (5 + number))


def record(screen: Screen, port: int, count: int = EVENTS) -> None:
    """One recording: started by the page, ended by OSC. A query to the host between events lets song time advance."""
    screen.command("record.start", start_s=0)
    send(port, screen.state, count)
    until(lambda: screen.state()["transport"]["state"] == "stopped", "the recording ends", screen.page)


def boxes(host: Any, screen: Screen) -> dict[str, Any]:
    """What Deforum's Generate would post: every box of its tab as this browser holds it."""
    mark = secrets.token_hex(8)
    screen.page.evaluate(
        """(mark) => {
            const box = document.querySelector("#deforum_mark textarea, #deforum_mark input");
            box.value = mark;
            box.dispatchEvent(new Event("input", {bubbles: true}));
        }""",
        mark,
    )

    def pressed() -> dict[str, Any] | None:
        # Again at every look: gradio drops a click while the answer to the one before is on its way.
        screen.page.evaluate("document.querySelector('#deforum_generate').click()")
        return next((run["boxes"] for run in host.look()["generated"] if run["mark"] == mark), None)

    return dict(until(pressed, "Generate is received", screen.page))
