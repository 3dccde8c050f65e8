"""The takes of a recording that ended, one for each round, and the song with them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from ...core.signal import EMPTY, extent
from ...core.song.binding import Binding, input_range
from ...core.song.clip import Clip
from ...core.song.lane import Lane
from ...core.song.placing import largest_shift_s
from ...core.song.retiming import with_time
from ...core.song.rounds import take_of_round, with_events
from ...core.song.song import Song, with_clip, with_take
from ...core.song.take import ABLETON, Take
from ...core.song.take_info import SenderTimes, TakeProblem, info
from ...core.time.time_map import ARRIVAL, SENDER
from .problems import problems_in, recording_problems
from .recording_run import RunningRecording


@dataclass(frozen=True, eq=False)
class Ended:
    """A ``take`` of a recording that ended, and its reception ``problems``. ``written``: (lane id, source, song time
    from which it writes) of each lane that it writes."""

    take: Take
    problems: tuple[TakeProblem, ...] = ()
    written: tuple[tuple[str, str, float], ...] = ()


def ended(done: RunningRecording, names: Sequence[str], end_ns: int) -> tuple[Ended, ...]:
    """The takes of a recording that ended at ``end_ns`` (monotonic); one without events if nothing was received."""
    recording, origin_ns = done.recording(names, end_ns), done.plan.origin_ns
    rounds = {each.take_id: each for each in done.rounds(end_ns)}
    takes = with_events(take_of_round(recording, each) for each in rounds.values())
    found = recording_problems(done, names, end_ns)
    rows = []
    for take in takes:
        played = rounds[take.id]
        starts = done.starts(played, names, end_ns)
        written = ((lane, name, played.song_s((at_ns - origin_ns) / 1e9)) for lane, (name, at_ns) in starts.items())
        rows.append(Ended(take, problems_in(take, played, found), tuple(row for row in written if row[2] < take.end_s)))
    return tuple(rows)


def _binding(lane: Lane, source: str, take: Take) -> Binding:
    """How a take of ``source`` plays on ``lane``: in the lane's input range, or, if the lane got another source since
    the recording began, in the range that was recorded."""
    recorded = extent(take.signals.get(source, EMPTY))
    if lane.source == source or recorded is None:
        return replace(lane.binding, source=source)
    return Binding(source, *input_range(*recorded))


def with_recording(song: Song, takes: Iterable[Ended]) -> Song:
    """The song with the takes of a recording, and the clips of each on top of the lanes that it wrote."""
    for each in takes:
        song = _with_take(song, each)
    return song


def _with_take(song: Song, each: Ended) -> Song:
    """The song with one of them. It plays by its sender's time if the song is set to that, or if Live was late by a
    known amount."""
    take = each.take
    known = SenderTimes(take.sent_by, largest_shift_s(take)) if take.sent else None
    song = with_take(song, info(take, each.problems, known))
    lanes = {lane.id: lane for lane in song.lanes}
    for lane_id, source, start_s in each.written:
        if lane_id in lanes:
            binding = _binding(lanes[lane_id], source, take)
            song = with_clip(song, lane_id, Clip("", take.id, binding, start_s, take.end_s))
    wanted = known is not None and (song.sender_time or known.kind == ABLETON)
    return with_time(song, take, SENDER if wanted else ARRIVAL)
