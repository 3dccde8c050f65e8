"""How the render with the settings in Deforum's tab will read a song's schedules, once Apply has filled them in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ...core.checks import DeforumTab
from ...core.deforum.diffused import KNOWN, NEW_3D, OFF, diffused
from ...core.deforum.field_row import BOTH, NEW_FRAMES
from ...core.deforum.reading import Reading
from ...core.errors import InputError, PerformError
from ...core.song.lane import Lane
from ...core.song.song import Song
from .prompt_box import frames_of_prompts
from .schedules import Schedules

KEPT = 4

NOT_KNOWN = "Deforum does not know that value: it falls back to 'Off' in a render core that cannot use it."
"""The Forge fork's behavior (``from_UI_tab`` in ``key_frame_distribution.py``, ``is_use_experimental_render_core`` in
``render.py``): with anything other than "Off" that core runs, and divides by the number of its frames, which is 0."""


def _prompting(lanes: Sequence[Lane]) -> tuple[str, ...]:
    return tuple(lane.id for lane in lanes if lane.row.kind == "prompt")


class Readings:
    """The reading for a song and a tab, computed again only when one of them changes."""

    def __init__(self, schedules: Schedules) -> None:
        self._schedules = schedules
        self._kept: list[tuple[Song, DeforumTab, int, tuple[str, ...], Reading]] = []

    def of(self, song: Song, tab: DeforumTab, cadence: int, lanes: Sequence[Lane]) -> Reading:
        """How the ``lanes`` that will be written are read."""
        found = self.known(song, tab, cadence, lanes)
        if found is None:
            found = self._work_out(song, tab, cadence, lanes)
            found = next((kept[-1] for kept in self._kept if kept[-1] == found), found)
            self._kept = [(song, tab, cadence, _prompting(lanes), found), *self._kept[: KEPT - 1]]
        return found

    def known(self, song: Song, tab: DeforumTab, cadence: int, lanes: Sequence[Lane]) -> Reading | None:
        """The same if it has already been computed. Never waits."""
        prompting = _prompting(lanes)
        for kept_song, kept_tab, *others, reading in self._kept:
            if kept_song is song and kept_tab is tab and others == [cadence, prompting]:
                return reading
        return None

    def afresh(self, song: Song, tab: DeforumTab, cadence: int, lanes: Sequence[Lane]) -> Reading:
        """The same, not cached: for a song that gets longer at every frame."""
        return self._work_out(song, tab, cadence, lanes)

    def _work_out(self, song: Song, tab: DeforumTab, cadence: int, lanes: Sequence[Lane]) -> Reading:
        plain = Reading(cadence, -1 if tab.seed is None else tab.seed)
        if tab.animation_mode in NEW_FRAMES:
            plain = replace(plain, cadence=1)  # every frame is diffused
        setting = tab.keyframes
        if setting is None or tab.animation_mode not in (None, *BOTH, "Video Input"):
            return plain
        if setting.kind == OFF or song.set_distribution:
            return replace(plain, distribution=OFF)
        if setting.kind not in (*KNOWN, NEW_3D):
            return replace(plain, distribution=OFF, stops=NOT_KNOWN)
        plain = replace(plain, cadence=1, distribution=setting.kind)
        if setting.kind not in KNOWN:
            return plain
        try:
            prompts = frames_of_prompts(song, lanes, self._schedules, tab.texts.get("prompts", ""), plain)
            return replace(plain, diffused=diffused(setting.kind, prompts, cadence, song.frames, setting.first))
        except InputError as error:
            return replace(plain, stops=str(error))
        except PerformError:
            return plain  # an unreadable recording or box is reported where it is used
