"""``python -m deforum_perform``: Perform without a WebUI."""

from __future__ import annotations

import logging
import os
import sys
from argparse import Namespace
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from .core.errors import PerformError
from .standalone.arguments import parse
from .standalone.demo import demo
from .standalone.exporting import write_export
from .standalone.places import songs_folder
from .standalone.record import record
from .standalone.serve import serve
from .standalone.session import Say

FAILED = 1

COMMANDS: Mapping[str, Callable[[Namespace, Say], int]] = {
    "serve": serve,
    "demo": demo,
    "record": record,
    "export": write_export,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit status."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    songs = songs_folder(sys.platform, os.environ, Path.home())
    options = parse(sys.argv[1:] if arguments is None else arguments, songs)
    try:
        return COMMANDS[options.command](options, say)
    except PerformError as error:
        print(f"Perform: {error}", file=sys.stderr)
    except KeyboardInterrupt:
        print("Perform: stopped.", file=sys.stderr)
    return FAILED


def say(text: str) -> None:
    """Print at once, even into a pipe."""
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
