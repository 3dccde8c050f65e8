"""The command ``record``: every source into a song folder, without a page."""

from __future__ import annotations

import shutil
from argparse import Namespace
from pathlib import Path

from ..app.performer import Performer
from ..core.errors import StorageError
from ..core.listener import ListenerChoice, SenderRules
from ..core.units import format_fixed
from ..web.access import is_loopback
from .report import table, thousands
from .session import FlagError, Say, allowed_senders_text, performing, stopped_by_signal

NOTHING_RECEIVED = 1


def record(options: Namespace, say: Say) -> int:
    """Record for the given seconds, or until stopped; 0 if something was received."""
    target = _new_folder(options.out)
    work = target.parent / f".{target.name}.recording"
    choice = ListenerChoice(options.host, options.port, SenderRules(options.allow))
    with stopped_by_signal() as stop, performing(work, choice, "--port") as performer:
        _recover(performer, say)
        song_id = str(performer.snapshot()["song"]["id"])
        performer.command("song.rename", {"name": target.name})
        performer.command("record.start", {"start_s": 0})
        address = f"{performer.listening.host}:{performer.listening.port}"
        say(f"Recording the OSC that arrives at {address} for {options.seconds:g} s.")
        if not is_loopback(performer.listening.host):
            say(allowed_senders_text(options.allow, "allow the senders with --allow"))
        say("Ctrl+C stops early and keeps what was received.")
        stop.wait(options.seconds)
        performer.listening.close()  # what has arrived is delivered first
        performer.command("record.stop", {})
        received = _report(performer, say)
    if received:
        _move(work / "songs" / song_id, target)
        say(f"Song folder: {target}")
    shutil.rmtree(work, ignore_errors=True)
    return 0 if received else NOTHING_RECEIVED


def _new_folder(out: Path) -> Path:
    """The folder that becomes the song; FlagError if it already exists."""
    target = out.expanduser().resolve()
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise FlagError(
            f"{out} already exists, and recordings are never overwritten. Name a new folder with --out."
        )
    return target


def _recover(performer: Performer, say: Say) -> None:
    """Recordings into the same folder that were killed become takes of it."""
    for cut_off in performer.snapshot()["unsaved"]:
        number = performer.command("recording.recover", {"id": cut_off["id"]})["take"]
        say(f"Take {number} was cut off when the program ended and has been recovered: {cut_off['seconds']:.1f} s.")


def _report(performer: Performer, say: Say) -> int:
    """Print the content of the takes and return the total number of events."""
    state = performer.snapshot()
    for info in state["takes"]:
        take = performer.parts.takes.get(state["song"]["id"], info["id"])
        seconds = info["end_s"] - info["start_s"]
        lost = f", {thousands(take.lost)} lost" if take.lost else ""
        say(f"\nTake {info['number']}: {seconds:.1f} s, {thousands(take.events)} events{lost}.")
        numbers = [
            [name, "", thousands(len(s)), *(format_fixed(v, 6) for v in (s.values.min(), s.values.max()))]
            for name, s in sorted(take.signals.items())
        ]
        texts = [[name, "text", thousands(len(rows)), "", ""] for name, rows in sorted(take.texts.items())]
        if numbers or texts:
            say(table(["Source", "", "Events", "Lowest", "Highest"], [*numbers, *texts]))
    refused = state["listener"]["senders"]["refused"]
    if refused:
        host = refused["host"]
        say(f"Packets from {host} that were refused: {thousands(refused['count'])}. Allow it with --allow {host}.")
    malformed = state["listener"]["malformed"]
    if malformed:
        say(f"Packets that were not OSC and were left out: {thousands(malformed)}.")
    events = sum(int(take["events"]) for take in state["takes"])
    if not events:
        place = "{host}:{port}".format(**state["listener"])
        say(f"Nothing was received, so no song was made. Send OSC over UDP to {place}.")
    return events


def _move(song: Path, target: Path) -> None:
    try:
        if target.exists():
            target.rmdir()
        song.replace(target)
    except OSError as error:
        raise StorageError(f"The song could not be moved to {target} ({error.strerror}). It is in {song}.") from error
