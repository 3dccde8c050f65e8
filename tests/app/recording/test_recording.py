"""Recordings: latch, song time, what starts and ends them, and what a lane plays afterwards."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from deforum_perform.core.deforum.schedule import parse_schedule
from deforum_perform.core.errors import ConflictError
from tests.app.conftest import Hands, opened, osc

ROOT = Path(__file__).parents[3]


def record(hands: Hands, start_s: float, end_s: float, *plays: tuple[str, list[tuple[float, float]]]) -> None:
    """One recording between two moments of the clock."""
    hands.at(start_s)
    hands.do("record.start")
    for address, pairs in plays:
        hands.play(address, *pairs)
    hands.at(end_s)
    hands.do("record.stop")


def values_of(hands: Hands, lane_id: str) -> np.ndarray:
    """What the lane plays, read back from its text."""
    return parse_schedule(hands.performer.lane_text(lane_id), hands.performer.session.song.frames)


def test_a_lane_writes_from_the_first_move_of_its_source(hands: Hands) -> None:
    """Latch: before the first move the lane rests, from it on it plays, and after the last move it holds."""
    hands.play("/k", (0.0, 0.0), (0.1, 1.0), (0.2, 0.0))
    lane = hands.lane("angle", "/k", out_low=0, out_high=10, tolerance=0.0)
    record(hands, 10, 14, ("/k", [(11.0, 0.0), (12.0, 0.5), (13.0, 1.0)]))
    hands.do("song.change", fps=1, length_s=6)
    assert values_of(hands, lane).tolist() == [0, 0, 5, 10, 10, 10]
    written = hands.state_of(lane)["clips"][0]
    assert written["start_s"] == pytest.approx(2.0)  # the event at 11 s repeated the value known before: no move


def test_a_second_recording_replaces_only_what_it_played(hands: Hands) -> None:
    """The newest take is on top, per lane, from its first move to its end; outside the older one still plays."""
    hands.play("/k", (0.0, 0.0), (0.1, 1.0))
    lane = hands.lane("angle", "/k", out_low=0, out_high=10, tolerance=0.0)
    record(hands, 10, 20, ("/k", [(10.0, 0.2), (15.0, 0.3)]))
    hands.do("seek", time_s=3.0)
    record(hands, 30, 32, ("/k", [(31.0, 0.9)]))
    hands.do("song.change", fps=1)
    assert np.round(values_of(hands, lane), 3).tolist() == [2, 2, 2, 2, 9, 3, 3, 3, 3, 3]


def test_an_armed_lane_whose_source_never_moves_keeps_what_it_had(hands: Hands) -> None:
    """An armed lane without a move in the recording gets no clip from it."""
    hands.play("/k", (0.0, 0.0), (0.1, 1.0))
    hands.play("/other", (0.2, 0.0), (0.3, 1.0))
    lane = hands.lane("angle", "/k")
    record(hands, 10, 12, ("/k", [(10.5, 0.2)]))
    before = hands.state_of(lane)["clips"]
    record(hands, 20, 22, ("/other", [(20.5, 0.2)]))
    assert hands.state_of(lane)["clips"] == before
    assert len(hands.performer.snapshot()["takes"]) == 2


def test_a_disarmed_lane_is_not_written(hands: Hands) -> None:
    """Arm decides which lanes a recording writes; the take still has every source."""
    hands.play("/k", (0.0, 0.0), (0.1, 1.0))
    lane = hands.lane("angle", "/k", armed=False)
    record(hands, 10, 12, ("/k", [(10.5, 0.2)]))
    assert hands.state_of(lane)["clips"] == []
    assert hands.performer.snapshot()["takes"][0]["sources"] == ["/k"]


def test_the_osc_message_starts_and_stops_at_its_own_time(hands: Hands) -> None:
    """/perform/record 1 and 0 count from the moment they arrived, with what came in the same batch."""
    hands.lane("angle", "/k")
    hands.send(5.0, osc("/perform/record", 1), osc("/k", 0.5))
    hands.send(7.0, osc("/k", 0.75), osc("/perform/record", 0))
    (take,) = hands.performer.snapshot()["takes"]
    assert (take["start_s"], take["end_s"], take["events"]) == (0.0, 2.0, 2)


def test_stop_and_start_in_one_batch_make_two_takes(hands: Hands) -> None:
    """A stop followed at once by a start ends one take and begins the next."""
    hands.lane("angle", "/k")
    hands.send(1.0, osc("/perform/record", 1), osc("/k", 0.1))
    hands.send(2.0, osc("/perform/record", 0), osc("/perform/record", 1))
    hands.send(3.0, osc("/k", 0.2))
    hands.send(4.0, osc("/perform/record", 0))
    assert [t["number"] for t in hands.performer.snapshot()["takes"]] == [1, 2]


def test_waiting_starts_at_the_first_move_of_an_armed_source(hands: Hands) -> None:
    """After record.wait only a changed value of an armed lane's source starts the recording, at its own time."""
    hands.play("/k", (0.0, 0.5))
    hands.play("/other", (0.1, 0.5))
    hands.lane("angle", "/k")
    hands.do("record.wait")
    hands.play("/other", (1.0, 0.6))
    hands.play("/k", (2.0, 0.5))
    assert hands.performer.snapshot()["transport"]["state"] == "waiting"
    hands.play("/k", (3.0, 0.7))
    assert hands.performer.snapshot()["transport"]["state"] == "recording"
    hands.at(4.0)
    hands.do("record.stop")
    (take,) = hands.performer.snapshot()["takes"]
    assert (take["events"], take["end_s"]) == (1, 1.0)


