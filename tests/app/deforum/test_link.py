"""Deforum's tab as several browsers show it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from deforum_perform.app.deforum.export_choice import ExportChoice
from deforum_perform.app.deforum.link import MOST_PAGES, DeforumLink, cadence_of
from deforum_perform.core.deforum.tab import DeforumTab
from deforum_perform.core.song.song import Song
from tests.app.conftest import Hands, opened, osc
from tests.app.deforum.conftest import WithDeforum

FLAT, DEEP = DeforumTab(animation_mode="2D", cadence=1), DeforumTab(animation_mode="3D", cadence=5)


@pytest.fixture
def played(tmp_path: Path) -> Iterator[Hands]:
    """A song with a recorded lane that 3D alone renders, in a WebUI."""
    clock = [0]
    hands = Hands(opened(tmp_path, clock, WithDeforum()), clock)
    hands.lane("translation_z", "/k", in_low=0, in_high=1)
    hands.send(1.0, osc("/perform/record", 1), osc("/k", 0.2))
    hands.send(2.0, osc("/k", 0.9))
    hands.send(3.0, osc("/perform/record", 0))
    yield hands
    hands.performer.close()


def test_two_browsers_keep_their_own_tab(played: Hands) -> None:
    """Check and Apply of one browser go by its tab, whatever another has shown since."""
    performer = played.performer
    performer.see_deforum(DEEP, "one")
    performer.see_deforum(FLAT, "two")
    one, two = performer.checked(page="one"), performer.checked(page="two")
    assert (one["cadence"], two["cadence"]) == (5, 1)
    assert [problem["code"] for problem in two["lanes"][0]["problems"]] == ["mode"]
    assert one["lanes"][0]["problems"] == []
    performer.see_deforum(replace(FLAT, cadence=3), "two")
    assert performer.checked(page="one")["check"] == one["check"]
    assert performer.apply_plan(None, seen=one["check"], page="one").result["checked_again"] is False


def test_who_has_no_browser_gets_what_was_shown_last(played: Hands) -> None:
    """Commands by OSC and scripts, and a page that has shown no tab, go by the tab that any browser showed last."""
    performer = played.performer
    performer.see_deforum(FLAT, "one")
    performer.see_deforum(DEEP, "two")
    assert performer.checked()["cadence"] == performer.checked(page="other")["cadence"] == 5
    assert performer.snapshot()["deforum"]["mode"] == "3D"


def test_an_export_starts_from_the_browser_that_asks(played: Hands) -> None:
    """What its settings do not say is that of its own tab, not that of the one that was shown last."""
    performer = played.performer
    performer.see_deforum(DEEP, "one")
    performer.see_deforum(FLAT, "two")
    tab = performer.tab_settings.keep({"animation_mode": "3D", "W": 768}, "one")
    written = json.loads(performer.export("settings", ExportChoice(tab=tab)).data)
    assert (written["W"], written["animation_mode"]) == (768, "3D")
    tab = performer.tab_settings.keep({"W": 512}, "two")
    assert "translation_z" in json.loads(performer.export("settings", ExportChoice(tab=tab)).data)
    assert [performer.tab_settings.page_of(of) for of in (tab, None, "unknown")] == ["two", None, None]


def test_the_tabs_of_many_browsers_are_bounded(hands: Hands) -> None:
    """Of browsers that came and went, the tabs that were shown last are kept."""
    link = DeforumLink(WithDeforum(), hands.performer.publisher)
    for number in range(MOST_PAGES + 1):
        link.see(DeforumTab(cadence=number + 1), f"page {number}")
    assert link.shown("page 1").cadence == 2
    assert link.shown("page 0") == link.tab == link.shown(None)


@pytest.mark.parametrize(("song", "tab", "cadence"), [(3, 5, 3), (None, 5, 5), (None, None, 2)])
def test_the_cadence_is_the_songs_then_the_tabs(song: int | None, tab: int | None, cadence: int) -> None:
    """A song's own cadence counts first, then that of the tab, then Deforum's default."""
    assert cadence_of(Song("s", cadence=song), DeforumTab(cadence=tab)) == cadence
