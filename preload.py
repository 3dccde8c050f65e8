"""Run by the WebUI before it reads its command line: Perform's flags, and nothing else."""

from __future__ import annotations

import argparse

HIGHEST_PORT = 65535


def port(text: str) -> int:
    """A UDP port, 1 to 65535."""
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= HIGHEST_PORT:
        raise argparse.ArgumentTypeError(f"{text!r} is no port: give a whole number from 1 to {HIGHEST_PORT}")
    return int(text)


def preload(parser: argparse.ArgumentParser) -> None:
    """Called by the WebUI. A flag that is not given is None: then the Settings page decides."""
    parser.add_argument(
        "--perform-osc-host",
        metavar="ADDRESS",
        default=None,
        help="Perform: address to receive OSC on (127.0.0.1, this machine only, unless Settings say otherwise)",
    )
    parser.add_argument(
        "--perform-osc-port",
        metavar="PORT",
        type=port,
        default=None,
        help="Perform: UDP port to receive OSC on (9000 unless Settings say otherwise)",
    )
