"""What is on disk, read without Perform's own readers: songs, their takes, and cut-off recordings.

Every event of the torture is a number (see ``player``), so a recording is an array of numbers.
"""

from __future__ import annotations

import json
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]
NOTHING: Numbers = np.empty(0, np.int64)

ADDRESS = "/torture/"
_HEAD, _RECORD = struct.Struct("<qH"), struct.Struct("<II")
_MAGIC = b"PERFORM journal 2\n"


@dataclass(frozen=True)
class Named:
    """A take that a song names. ``numbers``: of its events, in no order; None where its file cannot be read;
    ``missing``: how many events it says are missing."""

    song: str
    id: str
    number: int
    numbers: Numbers | None
    missing: int = 0


@dataclass
class Folder:
    """A folder of songs; what was read of a file is kept until the file changes."""

    root: Path
    _takes: dict[Path, tuple[tuple[int, int], Numbers]] = field(default_factory=dict)

    def named(self) -> Iterator[Named]:
        """All takes of all songs, in the trash or not. A song that cannot be read has none."""
        for path in sorted([*self.root.glob("songs/*/song.json"), *self.root.glob("trash/*/song.json")]):
            for take in _json(path).get("song", {}).get("takes", []):
                problems = [problem["count"] for problem in take.get("marks", []) if problem["kind"] in MISSING]
                file = path.parent / "recordings" / f"{take['id']}.npz"
                yield Named(path.parent.name, take["id"], take["number"], self._numbers(file), sum(problems))

    def unnamed(self) -> dict[str, Numbers | None]:
        """Take id -> the events of its file, for files that no song names in whose folder they are."""
        named = {(take.song, take.id) for take in self.named()}
        files = [*self.root.glob("songs/*/recordings/*.npz"), *self.root.glob("trash/*/recordings/*.npz")]
        return {f.stem: self._numbers(f) for f in files if (f.parents[1].name, f.stem) not in named}

    def discarded(self) -> list[Numbers]:
        """The events of discarded recordings, which stay on disk."""
        files = [self._numbers(path) for path in sorted(self.root.glob("songs/*/recordings/aside/*.npz"))]
        return [*self.journals("journals/discarded").values(), *(part for part in files if part is not None)]

    def journals(self, place: str = "journals") -> dict[str, Numbers]:
        """Recording id -> the events in its journal, as far as it is whole."""
        return {path.stem: journal_numbers(path) for path in sorted(self.root.glob(f"{place}/*.journal"))}

    def _numbers(self, path: Path) -> Numbers | None:
        try:
            found = path.stat()
            stamp = (found.st_mtime_ns, found.st_size)
            known = self._takes.get(path)
            if known is None or known[0] != stamp:
                known = stamp, take_numbers(path)
                self._takes[path] = known
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error):
            return None
        return known[1]


MISSING = ("lost", "limited", "failed", "full", "refused")
"""The problems that mean missing events."""


def _json(path: Path) -> dict[str, Any]:
    try:
        return dict(json.loads(path.read_bytes()))
    except (OSError, ValueError, TypeError):
        return {}


def take_numbers(path: Path) -> Numbers:
    """The events of a take's file."""
    with np.load(path) as columns:
        offsets, values = columns["offsets"], columns["values"]
        sources = json.loads(columns["meta"].tobytes())["sources"]
        mine = [values[a:b] for name, a, b in zip(sources, offsets, offsets[1:]) if name.startswith(ADDRESS)]
    return np.concatenate([NOTHING, *(part.astype(np.int64) for part in mine)])


def journal_numbers(path: Path) -> Numbers:
    """The events of a journal up to its last intact record; none of a file that is not a journal."""
    try:
        data = path.read_bytes()
    except OSError:
        return NOTHING
    if not data.startswith(_MAGIC):
        return NOTHING
    found, place = [], len(_MAGIC)
    while place + _RECORD.size <= len(data):
        length, checksum = _RECORD.unpack_from(data, place)
        body = data[place + _RECORD.size : place + _RECORD.size + length]
        if len(body) < length or zlib.crc32(body) != checksum:
            break
        payload = body[_HEAD.size :]
        if payload.startswith(ADDRESS.encode()):
            found.append(int(struct.unpack(">d", payload[-8:])[0]))
        place += _RECORD.size + length
    return np.array(found, np.int64)
