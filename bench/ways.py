"""The modules of each of the three ways through the code: ``python -m bench.ways [--list]``.

A datagram becomes a text, a click on Apply, a changed range: each is done once in a real Performer, and every module of
the package is counted that runs one of its functions meanwhile, helpers included. What also runs while nothing happens
is left out. *Calling*: those of them that call another module; the rest are helpers at the end of a call.
"""

from __future__ import annotations

import argparse
import json
import socket
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

from fastapi import FastAPI

import deforum_perform
from deforum_perform.app.host import Standalone
from deforum_perform.app.performer import Performer, open_performer
from deforum_perform.core.listener import ListenerChoice
from deforum_perform.web.access import Access, host_rule
from deforum_perform.web.routes import install_routes
from deforum_perform.webui.deforum_form import DeforumForm
from tests.app.conftest import osc
from tests.web.serving import open_page, served

ROOT = f"{Path(deforum_perform.__file__).parent}/"
BOXES = {"animation_mode": "2D", "diffusion_cadence": 1, "max_frames": 120, "fps": 15, "zoom": "0: (1)"}
QUIET_S = 2.0
"""By then everything that follows from one step has run."""


class Trace:
    """Notes which modules of the package run, in all threads that start after it."""

    def __init__(self) -> None:
        self.calls: set[tuple[str, str]] = set()
        self.modules: set[str] = set()
        self._on = False
        threading.setprofile(self._note)
        sys.setprofile(self._note)

    def of(self, step: Callable[[], object]) -> tuple[set[str], set[tuple[str, str]]]:
        """The modules that run during and after ``step``, and the calls between them."""
        self.calls, self.modules, self._on = set(), set(), True
        step()
        time.sleep(QUIET_S)
        self._on = False
        return self.modules, self.calls

    def _note(self, frame: FrameType, event: str, _argument: object) -> None:
        if not self._on or event != "call" or (here := _module(frame)) is None:
            return
        self.modules.add(here)
        caller = frame.f_back
        while caller is not None and _module(caller) is None:
            caller = caller.f_back
        if caller is not None and (there := _module(caller)) not in (None, here):
            self.calls.add((str(there), here))


def _module(frame: FrameType) -> str | None:
    """The module of a function's frame, if it is one of the package."""
    code = frame.f_code
    return code.co_filename[len(ROOT) :] if code.co_filename.startswith(ROOT) and code.co_name != "<module>" else None


def ways(trace: Trace, performer: Performer) -> dict[str, list[tuple[set[str], set[tuple[str, str]]]]]:
    """Name -> the traces of its steps; first that of nothing."""
    lane = performer.command("lane.add", {"field": "zoom", "source": "/knob"})["id"]
    performer.command("lane.change", {"id": lane, "in_low": 0.0, "in_high": 1.0})
    sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)

    def send(value: float) -> None:
        sender.sendto(osc("/knob", value), (performer.listening.host, performer.listening.port))

    send(0.5)
    performer.command("record.start", {"start_s": 0.0})
    send(0.2)
    found = {"nothing": [trace.of(lambda: time.sleep(QUIET_S))]}
    received = trace.of(lambda: send(0.7))
    stopped = trace.of(lambda: performer.command("record.stop"))
    found["a datagram becomes a text"] = [received, stopped, trace.of(lambda: performer.lane_text(lane))]
    form = DeforumForm(tuple(BOXES), {}, controlnet=False)
    request = json.dumps({"id": 1, "lanes": [lane], "set_fps": True})
    found["a click on Apply"] = [trace.of(lambda: form.apply(performer, request, list(BOXES.values()), ()))]
    found["a changed range"] = [_changed(trace, performer, lane)]
    sender.close()
    return found


def _changed(trace: Trace, performer: Performer, lane: str) -> tuple[set[str], set[tuple[str, str]]]:
    """A page is open, changes a range by HTTP, receives the state, and requests the curve."""
    app = FastAPI()
    install_routes(app, performer, Access(allows_host=host_rule("127.0.0.1")))
    with served(app) as address, open_page(address) as page:
        api = f"http://{address}/perform/v1"

        def step() -> None:
            body = json.dumps({"id": lane, "out_high": 1.5}).encode()
            headers = {"Content-Type": "application/json"}
            urllib.request.urlopen(urllib.request.Request(f"{api}/commands/lane.change", body, headers)).read()
            while json.loads(page.recv(timeout=QUIET_S))["type"] != "state":
                continue
            urllib.request.urlopen(f"{api}/lanes/{lane}/curve").read()

        time.sleep(QUIET_S)
        while _has_more(page):
            continue
        return trace.of(step)


def _has_more(page: Any) -> bool:
    try:
        page.recv(timeout=0.2)
    except TimeoutError:
        return False
    return True


def main() -> None:
    """Trace, and print."""
    parser = argparse.ArgumentParser("python -m bench.ways", description="The modules of the three ways.")
    parser.add_argument("--list", action="store_true", help="name the modules, with > where one calls another")
    names = parser.parse_args().list
    trace = Trace()
    with tempfile.TemporaryDirectory() as folder:
        performer = open_performer(Path(folder), ListenerChoice(port=0), Standalone())
        found = ways(trace, performer)
        performer.close()
    ((idle, _),) = found.pop("nothing")
    print(f"{'':28}{'modules':>9}{'calling':>12}")
    for name, steps in found.items():
        modules = set().union(*(modules for modules, _ in steps)) - idle
        calling = {caller for _, calls in steps for caller, _ in calls} & modules
        print(f"{name:28}{len(modules):>9}{len(calling):>12}")
        for module in sorted(modules) if names else ():
            print(f"    {'>' if module in calling else ' '} {module}")


if __name__ == "__main__":
    main()
