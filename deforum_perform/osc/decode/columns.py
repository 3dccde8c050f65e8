"""Events in columns: the decoder's buffer, and its output."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import repeat
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from ..datagrams import Sender
from .arguments import Argument

UNKNOWN = -1

TextEvent = tuple[int, int, str]
ControlMessage: TypeAlias = "tuple[str, tuple[Argument, ...], int, Sender | None]"
"""Address, arguments, stamp (monotonic ns), and the sender, None if unknown."""


@dataclass(frozen=True)
class EventBatch:
    """What arrived since the last drain, in order of arrival.

    ``source_index`` int32, ``received_ns`` int64 (monotonic) and ``values`` float64 are three columns of one length.
    ``tagged`` contains the rows that arrived in bundles (int64) and ``timetags`` their time tags (uint64, NTP).
    ``impulses`` (int64) contains the rows that arrived without a number, as hits: impulses, and messages without
    arguments. ``renamed`` are the indexes that belong to another source than before this batch, or to none.
    ``sender_index`` int32 is the number of each row's sender in the decoder's ``senders``, -1 if unknown.
    """

    source_index: npt.NDArray[np.int32]
    received_ns: npt.NDArray[np.int64]
    values: npt.NDArray[np.float64]
    texts: list[TextEvent]
    controls: list[ControlMessage]
    tagged: npt.NDArray[np.int64]
    timetags: npt.NDArray[np.uint64]
    sender_index: npt.NDArray[np.int32]
    impulses: npt.NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    renamed: list[int] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.values)

    def only(self, keep: npt.NDArray[np.bool_]) -> EventBatch:
        """The rows selected by ``keep`` (N,), with all texts and controls."""
        new_row = np.cumsum(keep, dtype=np.int64) - 1
        kept_tags = keep[self.tagged]
        return replace(
            self,
            source_index=self.source_index[keep],
            received_ns=self.received_ns[keep],
            values=self.values[keep],
            tagged=new_row[self.tagged[kept_tags]],
            timetags=self.timetags[kept_tags],
            sender_index=self.sender_index[keep],
            impulses=new_row[self.impulses[keep[self.impulses]]],
        )


@dataclass
class Columns:
    """Events not drained yet."""

    sources: list[int] = field(default_factory=list)
    stamps: list[int] = field(default_factory=list)
    values: list[float] = field(default_factory=list)
    senders: list[int] = field(default_factory=list)
    texts: list[TextEvent] = field(default_factory=list)
    controls: list[ControlMessage] = field(default_factory=list)
    tagged: list[int] = field(default_factory=list)
    timetags: list[int] = field(default_factory=list)
    impulses: list[int] = field(default_factory=list)
    renamed: list[int] = field(default_factory=list)

    def batch(self) -> EventBatch:
        """The columns as numpy arrays."""
        return EventBatch(
            source_index=np.array(self.sources, dtype=np.int32),
            received_ns=np.array(self.stamps, dtype=np.int64),
            values=np.array(self.values, dtype=np.float64),
            texts=self.texts,
            controls=self.controls,
            tagged=np.array(self.tagged, dtype=np.int64),
            timetags=np.array(self.timetags, dtype=np.uint64),
            sender_index=np.array(self.senders, dtype=np.int32),
            impulses=np.array(self.impulses, dtype=np.int64),
            renamed=self.renamed,
        )

    def tag(self, first: int, timetag: int) -> None:
        """The events from row ``first`` on came in a bundle with this time tag."""
        self.tagged.extend(range(first, len(self.values)))
        self.timetags.extend(repeat(timetag, len(self.values) - first))

    def lengths(self) -> tuple[int, int, int, int, int]:
        """The current lengths, for ``cut``."""
        return len(self.values), len(self.texts), len(self.controls), len(self.tagged), len(self.impulses)

    def cut(self, lengths: tuple[int, int, int, int, int]) -> None:
        """Remove everything after these lengths."""
        events, texts, controls, tagged, impulses = lengths
        for column in (self.sources, self.stamps, self.values, self.senders):
            del column[events:]
        del self.texts[texts:], self.controls[controls:], self.tagged[tagged:], self.timetags[tagged:]
        del self.impulses[impulses:]
