"""A song in the formats of other programs: Deforum's settings file, Parseq, CSV, texts, oscdump, and a zip of
everything."""

from __future__ import annotations

import contextlib
import json
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from ...core.checks import DeforumTab
from ...core.deforum.reading import Reading
from ...core.errors import InputError
from ...core.song.lane import Lane
from ...core.song.song import Song
from ...core.song.take import Take
from ...core.song.take_info import TakeInfo
from ...store.exports.csv_file import frames_to_csv
from ...store.exports.oscdump import take_to_oscdump
from ...store.exports.parseq_file import NOT_IN_PARSEQ, frames_to_parseq
from ...store.exports.settings_file import write_settings
from ...store.exports.zip_file import export_zip
from ...store.files import storage_error
from ...store.ids import file_name
from ..host import Host
from ..session.unreadable import unreadable_takes
from .applied import warnings
from .check import SongCheck
from .checks import Checks
from .filling import Values, values_of
from .schedules import LaneSchedule

IN_MEMORY_BYTES = 4 << 20
"""A zip up to this size is not put on disk."""

MOST_SAID = 1
"""Maximum number of Check's warnings shown for a saved file."""

_RECORD = "Record a lane that is not muted, or choose one that plays a take."
NO_PROMPTS = (
    "The settings contain no prompts that Deforum can read, so the file contains a placeholder prompt. Replace it after"
    " loading the file."
)


@dataclass(frozen=True)
class Export:
    """An exported file. ``content``: its bytes, or an open file that is deleted when it is closed; ``remarks``: notes
    to read before it is used."""

    name: str
    media_type: str
    content: bytes | IO[bytes]
    remarks: tuple[str, ...] = ()

    @property
    def data(self) -> bytes:
        """All of its content at once."""
        if isinstance(self.content, bytes):
            return self.content
        self.content.seek(0)
        return self.content.read()

    def copy_to(self, file: IO[bytes]) -> None:
        """Write its content to the end of ``file``."""
        if isinstance(self.content, bytes):
            file.write(self.content)
        else:
            self.content.seek(0)
            shutil.copyfileobj(self.content, file)


@dataclass(frozen=True, eq=False)
class Piece:
    """The song called ``name`` with everything that its exports need, wherever it is.

    ``cadence``: the current one; ``reading``: how a render reads; ``lanes``: the chosen ones; ``made``: a lane's
    schedule with the fewest keys; ``take``: a take by id; ``base``: the settings that a settings file starts from, or
    None for Deforum's defaults; ``about_base``: notes on that; ``folder``: the song's own; ``scratch``: where a large
    file waits until it is sent, None for the system's folder of temporary files; ``checks``: the latest checks.
    """

    name: str
    song: Song
    cadence: int
    reading: Reading
    lanes: Sequence[Lane]
    made: Callable[[Lane, Reading], LaneSchedule]
    take: Callable[[str], Take]
    tab: DeforumTab
    host: Host
    base: Mapping[str, Any] | None
    folder: Path
    about_base: str | None = None
    scratch: Path | None = None
    checks: Checks = field(default_factory=Checks)

    def schedule(self, lane: Lane) -> LaneSchedule:
        """The lane's schedule as the render reads it."""
        return self.made(lane, self.reading)

    def check(self) -> SongCheck:
        """The check of the chosen lanes."""
        return self.checks.of(self.song, self.reading, self.lanes, self.made, self.tab, self.host)


def export(piece: Piece, kind: str, take_id: str | None = None) -> Export:
    """The song as ``kind`` (see KINDS); ``take_id``: the take for ``oscdump``, otherwise the last one."""
    if kind not in KINDS:
        raise InputError(f"Unknown export {kind!r}. Choose one of: {', '.join(KINDS)}.")
    made = KINDS[kind](piece, take_id)
    return replace(made, name=file_name(piece.name, made.name))


def _settings(piece: Piece, _take: str | None) -> Export:
    check = piece.check()
    if not check.fillable:
        reasons = [problem.message for lane in check.lanes for problem in lane.problems if problem.blocks]
        raise InputError(" ".join(["No lane can be written into the settings file.", *reasons[:3], _RECORD]))
    return settings_file(piece, values_of(check, piece.song.set_fps), check.to_dict())


