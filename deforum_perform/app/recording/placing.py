"""The sender's times of the events of a recording, as far as they are known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...core.song.take import ABLETON, TIMETAGS
from ...osc.decode.columns import UNKNOWN
from ...osc.timing.ableton import PLAYING, SONG_TIME, TEMPO, SongTimes, put_back
from ...osc.timing.sender_clock import IMMEDIATELY, observe, placed
from .event_log import Rows

LOWEST_BPM, HIGHEST_BPM = 20.0, 999.0
MOST_BEATS = 1e7
"""The tempos that Live can play; other numbers at its addresses are not its own."""


class Placing(NamedTuple):
    """``sent_ns`` (N,) int64: the sender's time of each row, never later than it arrived; ``known`` (N,): whether that
    differs from its arrival; ``by``: where it comes from, empty if unknown."""

    sent_ns: NDArray[np.int64]
    known: NDArray[np.bool_]
    by: str


def place(rows: Rows, names: Sequence[str], before: Mapping[str, float]) -> Placing:
    """The sender's times of the ``rows`` (N,) of a recording. ``before``: source -> its value when the recording began.

    A sender's time tags count if its clock is steady; Live's song time counts if it shows that Live was late.
    """
    index = {name: names.index(name) if name in names else UNKNOWN for name in (SONG_TIME, TEMPO, PLAYING)}
    tagged = bool((rows.timetags > IMMEDIATELY).any())
    plays = index[SONG_TIME] != UNKNOWN and bool((rows.sources == index[SONG_TIME]).any())
    known = np.zeros(len(rows.sources), np.bool_)
    if not tagged and not plays:
        return Placing(rows.received_ns, known, "")
    sent_ns, by = rows.received_ns.copy(), ""
    for mine in _senders(rows):
        received_ns = rows.received_ns[mine]
        if tagged and _by_timetags(rows, mine, sent_ns, known):
            by = by or TIMETAGS
        elif plays:
            song = _song_times(rows, mine, index, before.get(TEMPO))
            moved = received_ns if song is None else put_back(received_ns, song[0], song[1])
            if (moved < received_ns).any():
                sent_ns[mine], known[mine] = moved, True
                by = ABLETON
    return Placing(sent_ns, known, by)


def _senders(rows: Rows) -> Iterator[NDArray[np.intp]]:
    """For each known sender, the places of its rows, in order of arrival."""
    order = np.lexsort((rows.received_ns, rows.senders))
    senders = rows.senders[order]
    for mine in np.split(order, np.flatnonzero(np.diff(senders)) + 1):
        if len(mine) and rows.senders[mine[0]] != UNKNOWN:
            yield mine


def _by_timetags(rows: Rows, mine: NDArray[np.intp], sent_ns: NDArray[np.int64], known: NDArray[np.bool_]) -> bool:
    """Place the rows of one sender by its time tags; whether they can be trusted."""
    received_ns, tags = rows.received_ns[mine], rows.timetags[mine]
    clock = observe(received_ns, tags)
    if clock is None or not clock.steady:
        return False
    sent_ns[mine] = placed(received_ns, tags, clock)
    known[mine] = tags > IMMEDIATELY
    return True


def _song_times(
    rows: Rows, mine: NDArray[np.intp], index: Mapping[str, int], tempo_before: float | None
) -> tuple[SongTimes, NDArray[np.int64]] | None:
    """One sender's reports of Live's song time, and their places among its rows; None without a tempo."""
    sources, values = rows.sources[mine], rows.values[mine]
    at = np.flatnonzero((sources == index[SONG_TIME]) & (np.abs(values) <= MOST_BEATS))
    tempos = np.flatnonzero((sources == index[TEMPO]) & (values >= LOWEST_BPM) & (values <= HIGHEST_BPM))
    first = tempo_before if tempo_before is not None and LOWEST_BPM <= tempo_before <= HIGHEST_BPM else None
    if not len(at) or (first is None and not len(tempos)):
        return None
    known = np.concatenate(([float(values[tempos[0]]) if first is None else first], values[tempos]))
    tempo_bpm = known[np.searchsorted(tempos, at)]
    run = np.searchsorted(np.flatnonzero(sources == index[PLAYING]), at)
    return SongTimes(rows.received_ns[mine][at], values[at], tempo_bpm, run), at
