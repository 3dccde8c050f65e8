"""Each browser page sees the song as a render with its own Deforum tab reads it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from deforum_perform.core.errors import InputError
from deforum_perform.web.state_text import MOST_VIEWS, NOTHING, StateText
from tests.app.conftest import Hands
from tests.app.deforum.conftest import COMPLETE, WebUi, recorded
from tests.osc.network import until

SLOW = replace(COMPLETE, animation_mode="2D", cadence=1, texts={"zoom": "0: (1.5)", "cfg_scale_schedule": "0: (3)"})
FAST = replace(COMPLETE, animation_mode="3D", cadence=10, texts={"zoom": "0: (2.5)", "cfg_scale_schedule": "0: (4)"})
Make = Callable[[WebUi], Hands]


def two_pages(make: Make, *fields: str) -> tuple[Hands, list[str]]:
    """Someone in a WebUI with two browsers: the page "slow" showed its tab first, and "fast" after that."""
    hands = make(WebUi())
    lanes = recorded(hands, *fields)
    hands.performer.see_deforum(SLOW, "slow")
    hands.performer.see_deforum(FAST, "fast")
    return hands, lanes


def used(state: dict[str, Any]) -> tuple[Any, ...]:
    """What of a state depends on the tab: mode, cadence, max frames."""
    song = state["song"]
    return state["deforum"]["mode"], song["cadence_used"], song["max_frames"] > song["frames"]


def test_each_page_has_the_state_of_its_own_tab(webui: Make) -> None:
    """Mode, cadence, max frames, the keys of lanes and what would have no effect are those of the page's tab, whichever
    was shown last; a script and a page without a tab get the last one."""
    hands, lanes = two_pages(webui, "cfg_scale_schedule", "rotation_3d_x")
    performer = hands.performer
    slow, fast = performer.snapshot("slow"), performer.snapshot("fast")
    assert (used(slow), used(fast)) == (("2D", 1, False), ("3D", 10, True))
    assert used(performer.snapshot()) == used(performer.snapshot("new")) == used(fast)
    assert "rotation_3d_x" in slow["deforum"]["idle"]
    assert "rotation_3d_x" not in fast["deforum"]["idle"]
    curves = [state["lanes"][0]["curve_id"] for state in (slow, fast)]
    assert curves[0] != curves[1]
    served = [performer.curve_bytes(lanes[0], page) for page in ("slow", "fast")]
    assert [curve[0] for curve in served if curve is not None] == curves
    assert performer.lane_text(lanes[0], "slow") != performer.lane_text(lanes[0], "fast")
    performer.see_deforum(SLOW, "slow")
    assert used(performer.snapshot("fast")) == used(fast)
    assert used(performer.snapshot()) == used(slow)


def test_the_fewest_keys_are_found_for_each_page(webui: Make) -> None:
    """Once nothing is played, the lanes of every page get their fewest keys, not only those of the tab that was shown
    last."""
    hands, _ = two_pages(webui, "cfg_scale_schedule")
    for page in ("slow", "fast"):
        until(lambda page=page: hands.performer.snapshot(page)["lanes"][0]["final"])  # type: ignore[misc]


def test_a_schedule_is_taken_from_the_tab_of_the_page_that_asks(webui: Make) -> None:
    """The text under a lane is that of the asking page's box; without a page, of the tab that was shown last."""
    hands, (lane,) = two_pages(webui, "zoom")
    assert hands.do("lane.import_schedule", id=lane, page="slow") == {"under": "0: (1.5)"}
    assert hands.do("lane.import_schedule", id=lane, page="fast") == {"under": "0: (2.5)"}
    hands.performer.see_deforum(replace(SLOW, texts={}), "slow")
    assert hands.do("lane.import_schedule", id=lane, page="fast") == {"under": "0: (2.5)"}
    for arguments in ({"page": "slow"}, {}):
        with pytest.raises(InputError, match="box is empty"):
            hands.do("lane.import_schedule", id=lane, **arguments)


class Page:
    """A page that applies every message of its stream, as ``page/store/slices.js`` does."""

    def __init__(self, states: StateText, name: str | None) -> None:
        self._states, self._name, self._sent = states, name, NOTHING
        self.state: dict[str, Any] = {}
        self.full = 0

    def look(self) -> None:
        """Apply what is new."""
        self._sent, text = self._states.newer_than(self._sent, self._name)
        if text is not None:
            message = json.loads(text)
            self.full += message["full"]
            before = {} if message["full"] else {k: v for k, v in self.state.items() if k not in message["removed"]}
            self.state = {**before, **message["slices"]}


def test_the_streams_of_two_pages_never_mix(webui: Make) -> None:
    """However tabs and the song change, each page has the lanes, the cadence and the mode of its own tab; pages with
    one tab share them, and a page whose tab changes alone gets only what that changes."""
    hands, lanes = two_pages(webui, "cfg_scale_schedule", "zoom")
    performer, states = hands.performer, StateText(hands.performer)
    pages = {name: Page(states, name) for name in ("slow", "fast", "new")}

    def check() -> None:
        for name, page in pages.items():
            page.look()
            whole = performer.snapshot(name)
            assert page.state["song"] == whole["song"]
            assert page.state["deforum"] == whole["deforum"]
            for lane in whole["lanes"]:
                shown = page.state[f"lane:{lane['id']}"]
                assert {key: shown[key] for key in ("curve_id", "keys", "smoothing_s")} == {
                    key: lane[key] for key in ("curve_id", "keys", "smoothing_s")
                }

    check()
    hands.do("lane.change", id=lanes[0], smoothing_s=0.5)
    check()
    performer.see_deforum(replace(SLOW, cadence=3), "slow")
    check()
    assert pages["slow"].full == 1
    performer.see_deforum(FAST, "slow")
    check()
    performer.see_deforum(SLOW, "fast")
    hands.do("lane.change", id=lanes[1], smoothing_s=0.25)
    check()
    performer.see_deforum(SLOW, "slow")
    check()
    assert pages["slow"].state["song"] == pages["fast"].state["song"]


def test_many_browsers_get_their_states_and_little_is_kept(webui: Make) -> None:
    """Of more views than texts are stored for, each page still gets its own state, again and again."""
    hands, (lane,) = two_pages(webui, "cfg_scale_schedule")
    states = StateText(hands.performer)
    pages = [Page(states, f"page {number}") for number in range(MOST_VIEWS + 3)]
    for number in range(len(pages)):
        hands.performer.see_deforum(replace(SLOW, cadence=number + 1), f"page {number}")
    for smoothing_s in (0.1, 0.2):
        hands.do("lane.change", id=lane, smoothing_s=smoothing_s)
        for number, page in enumerate(pages):
            page.look()
            assert page.state["song"]["cadence_used"] == number + 1
            assert page.state[f"lane:{lane}"]["smoothing_s"] == smoothing_s
    assert len(states._written) == MOST_VIEWS
