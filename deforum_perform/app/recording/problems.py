"""Reception problems: found in a take, and shown at the lanes that play it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial

import numpy as np
from numpy.typing import NDArray

from ...core.checks import Problem
from ...core.song.rounds import Round
from ...core.song.song import Song
from ...core.song.take import Take
from ...core.song.take_info import TakeProblem
from ...core.time.time_map import SENDER
from ...osc.timing.problems import (
    MOST_OF_KIND,
    TimingProblem,
    find_problems,
    find_reordered,
    find_two_senders,
    heaviest,
    weight,
)
from ...osc.timing.sender_clock import IMMEDIATELY
from .problem_table import reception_problem, said
from .recording_run import RunningRecording

SHORTEST_GAP_NS = 250_000_000
"""A shorter silence is normal for programs on a busy computer, and has no visible effect."""

STREAM_NS = 10_000_000_000
MOST_SILENT = 0.02
"""A source is a continuous stream if it lasted this long and was silent for at most this fraction of it."""


@dataclass(frozen=True)
class Found:
    """A reception problem of a recording, from ``start_s`` to ``end_s`` of its own time; the rest as in
    ``TakeProblem``."""

    kind: str
    source: str
    start_s: float
    end_s: float
    count: int
    who: str = ""


def recording_problems(playing: RunningRecording, names: Sequence[str], end_ns: int) -> list[Found]:
    """The reception problems of a recording up to ``end_ns`` (monotonic)."""
    rows, origin_ns = playing.log.rows_until(end_ns), playing.plan.origin_ns
    found: list[Found] = []

    def add(kind: str, source: str, start_ns: int, last_ns: int, count: int, who: str = "") -> None:
        found.append(Found(kind, source, (start_ns - origin_ns) / 1e9, (last_ns - origin_ns) / 1e9, count, who))

    order = np.argsort(rows.sources, kind="stable")
    for mine in np.split(order, np.flatnonzero(np.diff(rows.sources[order])) + 1) if len(order) else ():
        name = names[int(rows.sources[mine[0]])]
        stamps, senders = rows.received_ns[mine], rows.senders[mine]
        timing = [
            *_without_rests(find_problems(stamps), stamps),
            *find_two_senders(stamps, senders),
            *_reordered(stamps, senders, rows.timetags[mine]),
        ]
        for problem in heaviest(timing):
            add(problem.kind, name, problem.start_ns, problem.end_ns, problem.count)
    for loss in playing.losses_until(end_ns):
        add(loss.kind, "", loss.start_ns, min(loss.end_ns, end_ns), loss.count, loss.who)
    return found


def problems_in(take: Take, played: Round, found: Iterable[Found]) -> tuple[TakeProblem, ...]:
    """Those of a recording's problems that are in the round ``played`` of the ``take``, in seconds of the song. One
    that lasts longer than the round ends with it."""
    corrects = cache(partial(_corrects, take))

    def placed(problem: Found) -> TakeProblem:
        start_s, last_s = played.song_s(problem.start_s), played.song_s(problem.end_s)
        of_time = bool(problem.source) and reception_problem(problem.kind).of_time
        corrected = of_time and corrects(problem.source)(start_s, last_s)
        return TakeProblem(problem.kind, problem.source, start_s, last_s, problem.count, problem.who, corrected)

    problems = [placed(problem) for problem in found if played.has_some(problem.start_s, problem.end_s)]
    return tuple(sorted(problems, key=lambda problem: (problem.start_s, problem.source)))


def _reordered(stamps: NDArray[np.int64], senders: NDArray[np.int32], tags: NDArray[np.uint64]) -> list[TimingProblem]:
    """Events that were overtaken, for each sender separately: no two clocks agree."""
    real = tags > IMMEDIATELY
    if not real.any():
        return []
    each = [real & (senders == sender) for sender in np.unique(senders[real])]
    return [problem for mine in each for problem in find_reordered(stamps[mine], tags[mine])]


def _corrects(take: Take, name: str) -> Callable[[float, float], bool]:
    """Whether what arrived between two song times has no problem when the source is played by its sender's time."""
    sent = take.sent.get(name)
    if sent is None:
        return lambda _start_s, _end_s: False
    arrived = take.signals[name].times_s
    left = find_problems(np.rint(np.sort(sent) * 1e9).astype(np.int64))
    of_time = [
        (problem.start_ns / 1e9, problem.end_ns / 1e9) for problem in left if reception_problem(problem.kind).of_time
    ]

    def corrects(start_s: float, end_s: float) -> bool:
        first, last = np.searchsorted(arrived, (start_s, end_s), side="left")
        span = sent[first : last + 1]
        return bool(len(span)) and not any(a < span.max() and b > span.min() for a, b in of_time)

    return corrects


def _without_rests(problems: list[TimingProblem], stamps: NDArray[np.int64]) -> list[TimingProblem]:
    """The problems without the gaps of a source that may just rest: a player pauses, but a continuous stream has lost
    something."""
    gaps = [problem for problem in problems if problem.kind == "gap"]
    span_ns = int(stamps[-1] - stamps[0]) if len(stamps) else 0
    silent_ns = sum(problem.end_ns - problem.start_ns for problem in gaps)
    streams = span_ns >= STREAM_NS and silent_ns <= MOST_SILENT * span_ns
    relevant = [problem for problem in gaps if streams and problem.end_ns - problem.start_ns >= SHORTEST_GAP_NS]
    return [problem for problem in problems if problem.kind != "gap" or problem in relevant]


def ranks(problems: Sequence[TakeProblem]) -> list[int]:
    """For each of a take's problems, how many of its kind are worse."""
    order = sorted(range(len(problems)), key=lambda place: _weight(problems[place]), reverse=True)
    worse: Counter[str] = Counter()
    found = [0] * len(problems)
    for place in order:
        kind = problems[place].kind
        found[place] = worse[kind]
        worse[kind] += 1
    return found


def _weight(problem: TakeProblem) -> tuple[float, float]:
    return weight(problem.kind, problem.end_s - problem.start_s, problem.count)


def lane_reception_problems(song: Song, lane_id: str) -> Iterator[Problem]:
    """The problems that affect what a lane plays: one per kind, at the frame of the worst and with their number."""
    takes = {take.id: take for take in song.takes}
    found: dict[str, list[TakeProblem]] = {}
    capped: set[str] = set()
    for clip in song.clips_of(lane_id):
        take = takes[clip.take]
        mine = [problem for problem in take.marks if problem.source in ("", clip.source)]
        of_kind = Counter(problem.kind for problem in mine if problem.source)
        capped |= {kind for kind, count in of_kind.items() if count >= MOST_OF_KIND}
        for problem in mine:
            if clip.start_s <= problem.start_s < clip.end_s and not (take.time == SENDER and problem.mended):
                found.setdefault(problem.kind, []).append(problem)
    for kind, problems in found.items():
        worst = max(problems, key=_weight)
        message = said(
            reception_problem(kind).message, worst.count, worst.source, worst.end_s - worst.start_s, worst.who
        )
        again = _again(len(problems) - 1, capped=kind in capped)
        yield Problem(kind, message + again, reception_problem(kind).remedy, round(worst.start_s * song.fps))


def _again(times: int, *, capped: bool) -> str:
    """How often it happened in addition to the time that is shown; ``capped``: so often that not all of them were
    kept."""
    if times == 0:
        return ""
    if capped:
        return f" And at least {times:,} more times."
    return " And once more." if times == 1 else f" And {times:,} more times."
