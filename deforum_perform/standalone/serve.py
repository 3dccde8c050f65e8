"""The command ``serve``: the page, until the program is stopped."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Collection

from .. import __version__
from ..app.goodbye import goodbye
from ..app.host import Standalone
from ..app.notices import Notice
from ..app.performer import Performer
from ..core.errors import ListenError
from ..web.access import is_loopback
from ..web.contract import Performing
from .browser import open_browser
from .kept import KeptListener
from .server import PageServer
from .session import Say, allowed_senders_text, performing, port_instead, stopped_by_signal, wait_for

GO_ON = "Start it again: this page then reconnects."


def serve(options: Namespace, say: Say) -> int:
    """Serve the page and receive OSC, according to the options; 0 when stopped."""
    kept = KeptListener(options.songs)
    choice, place = kept.with_flags(options), Standalone(keep=kept.keep)
    with (
        stopped_by_signal() as stop,
        performing(options.songs, choice, "--osc-port", place, options.osc_host is None) as performer,
    ):
        if kept.problem is not None:
            performer.notice("listener_choice", Notice("warn", kept.problem))
        server = open_page(performer, options.host, options.port, page_flag(options), options.name)
        try:
            server.start()
            say(_welcome(server, performer, options))
            if not options.no_browser:
                open_browser(server.url)
            wait_for(stop)
            say("Closing. A recording in progress is stopped and saved.")
        finally:
            server.close(goodbye(performer.parts, GO_ON))
    return 0


def open_page(performer: Performing, host: str, port: int, flag: str | None, names: Collection[str] = ()) -> PageServer:
    """The page's server, bound. A port in use raises FlagError naming ``flag``; with None it uses the next free one."""
    try:
        return PageServer(performer, host, port, names)
    except ListenError as error:
        return PageServer(performer, host, port_instead(error, flag), names)


def page_flag(options: Namespace) -> str | None:
    """The option that named the page's port; None for the default port, where the next free one is used instead."""
    return "--port" if options.port_given else None


def page_line(server: PageServer, options: Namespace) -> str:
    """The page's address, and why it differs from the default."""
    moved = server.address[1] != options.port and options.port != 0
    return f"Page   {server.url}{f' (port {options.port} is in use)' if moved else ''}"


def _welcome(server: PageServer, performer: Performer, options: Namespace) -> str:
    osc_host, osc_port = performer.listening.host, performer.listening.port
    lines = [
        f"Perform {__version__}",
        f"  {page_line(server, options)}",
        f"  OSC    {osc_host}:{osc_port} (UDP)",
        f"  Songs  {options.songs}",
    ]
    if not is_loopback(options.host):
        lines.append(f"Everyone who can reach {options.host}:{server.address[1]} over the network can use this page.")
    if not is_loopback(osc_host):
        lines.append(
            allowed_senders_text(
                performer.inputs.sender_filter.rules.allowed, "allow senders on the page, or with --osc-allow"
            )
        )
    return "\n".join([*lines, "Ctrl+C ends it."])
