"""The journal of a recording that was cut off: reading it, listing it, and making a take of it."""

from __future__ import annotations

import json
import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from deforum_perform.app.recording.replay import replayed
from deforum_perform.core.errors import PerformError
from deforum_perform.core.saved.song_file import document_from_dict, song_to_dict
from deforum_perform.core.song.document import Document
from deforum_perform.core.song.info import SongInfo
from deforum_perform.core.song.song import Song
from deforum_perform.core.song.take_info import info
from deforum_perform.store.journal.file import MAGIC, MAGIC_1, NOTE, STAMP, UNKNOWN, record
from deforum_perform.store.journal.writer import Journal, list_journals, read_journal
from tests.fuzz.scratch import contents, scratch
from tests.fuzz.target import Broken, Target, as_bytes, cut, recipe_in
from tests.osc import encoder

RULE = "whole records come back in order up to the first error; the file is never changed; the song still opens"
RECORDING_ID = "recording-1"
HEADER = {
    "pass_id": RECORDING_ID, "song_id": "song-1", "number": 1, "start_s": 0.5, "origin_ns": 1_000_000_000,
    "recorded_at": "2026-01-31T12:00:00+00:00", "lanes": [["lane-1", "/knob"]], "known": {"/knob": 0.25},
}  # fmt: skip


def seeds() -> Sequence[bytes]:
    """Recordings of both formats, complete and cut off, one in which nothing arrived, and invalid files."""
    knobs = [encoder.message("/knob", "f", [k / 8]).decode("latin-1") for k in range(8)]
    stamps = [1_000_000_000 + k * 10_000_000 for k in range(8)]
    stop = encoder.message("/perform/record", "i", [0]).decode("latin-1")
    first = {
        "magic": MAGIC_1.decode(),
        "header": HEADER,
        "records": [*map(list, zip(stamps, knobs)), [1_200_000_000, stop]],
    }
    named = [[1_000_000_000, NOTE, {"sender": ["192.168.1.7", 5000]}]]
    rows = [[stamp, sender, knob] for stamp, sender, knob in zip(stamps, (0, UNKNOWN) * 4, knobs)]
    loss = {"loss": {"kind": "limited", "count": 3, "who": "192.168.1.7"}}
    notes = [[1_050_000_000, NOTE, loss], [1_150_000_000, NOTE, {"end": True}]]
    second = {"header": HEADER, "records": [*named, *rows, *notes, [1_200_000_000, 0, stop]]}
    said = [[1_010_000_000, NOTE, {"anchors": [0, [[0.0, 0.5, 1.0], [0.03, 0.5, 1.0]]]}]]
    looped = {"header": HEADER, "records": [*named, *said, *rows, *notes]}
    bad = ({**second, "cut": 300}, {**second, "flip": [[290, 7]]}, {"header": HEADER, "records": []}, {"header": []})
    return [*(json.dumps(recipe).encode() for recipe in (first, second, looped, *bad)), b"", MAGIC]


def journal_bytes(recipe: dict[str, Any]) -> bytes:
    """The file that a recipe describes, with right lengths and checksums before ``cut`` and ``flip`` damage it.

    A record is [stamp, sender, text of its bytes or JSON ...] in format 2, [stamp, text ...] in format 1.
    """
    magic = recipe.get("magic")
    parts = [magic.encode("latin-1", "replace") if isinstance(magic, str) else MAGIC]
    if "header" in recipe:
        parts.append(record(as_bytes(recipe["header"])))
    rows = recipe.get("records")
    for row in rows if isinstance(rows, list) else []:
        whole = [item for item in row if type(item) is int] if isinstance(row, list) else []
        rest = b"".join(as_bytes(item) for item in row if type(item) is not int) if whole else as_bytes(row)
        stamp = STAMP.pack((whole[0] + 2**63) % 2**64 - 2**63) if whole else b""
        parts.append(record(stamp + b"".join(struct.pack("<H", item % 2**16) for item in whole[1:2]) + rest))
    return cut(b"".join(parts), recipe)


def one_input(data: bytes) -> None:
    """Read and list it, then make a take of it, and a song of the take."""
    recipe = recipe_in(data)
    with scratch() as root:
        path = root / f"{RECORDING_ID}.journal"
        path.write_bytes(data if recipe is None else journal_bytes(recipe))
        before = contents(root)
        journal = _read(path)
        entry = list_journals(root)[0]
        if (entry.problem is None) != (journal is not None):
            raise Broken("the list and the reader do not agree")
        if journal is not None:
            if (entry.datagrams, entry.torn) != (len(journal.payloads), journal.torn):
                raise Broken("the list counts otherwise than the reader")
            _replay(journal)
        if contents(root) != before:
            raise Broken("reading changed the journal")


def _read(path: Path) -> Journal | None:
    try:
        return read_journal(path)
    except PerformError as error:
        if str(path.parent) in str(error):
            raise Broken("the reason holds a path") from error
        return None


def _replay(journal: Journal) -> None:
    try:
        found, _ = replayed(journal)
    except PerformError:
        return
    song = Song("song-1", takes=tuple(info(each.take, each.problems) for each in found))
    saved = json.loads(json.dumps(song_to_dict(Document(SongInfo("A song"), song))))
    if [take.events for take in document_from_dict(saved).song.takes] != [each.take.events for each in found]:
        raise Broken("the song with the take is another one when it is opened again")


WORDS = (
    "magic",
    "header",
    "records",
    "cut",
    "flip",
    "loss",
    "end",
    "anchors",
    *HEADER,
    "/a\x00\x00,f\x00\x00?\x00\x00\x00",
    "PERFORM journal 1\n",
    "PERFORM journal 9\n",
    '{"sender": ["h", 1]}',
)
TARGET = Target(RULE, one_input, seeds, is_json=True, words=WORDS)
