"""A song as the content of its file, made of parts: unchanged parts are not written again.

Each lane, each take and the clips of each lane are one line. The checksum of the file is made of the checksums of its
parts, so its cost also depends only on what has changed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeGuard

from ...core.records import Record, members, plain
from ...core.saved.song_file import song_members, song_to_dict
from ...core.song.document import Document
from ..checksum import CHECKSUM, damaged
from ..files import json_bytes

DEPTH = 3
"""Anything nested deeper is part of a part: the file has members, among them the song; that has lists of lanes and
takes and a table of clips; and these have items."""

class SongText:
    """Makes the content of a song's file repeatedly. The parts of the last one are cached by identity."""

    def __init__(self) -> None:
        self._kept: dict[int, tuple[object, str, str]] = {}
        self._used: dict[int, tuple[object, str, str]] = {}

    def content(self, document: Document) -> bytes:
        """The content of the file. ValueError if a number is not finite."""
        values, texts = song_members(document), list[str]()
        checksum = _hashed(self._write_members(values, 0, texts))
        texts[-1] = f',\n "{CHECKSUM}": "{checksum}"\n}}'
        self._kept, self._used = self._used, {}
        try:
            return "".join(texts).encode()
        except UnicodeEncodeError:  # half of a surrogate pair, from a sender or a damaged file
            return json_bytes({**song_to_dict(document), CHECKSUM: checksum})

    def _write(self, value: object, depth: int, texts: list[str]) -> str:
        """Append the texts of a value; its checksum."""
        if depth < DEPTH and isinstance(value, (Record, Mapping)):
            return _hashed(self._write_members(members(value) if isinstance(value, Record) else value, depth, texts))
        if depth < DEPTH and _is_list(value):
            return _hashed(self._write_all((("", item) for item in value), "[]", depth, texts))
        known = self._kept.get(id(value))
        if known is None or known[0] is not value:
            known = value, *_written(plain(value))
        self._used[id(value)] = known
        texts.append(known[1])
        return known[2]

    def _write_members(self, values: Mapping[str, Any], depth: int, texts: list[str]) -> dict[str, str]:
        named = ((f"{json.dumps(name, ensure_ascii=False)}: ", value) for name, value in values.items())
        return dict(zip(values, self._write_all(named, "{}", depth, texts), strict=True))

    def _write_all(
        self, items: Iterable[tuple[str, object]], brackets: str, depth: int, texts: list[str]
    ) -> list[str]:
        """Append values, each with what is before it and on its own line, between brackets; their checksums."""
        margin, checksums = "\n" + " " * (depth + 1), list[str]()
        texts.append(brackets[0])
        for before, item in items:
            texts.append(f"{',' if checksums else ''}{margin}{before}")
            checksums.append(self._write(item, depth + 1, texts))
        texts.append((margin[:-1] if checksums else "") + brackets[1])
        return checksums


def verify(values: Mapping[str, Any], what: str) -> None:
    """DamagedFileError if the content of a song's file has a checksum that its other members do not match."""
    others = {name: value for name, value in values.items() if name != CHECKSUM}
    if CHECKSUM in values and values[CHECKSUM] != _checksum(others, 0):
        raise damaged(what)


def _checksum(value: object, depth: int) -> str:
    """The checksum of a JSON value at this depth of a file."""
    if depth < DEPTH and isinstance(value, Mapping):
        return _hashed({name: _checksum(item, depth + 1) for name, item in value.items()})
    if depth < DEPTH and _is_list(value):
        return _hashed([_checksum(item, depth + 1) for item in value])
    return _hashed(value)


def _is_list(value: object) -> TypeGuard[Sequence[Any]]:
    return isinstance(value, (list, tuple))


def _written(value: Any) -> tuple[str, str]:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")), _hashed(value)


def _hashed(value: object) -> str:
    text = json.dumps(value, sort_keys=True, separators=(",", ":"))
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()

