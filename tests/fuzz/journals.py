"""The journal of a pass that was cut off: reading it, listing it, and making a take of it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from deforum_perform.app.recovery import replayed
from deforum_perform.core.errors import PerformError
from deforum_perform.core.song import Song, info
from deforum_perform.core.song_file import song_from_dict, song_to_dict
from deforum_perform.store.journal import Journal, list_journals, read_journal
from deforum_perform.store.journal_file import HEAD, MAGIC, MAGIC_1, NOTE, STAMP, UNKNOWN, record
from tests.fuzz.scratch import contents, scratch
from tests.fuzz.target import Broken, Target, as_bytes, cut, recipe_in
from tests.osc import encoder

RULE = "whole records come back in order up to the first fault; the file is never changed; the song still opens"
PASS_ID = "pass-1"
HEADER = {
    "pass_id": PASS_ID, "song_id": "song-1", "number": 1, "start_s": 0.5, "origin_ns": 1_000_000_000,
    "recorded_at": "2026-01-31T12:00:00+00:00", "lanes": [["lane-1", "/knob"]], "known": {"/knob": 0.25},
}  # fmt: skip


def seeds() -> Sequence[bytes]:
    """A pass of a few datagrams, whole and torn, one that nothing arrived in, and files that are none."""
    knobs = [encoder.message("/knob", "f", [k / 8]).decode("latin-1") for k in range(8)]
    records = [[1_000_000_000 + k * 10_000_000, knob] for k, knob in enumerate(knobs)]
    stop = [1_200_000_000, encoder.message("/perform/record", "i", [0]).decode("latin-1")]
    first = {"magic": MAGIC_1.decode(), "header": HEADER, "records": [*records, stop]}
    named = [[1_000_000_000, NOTE, '{"sender": ["127.0.0.1", 9000]}'], *([ns, 0, knob] for ns, knob in records)]
    noted = [[1_100_000_000, NOTE, '{"loss": {"kind": "lost", "count": 3}}'], [1_200_000_000, NOTE, '{"end": true}']]
    whole = {"header": HEADER, "records": [*named, *noted]}
    torn, empty = {**whole, "cut": 300}, {"header": HEADER, "records": []}
    return [*(json.dumps(r).encode() for r in (whole, first, torn, empty, {**whole, "flip": [[290, 7]]})), b"", MAGIC]


def journal_bytes(recipe: dict[str, Any]) -> bytes:
    """The file that a recipe describes, with right lengths and checksums before ``cut`` and ``flip`` damage it."""
    magic = recipe.get("magic")
    parts = [magic.encode("latin-1", "replace") if isinstance(magic, str) else MAGIC]
    if "header" in recipe:
        parts.append(record(as_bytes(recipe["header"])))
    rows = recipe.get("records")
    for row in rows if isinstance(rows, list) else []:
        if isinstance(row, list) and row and type(row[0]) is int:
            stamp, rest = (row[0] + 2**63) % 2**64 - 2**63, row[1:]
            head = STAMP.pack(stamp)
            if parts[0] == MAGIC:
                told = bool(rest) and type(rest[0]) is int
                head, rest = HEAD.pack(stamp, rest[0] % 2**16 if told else UNKNOWN), rest[told:]
            parts.append(record(head + b"".join(as_bytes(part) for part in rest)))
        else:
            parts.append(record(as_bytes(row)))
    return cut(b"".join(parts), recipe)


def one_input(data: bytes) -> None:
    """Read and list it, then make a take of it, and a song of the take."""
    recipe = recipe_in(data)
    with scratch() as root:
        path = root / f"{PASS_ID}.journal"
        path.write_bytes(data if recipe is None else journal_bytes(recipe))
        before = contents(root)
        journal = _read(path)
        entry = list_journals(root)[0]
        if (entry.fault is None) != (journal is not None):
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
    song = Song("song-1", "A song")
    try:
        take, _done, marks = replayed(journal, song)
    except PerformError:
        return
    told = json.loads(json.dumps(song_to_dict(Song("song-1", "A song", takes=(info(take, marks),)))))
    if take.events and song_from_dict(told).takes[0].events != take.events:
        raise Broken("the song with the take is another one when it is opened again")


WORDS = (
    "magic",
    "header",
    "records",
    "cut",
    "flip",
    *HEADER,
    "/a\x00\x00,f\x00\x00?\x00\x00\x00",
    "PERFORM journal 1\n",
    "PERFORM journal 9\n",
    "{\"sender\": [\"h\", 1]}",
)
TARGET = Target(RULE, one_input, seeds, is_json=True, words=WORDS)
