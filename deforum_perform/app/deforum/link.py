"""Deforum's tab: what each browser shows of it, and what is known of it without one."""

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
"""The tabs of so many browsers are kept, those that were shown last."""


class DeforumLink:
    """``tab``: what was shown last, which holds for whoever has no browser: OSC, scripts, and the state of all pages.

    What one page shows of its tab changes nothing of what another has shown: Check, Apply and the exports that a page
    asks for go by its own. Any thread may call it.
    """

    def __init__(self, host: Host, publisher: Publisher) -> None:
        self._host, self._publisher = host, publisher
        self._tabs: OrderedDict[str, DeforumTab] = OrderedDict()
        self.tab = DeforumTab()

    def see(self, tab: DeforumTab, page: str | None = None) -> None:
        """A browser, known by the id of its ``page``, shows this in Deforum's tab now; None: the settings file in the
        tab's place, or a browser without an id."""
        with self._publisher.lock:
            if page is not None:
                self._tabs[page] = tab
                self._tabs.move_to_end(page)
                while len(self._tabs) > MOST_PAGES:
                    self._tabs.popitem(last=False)
            if tab != self.tab:
                self.tab = tab
                self._publisher.touch()

    def shown(self, page: str | None = None) -> DeforumTab:
        """What this page showed of its tab; of one that showed none, and of None, what any showed last."""
        with self._publisher.lock:
            return self.tab if page is None else self._tabs.get(page, self.tab)

    def known(self, seen: DeforumTab) -> DeforumTab | None:
        """All that is known of the tab where ``seen`` is what a browser showed of it; None where Deforum is not
        installed."""
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
        """The cadence that counts for the pages' state, see ``cadence_of``."""
        return cadence_of(song, self.tab)


def cadence_of(song: Song, tab: DeforumTab) -> int:
    """The cadence that counts: the song's, else that of Deforum's tab, else Deforum's default."""
    return song.cadence or tab.cadence or DEFAULT_CADENCE
