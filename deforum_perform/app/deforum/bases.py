"""The imported settings file of the open song, used instead of Deforum's tab."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import TYPE_CHECKING, Any

from ...core.checks import DeforumTab
from ...core.errors import DamagedFileError, StorageError
from ...core.song.song import Song
from ...store.songs.store import SongStore
from ..notices import Notice
from ..publisher import Publisher
from ..session.session import Change, Session
from .base_tab import tab_of
from .link import DeforumLink

if TYPE_CHECKING:
    from ...core.deforum.settings.older import Upgraded

KEPT = 32
"""How many settings files stay in memory, so that undo and redo do not need the disk."""


@dataclass(frozen=True, eq=False)
class Base:
    """``settings``: the file's, or None if there is no file or it cannot be read; then ``problem`` says why."""

    settings: Mapping[str, Any] | None = None
    tab: DeforumTab = field(default_factory=DeforumTab)
    problem: str | None = None


class Bases:
    """The settings files of songs. Thread-safe."""

    def __init__(self, session: Session, store: SongStore, link: DeforumLink, publisher: Publisher) -> None:
        self._session, self._store, self._link, self._publisher = session, store, link, publisher
        self._kept: OrderedDict[tuple[str | None, ...], Base] = OrderedDict()
        self._lock = Lock()
        self._followed: Base | None = None

    def of(self, song: Song) -> Base:
        """The base of ``song``: the same object for the same file."""
        with self._lock:
            found = self._kept.get(_named(song))
        return found or self._keep(song, self._read(song))

    def settings(self, song: Song) -> Mapping[str, Any] | None:
        """The settings of the base of ``song``, or None; DamagedFileError if they cannot be read."""
        base = self.of(song)
        if base.problem is not None:
            raise DamagedFileError(base.problem)
        return base.settings

    def use(self, read: Upgraded, name: str) -> None:
        """Make ``read`` the base of the open song, under the file's ``name``; with undo."""
        present = self._session.song
        base_id = self._store.save_base(present.id, read.settings)

        def with_base(song: Song) -> Song:
            return replace(song, base_settings=name, base_id=base_id)

        self._keep(with_base(present), Base(read.settings, tab_of(read.settings)))
        self._session.edit("import settings", with_base)
        self.follow()  # the same file may be readable at the next attempt

    def follow(self, _change: Change | None = None) -> None:
        """Use the base of the open song from now on: without Deforum it replaces Deforum's tab.

        One that cannot be read does not prevent a song from opening: the page reports it.
        """
        with self._session.lock:
            base = self.of(self._session.song)
            if base is self._followed:
                return
            self._followed = base
            remedy = "Import the settings file again, or remove it from the song."
            self._publisher.notice("base", None if base.problem is None else Notice("warn", base.problem, remedy))
            if not self._link.installed:
                self._link.see(base.tab)

    def _read(self, song: Song) -> Base:
        if song.base_settings is None:
            return Base()
        try:
            settings = self._store.load_base(song)
        except StorageError as error:
            return Base(problem=str(error))
        return Base(settings, tab_of(settings or {}))

    def _keep(self, song: Song, base: Base) -> Base:
        with self._lock:
            self._kept[_named(song)] = base
            self._kept.move_to_end(_named(song))
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return base


def _named(song: Song) -> tuple[str | None, ...]:
    return (song.id, song.base_settings, song.base_id)
