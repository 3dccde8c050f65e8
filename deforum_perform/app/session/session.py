"""Everything that changes while people work: the song, the sources, the current time, and the recording in progress.

One Performer owns a Session and locks it; it has no thread, disk or socket, so every rule can be tested separately.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from dataclasses import replace
from functools import partial

import numpy as np

from ...core.checks import DeforumTab
from ...core.curve.mapping import plays_hits
from ...core.errors import ConflictError, InputError
from ...core.pace import Pace
from ...core.song.document import Document, starting_at, starting_inside
from ...core.song.lane import Lane, with_values
from ...core.song.song import Song, with_lane
from ...core.song.take import Take
from ...osc.datagrams import Loss
from ...osc.decode.columns import EventBatch
from ...store.history_file import Log
from ..listening.monitor import Monitor, Seen
from ..listening.moves import SelfMoving, moved, only_impulses
from ..recording.drafts import Draft
from ..recording.growth import Growth
from ..recording.last_take import LastTake
from ..recording.learning import HandRanges, Learning, following, learned, waiting_notice
from ..recording.problems import recording_problems
from ..recording.recording_run import RecordingPlan, RunningRecording, with_recording
from ..recording.transport import PLAYING, RECORDING, STOPPED, WAITING, Transport
from ..state.notices import NO_TAKE, NOTHING_ARRIVED, Notice, losses_notice, recording_notice
from .history import Direction, History
from .take_numbers import TakeNumbers

SECOND_NS = 1_000_000_000

DEFAULT_CADENCE = 2
"""Deforum's own default."""

OF_THE_SONG = ("learn", "pass", "song_size")
"""Keys of notices that are about the open song."""


