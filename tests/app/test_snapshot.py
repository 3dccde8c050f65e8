"""The state as a page gets it: of one moment, whatever happens while it is made."""

from __future__ import annotations

from typing import Any

import pytest

from tests.app.conftest import Hands


@pytest.mark.parametrize("name", ["song.new", "lane.remove"])
def test_a_state_is_of_one_moment(hands: Hands, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """What changes while the lanes are computed is in the next state whole, and in this one not at all."""
    lane = hands.lane("zoom", "/a")
    hands.at(0.0)
    hands.do("record.start")
    hands.play("/a", (1.0, 0.2), (2.0, 0.8))
    hands.do("record.stop")
    performer = hands.performer
    of, before = performer.schedules.of, performer.stage.song.id

    def meanwhile(*arguments: Any, **more: Any) -> Any:
        monkeypatch.setattr(performer.schedules, "of", of)
        hands.do(name, **({"name": "Another"} if name == "song.new" else {"id": lane}))
        return of(*arguments, **more)

    monkeypatch.setattr(performer.schedules, "of", meanwhile)
    performer.touch()
    torn = performer.snapshot()
    assert (torn["song"]["id"], [row["id"] for row in torn["lanes"]]) == (before, [lane])
    assert torn["revision"] < performer.revision
    whole = performer.snapshot()
    assert (whole["revision"], whole["lanes"]) == (performer.revision, [])
