"""Learn: the next source that moves plays the lane; and lanes whose input range adapts to their source."""

from __future__ import annotations

from functools import partial

from ...core.curve.mapping import plays_hits
from ...core.song.lane import Lane, with_values
from ...core.song.song import with_lane
from ...osc.decode.columns import EventBatch
from ..listening.sources import Moves, Sources
from ..publisher import Publisher
from ..session.session import Change, Session
from .learning import Learning, SourceRanges, following, learned, waiting_notice

LEARN = "learn"
"""The key of its notice."""


class Learner:
    """``learning``: the lane that waits for its source, or None; ``learned``: the ids of lanes that have got one and
    may have to play what is recorded of it, see ``LearnedPlayer``. It works under the session's lock."""

    def __init__(self, session: Session, sources: Sources, publisher: Publisher) -> None:
        self.learning: Learning | None = None
        self.learned: list[str] = []
        self._session, self._sources, self._publisher = session, sources, publisher
        self._ranges = SourceRanges()

    def learn(self, lane_id: str | None, now_ns: int) -> None:
        """Let the next source that moves play the lane; None to cancel."""
        lane = None if lane_id is None else self._session.song.lane(lane_id)
        self.learning = None if lane is None else Learning(lane.id, now_ns, plays_hits(lane))
        self._publisher.notice(LEARN, None)
        self._publisher.touch()

    def follow(self, change: Change) -> None:
        """Learn ends when its lane is removed or another song is opened."""
        if change.opened:
            self.learning, self.learned, self._ranges = None, [], SourceRanges()
            self._publisher.notice(LEARN, None)
        elif self.learning is not None:
            lane_id = self.learning.lane_id
            if all(lane.id != lane_id for lane in change.after.song.lanes):
                self.learn(None, 0)

    def fitted(self, lane: Lane) -> Lane:
        """The lane with an input range that adapts to its source, as wide as that was seen to move."""
        seen = self._sources.monitor.range_of(lane.source)
        return with_values(lane, in_auto=True) if seen is None else following(lane, *seen)

    def follow_source(self, lane_id: str) -> None:
        """Let the input range of the lane adapt to its source, starting from the range of that source, see
        ``fitted``."""
        lane = self._session.song.lane(lane_id)
        seen = self._sources.monitor.range_of(lane.source)
        if seen is not None:
            self._ranges.begin(lane, *seen)

    def receive(self, batch: EventBatch, moves: Moves) -> None:
        """Bind the source for which the lane has waited, if it is one of those that sent something."""
        if self.learning is None:
            return
        now_ns, pressed_ns = int(batch.received_ns[-1]), self.learning.started_ns
        monitor, names = self._sources.monitor, self._sources.names
        candidates = self.learning.candidates(batch, moves.moved, moves.new, monitor)
        chosen = next((i for i in candidates if self._sources.begins(monitor.sources[i], pressed_ns)), None)
        if chosen is None:
            if candidates and self.learning.waits_long(now_ns):
                known = self._publisher.notices.get(LEARN)
                self._publisher.notice(LEARN, known or waiting_notice(names[candidates[0]]))
            return
        song = self._session.song
        lane = learned(song, self.learning.lane_id, names[chosen])
        value = monitor.sources[chosen].value
        if isinstance(value, float) and not song.records(lane):
            lane = self._ranges.begin(lane, value, value)
        self.learning = None
        self.learned.append(lane.id)
        self._publisher.notice(LEARN, None)
        self._session.edit(f"learn {lane.row.title}", lambda song: with_lane(song, lane))

    def widen(self, batch: EventBatch, moves: Moves) -> None:
        """Widen the adaptive input ranges to the values of their sources."""
        if moves.moved:
            follow = partial(self._ranges.follow, batch=batch, moved=moves.moved, names=self._sources.names)
            self._session.edit("input range", follow, undoable=False, rests=True)