def settings_file(piece: Piece, filled: Values, result: Mapping[str, Any]) -> Export:
    """The file with the values that are ``filled``; ``result``: the summary of the check."""
    values: dict[str, Any] = dict(filled)
    if "prompts" in values:
        values["prompts"] = json.loads(values["prompts"])
    if piece.base is None or piece.song.cadence is not None or piece.tab.cadence is None:
        values["diffusion_cadence"] = piece.cadence
    text = write_settings(piece.base, values)
    remarks = (*_settings_remarks(piece, values), *warnings(result, MOST_SAID))
    return Export("settings.txt", "application/json", text.encode(), remarks)


def _settings_remarks(piece: Piece, values: Mapping[str, Any]) -> Iterator[str]:
    if piece.about_base is not None:
        yield piece.about_base
    if piece.base is not None and "prompts" not in piece.base and "prompts" not in values:
        yield NO_PROMPTS


def _parseq(piece: Piece, _take: str | None) -> Export:
    """A manifest uses the cadence: with a keyframe distribution it determines itself which frames are diffused."""
    piece = replace(piece, reading=Reading(piece.cadence, piece.reading.seed))
    frames = piece.reading.max_frames(piece.song.frames)
    columns = {}
    for lane, values in _columns(piece):
        if lane.row.is_number and lane.field not in NOT_IN_PARSEQ:
            columns[lane.field] = values[np.minimum(np.arange(frames), len(values) - 1)]
    if not columns:
        raise InputError("No lane has numbers that a Parseq manifest can hold. Record a number lane first.")
    text = frames_to_parseq(columns, piece.song.fps, piece.cadence)
    return Export("parseq.json", "application/json", text.encode())


def _csv(piece: Piece, _take: str | None) -> Export:
    columns = [(lane.row.title, _named(lane, values)) for lane, values in _columns(piece)]
    if not columns:
        raise InputError(f"None of the chosen lanes plays anything, so there are no values to export. {_RECORD}")
    return Export("frames.csv", "text/csv", frames_to_csv(columns, piece.song.fps).encode())


def _named(lane: Lane, values: NDArray[np.float64]) -> NDArray[np.float64] | list[str]:
    """The chosen names at each frame, and numbers unchanged."""
    if not lane.chooses or lane.row.is_number:
        return values
    return [lane.selection.choices[index] for index in values.astype(np.int64).tolist()]


def _text(piece: Piece, _take: str | None) -> Export:
    lanes = [lane for lane in piece.lanes if piece.song.plays(lane.id)]
    if not lanes:
        raise InputError(f"None of the chosen lanes plays anything, so there is no schedule to export. {_RECORD}")
    blocks = [f"{lane.field}\n{piece.schedule(lane).schedule.text}\n" for lane in lanes]
    return Export("schedules.txt", "text/plain", "\n".join(blocks).encode())


def _oscdump(piece: Piece, take_id: str | None) -> Export:
    info = piece.song.take(take_id) if take_id else _last_take(piece.song)
    return Export(f"take-{info.number}.osc.txt", "text/plain", take_to_oscdump(piece.take(info.id)).encode())


def _last_take(song: Song) -> TakeInfo:
    kept = [take for take in song.takes if not take.trashed]
    if not kept:
        raise InputError("This song has no take yet. Record one first.")
    return kept[-1]


def _zip(piece: Piece, _take: str | None) -> Export:
    missing = unreadable_takes(piece.folder, piece.song)
    remarks = () if missing is None else (missing,)
    with contextlib.ExitStack() as files:
        file = files.enter_context(_temporary(piece.scratch))
        try:
            export_zip(piece.folder, file)
        except OSError as error:
            raise storage_error(error, "The zip file") from error
        if file.tell() > IN_MEMORY_BYTES:
            files.pop_all()  # it stays open until it was sent
            return Export("perform.zip", "application/zip", file, remarks)
        file.seek(0)
        return Export("perform.zip", "application/zip", file.read(), remarks)


def _temporary(folder: Path | None) -> IO[bytes]:
    """A file that is deleted when it is closed, on disk once it is large."""
    return tempfile.SpooledTemporaryFile(IN_MEMORY_BYTES, dir=None if folder is None else str(folder))


def _columns(piece: Piece) -> list[tuple[Lane, NDArray[np.float64]]]:
    """(lane, what it plays at each frame); numbers for a list of whole numbers, indexes for names."""
    return [(lane, piece.schedule(lane).schedule.values) for lane in piece.lanes if piece.song.plays(lane.id)]


KINDS: Mapping[str, Callable[[Piece, str | None], Export]] = MappingProxyType(
    {"settings": _settings, "parseq": _parseq, "csv": _csv, "text": _text, "oscdump": _oscdump, "zip": _zip}
)