def test_waiting_needs_an_armed_source(hands: Hands) -> None:
    """Nothing could ever start the recording, so the command says what to do."""
    with pytest.raises(ConflictError, match="Learn one first"):
        hands.do("record.wait")


def test_recording_starts_where_the_user_set_it(hands: Hands) -> None:
    """Events are anchored to the start in song time."""
    hands.lane("angle", "/k")
    hands.do("seek", time_s=60.0)
    record(hands, 100, 102, ("/k", [(101.0, 0.5)]))
    take = hands.performer.parts.takes.get(
        hands.performer.session.song.id, hands.performer.snapshot()["takes"][0]["id"]
    )
    assert take.signals["/k"].times_s.tolist() == [61.0]
    assert hands.performer.snapshot()["transport"]["position_s"] == 60.0


def test_a_recording_without_events_makes_no_take(hands: Hands) -> None:
    """An empty recording is reported, not kept."""
    record(hands, 1, 2)
    state = hands.performer.snapshot()
    assert state["takes"] == []
    assert [n["id"] for n in state["notices"]] == ["recording"]


def test_texts_are_recorded_beside_numbers(hands: Hands) -> None:
    """String arguments are kept with their song time."""
    hands.at(1.0)
    hands.do("record.start")
    hands.send(2.0, osc("/name", "verse"))
    hands.at(3.0)
    hands.do("record.stop")
    song = hands.performer.session.song
    take = hands.performer.parts.takes.get(song.id, song.takes[0].id)
    assert take.texts == {"/name": ((1.0, "verse"),)}


def test_a_take_is_on_disk_when_stop_returns(hands: Hands, tmp_path: Path) -> None:
    """Another process finds the song, the take and no journal as soon as the command has answered."""
    hands.lane("angle", "/k")
    record(hands, 1, 3, ("/k", [(2.0, 0.5)]))
    song = hands.performer.session.song
    hands.performer.close()
    other = opened(tmp_path, [0])
    assert other.session.song == song
    assert other.parts.takes.get(song.id, song.takes[0].id).signals["/k"].values.tolist() == [0.5]
    assert other.parts.offers.entries == []
    other.close()


def test_a_new_lane_plays_what_is_already_recorded(hands: Hands) -> None:
    """Raw events are the truth: a lane added afterwards for a recorded source plays it, ranged to what was played."""
    record(hands, 0, 4, ("/k", [(1.0, 20.0), (2.0, 120.0)]))
    lane = hands.lane("angle", "/k")
    state = hands.state_of(lane)
    assert len(state["clips"]) == 1
    assert (state["in_low"], state["in_high"]) == (20.0, 120.0)


RECORD = """
import sys
from pathlib import Path
from deforum_perform.app.host import Standalone
from deforum_perform.app.performer import open_performer
from deforum_perform.core.listener import ListenerChoice
from deforum_perform.demo.wire import udp_sender

performer = open_performer(Path(sys.argv[1]), ListenerChoice(port=0), Standalone())
with udp_sender("127.0.0.1", performer.listening.port) as send:
    before = set(sys.modules)
    performer.recorder.start(performer.parts.clock_ns())
    for step in range(50):
        send("/knob", (step / 50,))
        send("/name", ("verse",))
    performer.listening.settle()
    (take,) = performer.recorder.stop(performer.parts.clock_ns())
    performer.parts.saver.drain(60.0)
    print(take.events, sorted(set(sys.modules) - before))
performer.close()
"""


def test_recording_imports_nothing(tmp_path: Path) -> None:
    """All modules that a recording needs are there when it begins: an import would fail without free descriptors."""
    command = [sys.executable, "-c", RECORD, str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout == "100 []\n", done.stderr
