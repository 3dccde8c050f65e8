"""The state of a Performer, in slices and as a whole: all that a page shows apart from what moves."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, cast

from ... import __version__
from ...core.deforum.tab import DeforumTab
from ...core.identity import Kept
from .lanes import LaneSlices
from .shared import (
    NO_VALUES,
    deforum_state,
    host_state,
    notices_state,
    song_state,
    songs_state,
    source_values,
    sources_state,
    transport_state,
    unsaved_state,
)
from .slices import Changes, Group, Slices
from .takes import TakeSlices
from .types import DeforumState, Lane, ListenerState, Source, SourceSlice, State

if TYPE_CHECKING:
    from ..performer import Performer


class Snapshots:
    """The state of ``performer``, made when it is asked for and has changed. Of one revision there is one state."""

    def __init__(self, performer: Performer) -> None:
        self._performer = performer
        self._making = threading.Lock()
        self._slices = Slices()
        self._lanes, self._takes = LaneSlices(performer.schedules), TakeSlices()
        self._sources: Kept[list[SourceSlice]] = Kept()
        self._deforum: Kept[DeforumState] = Kept()
        self._tab = DeforumTab()
        self._whole: State | None = None

    def present(self) -> State:
        """The whole state, as it was at one moment."""
        with self._making:
            self._renew()
            if self._whole is None or self._whole["revision"] != self._slices.revision:
                self._whole = self._assembled()
            return self._whole

    def since(self, revision: int | None) -> Changes:
        """What has changed since ``revision``; everything for None."""
        with self._making:
            self._renew()
            return self._slices.since(revision)

    def _renew(self) -> None:
        """Bring the slices up to now. What takes long, the lanes' schedules, is worked out without the lock and for the
        song of that moment."""
        performer = self._performer
        with performer.lock:
            if performer.revision == self._slices.revision:
                return
            session, revision = performer.session, performer.revision
            document, cadence, seen = session.document, session.cadence, session.tab
            learns = session.learning.lane_id if session.learning else None
            unsaved = list(performer.offers.entries)
            shared = self._of_session()
        tab = performer.tab_seen_as(seen)
        shown = self._shown(tab or seen)
        song = document.song
        reading = performer.reading(song, seen, cadence, document.playing)
        shared["song"] = song_state(document, reading)
        shared["deforum"] = self._deforum.of("", (shown, reading), lambda: deforum_state(shown, reading))
        shared["host"] = host_state(performer.host, tab)
        shared["listener"]["addresses"] = performer.sender_filter.own_addresses()
        shared["unsaved"] = unsaved_state(unsaved, performer.songs.names() if unsaved else {})
        shared["songs"] = {"revision": performer.songs.revision}
        groups: dict[str, Group] = {"shared": shared, "takes": self._takes.group(song)}
        groups |= self._lanes.groups(document, shown, reading, learns)
        before = self._slices.values.get("song")
        self._slices.take_in(revision, groups, anew=before is not None and before["id"] != song.id)

    def _of_session(self) -> dict[str, Any]:
        performer, session = self._performer, self._performer.session
        listener = performer.listening.state(performer.recorder.malformed)
        senders = performer.sender_filter.state()
        parts = (session.song.takes, session.monitor.listing)
        return {
            "version": __version__,
            "listener": cast(ListenerState, {**listener, **performer.recorder.refusals, "senders": senders}),
            "sources": self._sources.of("", parts, lambda: sources_state(session)),
            "transport": transport_state(session, performer.clock_ns()),
            "notices": notices_state(session),
            "undo": {"undo": session.history.undo_label, "redo": session.history.redo_label},
        }

    def _shown(self, tab: DeforumTab) -> DeforumTab:
        """An equal tab as the same object."""
        if tab != self._tab:
            self._tab = tab
        return self._tab

    def _assembled(self) -> State:
        """The slices put together, with the sources' present values."""
        values, groups = self._slices.values, self._slices.groups
        with self._performer.lock:
            now = source_values(self._performer.session)
        sources = [cast(Source, {**row, **now.get(row["index"], NO_VALUES)}) for row in values["sources"]]
        lanes = [
            cast(Lane, {**values[f"lane:{lane_id}"], "covers": [values[key] for key in groups[f"clips:{lane_id}"]]})
            for lane_id in values["lanes"]
        ]
        songs, trashed = (songs_state(entries) for entries in self._performer.songs.present())
        whole = {**{key: values[key] for key in groups["shared"]}, "songs": songs, "trashed_songs": trashed}
        takes = [values[key] for key in groups["takes"]]
        return cast(
            State, {"revision": self._slices.revision, **whole, "lanes": lanes, "takes": takes, "sources": sources}
        )
