"""Exports of the open song: combines everything that they need."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ...core.song.song import Song
from ...store.ids import file_name
from ...store.songs.store import SongStore
from ..host import Host
from ..publisher import Publisher
from ..session.library import Library
from ..session.session import Session
from ..session.takes import Takes
from .base_tab import loaded_into, tab_of
from .bases import Bases
from .curves import Curves
from .export_choice import ExportChoice
from .link import DeforumLink, cadence_of
from .tab_settings import TabSettings

if TYPE_CHECKING:
    from .exports import Export, Piece

_REPLACES = (
    "loading it replaces your prompts and other schedules too. To keep yours, first import your own settings file."
)
FROM_DEFAULTS = f"The file starts from Deforum's defaults: {_REPLACES}"
NOT_READ = f"Deforum's tab has not been read yet, so the file starts from Deforum's defaults: {_REPLACES}"
READ_EARLIER = (
    "The file starts from what Deforum's tab had when a browser last exported from it. To start from what it has now, "
    "export in Perform's tab."
)


class Exporter:
    """Exports the open song. Thread-safe."""

    def __init__(
        self,
        session: Session,
        curves: Curves,
        link: DeforumLink,
        bases: Bases,
        tab_settings: TabSettings,
        library: Library,
        takes: Takes,
        store: SongStore,
        host: Host,
        publisher: Publisher,
    ) -> None:
        self._session, self._curves, self._link, self._bases = session, curves, link, bases
        self._tab_settings, self._library, self._takes = tab_settings, library, takes
        self._store, self._host, self._publisher = store, host, publisher

    def export(self, kind: str, choice: ExportChoice) -> Export:
        """The song, or what is chosen of it, as ``kind``, see ``exports.export``."""
        from .exports import export

        page = self._tab_settings.page_of(choice.tab)
        return export(self._piece(kind, choice.lanes, choice.tab, page), kind, choice.take)

    def checked_settings(
        self, lane_ids: list[str] | None, seen: str | None, ask: bool, page: str | None = None
    ) -> dict[str, Any]:
        """Check, and make a settings file of what was checked, unless ``apply_plan`` says otherwise: its result, and
        the ``file``, or None."""
        from .applied import CHECKED_AGAIN
        from .exports import settings_file
        from .filling import apply_plan

        revision, piece, file = self._publisher.revision, self._piece("settings", lane_ids, None, page), None
        plan = apply_plan(piece.check(), piece.song.set_fps, seen, ask)
        if plan.values:
            made = settings_file(piece, plan.values, plan.result)
            name = file_name(piece.name, made.name)
            remarks = [CHECKED_AGAIN, *made.remarks] if plan.result["checked_again"] else list(made.remarks)
            file = {"name": name, "text": made.data.decode(), "remarks": remarks}
        return {**plan.result, "revision": revision, "file": file}

    def _piece(self, kind: str, lane_ids: Sequence[str] | None, tab_id: str | None, page: str | None) -> Piece:
        """The song with the chosen lanes; ``page``: the page whose Deforum tab is used."""
        from .exports import Piece

        name = self._session.document.name
        song, seen, reading, lanes = self._curves.chosen_lanes(lane_ids, page)
        if kind == "zip":
            self._library.require_saved(song.id, "export it")
        tab, cadence = self._link.known(seen) or seen, cadence_of(song, seen)
        base, about_base = self._starts_from(song, tab_id) if kind == "settings" else (None, None)
        if base is not None:
            # a render uses the values in the file, whatever the tab has by then; the tab keeps what the file does not
            # contain
            seen = loaded_into(seen, base) if self._link.installed else tab_of(base)
            tab, cadence = self._link.known(seen) or seen, cadence_of(song, seen)
            reading = self._curves.reading(song, seen, cadence, lanes)
        return Piece(
            name=name,
            song=song,
            cadence=cadence,
            reading=reading,
            lanes=lanes,
            made=lambda lane, how: self._curves.schedules.of(song, lane, how, final=True),
            take=lambda wanted: self._takes.get(song.id, wanted),
            tab=tab,
            host=self._host,
            base=base,
            about_base=about_base,
            folder=self._store.folder(song.id),
            scratch=self._store.root,
            checks=self._curves.checks,
        )

    def _starts_from(self, song: Song, tab_id: str | None) -> tuple[Mapping[str, Any] | None, str | None]:
        """The settings that a settings file of ``song`` starts from, None for Deforum's defaults, and notes on them:
        the base that was imported, otherwise Deforum's tab as shown by the exporting browser."""
        base = self._bases.settings(song)
        if base is not None:
            return base, None
        if not self._link.installed:
            return None, FROM_DEFAULTS
        seen = self._tab_settings.of(tab_id)
        return seen, NOT_READ if seen is None else READ_EARLIER if tab_id is None else None
