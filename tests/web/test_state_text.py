"""The state as text: what a page has already is not sent again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from deforum_perform.app.listening.monitor import MAX_LISTED
from deforum_perform.web.answers import to_json
from deforum_perform.web.state_text import NOTHING, StateText
from tests.app.conftest import Hands, opened, osc

LARGEST_AGAIN = 5_000


@pytest.fixture
def hands(tmp_path: Path) -> Iterator[Hands]:
    """Someone at a fresh Performer."""
    clock = [0]
    performer = opened(tmp_path, clock)
    yield Hands(performer, clock)
    performer.close()


class Page:
    """The state of a page that applies every message, as ``page/store/slices.js`` does."""

    def __init__(self, states: StateText) -> None:
        self.states, self.state, self.sent = states, dict[str, Any](), NOTHING
        self.sizes: list[int] = []

    def look(self) -> None:
        """Apply what is new."""
        self.sent, text = self.states.newer_than(self.sent)
        if text is not None:
            self.sizes.append(len(text))
            message = json.loads(text)
            before = {} if message["full"] else {k: v for k, v in self.state.items() if k not in message["removed"]}
            self.state = {**before, **message["slices"]}

    def sources(self) -> list[tuple[int, str, bool, tuple[int, int | None]]]:
        """Its list."""
        listed = self.state["sources"]
        return [(row["index"], row["name"], row["text"], (row["take_count"], row["first_take"])) for row in listed]

    def takes(self) -> list[dict[str, Any]]:
        """Its takes, by their numbers."""
        takes = [value for key, value in self.state.items() if key.startswith("take:")]
        return sorted(takes, key=lambda take: int(take["number"]))


def whole(hands: Hands) -> list[tuple[int, str, bool, tuple[int, int | None]]]:
    """The list that the performer has."""
    rows = hands.performer.snapshot()["sources"]
    return [(row["index"], row["name"], row["text"], (row["take_count"], row["first_take"])) for row in rows]


def taken(hands: Hands) -> list[dict[str, Any]]:
    """The takes that the performer has."""
    found: list[dict[str, Any]] = json.loads(to_json(hands.performer.snapshot()["takes"]))
    return found


def test_a_page_always_has_the_present_lists(hands: Hands) -> None:
    """Whatever changes, and whether it looks each time or seldom: sources and takes that are new, recorded, trashed, or
    cleared away."""
    states = StateText(hands.performer)
    often, seldom = Page(states), Page(states)

    def changes() -> Iterator[None]:
        hands.play("/a", (0.0, 0.5))
        yield
        hands.do("song.change", fps=12)
        yield
        hands.send(1.0, osc("/text", "verse"))
        yield
        hands.do("record.start")
        hands.play("/a", (2.0, 0.75))
        hands.at(3.0)
        hands.do("record.stop")
        yield
        hands.do("take.trash", id=hands.performer.snapshot()["takes"][0]["id"])
        yield
        hands.do("monitor.clear")
        yield
        hands.do("song.change", fps=15)
        hands.play("/b", (4.0, 0.5))
        yield

    for step, _ in enumerate(changes()):
        often.look()
        assert often.sources() == whole(hands)
        assert often.takes() == taken(hands)
        if step % 2:
            seldom.look()
            assert seldom.sources() == whole(hands)
            assert seldom.takes() == taken(hands)
    late = Page(states)
    late.look()
    assert (late.sources(), late.takes()) == (whole(hands), taken(hands))


def test_a_state_stays_small_with_as_many_sources_as_there_can_be(hands: Hands) -> None:
    """The list goes to a page once; a song's takes name some of their sources, and those that lanes play."""
    names = [f"/sender/{number}" for number in range(MAX_LISTED)]
    last = max(names)
    lane = hands.lane("zoom", last)
    for start in (1.0, 11.0, 21.0):
        hands.at(start)
        hands.do("record.start")
        hands.send(start + 1, *(osc(name, start + number) for number, name in enumerate(names)))
        hands.at(start + 2)
        hands.do("record.stop")
    page = Page(StateText(hands.performer))
    page.look()
    assert len(page.sources()) == MAX_LISTED
    assert [take["source_count"] for take in page.takes()] == [MAX_LISTED] * 3
    assert all(last in take["sources"] for take in page.takes())
    hands.do("lane.change", id=lane, smoothing_s=0.5)
    page.look()
    assert page.sources() == whole(hands)
    assert page.sizes[1] < LARGEST_AGAIN < page.sizes[0]
