"""The types of the state: the answer of ``GET /state``, and its slices that the stream sends.

``python3 docs/state_types.py`` writes ``page/types/state.d.ts`` from this module; ``dev.py lint`` reports if that was
forgotten. A docstring becomes the comment of the type there.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Literal, TypedDict

Level = Literal["info", "warn", "error"]


class HostState(TypedDict):
    """Where Perform runs, and how schedules are output."""

    kind: str
    apply: Literal["settings", "deforum"]
    deforum: bool
    message: str | None


class DeforumState(TypedDict):
    """The settings in Deforum's tab. `idle`: field -> why it would have no effect there, in a word or two."""

    mode: str | None
    distribution: str | None
    idle: dict[str, str]


class SongState(TypedDict):
    """The song without its lanes and takes. `cadence` is the song's setting, `cadence_used` the effective one."""

    id: str
    name: str
    fps: float
    length_s: float | None
    frames: int
    seconds: float
    start_s: float
    cadence: int | None
    cadence_used: int
    tempo_bpm: float | None
    set_fps: bool
    set_distribution: bool
    sender_time: bool
    max_frames: int
    base_settings: str | None


class WorkspaceState(TypedDict):
    """The loop and punch ranges, as start and end in song time; null where not set."""

    loop: tuple[float, float] | None
    punch: tuple[float, float] | None


class Problem(TypedDict):
    """`fix`: a setting of the song, its value, and the label of a button for it."""

    code: str
    message: str
    remedy: str
    frame: int | None
    blocks: bool
    idle: bool
    short: str
    fix: tuple[str, bool, str] | None


class LaneSlice(TypedDict):
    """A lane without its clips. `curve_id` changes with its curve; it is null while the lane plays nothing."""

    id: str
    field: str
    source: str | None
    in_low: float
    in_high: float
    in_auto: bool
    out_low: float
    out_high: float
    invert: bool
    curve: str
    smoothing_s: float
    armed: bool
    muted: bool
    pool: str
    tolerance: float
    exact: bool
    drift: float
    form: str
    under: str
    blend: str
    choices: list[str]
    pick: str
    hold_s: float
    fade_s: float
    lines: bool
    label: str
    unit: str
    forms: list[str]
    kind: str
    reads: str
    hard: tuple[float, float] | None
    preset: str | None
    chooses: bool
    known_choices: list[str]
    curve_id: str | None
    keys: int
    largest_error: float
    characters: int
    saved_hits: list[int]
    saved_hits_count: int
    final: bool
    problems: list[Problem]
    learning: bool


class ClipSlice(TypedDict):
    """A lane plays `source` of `take` from `start_s` to `end_s`."""

    take: str
    source: str
    start_s: float
    end_s: float


class Lane(LaneSlice):
    """A lane with what it plays, the newest last."""

    clips: list[ClipSlice]


class SenderTimes(TypedDict):
    """Where the sender's times come from, and the largest delay of an event."""

    kind: str
    largest_shift_s: float


class ReceptionProblem(TypedDict):
    """A reception problem of one source, or of all if `source` is empty; `rank`: how many of its kind are worse."""

    kind: str
    source: str
    start_s: float
    end_s: float
    count: int
    corrected: bool
    who: str
    rank: int


class Replaced(TypedDict):
    """On the lane `title` the take plays instead of those with the numbers `takes`, in these spans of song time."""

    lane: str
    title: str
    takes: list[int]
    spans: list[tuple[float, float]]
    when: str


class Take(TypedDict):
    """`sources`: the first of its sources, and all that a lane uses; `source_count`: how many there are."""

    id: str
    number: int
    start_s: float
    end_s: float
    events: int
    sources: list[str]
    source_count: int
    recorded_at: str
    trashed: bool
    lost: int
    time: str
    sender_times: SenderTimes | None
    problems: list[ReceptionProblem]
    replaced: list[Replaced]


