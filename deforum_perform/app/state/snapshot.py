"""The state, in slices and as a whole: everything that a page shows except what moves."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import replace
from itertools import count
from typing import Any, cast

from ... import __version__
from ...core.deforum.tab import DeforumTab
from ...core.identity import Kept
from ..deforum.link import MOST_PAGES, cadence_of
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
    """The state as each page shows it, computed on request if it has changed. Pages with the same Deforum tab have the
    same view of it; there is one state per revision and view.

    A page is named by its id; without one, the view is that of the tab that was shown last.
    """

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._making = threading.Lock()
        self._numbers = count(1)
        self._views: OrderedDict[str | None, View] = OrderedDict()

    def present(self, page: str | None = None) -> State:
        """The whole state at one moment."""
        with self._making:
            return self._view(page).present()

    def since(self, revision: int | None, page: str | None = None, view: int | None = None) -> Changes:
        """What has changed since ``revision`` of the page's ``view``; everything for None, or if the page has another
        view now."""
        with self._making:
            found = self._view(page)
            return found.since(revision if view in (None, found.number) else None)

    def _view(self, page: str | None) -> View:
        """The view of the page: its former one, unless another page still shows the same tab as that and this page
        another one."""
        tab, before = self._parts.link.shown(page), self._views.get(page)
        if before is None or before.tab is not tab:
            found = next((view for view in self._views.values() if view.tab is tab), None)
            if found is None:
                found = before if before is not None and self._is_left(before, page) else self._made()
                found.tab = tab
            self._views[page] = found
        self._views.move_to_end(page)
        while len(self._views) > MOST_PAGES:
            self._views.popitem(last=False)
        return self._views[page]

    def _made(self) -> View:
        return View(self._parts, next(self._numbers))

    def _is_left(self, view: View, page: str | None) -> bool:
        """Whether no other page shows the tab of this view any more."""
        others = (other for other, used in self._views.items() if used is view and other != page)
        return all(self._parts.link.shown(other) is not view.tab for other in others)


class View:
    """The state as pages with one ``tab`` show it. Not locked: its owner is."""

    def __init__(self, parts: Parts, number: int) -> None:
        self.number, self.tab = number, DeforumTab()
        self._parts = parts
        self._slices = Slices()
        self._lanes, self._takes = LaneSlices(parts.curves.schedules), TakeSlices()
        self._sources: Kept[list[SourceSlice]] = Kept()
        self._deforum: Kept[DeforumState] = Kept()
        self._shown_tab = DeforumTab()
        self._whole: State | None = None

    def present(self) -> State:
        """The whole state at one moment."""
        self._renew()
        if self._whole is None or self._whole["revision"] != self._slices.revision:
            self._whole = self._assembled()
        return self._whole

    def since(self, revision: int | None) -> Changes:
        """What has changed since ``revision``; everything for None."""
        self._renew()
        return replace(self._slices.since(revision), view=self.number)

    def _renew(self) -> None:
        """Update the slices. What takes long, the lanes' schedules, is computed without the lock and for the song of
        that moment."""
        parts = self._parts
        with parts.session.lock:
            revision = parts.publisher.revision
            if revision == self._slices.revision:
                return
            document, seen, learning = parts.session.document, self.tab, parts.learner.learning
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
        if tab != self._shown_tab:
            self._shown_tab = tab
        return self._shown_tab

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
