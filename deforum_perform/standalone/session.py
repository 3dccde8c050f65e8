"""The common part of all commands: open Perform on a folder, receive OSC at an address, shut down in order."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import FrameType
from typing import Any

from ..app.host import Standalone
from ..app.performer import Performer
from ..core.errors import ListenError, PerformError
from ..core.listener import ListenerChoice, Network, network_name
from ..store.songs.store import SongStore

Say = Callable[[str], None]

TICK_S = 1.0


class FlagError(PerformError):
    """A wrong option or argument of a command, with the option that helps."""


@contextlib.contextmanager
def performing(
    root: Path, choice: ListenerChoice, flag: str | None, host: Standalone | None = None, patient: bool = False
) -> Iterator[Performer]:
    """A Performer on the songs below ``root`` that listens as set in ``choice``, and is closed in order at the end.

    A port in use raises FlagError that names the option ``flag``; with None the next free port is used. An address that
    this computer does not have raises ListenError, or is waited for if ``patient``.
    """
    store = SongStore(root)
    store.lock()
    performer = Performer(store, host or Standalone())
    try:
        performer.inputs.allow(choice.senders)
        _listen(performer, choice.host, choice.port, flag, patient)
        yield performer
    finally:
        performer.close()


def _listen(performer: Performer, host: str, port: int, flag: str | None, patient: bool) -> None:
    try:
        performer.listen(host, port)
    except ListenError as error:
        if patient and error.free_port is None:
            performer.listening.start(host, port)
        else:
            performer.listen(host, port_instead(error, flag))


def port_instead(error: ListenError, flag: str | None) -> int:
    """The free port to use instead of one that could not be opened. FlagError if the option ``flag`` named that one;
    ``error`` itself if no port is free."""
    if error.free_port is None:
        raise error
    if flag is not None:
        raise FlagError(f"{error} Add {flag} {error.free_port} to the command.") from None
    return error.free_port


def allowed_senders_text(allowed: Sequence[Network], how: str) -> str:
    """The message if Perform listens in a network; ``how`` senders are allowed."""
    if not allowed:
        return f"No sender in the network is allowed yet: {how}."
    return f"Allowed senders in the network: {', '.join(map(network_name, allowed))}."


def use_song(performer: Performer, name: str) -> str:
    """Open a song of that name without lanes or takes; its id. The empty first song of a new folder becomes it."""
    state = performer.snapshot()
    if state["lanes"] or state["takes"]:
        return str(performer.command("song.new", {"name": name})["id"])
    performer.command("song.rename", {"name": name})
    return str(state["song"]["id"])


@contextlib.contextmanager
def stopped_by_signal() -> Iterator[threading.Event]:
    """An event set by Ctrl+C or SIGTERM; a second one ends the program at once, as usual."""
    stop = threading.Event()
    before: dict[int, Any] = {}

    def stop_once(number: int, _frame: FrameType | None) -> None:
        stop.set()
        signal.signal(number, before[number])

    if threading.current_thread() is threading.main_thread():
        before = {number: signal.signal(number, stop_once) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def wait_for(stop: threading.Event) -> None:
    """Until the program is stopped. Windows handles Ctrl+C only between waits, so they are short."""
    while not stop.wait(TICK_S):
        continue
