"""A song as JSON and back. What comes from a file is checked value by value; a fault names its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any, TypeVar

from ..errors import DamagedFileError, InputError
from ..units import MAX_CADENCE, MAX_FRAMES, as_number
from .comp import Cover
from .lane import Lane, checked
from .song import MAX_FPS, TIMES, SenderTimes, Song, TakeInfo, TakeProblem

FORMAT = 1

T = TypeVar("T")


def song_to_dict(song: Song) -> dict[str, Any]:
    """The song as JSON-able values, with its format's number."""
    return {"format": FORMAT, **asdict(song)}


def song_from_dict(data: object) -> Song:
    """The song in ``data``; DamagedFileError says what is wrong and where."""
    if not isinstance(data, dict) or not isinstance(data.get("format"), int):
        raise DamagedFileError("This is not a song file of Perform.")
    if data["format"] > FORMAT:
        raise DamagedFileError("This song was saved by a newer Perform. Update the extension to open it.")
    lanes = tuple(_lane(item, f"lane {i + 1}") for i, item in enumerate(_list(data.get("lanes", []), "lanes")))
    takes = tuple(_take(item, f"take {i + 1}") for i, item in enumerate(_list(data.get("takes", []), "takes")))
    comp = data.get("comp", {})
    if not isinstance(comp, dict):
        raise _damaged("comp", "it is not a table.")
    covers = {
        str(lane): tuple(_row(Cover, c, f"comp of lane {lane}") for c in _list(items, f"comp of lane {lane}"))
        for lane, items in comp.items()
    }
    rest = {k: v for k, v in data.items() if k not in ("lanes", "takes", "comp")}
    return _plausible(_row(Song, {**rest, "lanes": lanes, "takes": takes, "comp": covers}, "song"))


def _plausible(song: Song) -> Song:
    if not 0 < song.fps <= MAX_FPS:
        raise _damaged("fps", f"{song.fps} is not between 0 and {MAX_FPS:g}.")
    if song.length_s is not None and song.length_s <= 0:
        raise _damaged("length_s", "it is not above 0.")
    if song.length_s is not None and song.length_s * song.fps > MAX_FRAMES:
        raise _damaged("length_s", f"it is more than {MAX_FRAMES:,} frames.")
    if song.cadence is not None and not 1 <= song.cadence <= MAX_CADENCE:
        raise _damaged("cadence", f"it is not between 1 and {MAX_CADENCE}.")
    if len({lane.id for lane in song.lanes}) != len(song.lanes) or len({t.id for t in song.takes}) != len(song.takes):
        raise DamagedFileError("The song file is damaged: two lanes or two takes have the same id.")
    return song


def _take(item: object, place: str) -> TakeInfo:
    if not isinstance(item, Mapping):
        raise _damaged(place, "it is not an object.")
    marks = _list(item.get("marks", []), f"{place}, marks")
    known = item.get("sender_times")
    nested = {
        "marks": tuple(_row(TakeProblem, mark, f"{place}, marks") for mark in marks),
        "sender_times": None if known is None else _row(SenderTimes, known, f"{place}, sender_times"),
    }
    take = _row(TakeInfo, {**item, **nested}, place)
    if take.time not in TIMES:
        raise _damaged(f"{place}, time", f"{take.time[:40]!r} is none of {TIMES}.")
    return take


def _lane(item: object, place: str) -> Lane:
    lane = _row(Lane, item, place)
    try:
        return checked(lane)
    except InputError as error:
        raise _damaged(place, str(error)) from error


def _damaged(place: str, why: str) -> DamagedFileError:
    return DamagedFileError(f"The song file is damaged at {place}: {why}")


def _list(value: object, place: str) -> list[Any]:
    if not isinstance(value, (list, tuple)):
        raise _damaged(place, "it is not a list.")
    return list(value)


def _row(kind: type[T], item: object, place: str) -> T:
    """A dataclass of ``kind`` from a JSON object; names that this version does not know are left out."""
    if not isinstance(item, Mapping):
        raise _damaged(place, "it is not an object.")
    known = {f.name: str(f.type) for f in fields(kind)}  # type: ignore[arg-type]
    values = {n: _value(item[n], wanted, f"{place}, {n}") for n, wanted in known.items() if n in item}
    try:
        return kind(**values)
    except TypeError as error:
        raise _damaged(place, "a value is missing.") from error


def _value(value: Any, wanted: str, place: str) -> Any:
    """``value`` if it is what the annotation ``wanted`` says; whole numbers count as numbers."""
    if value is None and wanted.endswith("| None"):
        return None
    base = wanted.removesuffix(" | None")
    if base == "float" and (number := as_number(value)) is not None:
        return number
    if base in _PLAIN and type(value) is _PLAIN[base]:
        return value
    if base == "tuple[str, ...]" and isinstance(value, (list, tuple)) and all(isinstance(v, str) for v in value):
        return tuple(value)
    if base in _READ_BEFORE:
        return value
    raise _damaged(place, f"{str(value)[:40]!r} is not a {base}.")


_READ_BEFORE = (
    "tuple[Lane, ...]",
    "tuple[TakeInfo, ...]",
    "tuple[TakeProblem, ...]",
    "Mapping[str, Covers]",
    "SenderTimes",
)
_PLAIN: Mapping[str, type] = {"str": str, "int": int, "bool": bool}
