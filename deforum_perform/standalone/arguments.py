"""The command line of ``python -m deforum_perform``."""

from __future__ import annotations

import argparse
import math
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .. import __version__
from ..app.deforum.exports import KINDS
from ..core.errors import InputError
from ..core.listener import DEFAULT_HOST, DEFAULT_PORT, Network, split_networks

HOST, PORT = "127.0.0.1", 7870
OSC_HOST, OSC_PORT = DEFAULT_HOST, DEFAULT_PORT
ALLOW = "senders in the network to allow: addresses or networks with commas between, such as 192.168.1.23,10.0.0.0/24"
NAME = "further name of the page, such as studio.example behind a proxy without https; can be repeated"
DEMO_FOLDER = Path("perform-demo")
COMMANDS = ("serve", "demo", "record", "export")

PAGE_PORT = f"port to serve the page on (default {PORT}, or the next free one)"

DESCRIPTION = """Play a Deforum animation by OSC, without a WebUI.
Without a command it serves Perform's page; then open the address it prints."""
SERVE_OPTIONS = "options of serve (no command needed)"


def parse(arguments: Sequence[str], songs: Path) -> argparse.Namespace:
    """The command and its options; ``songs`` is the default folder. --help and invalid options end the program."""
    words = list(arguments)
    if not words or (words[0].startswith("-") and words[0] not in ("-h", "--help", "--version")):
        words.insert(0, "serve")
    return _parser(songs).parse_args(words)


def _parser(songs: Path) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "python -m deforum_perform", description=DESCRIPTION, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--version", action="version", version=f"Perform {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    serve = commands.add_parser("serve", help="serve the page (the default without a command)")
    _add_serve(serve, songs)
    parser.epilog = _options_of(serve)
    _add_demo(
        commands.add_parser("demo", help="play a performance of one minute, record it and write its settings file")
    )
    _add_record(commands.add_parser("record", help="record every source, without a page"))
    _add_export(commands.add_parser("export", help="export a song in a format that other programs read"))
    return parser


class _Given(argparse.Action):
    """Stores the value, and that it was given: ``port`` and ``port_given``."""

    def __call__(
        self, parser: argparse.ArgumentParser, namespace: argparse.Namespace, values: Any, option: str | None = None
    ) -> None:
        setattr(namespace, self.dest, values)
        setattr(namespace, f"{self.dest}_given", True)


def _options_of(serve: argparse.ArgumentParser) -> str:
    """The options of ``serve`` as in its own help, for the help that is shown without a command."""
    listed = serve.format_help().partition("show this help message and exit\n")[2]
    return f"{SERVE_OPTIONS}:\n{listed.rstrip()}"


def _add_page_port(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=_port, action=_Given, default=PORT, help=PAGE_PORT)
    parser.set_defaults(port_given=False)


def _add_serve(parser: argparse.ArgumentParser, songs: Path) -> None:
    parser.add_argument(
        "--host", default=HOST, help=f"address to serve the page on (default {HOST}: this computer only)"
    )
    _add_page_port(parser)
    parser.add_argument("--name", type=_name, action="append", default=[], help=NAME)
    kept = "the setting on the page, otherwise"
    parser.add_argument("--osc-host", help=f"address to listen on for OSC (default: {kept} {OSC_HOST})")
    parser.add_argument("--osc-port", type=_port, help=f"port to listen on for OSC (default: {kept} {OSC_PORT})")
    parser.add_argument("--osc-allow", type=_networks, metavar="SENDERS", help=f"{ALLOW} (default: {kept} none)")
    parser.add_argument(
        "--songs", type=Path, default=songs, metavar="DIR", help="folder of songs (default %(default)s)"
    )
    parser.add_argument("--no-browser", action="store_true", help="do not open the page in a browser")


def _add_demo(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--out",
        type=Path,
        default=DEMO_FOLDER,
        metavar="DIR",
        help=f"folder for the song and settings.txt (default {DEMO_FOLDER})",
    )
    parser.add_argument(
        "--fast", action="store_true", help="play it ten times as fast, without a page, and exit when done"
    )
    parser.add_argument("--no-browser", action="store_true", help="do not open the page in a browser")
    _add_page_port(parser)
    parser.add_argument(
        "--osc-port", type=_port, help=f"port to listen on for OSC (default {OSC_PORT}, or the next free one)"
    )


def _add_record(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=_port, default=OSC_PORT, help=f"port to listen on for OSC (default {OSC_PORT})")
    parser.add_argument("--host", default=OSC_HOST, help=f"address to listen on for OSC (default {OSC_HOST})")
    parser.add_argument("--allow", type=_networks, default=(), metavar="SENDERS", help=f"{ALLOW} (default: none)")
    parser.add_argument("--seconds", type=_seconds, required=True, metavar="S", help="how long to record, in seconds")
    parser.add_argument(
        "--out", type=Path, required=True, metavar="SONG_DIR", help="folder to make for the song; it must not exist yet"
    )


def _add_export(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("song", type=Path, metavar="SONG_DIR", help="the song's folder, the one with song.json in it")
    parser.add_argument("--to", choices=tuple(KINDS), required=True, help="what to write")
    parser.add_argument(
        "--out", type=Path, required=True, metavar="PATH", help="the file to write; it must not exist yet"
    )
    parser.add_argument("--take", type=int, metavar="N", help="the take for oscdump (default: the last one)")


def _port(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"the port must be a whole number up to 65535, not {text!r}")
    return int(text)


def _name(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9._-]+", text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a name: type it as studio.example, without http:// and port")
    return text


def _networks(text: str) -> tuple[Network, ...]:
    try:
        return split_networks(text)
    except InputError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 < seconds <= 24 * 3600:
        raise argparse.ArgumentTypeError(f"the time must be a number of seconds above 0, at most a day, not {text!r}")
    return seconds
