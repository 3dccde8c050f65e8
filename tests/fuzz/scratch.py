"""A folder for one input, and the check that nothing beside it was changed."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.fuzz.target import Broken

_MEMORY = Path("/dev/shm")  # in memory where there is such a place: thousands of inputs a minute are written here


@contextlib.contextmanager
def scratch() -> Iterator[Path]:
    """A folder that is deleted after the block, beside neighbours that must not change."""
    with tempfile.TemporaryDirectory(dir=_MEMORY if os.access(_MEMORY, os.W_OK) else None) as folder:
        root = Path(folder) / "root"
        root.mkdir()
        (Path(folder) / "neighbour").mkdir()
        (Path(folder) / "neighbour" / "song.json").write_bytes(b"not yours")
        (Path(folder) / "secret.txt").write_bytes(b"nor this")
        before = contents(Path(folder), without=root)
        yield root
        if contents(Path(folder), without=root) != before:
            raise Broken("something beside the folder of songs was touched")


def contents(folder: Path, without: Path | None = None) -> dict[str, bytes | None]:
    """Every file below ``folder`` with its bytes, and every folder; what is in ``without`` is not looked at."""
    found = [path for path in sorted(folder.rglob("*")) if without is None or not path.is_relative_to(without)]
    return {path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() else None for path in found}
