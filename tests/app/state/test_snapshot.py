"""The state as a page gets it: of one moment, whatever happens while it is made."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from deforum_perform.app.state.snapshot import Snapshots
from deforum_perform.osc.receive.intake import Intake
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
    of, before = performer.curves.schedules.of, performer.session.song.id

    def meanwhile(*arguments: Any, **more: Any) -> Any:
        monkeypatch.setattr(performer.curves.schedules, "of", of)
        hands.do(name, **({"name": "Another"} if name == "song.new" else {"id": lane}))
        return of(*arguments, **more)

    monkeypatch.setattr(performer.curves.schedules, "of", meanwhile)
    performer.publisher.publish()
    torn = performer.snapshot()
    assert (torn["song"]["id"], [row["id"] for row in torn["lanes"]]) == (before, [lane])
    assert torn["revision"] < performer.revision
    whole = performer.snapshot()
    assert (whole["revision"], whole["lanes"]) == (performer.revision, [])


NETWORK = "203.0.113.0/24"
BASE = {"animation_mode": "3D", "diffusion_cadence": 10, "strength_schedule": "0: (0.5)"}


class SeenAtOnce:
    """A lock with a thread waiting for it: whenever the test's thread releases it, a state is made before anything
    else."""

    def __init__(self, performer: Any) -> None:
        self._performer, self._lock = performer, performer.session.lock
        self._mine, self._depth = threading.get_ident(), 0
        self.states: list[dict[str, Any]] = []

    def __enter__(self) -> None:
        self._lock.acquire()
        self._depth += threading.get_ident() == self._mine

    def __exit__(self, *_: object) -> None:
        mine = threading.get_ident() == self._mine
        self._depth -= mine
        self._lock.release()
        if mine and self._depth == 0:
            self._depth = 1  # making a state releases it, but no thread reads meanwhile
            self.states.append(self._performer.snapshot())
            self._depth = 0


def made_anew(hands: Hands) -> Any:
    """The present state, made without what was kept of an earlier one."""
    return Snapshots(hands.performer.parts).present()


@pytest.mark.parametrize(
    ("command", "arguments"),
    [
        ("listener.allow", {"sender": "10.0.0.0/8"}),
        ("listener.forbid", {"sender": NETWORK}),
        ("listener.change", {"host": "127.0.0.1", "port": 0, "controls": False, "allowed": []}),
        ("song.new", {"name": "Another"}),
        ("song.open", {"id": "with_base"}),
        ("song.trash", {"id": "with_base"}),
        ("song.rename", {"name": "Renamed"}),
        ("settings.import", {"name": "b.txt", "settings": BASE}),
        ("undo", {}),
    ],
)
def test_a_revision_names_one_state(
    hands: Hands, monkeypatch: pytest.MonkeyPatch, command: str, arguments: dict[str, Any]
) -> None:
    """However soon a state is made while a command runs, the last one is the true one."""
    performer = hands.performer
    hands.do("listener.allow", sender=NETWORK)
    hands.do("settings.import", name="base.txt", settings=BASE)
    with_base = performer.session.song.id
    hands.do("song.new", name="Empty")
    hands.do("lane.add", field="zoom")
    seen = SeenAtOnce(performer)
    for owner in (performer.session, performer.publisher):
        monkeypatch.setattr(owner, "lock", seen)
    hands.do(command, **{name: with_base if value == "with_base" else value for name, value in arguments.items()})
    monkeypatch.undo()
    assert seen.states
    shown, anew = performer.snapshot(), made_anew(hands)
    assert shown == anew
    by_revision = {state["revision"]: state for state in seen.states}
    assert all(state is by_revision[state["revision"]] for state in seen.states)


@pytest.mark.parametrize("allow", [True, False])
def test_the_state_names_who_may_send_now(hands: Hands, monkeypatch: pytest.MonkeyPatch, allow: bool) -> None:
    """From the moment a sender is allowed, or removed, every state says so: the filter and its revision change
    together."""
    performer, states = hands.performer, []
    hands.do("listener.allow", sender="10.0.0.1")
    if not allow:
        hands.do("listener.allow", sender=NETWORK)
    before = performer.snapshot()
    change = performer.inputs.sender_filter.change

    def look() -> None:
        if performer.session.lock.acquire(
            blocking=False
        ):  # otherwise the change is not complete yet, and no thread can read
            states.append(performer.snapshot())
            performer.session.lock.release()

    def changed_and_seen(rules: Any) -> None:
        change(rules)
        watcher = threading.Thread(target=look)
        watcher.start()
        watcher.join()

    monkeypatch.setattr(performer.inputs.sender_filter, "change", changed_and_seen)
    hands.do("listener.allow" if allow else "listener.forbid", sender=NETWORK)
    for state in (*states, performer.snapshot()):
        assert state["listener"]["senders"]["allowed"] == performer.inputs.sender_filter.rules.names()
        assert state["revision"] > before["revision"]


def test_the_state_names_where_the_listener_is_now(hands: Hands) -> None:
    """A state made while the listener moves is consistent: address, port, problem and revision belong together."""
    performer, states = hands.performer, []
    performer.listening.start("127.0.0.1", 0)
    before, start = performer.snapshot(), Intake.start

    def started_and_seen(intake: Intake) -> None:
        states.append(performer.snapshot())
        start(intake)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Intake, "start", started_and_seen)
        hands.do("listener.change", host="127.0.0.1", port=0)
    moved = states[0]["listener"]
    assert (moved["host"], moved["port"]) == (performer.listening.host, performer.listening.port)
    assert states[0]["revision"] > before["revision"]
