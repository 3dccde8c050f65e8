"""The latest checks, so that Apply writes what was checked and nothing is checked twice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from ...core.checks import DeforumTab
from ...core.deforum.reading import Reading
from ...core.song.lane import Lane
from ...core.song.song import Song
from ..host import Host
from .schedules import LaneSchedule

if TYPE_CHECKING:
    from .check import SongCheck

WRITTEN, ASKS, REFUSED = OUTCOMES = ("written", "asks", "refused")
"""Outcome of Apply: written; a question, because no lane would have an effect; refused by the check."""

KEPT = 4
"""Enough for two browsers, each with a check for Deforum's tab and one for a settings file."""


class Checks:
    """Checks without a blocking problem, newest first. Safe for any thread."""

    def __init__(self) -> None:
        self._kept: tuple[SongCheck, ...] = ()

    def of(
        self,
        song: Song,
        reading: Reading,
        lanes: Sequence[Lane],
        made: Callable[[Lane, Reading], LaneSchedule],
        tab: DeforumTab,
        host: Host,
    ) -> SongCheck:
        """The check of ``lanes`` of the song for this ``tab``; together they determine the ``reading``. ``made``: a
        lane's final schedule. Returns the earlier check, with its id, if neither the song nor the tab has changed."""
        from .check import check_song  # at the first click, so that a WebUI starts sooner

        wanted = [lane.id for lane in lanes]
        for known in self._kept:
            if known.song is song and known.tab == tab and [row.lane.id for row in known.lanes] == wanted:
                return known
        check = check_song(song, reading, [(lane, made(lane, reading)) for lane in lanes], tab, host)
        if check.can_apply:  # otherwise the cause, such as an unreadable file, may be removed before the next click
            self._kept = (check, *self._kept[: KEPT - 1])
        return check
