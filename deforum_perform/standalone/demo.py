"""The command ``demo``: the shipped performance through a real socket, recorded, checked, and written as a settings
file."""

from __future__ import annotations

import threading
import time
from argparse import Namespace
from pathlib import Path

from ..app.goodbye import goodbye
from ..app.performer import Performer
from ..core.errors import StorageError
from ..core.listener import DEFAULT_PORT, ListenerChoice
from ..demo import lanes
from ..demo.player import LENGTH_S, play, shipped_score
from ..demo.score import Step
from ..demo.wire import udp_sender
from ..store.files import write_bytes
from .arguments import HOST
from .browser import open_browser
from .report import lanes_table, thousands
from .serve import open_page, page_flag, page_line
from .server import PageServer
from .session import Say, performing, stopped_by_signal, use_song, wait_for

FAST = 10.0
ARRIVAL_S = 5.0
BROWSER_S = 6.0
BUNCHED = ("stall", "burst")


def demo(options: Namespace, say: Say) -> int:
    """Play, record, check, write; then show the page until stopped, or end at once with --fast."""
    out = _folder(options.out)
    osc_flag = None if options.osc_port is None else "--osc-port"
    osc_port = DEFAULT_PORT if options.osc_port is None else options.osc_port
    with stopped_by_signal() as stop, performing(out, ListenerChoice(port=osc_port), osc_flag) as performer:
        page = None if options.fast else _page(performer, options, say)
        try:
            _set_up(performer, FAST if options.fast else 1.0)
            if page is not None:
                _open_browser(page, options, stop)
            _perform(performer, FAST if options.fast else 1.0, stop, say)
            _check(performer, out, say)
            if page is not None and not stop.is_set():
                say(f"The page stays open at {page.url}. Ctrl+C ends it.")
                wait_for(stop)
        finally:
            if page is not None:
                page.close(goodbye(performer.parts, f"The demo's files are in {out.name}."))
    return 0


def _folder(out: Path) -> Path:
    folder = out.expanduser().absolute()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(
            f"The folder {folder} cannot be made ({error.strerror}). Name another one with --out."
        ) from error
    return folder


def _page(performer: Performer, options: Namespace, say: Say) -> PageServer:
    page = open_page(performer, HOST, options.port, page_flag(options))
    page.start()
    say(page_line(page, options))
    return page


def _open_browser(page: PageServer, options: Namespace, stop: threading.Event) -> None:
    """Open the page and give it a moment to load, so that the first bars are visible too."""
    if options.no_browser or not open_browser(page.url):
        return
    patience_s = time.monotonic() + BROWSER_S
    while not page.streams.open and time.monotonic() < patience_s and not stop.wait(0.1):
        continue


def _set_up(performer: Performer, speed: float) -> None:
    """A new song with the demo's lanes."""
    use_song(performer, lanes.NAME)
    tempo_bpm = lanes.TEMPO_BPM if speed == 1 else None
    song = {"fps": lanes.FPS, "tempo_bpm": tempo_bpm, "length_s": LENGTH_S / speed}
    performer.command("song.change", song)
    for lane in lanes.LANES:
        lane_id = performer.command("lane.add", {"field": lane.field, "source": lane.source})["id"]
        performer.command("lane.change", {"id": lane_id, **lane.changes()})


def _perform(performer: Performer, speed: float, stop: threading.Event, say: Say) -> None:
    """Play the score into the listener while it records."""
    steps, listening = shipped_score(), performer.listening
    seconds = LENGTH_S / speed
    say(f"Playing {thousands(len(steps))} messages over UDP into {listening.host}:{listening.port}: {seconds:g} s.")
    if speed != 1:
        say(f"This is {speed:g} times as fast as it was played, so the recorded song lasts {seconds:g} s.")
    before = listening.received
    performer.command("record.start", {"start_s": 0})
    try:
        start_s = time.monotonic()
        with udp_sender(listening.host, listening.port) as send:
            sent = play(steps, send, time.monotonic, stop.wait, speed)
        stop.wait(max(0.0, start_s + seconds - time.monotonic()))
        arrived = _arrived(performer, before, sent)
    finally:
        performer.command("record.stop", {})
    _say_recorded(performer, steps[:sent], arrived, say)


def _arrived(performer: Performer, before: int, sent: int) -> int:
    """How many datagrams arrived, after waiting for those in transit."""
    news = threading.Event()
    unsubscribe = performer.subscribe(news.set)
    patience_s = time.monotonic() + ARRIVAL_S
    while performer.listening.received - before < sent and time.monotonic() < patience_s:
        news.wait(0.1)
        news.clear()
    unsubscribe()
    return performer.listening.received - before


def _say_recorded(performer: Performer, steps: list[Step], arrived: int, say: Say) -> None:
    take = performer.snapshot()["takes"][-1]
    seconds, values = take["end_s"] - take["start_s"], sum(len(step.arguments) for step in steps)
    say(
        f"Take {take['number']}: {seconds:.1f} s. {thousands(arrived)} of {thousands(len(steps))} messages arrived,"
        f" {thousands(take['events'])} of {thousands(values)} values are recorded."
    )


def _check(performer: Performer, out: Path, say: Say) -> None:
    """Print each lane's keys and error after reading the text back, and write the settings file."""
    check = performer.command("check", {})
    say("")
    say(lanes_table(check, performer.snapshot()["lanes"]))
    say(f"\nmax_frames {check['max_frames']}, fps {check['fps']:g}, cadence {check['cadence']}.")
    problems = [*check["problems"], *(problem for lane in check["lanes"] for problem in lane["problems"])]
    bunched = [problem for problem in problems if problem["code"] in BUNCHED]
    for problem in problems:
        if problem not in bunched:
            say(f"Note: {problem['message']}")
    if bunched:
        times = "once" if len(bunched) == 1 else f"{len(bunched)} times"
        say(f"Note: messages came late and in a bunch {times}, as the player does on a busy machine.")
    path = out / "settings.txt"
    write_bytes(path, performer.settings_text()[1].encode(), "The settings file")
    say(f'Settings file: {path}\n  In Deforum\'s tab, name it under "Settings File" and press "Load All Settings".')
    say(f"Song folder: {out / 'songs' / performer.snapshot()['song']['id']}")