class SourceSlice(TypedDict):
    """`index` is below 0 for a source that is only recorded; `take_count`: how many takes contain it; `first_take`: the
    number of the first of them."""

    index: int
    name: str
    text: bool
    take_count: int
    first_take: int | None


class SourceValues(TypedDict, total=False):
    """The values of a source that the stream sends in live messages."""

    value: float | str | None
    low: float | None
    high: float | None
    rate_hz: float


class Source(SourceSlice, SourceValues):
    """A source that was received or is recorded."""


class TransportState(TypedDict):
    """The position in song time. `start_s` and `take_number`: of the current recording."""

    state: str
    position_s: float
    take_number: int | None
    start_s: float | None


class RefusedSender(TypedDict):
    """The sender that was refused last. `network`: the network around it."""

    host: str
    network: str
    count: int


class LimitedSender(TypedDict):
    """A sender that sent more than the limit."""

    host: str
    count: int


class SenderRules(TypedDict):
    """The allowed senders, and the refused ones."""

    allowed: list[str]
    controls: bool
    limit_hz: float
    refused: RefusedSender | None
    limited: list[LimitedSender]
    controls_refused: int


class ListenerState(TypedDict):
    """The listener: its address, its statistics, and what could not be used, by kind."""

    host: str
    port: int
    state: Literal["listening", "error"]
    message: str | None
    free_port: int | None
    received: int
    malformed: int
    lost: int
    truncated: int
    stamps: str
    stamp_error_ms: float | None
    receiver: str
    buffered: int
    network: bool
    malformed_kinds: dict[str, int]
    irregular_kinds: dict[str, int]
    refused_kinds: dict[str, int]
    addresses: list[str]
    senders: SenderRules


class Offer(TypedDict):
    """A button beside a notice: `label` says what the `command` does, `what` to what."""

    label: str
    command: str
    arguments: dict[str, str]
    what: str


class Notice(TypedDict):
    """A notice, shown until it no longer applies or is dismissed. `times`: how often it appeared."""

    id: str
    times: int
    level: Level
    message: str
    remedy: str | None
    offers: list[Offer]


class UndoState(TypedDict):
    """The labels of the steps for undo and redo."""

    undo: str | None
    redo: str | None


class UnsavedRecording(TypedDict):
    """A recording that no song lists. `song`: null if it no longer exists; `file`: its path in the folder of songs."""

    id: str
    song: str | None
    number: int
    seconds: float
    events: int
    recorded_at: str
    problem: str | None
    cut_off: bool
    file: str


class SongsState(TypedDict):
    """Another `revision` means that the list of songs has changed: request it again."""

    revision: int


class SongEntry(TypedDict):
    """A song in the list. `problem`: why it cannot be opened."""

    id: str
    name: str
    modified: str
    takes: int
    seconds: float
    problem: str | None


class SongList(TypedDict):
    """The answer of `GET /songs`: the songs and those in the trash, the last changed first."""

    songs: list[SongEntry]
    trashed: list[SongEntry]


class Shared(TypedDict):
    """The slices that exist once."""

    version: str
    host: HostState
    deforum: DeforumState
    song: SongState
    workspace: WorkspaceState
    transport: TransportState
    listener: ListenerState
    notices: list[Notice]
    undo: UndoState
    unsaved: list[UnsavedRecording]
    songs: SongsState


class State(Shared):
    """The whole state, as returned by `GET /state`."""

    revision: int
    lanes: list[Lane]
    takes: list[Take]
    sources: list[Source]


class Slices(Shared):
    """All slices by their keys; `lanes`: the ids of the lanes from top to bottom."""

    lanes: list[str]
    sources: list[SourceSlice]


FAMILIES: Mapping[str, Any] = MappingProxyType({"lane": LaneSlice, "take": Take, "clip": ClipSlice})
"""Slices that exist many times: the first word of their keys -> type. ``lane:<id>``, ``take:<id>``, and ``clip:<lane
id>:<place>``: clips with a higher place are on top of those with a lower one."""
