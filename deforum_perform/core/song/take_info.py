"""What a song stores about a take without reading it from disk."""

from __future__ import annotations

from dataclasses import dataclass

from ..records import Record
from ..signal import EMPTY
from ..time.time_map import IDENTITY, TimeMap
from .take import Take


@dataclass(frozen=True)
class TakeProblem(Record):
    """A reception problem of a take, in seconds of the song.

    ``kind``: stall, burst, gap, reordered, two_senders, lost, limited or slept; ``source`` is empty if it concerns all
    of them; ``count``: the number of events, for ``slept`` of seconds; ``who``: the sender's address, if it concerns
    one; ``mended``: the problem does not exist when the take plays by its sender's time.
    """

    kind: str
    source: str
    start_s: float
    end_s: float
    count: int
    who: str = ""
    mended: bool = False


@dataclass(frozen=True)
class SenderTimes(Record):
    """Which of ``SENT_BY`` provides a take's sender's times, and the largest delay of an event, in seconds of the
    song."""

    kind: str
    largest_shift_s: float


@dataclass(frozen=True)
class AsRecorded(Record):
    """The recorded position of a take: its start, its end and its reception problems, in seconds of the song at that
    time."""

    start_s: float
    end_s: float
    marks: tuple[TakeProblem, ...] = ()
    sender_times: SenderTimes | None = None


@dataclass(frozen=True)
class TakeInfo(Record):
    """A take of a song; times in seconds of the song.

    ``map``: from the song time at which it was recorded to its current position, and by which of ``TIMES`` it plays;
    ``recorded``: its position before it was moved or stretched, None while it is there; ``sender_times``: None if only
    arrival is known; ``texts``: those of its ``sources`` that sent text and no number.
    """

    id: str
    number: int
    start_s: float
    end_s: float
    events: int
    sources: tuple[str, ...]
    recorded_at: str = ""
    trashed: bool = False
    lost: int = 0
    marks: tuple[TakeProblem, ...] = ()
    sender_times: SenderTimes | None = None
    texts: tuple[str, ...] = ()
    map: TimeMap = IDENTITY
    recorded: AsRecorded | None = None

    @property
    def time(self) -> str:
        """The one of ``TIMES`` by which it plays."""
        return self.map.by

    @property
    def as_recorded(self) -> AsRecorded:
        """Its recorded position."""
        return self.recorded or AsRecorded(self.start_s, self.end_s, self.marks, self.sender_times)


def info(take: Take, problems: tuple[TakeProblem, ...] = (), sender_times: SenderTimes | None = None) -> TakeInfo:
    """What a song stores about ``take``."""
    names = tuple(sorted({*take.signals, *take.texts}))
    return TakeInfo(
        take.id,
        take.number,
        take.start_s,
        take.end_s,
        take.events,
        names,
        take.recorded_at,
        lost=take.lost,
        marks=problems,
        sender_times=sender_times,
        texts=tuple(name for name in names if not len(take.signals.get(name, EMPTY))),
    )
