"""A take's file: the numpy archive of what was recorded."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Sequence
from typing import Any

import numpy as np

from deforum_perform.core.errors import PerformError
from deforum_perform.core.song.rounds import takes_of
from deforum_perform.core.song.take import Take, recording_of
from deforum_perform.store.exports.oscdump import take_to_oscdump
from deforum_perform.store.recordings.take_file import read_recording, write_recording
from tests.fuzz.examples import a_late_take, a_take, same_take
from tests.fuzz.target import Broken, Target, as_bytes, cut, recipe_in

RULE = "a take is read or refused with the reason; what is read comes back the same, event for event"
COLUMNS = {"offsets": "i8", "times": "f8", "values": "f8", "sent": "f8"}


def seeds() -> Sequence[bytes]:
    """A real file, recipes of good and bad ones, and no archive at all."""
    take = {"id": "t", "number": 1, "start_s": 0.0, "end_s": 2.0, "recorded_at": "", "lost": 0, "format": 1}
    meta = {**take, "sources": ["/a", "/b[1]"], "texts": {"/c": [[0.5, "verse"]]}}
    columns = {"offsets": [0, 2, 3], "times": [0.5, 1.0, 0.25], "values": [1.0, 2.0, 1e-9]}
    good = {"meta": meta, **columns}
    false = {**good, "header": "{'descr': '<f8', 'fortran_order': False, 'shape': (9999999999,), }", "stored": True}
    real = (written(a_take()), written(a_late_take()))
    late = {**good, "meta": {**meta, "format": 2, "sent": ["/a"], "sent_by": "ableton"}, "sent": [0.25, 1.0]}
    rows = [{"recording_s": s, "song": 4.0, "rate": 1.0} for s in (0.0, 0.75)]
    looped = {**good, "meta": {**meta, "format": 3, "anchors": {"segments": rows, "unit": "seconds", "by": "arrival"}}}
    return [*real, *(json.dumps(r).encode() for r in (good, {**good, "stored": True}, false, late, looped)), b"PK", b""]


def written(take: Take) -> bytes:
    """The bytes of the take's file."""
    file = io.BytesIO()
    write_recording(file, recording_of(take))
    return file.getvalue()


def take_bytes(recipe: dict[str, Any]) -> bytes:
    """The archive that a recipe describes: a list is a column, ``meta`` is JSON, a text is a member as it is."""
    file = io.BytesIO()
    packing = zipfile.ZIP_STORED if recipe.get("stored") else zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(file, "w", packing) as archive:
        for name, value in recipe.items():
            if name not in ("stored", "header", "cut", "flip"):
                archive.writestr(f"{_letters(name)}.npy", _member(name, value, recipe.get("header")))
    return cut(file.getvalue(), recipe)


def _letters(name: str) -> str:
    return name.encode("utf-8", "replace").decode()[:200]


def _member(name: str, value: Any, header: Any) -> bytes:
    if name not in COLUMNS:
        data = np.frombuffer(as_bytes(value), np.uint8)
    else:
        numbers = value if isinstance(value, list) else [value]
        plain = [v if type(v) in (int, float) and abs(v) < 2**63 else 0 for v in numbers]
        data = np.array(plain, COLUMNS[name])
    out = io.BytesIO()
    np.lib.format.write_array(out, data, allow_pickle=False)
    raw = out.getvalue()
    if isinstance(header, str) and name == "times":
        text = header.encode("latin-1", "replace")[:4000] + b"\n"
        return raw[:8] + len(text).to_bytes(2, "little") + text + data.tobytes()
    return raw


def one_input(data: bytes) -> None:
    """Read it; what is a take is written again, and as text."""
    recipe = recipe_in(data)
    file = data if recipe is None else take_bytes(recipe)
    try:
        recording = read_recording(io.BytesIO(file), "Take 1")
    except PerformError:
        return
    takes = takes_of(recording)
    again = takes_of(read_recording(io.BytesIO(written(takes[0])), "Take 1"))
    if len(takes) != len(again) or not all(map(same_take, takes, again)):
        raise Broken("written and read again it has other takes")
    if sum(take.events for take in takes) != recording.events:
        raise Broken("the takes do not contain every event once")
    for take in takes:
        _check(take)


def _check(take: Take) -> None:
    for signal in take.signals.values():
        if not (np.diff(signal.times_s) >= 0).all() or not np.isfinite(signal.values).all():
            raise Broken("a signal is out of order or not finite")
    if take_to_oscdump(take).encode().count(b"\n") > take.events:
        raise Broken("an event became two lines")


WORDS = (
    *("meta", "offsets", "times", "values", "sent", "format", "sources", "texts", "number", "start_s", "anchors"),
    *("cut", "flip"),
)
TARGET = Target(RULE, one_input, seeds, is_json=True, words=WORDS)
