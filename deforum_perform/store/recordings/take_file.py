"""A take as one numpy file: the columns of all its sources concatenated, and JSON for the rest.

``times`` and ``values`` (N,) float64, ``offsets`` (S+1,) int64: source i has rows offsets[i] to offsets[i+1]. ``meta``:
JSON as bytes with the format's number, the take's own values, the S names and the texts. If the sender's times are
known, ``sent`` contains them, concatenated, for the sources that ``meta`` lists as ``sent``, and the format is 2.
``numpy.load`` opens it.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from ...core.errors import DamagedFileError, StorageError
from ...core.signal import Signal
from ...core.song.take import SENT_BY, Take
from ...core.units import as_number
from ..files import parse_json
from ..limits import ANY_RATIO_BYTES, MAX_TAKE_BYTES, most_unpacked
from .columns import read_columns, write_columns

FORMAT = 2
FORMAT_WITHOUT_SENT = 1

_KINDS = {"meta": "u1", "offsets": "i8", "times": "f8", "values": "f8"}
_SENT_KIND = {"sent": "f8"}
_PART = 1 << 20
_PLAIN: Mapping[str, type] = {
    "id": str,
    "number": int,
    "start_s": float,
    "end_s": float,
    "recorded_at": str,
    "lost": int,
}


def write_take(file: BinaryIO, take: Take) -> None:
    """``take`` into ``file``, compressed."""
    signals = list(take.signals.values())
    empty = np.empty(0)
    meta = {
        "format": FORMAT if take.sent else FORMAT_WITHOUT_SENT,
        **{name: getattr(take, name) for name in _PLAIN},
        "sources": list(take.signals),
        "texts": {name: [list(event) for event in events] for name, events in take.texts.items()},
    }
    if take.sent:
        meta |= {"sent": list(take.sent), "sent_by": take.sent_by}
    columns: dict[str, NDArray[Any]] = {
        "meta": np.frombuffer(json.dumps(meta, allow_nan=False).encode(), dtype=np.uint8),
        "offsets": np.cumsum([0, *(len(s) for s in signals)], dtype=np.int64),
        "times": np.concatenate([empty, *(s.times_s for s in signals)]),
        "values": np.concatenate([empty, *(s.values for s in signals)]),
    }
    if take.sent:
        columns["sent"] = np.concatenate([empty, *take.sent.values()])
    if sum(column.nbytes for column in columns.values()) > MAX_TAKE_BYTES:
        raise StorageError(f"Take {take.number} needs more than {MAX_TAKE_BYTES >> 30} GB and cannot be saved.")
    write_columns(file, columns)


@dataclass(frozen=True)
class TakeSummary:
    """The summary of a take without reading its events; times in seconds of the song."""

    id: str
    number: int
    start_s: float
    end_s: float
    recorded_at: str
    events: int


def read_take(file: BinaryIO, what: str, max_bytes: int = MAX_TAKE_BYTES) -> Take:
    """The take in ``file``, with columns of ``max_bytes`` at most. DamagedFileError says what is wrong; a file is never
    trusted to be Perform's."""
    largest = most_unpacked(file.seek(0, os.SEEK_END), ANY_RATIO_BYTES)
    with _told_as_damage(what):
        columns = read_columns(file, _KINDS, min(max_bytes, MAX_TAKE_BYTES, largest), _SENT_KIND)
        return _take(parse_json(columns["meta"].tobytes(), what), columns)


def read_summary(file: BinaryIO, what: str) -> TakeSummary:
    """A take's summary; errors as ``read_take``, for the parts that it reads."""
    with _told_as_damage(what):
        columns = read_columns(file, _KINDS, MAX_TAKE_BYTES, _SENT_KIND, only=("meta", "offsets"))
        meta = parse_json(columns["meta"].tobytes(), what)
        plain, offsets = _plain_values(meta), columns["offsets"]
        events = (int(offsets[-1]) if len(offsets) else 0) + sum(map(len, _texts(meta.get("texts")).values()))
        told = {name: plain[name] for name in ("id", "number", "start_s", "end_s", "recorded_at")}
        return TakeSummary(**told, events=events)


@contextlib.contextmanager
def _told_as_damage(what: str) -> Iterator[None]:
    try:
        yield
    except ValueError as error:
        raise DamagedFileError(f"{what} is damaged: {error}.") from error


