"""The state, in slices and as a whole: everything that a page shows except what moves."""

from __future__ import annotations

import threading
from typing import Any, cast

from ... import __version__
from ...core.deforum.tab import DeforumTab
from ...core.identity import Kept
from ..deforum.link import cadence_of
from ..parts import Parts
from .lanes import LaneSlices
from .shared import (
    NO_VALUES,
    deforum_state,
    host_state,
    notices_state,
    song_state,
    source_values,
    sources_state,
    transport_state,
    unsaved_state,
    workspace_state,
)
from .slices import Changes, Group, Slices
from .takes import TakeSlices
from .types import DeforumState, Lane, ListenerState, Source, SourceSlice, State


class Snapshots:
    """The state, computed on request if it has changed. There is one state per revision."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._making = threading.Lock()
        self._slices = Slices()
        self._lanes, self._takes = LaneSlices(parts.curves.schedules), TakeSlices()
        self._sources: Kept[list[SourceSlice]] = Kept()
        self._deforum: Kept[DeforumState] = Kept()
        self._tab = DeforumTab()
        self._whole: State | None = None

    def present(self) -> State:
        """The whole state at one moment."""
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
        """Update the slices. What takes long, the lanes' schedules, is computed without the lock and for the song of
        that moment."""
        parts = self._parts
        with parts.session.lock:
            revision = parts.publisher.revision
            if revision == self._slices.revision:
                return
            document, seen, learning = parts.session.document, parts.link.tab, parts.learner.learning
            learns = learning.lane_id if learning else None
            unsaved = list(parts.offers.entries)
            shared = self._of_session()
        tab = parts.link.known(seen)
        shown = self._shown(tab or seen)
        song = document.song
        reading = parts.curves.reading(song, seen, cadence_of(song, seen), document.playing)
        shared["song"] = song_state(document, reading)
        shared["workspace"] = workspace_state(document.workspace)
        shared["deforum"] = self._deforum.of("", (shown, reading), lambda: deforum_state(shown, reading))
        shared["host"] = host_state(parts.host, tab)
        shared["listener"]["addresses"] = parts.inputs.sender_filter.own_addresses()
        shared["unsaved"] = unsaved_state(unsaved, parts.songs.names() if unsaved else {})
        shared["songs"] = {"revision": parts.songs.revision}
        groups: dict[str, Group] = {"shared": shared, "takes": self._takes.group(song)}
        groups |= self._lanes.groups(document, shown, reading, learns)
        before = self._slices.values.get("song")
        self._slices.take_in(revision, groups, anew=before is not None and before["id"] != song.id)

    def _of_session(self) -> dict[str, Any]:
        parts, session, monitor = self._parts, self._parts.session, self._parts.sources.monitor
        decoding = parts.reception.decoding
        listener = parts.listening.state(decoding.malformed)
        senders = parts.inputs.sender_filter.state()
        listed = (session.song.takes, monitor.listing)
        return {
            "version": __version__,
            "listener": cast(ListenerState, {**listener, **decoding.refusals, "senders": senders}),
            "sources": self._sources.of("", listed, lambda: sources_state(session.song, monitor)),
            "transport": transport_state(session.transport, parts.recorder, parts.clock_ns()),
            "notices": notices_state(parts.publisher, parts.recorder, session),
            "undo": {"undo": session.history.undo_label, "redo": session.history.redo_label},
        }

    def _shown(self, tab: DeforumTab) -> DeforumTab:
        """An equal tab as the same object."""
        if tab != self._tab:
            self._tab = tab
        return self._tab

    def _assembled(self) -> State:
        """The slices combined, with the sources' current values."""
        values, groups = self._slices.values, self._slices.groups
        with self._parts.session.lock:
            now = source_values(self._parts.sources.monitor)
        sources = [cast(Source, {**row, **now.get(row["index"], NO_VALUES)}) for row in values["sources"]]
        lanes = [
            cast(Lane, {**values[f"lane:{lane_id}"], "clips": [values[key] for key in groups[f"clips:{lane_id}"]]})
            for lane_id in values["lanes"]
        ]
        whole = {key: values[key] for key in groups["shared"]}
        takes = [values[key] for key in groups["takes"]]
        return cast(
            State, {"revision": self._slices.revision, **whole, "lanes": lanes, "takes": takes, "sources": sources}
        )
