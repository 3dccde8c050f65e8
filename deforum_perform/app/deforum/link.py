"""Deforum's tab: as shown by each browser, and what is known of it without one."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import replace

from ...core.deforum.tab import DeforumTab
from ...core.song.song import Song
from ..host import Host
from ..publisher import Publisher

DEFAULT_CADENCE = 2
"""Deforum's own default."""

MOST_PAGES = 32
"""The tabs of this many browsers are stored, the last ones."""


class DeforumLink:
    """``tab``: the last one shown, used without a browser: by OSC and scripts, and by pages that have shown none.

    The tab of one page does not change that of another: its state, Check, Apply and exports use its own. Thread-safe.
    """

    def __init__(self, host: Host, publisher: Publisher) -> None:
        self._host, self._publisher = host, publisher
        self._tabs: OrderedDict[str, DeforumTab] = OrderedDict()
        self.tab = DeforumTab()

    def see(self, tab: DeforumTab, page: str | None = None) -> None:
        """A browser, identified by its ``page``, shows this in Deforum's tab now; None: the settings file that replaces
        the tab, or a browser without an id."""
        with self._publisher.lock:
            before = self.tab, self.shown(page)
            tab = next((known for known in (self.tab, *self._tabs.values()) if known == tab), tab)  # results are kept
            if page is not None:
                self._tabs[page] = tab
                self._tabs.move_to_end(page)
                while len(self._tabs) > MOST_PAGES:
                    self._tabs.popitem(last=False)
            self.tab = tab
            if before != (tab, tab):
                self._publisher.touch()

    def shown(self, page: str | None = None) -> DeforumTab:
        """The tab as shown by this page; for an unknown page, and for None, the last one of any page."""
        with self._publisher.lock:
            return self.tab if page is None else self._tabs.get(page, self.tab)

    def latest(self, most: int) -> list[DeforumTab]:
        """The different tabs that were shown last, the last one first."""
        with self._publisher.lock:
            tabs = [self.tab, *reversed(self._tabs.values())]
        return list({id(tab): tab for tab in tabs}.values())[:most]

    def known(self, seen: DeforumTab) -> DeforumTab | None:
        """Everything known of the tab if a browser showed ``seen`` of it; None if Deforum is not installed."""
        installed = self._host.deforum()
        if installed is None:
            return None
        return replace(
            seen,
            fields=seen.fields if seen.fields is not None else installed.fields,
            controlnet=seen.controlnet if seen.controlnet is not None else installed.controlnet,
            choices=seen.choices or installed.choices,
            reader_problem=installed.reader_problem,
        )

    @property
    def installed(self) -> bool:
        """Whether Deforum is installed here."""
        return self._host.deforum() is not None

    def cadence(self, song: Song) -> int:
        """The effective cadence for the pages' state, see ``cadence_of``."""
        return cadence_of(song, self.tab)


def cadence_of(song: Song, tab: DeforumTab) -> int:
    """The effective cadence: the song's, otherwise that of Deforum's tab, otherwise Deforum's default."""
    return song.cadence or tab.cadence or DEFAULT_CADENCE