class Session:
    """The state. ``revision`` counts changes of what the page shows apart from live values; ``learned``: the ids of
    lanes that have got a source by Learn and may have to play what is recorded of it; ``last_take``: the take of the
    last recording, until its notice was read; ``settled``: the monitor's count when everything stopped, or when the
    playhead was placed."""

    def __init__(
        self,
        document: Document,
        names: list[str],
        new_id: Callable[[], str],
        now_iso: Callable[[], str],
        revision: int = 1,
        log: Log | None = None,
    ) -> None:
        self.history = History(document, log)
        self.numbers = TakeNumbers()
        self.monitor = Monitor()
        self.settled = 0
        self.transport = Transport(position_s=document.workspace.start_s)
        self.current: RunningRecording | None = None
        self.growth = Growth()
        self.learning: Learning | None = None
        self.learned: list[str] = []
        self.tab = DeforumTab()
        self.notices: dict[str, Notice] = {}
        self.shown: dict[str, int] = {}
        self.last_take: LastTake | None = None
        self.revision = revision
        self._losses_told = Pace(SECOND_NS)
        self._hands = HandRanges()
        self._self_moving = SelfMoving()
        self._names = names
        self._new_id, self._now_iso = new_id, now_iso

    @property
    def song(self) -> Song:
        """The current song."""
        return self.history.song

    @property
    def document(self) -> Document:
        """The current song, with its name and its workspace."""
        return self.history.document

    @property
    def cadence(self) -> int:
        """The effective cadence: the song's, otherwise that of Deforum's tab, otherwise Deforum's default."""
        return self.song.cadence or self.tab.cadence or DEFAULT_CADENCE

    def touch(self) -> None:
        """Something the page shows has changed."""
        self.revision += 1

    def notice(self, key: str, notice: Notice | None) -> None:
        """Show a notice, or remove it."""
        if self.notices.get(key) != notice:
            before = self.notices.pop(key, None)
            if notice is not None:
                if before is None:
                    self.shown[key] = self.shown.get(key, 0) + 1
                self.notices[key] = notice
            self.touch()

    def see_tab(self, tab: DeforumTab) -> None:
        """Deforum's tab, or the settings file that replaces it, has changed."""
        if tab != self.tab:
            self.tab = tab
            self.touch()

    def dismiss(self, key: str) -> None:
        """Remove a notice that was read."""
        if self.last_take is not None and key == self.last_take.key:
            self.last_take = None
            self.touch()
        self.notice(key, None)

    # --- the song -----------------------------------------------------------------------------------------------

    def edit(self, label: str, fn: Callable[[Song], Song], *, merge: str | None = None, undoable: bool = True) -> Song:
        """Replace the current song with the result of ``fn``, see ``History.edit``; the resulting song."""
        before, after = self.history.edit(label, fn, merge=merge, undoable=undoable)
        if after is not before:
            if after.seconds < before.seconds:
                self._keep_inside()
            self.touch()
        return self.song

    def arrange(self, fn: Callable[[Document], Document]) -> bool:
        """Replace everything except the song with the result of ``fn``, see ``History.arrange``."""
        changed = self.history.arrange(fn)
        if changed:
            self.touch()
        return changed

    def _keep_inside(self) -> None:
        """Move a start that is after the end of the song to its end, and the playhead with it."""
        self.history.arrange(starting_inside)
        if self.transport.state == STOPPED and self.transport.position_s > self.song.seconds:
            self.transport = Transport(STOPPED, self.document.workspace.start_s)

    def go(self, direction: Direction) -> str:
        """Undo or redo a step; its label. InputError where there is none."""
        self.require_stopped(direction)
        label = self.history.undo() if direction == "undo" else self.history.redo()
        if label is None:
            raise InputError(f"There is nothing to {direction}.")
        self._keep_inside()
        if self.learning is not None and all(lane.id != self.learning.lane_id for lane in self.song.lanes):
            self.learn(None, 0)
        self.touch()
        return label

    def open(self, document: Document, numbers: TakeNumbers, log: Log) -> None:
        """Work on another song; ``numbers``: those that its takes have or had; ``log``: its undo history."""
        self.require_stopped("open another song")
        self.history, self.numbers = History(document, log), numbers
        self._keep_inside()
        self.transport = Transport(position_s=self.document.workspace.start_s)
        self.learning = self.last_take = None
        self.learned = []
        for key in OF_THE_SONG:
            self.notice(key, None)
        self._hands = HandRanges()
        self.touch()

    def require_stopped(self, what: str) -> None:
        """ConflictError while recording."""
        if self.transport.state in (RECORDING, WAITING):
            raise ConflictError(f"Perform is recording. Stop to {what}.")

    # --- learning and ranges ------------------------------------------------------------------------------------

    def learn(self, lane_id: str | None, now_ns: int) -> None:
        """Let the next source that moves play the lane; None to cancel."""
        lane = None if lane_id is None else self.song.lane(lane_id)
        self.learning = None if lane is None else Learning(lane.id, now_ns, plays_hits(lane))
        self.notice("learn", None)
        self.touch()

    def fitted(self, lane: Lane) -> Lane:
        """The lane with an adaptive input range, as wide as its source was seen to move."""
        seen = self.monitor.range_of(lane.source)
        return with_values(lane, in_auto=True) if seen is None else following(lane, *seen)

    def follow_hand(self, lane_id: str) -> None:
        """Let the input range of the lane adapt, starting from the range of its source, see ``fitted``."""
        lane = self.song.lane(lane_id)
        seen = self.monitor.range_of(lane.source)
        if seen is not None:
            self._hands.begin(lane, *seen)

    def _follow_learning(self, batch: EventBatch, moved: set[int], new: set[int]) -> None:
        if self.learning is None:
            return
        now_ns, pressed_ns = int(batch.received_ns[-1]), self.learning.started_ns
        candidates = self.learning.candidates(batch, moved, new, self.monitor)
        chosen = next((i for i in candidates if self._begins(self.monitor.sources[i], pressed_ns)), None)
        if chosen is None:
            if candidates and self.learning.waits_long(now_ns):
                self.notice("learn", self.notices.get("learn") or waiting_notice(self._names[candidates[0]]))
            return
        lane = learned(self.song, self.learning.lane_id, self._names[chosen])
        value = self.monitor.sources[chosen].value
        if isinstance(value, float) and not self.song.records(lane):
            lane = self._hands.begin(lane, value, value)
        self.learning = None
        self.learned.append(lane.id)
        self.notice("learn", None)
        self.edit(f"learn {lane.row.title}", lambda song: with_lane(song, lane))

    def _begins(self, seen: Seen, pressed_ns: int) -> bool:
        """Whether the last move of a source was made by the user after pressing Learn."""
        moving, name, at_ns = self._self_moving, seen.name, seen.first_ns
        return not moving.moves_itself(name, at_ns) and not moving.moved_before(name, at_ns, pressed_ns)

    # --- receiving ------------------------------------------------------------------------------------------------

    def hear(self, batch: EventBatch) -> None:
        """Add what arrived, in order of arrival."""
        self._self_moving.forget(self.monitor.name_sources(self._names, batch.renamed))
        if len(batch):
            self._start_at_first_move(batch)
            if self.current is not None:
                self.current.hear(batch, self._names)
            heard = np.unique(batch.source_index).tolist()
            new = {i for i in heard if self.monitor.sources[i].value is None}
            moved = self.monitor.hear(batch.source_index, batch.received_ns, batch.values, batch.impulses)
            self._follow_learning(batch, moved, new)
            for i in heard:
                seen = self.monitor.sources[i]
                if i in moved or only_impulses(seen):
                    self._self_moving.note(seen.name, seen.first_ns, seen.heard_ns)
            if moved:
                follow = partial(self._hands.follow, batch=batch, moved=moved, names=self._names)
                self.edit("input range", follow, undoable=False)
        for index, received_ns, text in batch.texts:
            self.monitor.hear_text(index, received_ns, text)
            if self.current is not None:
                self.current.hear_text(index, received_ns, text)
        if self.monitor.list_changed({lane.source for lane in self.song.lanes if lane.source}):
            self.touch()

    def forgettable(self, undrained: AbstractSet[int]) -> list[int]:
        """Indexes of sources that may be removed to make space for others, the one silent longest first: no lane of the
        song uses them, the recording in progress does not contain them, and none is of ``undrained``."""
        bound = {lane.source for lane in self.song.lanes}
        recorded = set() if self.current is None else self.current.heard
        return self.monitor.silent_longest(
            lambda i, seen: seen.name not in bound and i not in recorded and i not in undrained
        )

    def _start_at_first_move(self, batch: EventBatch) -> None:
        if self.transport.state != WAITING:
            return
        at_ns = int(batch.received_ns[0])
        armed: dict[str, bool] = {}
        for lane, source in self.document.armed:
            armed[source] = armed.get(source, False) or plays_hits(lane)
        by_hand = {name for name in armed if not self._self_moving.moves_itself(name, at_ns)} or set(armed)
        impulses = set(batch.impulses.tolist())
        rows = zip(batch.source_index, batch.received_ns, batch.values, strict=True)
        for row, (i, received_ns, value) in enumerate(rows):
            name, seen = self._names[i], self.monitor.sources[i]
            if name not in by_hand:
                continue
            known = seen.value if isinstance(seen.value, float) else np.nan
            each_counts = armed[name] or row in impulses or only_impulses(seen)
            if moved(np.array([value]), known, each_counts=each_counts)[0]:
                self.start_recording(int(received_ns), self.transport.position_s)
                return

    # --- transport ----------------------------------------------------------------------------------------------

    def start_recording(self, origin_ns: int, start_s: float) -> RunningRecording:
        """Record from song time ``start_s``, which is the moment ``origin_ns`` (monotonic)."""
        if self.current is not None:
            raise ConflictError("Perform is already recording. Stop first.")
        armed, recording_id = self.document.armed, self._new_id()
        known = {s.name: s.value for s in self.monitor.sources if isinstance(s.value, float)}
        plan = RecordingPlan(
            recording_id=recording_id,
            song_id=self.song.id,
            number=self.numbers.next(self.song, recording_id),
            start_s=start_s,
            origin_ns=origin_ns,
            recorded_at=self._now_iso(),
            lanes=tuple((lane.id, source) for lane, source in armed),
            known=known,
            hits=tuple(lane.id for lane, _ in armed if plays_hits(lane)),
        )
        self.current, self.growth = RunningRecording(plan), Growth()
        self._losses_told = Pace(SECOND_NS)
        self.transport = Transport(RECORDING, start_s, origin_ns)
        self.notice("pass", None)
        self.last_take = None
        self.touch()
        return self.current

    def drafts(self, now_ns: int) -> list[Draft]:
        """The curves of the recording in progress that are to be computed, see ``Growth.advance``."""
        if self.current is None:
            return []
        time_s = self.transport.time_s(now_ns)
        return self.growth.advance(self.current, self.song, self.cadence, self.tab, self._names, time_s)

    def hear_loss(self, loss: Loss) -> None:
        """Add a loss. A recording reports it at once, and then once a second."""
        playing = self.current
        if playing is None or loss.noticed_ns < playing.plan.origin_ns:
            return
        playing.note(loss)
        if self._losses_told.turn(loss.noticed_ns):
            self.notice("pass", losses_notice(playing.losses))

    def finish_recording(self, end_ns: int) -> Take | None:
        """End the recording at ``end_ns`` (monotonic); its take, or None if nothing was received."""
        done = self.current
        if done is None:
            self.stop()
            return None
        end_ns = max(end_ns, done.plan.origin_ns)
        take = done.take(self._names, end_ns)
        self.current = None
        self.stop()
        self.notice("size", None)
        if take.events == 0:
            self.numbers.give_back(take.id)
            self.notice("pass", NOTHING_ARRIVED)
            return None
        said = recording_notice(done, end_ns)
        if said is not None:
            self.notice("pass", said)
        marks = recording_problems(done, self._names, end_ns, take)
        self.edit(f"take {take.number}", lambda song: with_recording(song, take, done, marks))
        self.last_take = LastTake.of(take.id, done)
        return take

    def abandon_recording(self) -> None:
        """End a recording that cannot become a take, and report it."""
        self.current = None
        self.stop()
        self.notice("pass", NO_TAKE)

    def bring_back(self, take: Take, add: Callable[[Song, Take], Song]) -> Take:
        """Let ``add`` put a recovered take into the song; the take with its number here: its own, or the next one if
        another take has that."""
        take = replace(take, number=self.numbers.keep(self.song, take.id, take.number))
        self.edit(f"recover take {take.number}", lambda song: add(song, take))
        self.last_take = LastTake(take.id)
        return take

    def stop(self) -> None:
        """Stop; the playhead returns to the start that was set."""
        self.transport, self.settled = Transport(STOPPED, self.document.workspace.start_s), self.monitor.version
        self.touch()

    def stop_playing(self) -> None:
        """Stop playing; a recording in progress continues."""
        if self.current is None:
            self.stop()

    def play(self, now_ns: int) -> None:
        """Let song time run from the playhead, without recording."""
        self.require_stopped("play")
        at_s = self.transport.position_s if self.transport.position_s < self.song.seconds else 0.0
        self.transport = Transport(PLAYING, at_s, now_ns)
        self.touch()

    def wait(self) -> None:
        """Record from the first move of an armed lane's source."""
        self.require_stopped("wait for a move")
        if not self.document.armed:
            raise ConflictError("No armed lane has a source. Learn one first, or press Record.")
        self.transport = Transport(WAITING, self.document.workspace.start_s)
        self.touch()

    def seek(self, time_s: float, now_ns: int) -> float:
        """Move the playhead to ``time_s``; while stopped, the next recording starts there. Returns its position: a song
        with a set length has no position after its end."""
        self.require_stopped("move the playhead")
        if self.song.length_s is not None:
            time_s = min(time_s, self.song.seconds)
        if self.transport.state == PLAYING:
            self.transport = Transport(PLAYING, time_s, now_ns)
        else:
            self.arrange(partial(starting_at, start_s=time_s))
            self.transport, self.settled = Transport(STOPPED, time_s), self.monitor.version
        self.touch()
        return time_s