def _take(meta: Any, columns: Mapping[str, NDArray[Any]]) -> Take:
    """The take; ValueError says what is wrong."""
    plain = _plain_values(meta)
    signals = _signals(meta.get("sources"), columns)
    sent = _sent(meta, signals, columns.get("sent"))
    sent_by = meta["sent_by"] if sent else ""
    return Take(**plain, signals=signals, texts=_texts(meta.get("texts")), sent=sent, sent_by=sent_by)


def _plain_values(meta: Any) -> dict[str, Any]:
    """The plain values of the take; ValueError says what is wrong."""
    if not isinstance(meta, dict) or type(meta.get("format")) is not int:
        raise ValueError("it does not declare its format")
    if meta["format"] > FORMAT:
        raise ValueError("it was saved by a newer Perform; update the extension to open it")
    plain: dict[str, Any] = {name: _plain(meta.get(name), kind, name) for name, kind in _PLAIN.items()}
    if plain["end_s"] < plain["start_s"]:
        raise ValueError("it ends before it starts")
    return plain


def _plain(value: Any, kind: type, name: str) -> Any:
    found = as_number(value) if kind is float else value
    if type(found) is not kind:
        raise ValueError(f"{name} is missing or has the wrong type")
    return found


def _signals(names: Any, columns: Mapping[str, NDArray[Any]]) -> dict[str, Signal]:
    offsets, times, values = columns["offsets"], columns["times"], columns["values"]
    if not isinstance(names, list) or not all(isinstance(n, str) for n in names) or len(set(names)) != len(names):
        raise ValueError("the list of sources is not a list of different names")
    if offsets.size != len(names) + 1 or offsets[0] != 0 or (offsets[1:] < offsets[:-1]).any():
        raise ValueError("the offsets do not fit the sources")
    if offsets[-1] != times.size or times.size != values.size:
        raise ValueError("the columns have different lengths")
    if not (_are_finite(times) and _are_finite(values)):
        raise ValueError("an event is not a finite number")
    falls = np.flatnonzero(times[1:] < times[:-1]) + 1
    if not np.isin(falls, offsets).all():
        raise ValueError("the events of a source are not in order of time")
    return {name: Signal(times[a:b], values[a:b]) for name, a, b in zip(names, offsets[:-1], offsets[1:], strict=True)}


def _are_finite(column: NDArray[Any]) -> bool:
    """Processed in parts, so that a long column needs no other of the same length."""
    return all(np.isfinite(column[first : first + _PART]).all() for first in range(0, column.size, _PART))


def _sent(
    meta: Mapping[str, Any], signals: Mapping[str, Signal], times: NDArray[Any] | None
) -> dict[str, NDArray[Any]]:
    """Source -> the sender's time of its events, for the sources that have it; never later than the arrival."""
    names = meta.get("sent", [])
    if not isinstance(names, list) or not all(isinstance(n, str) and n in signals for n in names):
        raise ValueError("the list of sources with a time of their own is not a list of its sources")
    if len(set(names)) != len(names) or (bool(names) and meta.get("sent_by") not in SENT_BY):
        raise ValueError("it does not say where the sender's times come from")
    ends = np.cumsum([0, *(len(signals[name]) for name in names)])
    column = np.empty(0) if times is None else times
    if bool(names) != (times is not None) or column.size != ends[-1] or not _are_finite(column):
        raise ValueError("the sender's times do not fit the events")
    sent = {name: column[a:b] for name, a, b in zip(names, ends[:-1], ends[1:], strict=True)}
    if any((moved > signals[name].times_s).any() for name, moved in sent.items()):
        raise ValueError("an event arrived before it was sent")
    return sent


def _texts(texts: Any) -> dict[str, tuple[tuple[float, str], ...]]:
    if not isinstance(texts, dict) or not all(isinstance(events, list) for events in texts.values()):
        raise ValueError("the texts are not a table of lists")
    return {name: tuple(_text(event) for event in events) for name, events in texts.items()}


def _text(event: Any) -> tuple[float, str]:
    if not isinstance(event, list) or len(event) != 2 or not isinstance(event[1], str):
        raise ValueError("a text is not a time and a text")
    time_s = as_number(event[0])
    if time_s is None:
        raise ValueError("a text has no time")
    return time_s, event[1]
