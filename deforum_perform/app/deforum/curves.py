"""What the song's lanes play, as a render with the settings in Deforum's tab will read it: for the page, Check,
Apply."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from ...core.deforum.reading import Reading
from ...core.deforum.tab import DeforumTab
from ...core.errors import NotFoundError, PerformError
from ...core.song.lane import Lane
from ...core.song.song import Song
from ..host import Host
from ..publisher import Publisher
from ..recording.recorder import Recorder
from ..session.session import Session
from ..session.takes import Takes
from .checks import Checks
from .link import DeforumLink, cadence_of
from .readings import Readings
from .schedules import Schedules, curve_bytes

if TYPE_CHECKING:
    from .check import SongCheck
    from .filling import ApplyPlan

log = logging.getLogger(__name__)


class Curves:
    """Thread-safe. ``page``: the page whose tab is used, see ``DeforumLink.shown``."""

    def __init__(
        self,
        session: Session,
        recorder: Recorder,
        takes: Takes,
        schedules: Schedules,
        link: DeforumLink,
        host: Host,
        publisher: Publisher,
    ) -> None:
        self.schedules, self.checks = schedules, Checks()
        self._publisher = publisher
        self._session, self._recorder, self._takes, self._link, self._host = session, recorder, takes, link, host
        self._readings = Readings(schedules)

    # --- one lane -------------------------------------------------------------------------------------------------

    def curve_bytes(self, lane_id: str, page: str | None = None) -> tuple[str, bytes] | None:
        """The id of the lane's curve and the curve (see ``schedules.curve_bytes``); None for an unknown lane, as for a
        page that has not yet received another song."""
        try:
            song, reading, (lane,) = self.shown_lanes([lane_id], page)
            known = self.schedules.of(song, lane, reading)
        except NotFoundError:
            if any(lane.id == lane_id for lane in self._session.song.lanes):
                raise  # what is missing is a recording
            return None
        return known.curve_id, curve_bytes(known.schedule)

    def lane_text(self, lane_id: str, page: str | None = None) -> str:
        """The lane's schedule as Deforum reads it."""
        song, reading, (lane,) = self.shown_lanes([lane_id], page)
        return self.schedules.of(song, lane, reading, final=True).schedule.text

    # --- readings -------------------------------------------------------------------------------------------------

    def reading(self, song: Song, tab: DeforumTab, cadence: int, lanes: Sequence[Lane]) -> Reading:
        """How a render reads the song's schedules once ``lanes`` are filled in."""
        return self._readings.of(song, tab, cadence, lanes)

    def shown_lanes(self, lane_ids: list[str], page: str | None = None) -> tuple[Song, Reading, list[Lane]]:
        """The song, how it is read as ``page`` shows it, and the requested lanes."""
        with self._session.lock:
            document, tab = self._session.document, self._link.shown(page)
        song = document.song
        reading = self.reading(song, tab, cadence_of(song, tab), document.playing)
        return song, reading, [song.lane(lane_id) for lane_id in lane_ids]

    def chosen_lanes(
        self, lane_ids: Sequence[str] | None, page: str | None = None
    ) -> tuple[Song, DeforumTab, Reading, list[Lane]]:
        """The song, the tab that ``page`` shows, how the song is read with the requested lanes, and these; without a
        choice all that are not muted and play something."""
        with self._session.lock:
            document, tab = self._session.document, self._link.shown(page)
        song = document.song
        lanes = document.playing if lane_ids is None else [song.lane(lane_id) for lane_id in lane_ids]
        return song, tab, self.reading(song, tab, cadence_of(song, tab), lanes), lanes

    # --- Check and Apply ------------------------------------------------------------------------------------------

    def check(self, lane_ids: list[str] | None = None, page: str | None = None) -> SongCheck:
        """The check of the chosen lanes, with the fewest keys; the earlier one if nothing has changed."""
        song, tab, reading, lanes = self.chosen_lanes(lane_ids, page)
        made = partial(self.schedules.of, song, final=True)
        return self.checks.of(song, reading, lanes, made, self._link.known(tab) or tab, self._host)

    def checked(self, lane_ids: list[str] | None = None, page: str | None = None) -> dict[str, Any]:
        """The check for the page, with the ``revision`` of the state that was checked or of an older one."""
        return {"revision": self._publisher.revision, **self.check(lane_ids, page).to_dict()}

    def apply_plan(
        self,
        lane_ids: list[str] | None,
        set_fps: bool | None = None,
        seen: str | None = None,
        ask: bool = False,
        page: str | None = None,
    ) -> ApplyPlan:
        """What Apply writes into Deforum's tab for the chosen lanes (see ``filling.apply_plan``)."""
        from .filling import apply_plan

        revision, check = self._publisher.revision, self.check(lane_ids, page)
        plan = apply_plan(check, check.song.set_fps if set_fps is None else set_fps, seen, ask)
        return replace(plan, result={**plan.result, "revision": revision})

    # --- what moves -----------------------------------------------------------------------------------------------

    def draw(self, now_ns: int) -> None:
        """Update the curves of the current recording, for all pages: as a render with the tab that was shown last reads
        them. What takes long is done without the lock."""
        with self._session.lock:
            song, tab = self._session.song, self._link.tab
            growth, drafts = self._recorder.growth, self._recorder.drafts(now_ns, cadence_of(song, tab), tab)
            playing = self._session.document.playing
        for draft in drafts:
            curve = None
            try:
                reading = self._readings.afresh(draft.song_now, draft.shape.tab, draft.shape.cadence, playing)
                curve = draft.curve(self._takes.of(draft.song, draft.shape.lane.id), reading)
            except PerformError as error:
                log.info("The curve of a lane is not shown while it is recorded: %s", error)
            finally:
                with self._session.lock:
                    growth.accept(draft, curve)

    def played(self, now_ns: int, page: str | None = None) -> dict[str, float]:
        """Lane id -> what it plays at the playhead, for lanes that are not being recorded. Called under the lock."""
        session, tab = self._session, self._link.shown(page)
        if not session.transport.runs:
            return {}
        song = session.song
        frame = int(session.transport.time_s(now_ns) * song.fps)
        recorded = self._recorder.current.writing() if self._recorder.current else {}
        reading = self._readings.known(song, tab, cadence_of(song, tab), session.document.playing)
        values: dict[str, float] = {}
        if reading is None:
            return values
        for lane in song.lanes:
            if lane.id not in recorded and song.plays(lane.id):
                known = self.schedules.known(song, lane, reading)
                if known is not None:
                    curve = known.schedule.values
                    values[lane.id] = float(curve[min(frame, len(curve) - 1)])
        return values
