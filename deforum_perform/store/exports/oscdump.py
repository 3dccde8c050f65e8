"""A take as the text that liblo's ``oscdump`` prints and ``oscsendfile`` plays.

One line per message: the time as an OSC time tag (seconds and 2**-32 seconds, in hex), the address, the type tags and
the arguments. The limits of ``oscsendfile`` are from its source (src/tools/oscsendfile.c of liblo 0.31): it splits at
spaces, reads lines of up to 1,023 bytes and up to 63 arguments, and sends the first message at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

import numpy as np

from ...core.signal import Signal
from ...core.song.take import Take
from ...core.source_name import parse_source

MAX_ARGUMENTS = 60
MAX_LINE_BYTES = 1000
MAX_TEXT_BYTES = 400
LATEST_S = 2**32 - 1
"""The largest number of seconds in a time tag."""

Row = tuple[float, int, str, int, str, str]
"""Time (s), count of the source's earlier events at that time, address, argument (-1: the only one), type tag, word."""


def take_to_oscdump(take: Take) -> str:
    """The take as text. Values are preserved exactly, times to 2**-32 s, counted from the start of the song.

    Whitespace in addresses and texts becomes ``_`` and texts end after 400 bytes, for the reasons above; arguments that
    were not recorded are sent as nil, and those beyond the length of a line are left out.
    """
    rows = [row for name, signal in take.signals.items() for row in _numbers(name, signal)]
    rows += [row for name, events in take.texts.items() for row in _texts(name, events)]
    rows.sort(key=lambda row: row[:4])
    messages = groupby(rows, key=lambda row: (*row[:3], row[3] < 0))
    return "".join(_line(list(group)) for _, group in messages)


def _numbers(name: str, signal: Signal) -> Iterator[Row]:
    """Numbers as 32-bit floats if those represent them exactly, otherwise as doubles, in the fewest digits that do."""
    with np.errstate(over="ignore"):
        short = signal.values.astype(np.float32)
    words = np.where(short == signal.values, short.astype(str), signal.values.astype(str)).tolist()
    tags = np.where(short == signal.values, "f", "d").tolist()
    return _rows(name, signal.times_s.tolist(), tags, words)


def _texts(name: str, events: Sequence[tuple[float, str]]) -> Iterator[Row]:
    short = [_joined(text).encode(errors="replace")[:MAX_TEXT_BYTES].decode(errors="ignore") for _, text in events]
    words = [f'"{text}"' for text in short]
    return _rows(name, [time_s for time_s, _ in events], ["s"] * len(events), words)


def _rows(name: str, times_s: Sequence[float], tags: Sequence[str], words: Sequence[str]) -> Iterator[Row]:
    address, argument = parse_source(name)
    address, index, before, last = _joined(address), -1 if argument is None else argument, 0, None
    for time_s, tag, word in zip(times_s, tags, words, strict=True):
        before = before + 1 if time_s == last else 0
        last = time_s
        yield time_s, before, address, index, tag, word


def _line(rows: list[Row]) -> str:
    """The message from the rows of one moment and address; at least two arguments if they had indices."""
    time_s, _, address = rows[0][:3]
    ticks = round(min(max(time_s, 0.0), LATEST_S) * 2**32)
    start = f"{ticks >> 32:08x}.{ticks & 0xFFFFFFFF:08x} {address}"
    given = {max(index, 0): (tag, word) for *_, index, tag, word in rows if index < MAX_ARGUMENTS}
    if not given:
        return ""
    count = 1 if rows[0][3] < 0 else max(2, max(given) + 1)
    arguments = [given.get(index, ("N", "")) for index in range(count)]
    while len(arguments) > 2 and len(_message(start, arguments).encode()) > MAX_LINE_BYTES:
        arguments.pop()
    return _message(start, arguments)


def _message(start: str, arguments: Sequence[tuple[str, str]]) -> str:
    tags = "".join(tag for tag, _ in arguments)
    return " ".join([start, tags, *(word for _, word in arguments if word)]) + "\n"


def _joined(text: str) -> str:
    """The text without characters that end a word or a line, and without half characters."""
    return re.sub(r"[\s\x00-\x1f\x7f\ud800-\udfff]", "_", text)
