"""A recording as one numpy file: the columns of all its sources concatenated, and JSON for the rest.

``times`` and ``values`` (N,) float64, ``offsets`` (S+1,) int64: source i has rows offsets[i] to offsets[i+1]. ``meta``:
JSON as bytes with the format's number, the take's own values, the S names and the texts. If the sender's times are
known, ``sent`` contains them, concatenated, for the sources that ``meta`` lists as ``sent``, and the format is 2. In
format 3 all times are the recording's own, and ``meta`` has its ``anchors``; in formats 1 and 2 they are song times.
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

from ...core.errors import DamagedFileError, PerformError, StorageError
from ...core.records import Reader, to_dict
from ...core.signal import Signal
from ...core.song.recording import Recording
from ...core.song.take import SENT_BY
from ...core.time.time_map import IDENTITY, SECONDS, TimeMap, checked_map
from ...core.units import as_number
from ..files import parse_json
from ..limits import ANY_RATIO_BYTES, MAX_TAKE_BYTES, most_unpacked
from .columns import read_columns, write_columns

FORMAT = 3
FORMAT_WITH_SENT, FORMAT_WITHOUT_SENT = 2, 1

LARGEST = 1e12
"""The largest time in a file with anchors, so that no song time is infinite."""

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


def write_recording(file: BinaryIO, recording: Recording) -> None:
    """``recording`` into ``file``, compressed."""
    signals = list(recording.signals.values())
    empty = np.empty(0)
    meta = {
        "format": FORMAT_WITH_SENT if recording.sent else FORMAT_WITHOUT_SENT,
        **{name: getattr(recording, name) for name in _PLAIN},
        "sources": list(recording.signals),
        "texts": {name: [list(event) for event in events] for name, events in recording.texts.items()},
    }
    if not recording.anchors.is_identity:
        meta |= {"format": FORMAT, "anchors": to_dict(recording.anchors)}
    if recording.sent:
        meta |= {"sent": list(recording.sent), "sent_by": recording.sent_by}
    columns: dict[str, NDArray[Any]] = {
        "meta": np.frombuffer(json.dumps(meta, allow_nan=False).encode(), dtype=np.uint8),
        "offsets": np.cumsum([0, *(len(s) for s in signals)], dtype=np.int64),
        "times": np.concatenate([empty, *(s.times_s for s in signals)]),
        "values": np.concatenate([empty, *(s.values for s in signals)]),
    }
    if recording.sent:
        columns["sent"] = np.concatenate([empty, *recording.sent.values()])
    if sum(column.nbytes for column in columns.values()) > MAX_TAKE_BYTES:
        raise StorageError(f"Take {recording.number} needs more than {MAX_TAKE_BYTES >> 30} GB and cannot be saved.")
    write_columns(file, columns)


@dataclass(frozen=True)
class RecordingSummary:
    """The summary of a recording without reading its events; ``seconds``: its length."""

    id: str
    number: int
    seconds: float
    recorded_at: str
    events: int


def read_recording(file: BinaryIO, what: str, max_bytes: int = MAX_TAKE_BYTES) -> Recording:
    """The recording in ``file``, with columns of ``max_bytes`` at most. DamagedFileError says what is
    wrong; a file is never trusted to be Perform's."""
    largest = most_unpacked(file.seek(0, os.SEEK_END), ANY_RATIO_BYTES)
    with _reported_as_damage(what):
        columns = read_columns(file, _KINDS, min(max_bytes, MAX_TAKE_BYTES, largest), _SENT_KIND)
        return _recording(parse_json(columns["meta"].tobytes(), what), columns)


def read_summary(file: BinaryIO, what: str) -> RecordingSummary:
    """A recording's summary; errors as ``read_recording``, for the parts that it reads."""
    with _reported_as_damage(what):
        columns = read_columns(file, _KINDS, MAX_TAKE_BYTES, _SENT_KIND, only=("meta", "offsets"))
        meta = parse_json(columns["meta"].tobytes(), what)
        plain, offsets = _plain_values(meta), columns["offsets"]
        _anchors(meta, np.array([plain["start_s"], plain["end_s"]]))
        events = (int(offsets[-1]) if len(offsets) else 0) + sum(map(len, _texts(meta.get("texts")).values()))
        seconds = plain["end_s"] - plain["start_s"]
        return RecordingSummary(plain["id"], plain["number"], seconds, plain["recorded_at"], events)


@contextlib.contextmanager
def _reported_as_damage(what: str) -> Iterator[None]:
    try:
        yield
    except ValueError as error:
        raise DamagedFileError(f"{what} is damaged: {error}.") from error


def _recording(meta: Any, columns: Mapping[str, NDArray[Any]]) -> Recording:
    """The recording; ValueError says what is wrong."""
    plain = _plain_values(meta)
    signals = _signals(meta.get("sources"), columns)
    sent = _sent(meta, signals, columns.get("sent"))
    sent_by = meta["sent_by"] if sent else ""
    texts = _texts(meta.get("texts"))
    ends = np.array([plain["start_s"], plain["end_s"], *(time_s for rows in texts.values() for time_s, _ in rows)])
    anchors = _anchors(meta, ends, columns["times"], columns.get("sent", np.empty(0)))
    return Recording(**plain, signals=signals, texts=texts, sent=sent, sent_by=sent_by, anchors=anchors)


def _anchors(meta: Mapping[str, Any], *times_s: NDArray[Any]) -> TimeMap:
    """The song's positions; the identity in files of events in song time. ValueError if they are not in order, or
    exceed the limit."""
    if "anchors" not in meta:
        return IDENTITY
    try:
        anchors = checked_map(Reader("it").record(TimeMap, meta["anchors"], "anchors"))
    except PerformError as error:
        raise ValueError(f"its anchors are not valid ({error})") from error
    numbers = [number for segment in anchors.segments for number in (segment.recording_s, segment.song, segment.rate)]
    if any(np.abs(column).max(initial=0.0) > LARGEST for column in (np.array(numbers), *times_s)):
        raise ValueError("its times are beyond what can be played")
    if anchors.unit != SECONDS:
        raise ValueError(f"its anchors are not in {SECONDS}")
    return anchors


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
