"""A take plays by when its events arrived, or by when their sender meant them; the choice is the user's."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from deforum_perform.core.errors import InputError, NotFoundError
from deforum_perform.osc.datagrams import Datagrams
from deforum_perform.osc.timing.ableton import SONG_TIME, TEMPO
from tests.app.conftest import SECOND, Hands, osc
from tests.osc import encoder
from tests.osc.live import START_NS, played

LIVE = ("127.0.0.1", 11_000)
OTHER = ("127.0.0.1", 50_123)
KNOB = "/live/device/get/parameter/value"
MENU = [(4.0, 3.0)]
ORIGIN_S = START_NS / SECOND


def set_up_live(
    hands: Hands,
    stalls: list[tuple[float, float]],
    tempo_first: bool = True,
    who: Sequence[tuple[str, int]] = (LIVE,),
) -> str:
    """A lane of a knob in a Live that is held up in ``stalls``; recorded. The knob's value is its time."""
    lane = hands.lane("angle", KNOB, in_low=0, in_high=20, out_low=0, out_high=20, tolerance=0.001)
    live = played(12.0, stalls)
    tempo = Datagrams([START_NS - SECOND], [osc(TEMPO, 120.0)], [LIVE])
    if tempo_first:
        hands.performer.parts.reception.receive(tempo)
    hands.at(ORIGIN_S)
    hands.do("record.start")
    beats = iter(live.beats)
    rows = zip(live.meant_ns.tolist(), live.received_ns.tolist(), live.is_song_time.tolist(), strict=True)
    for meant_ns, received_ns, is_song_time in rows:
        tagged = (meant_ns - START_NS) / SECOND
        data = osc(SONG_TIME, float(next(beats))) if is_song_time else osc(KNOB, tagged)
        hands.performer.parts.reception.receive(Datagrams([received_ns], [data], list(who)))
    hands.at(ORIGIN_S + 13)
    hands.do("record.stop")
    return lane


def curve(hands: Hands, lane: str) -> np.ndarray:
    """The lane's value at each frame."""
    data = hands.performer.curve_bytes(lane)[1]
    (count,) = struct.unpack_from("<I", data)
    return np.frombuffer(data, "<f4", count, 8)


def take_of(hands: Hands) -> dict[str, Any]:
    """The only take in the state."""
    (take,) = hands.performer.snapshot()["takes"]
    found: dict[str, Any] = take
    return found


def test_what_live_held_up_is_put_back(hands: Hands) -> None:
    """A knob turned evenly while a menu was open in Live draws an even line; by arrival it stops and jumps."""
    lane = set_up_live(hands, MENU)
    take = take_of(hands)
    assert take["time"] == "sender"
    assert take["sender_times"]["kind"] == "ableton"
    assert take["sender_times"]["largest_shift_s"] == pytest.approx(3.0, abs=0.1)
    even = np.arange(150) / 15
    assert np.abs(curve(hands, lane)[15:150] - even[15:]).max() < 0.15
    assert [p["code"] for p in hands.state_of(lane)["problems"]] == []

    hands.do("take.set_time", id=take["id"], time="arrival")
    assert np.abs(curve(hands, lane)[15:150] - even[15:]).max() > 2.5
    assert "stall" in [p["code"] for p in hands.state_of(lane)["problems"]]
    hands.do("undo")
    assert take_of(hands)["time"] == "sender"
    assert np.abs(curve(hands, lane)[15:150] - even[15:]).max() < 0.15


def test_problems_say_which_of_them_the_senders_time_corrects(hands: Hands) -> None:
    """The stall stays shown where it was, as corrected."""
    set_up_live(hands, MENU)
    stalls = [one for one in take_of(hands)["problems"] if one["kind"] == "stall" and one["source"] == KNOB]
    assert [problem["corrected"] for problem in stalls] == [True]


@pytest.mark.parametrize(("stalls", "tempo", "who"), [([], True, [LIVE]), (MENU, False, [LIVE]), (MENU, True, [])])
def test_without_a_stall_a_tempo_or_a_sender_only_arrival_is_known(
    hands: Hands, stalls: list[tuple[float, float]], tempo: bool, who: list[tuple[str, int]]
) -> None:
    """A Live that was never late, that did not send its tempo, or whose other sources are unknown, leaves the take as
    it arrived."""
    set_up_live(hands, stalls, tempo, who)
    take = take_of(hands)
    assert (take["time"], take["sender_times"]) == ("arrival", None)
    with pytest.raises(InputError, match="has no sender's times"):
        hands.do("take.set_time", id=take["id"], time="sender")


def test_another_sender_is_not_moved_by_lives_stall(hands: Hands) -> None:
    """What a tablet sent while Live was blocked keeps its arrival time."""
    reception = hands.performer.parts.reception
    receive = reception.receive

    def both(datagrams: Datagrams) -> None:
        receive(datagrams)
        receive(Datagrams(datagrams.received_ns, [osc("/touch", 0.5)], [OTHER]))

    reception.receive = both  # type: ignore[method-assign]
    set_up_live(hands, MENU)
    song = hands.performer.session.song
    take = hands.performer.parts.takes.get(song.id, take_of(hands)["id"])
    assert set(take.sent) == {KNOB, SONG_TIME}
    assert "/touch" in take.signals


def tagged(hands: Hands, late_s: float, odd: dict[int, float] | None = None) -> str:
    """A lane of a source whose sender tags its bundles; every tenth one is late. The value is when it was meant.
    ``odd``: number of a bundle -> by how many seconds its tag is ahead."""
    lane = hands.lane("angle", "/k", in_low=0, in_high=20, out_low=0, out_high=20, tolerance=0.001)
    hands.at(1.0)
    hands.do("record.start")
    meant_s = [1.1 + k / 50 for k in range(600)]
    for at_s, sent_s in sorted((s + (late_s if k % 10 == 5 else 0.001), s) for k, s in enumerate(meant_s)):
        away_s = (odd or {}).get(round((sent_s - 1.1) * 50), 0.0)
        bundle = encoder.bundle([osc("/k", sent_s - 1.0)], round((3_900_000_000 + sent_s + away_s) * 2**32))
        hands.performer.parts.reception.receive(Datagrams([round(at_s * SECOND)], [bundle], [LIVE]))
    hands.at(14.0)
    hands.do("record.stop")
    return lane


def test_time_tags_are_a_choice(hands: Hands) -> None:
    """A take from a sender with a steady clock begins by arrival; by the sender's time late bundles are in place."""
    lane = tagged(hands, late_s=0.015)
    take = take_of(hands)
    assert take["time"] == "arrival"
    assert take["sender_times"] == {"kind": "timetags", "largest_shift_s": pytest.approx(0.014, abs=0.003)}
    before = hands.state_of(lane)["curve_id"]
    hands.do("take.set_time", id=take["id"], time="sender")
    assert hands.state_of(lane)["curve_id"] != before
    song = hands.performer.session.song
    placed = hands.performer.parts.takes.in_song(song, take["id"]).signals["/k"]
    assert np.abs(placed.times_s - placed.values).max() < 0.003


@pytest.mark.parametrize("away_s", [2.0, 0.5, 0.2, 0.03, -2.0, 86_400.0, -3_900_000_000.0])
def test_one_odd_tag_leaves_the_others_their_time(hands: Hands, away_s: float) -> None:
    """A bundle scheduled ahead, dated back, or with the time of a clock that was never set keeps its arrival time, and
    no problem is reported; all others still have their sender's time."""
    tagged(hands, late_s=0.015, odd={301: away_s})
    take = take_of(hands)
    assert take["sender_times"] == {"kind": "timetags", "largest_shift_s": pytest.approx(0.014, abs=0.003)}
    assert [problem for problem in take["problems"] if problem["kind"] == "reordered"] == []
    hands.do("take.set_time", id=take["id"], time="sender")
    placed = hands.performer.parts.takes.in_song(hands.performer.session.song, take["id"]).signals["/k"]
    assert len(placed) == 600
    assert np.abs(placed.times_s - placed.values).max() < 0.003


@pytest.mark.parametrize("odd", [range(300, 310), range(10), range(590, 600), range(600)], ids=str)
@pytest.mark.parametrize("ahead_s", [0.05, 0.2, 2.0])
def test_ten_bundles_or_all_of_them_ahead_leave_the_times(hands: Hands, odd: range, ahead_s: float) -> None:
    """A phrase that was scheduled ahead, or the constant latency of SuperCollider: times are known, and no problem is
    reported."""
    tagged(hands, late_s=0.015, odd=dict.fromkeys(odd, ahead_s))
    take = take_of(hands)
    assert take["sender_times"] == {"kind": "timetags", "largest_shift_s": pytest.approx(0.014, abs=0.003)}
    assert take["problems"] == []


def test_the_song_says_how_new_takes_begin(hands: Hands) -> None:
    """With ``sender_time`` new takes play by their sender's time; the state says so, undo takes it back."""
    assert hands.performer.snapshot()["song"]["sender_time"] is False
    hands.do("song.change", sender_time=True)
    assert hands.performer.snapshot()["song"]["sender_time"] is True
    lane = tagged(hands, late_s=0.015)
    take = take_of(hands)
    assert take["time"] == "sender"
    (clip,) = hands.state_of(lane)["clips"]
    song = hands.performer.session.song
    assert clip["start_s"] == hands.performer.parts.takes.in_song(song, take["id"]).signals["/k"].times_s[0]
    for _ in range(4):
        hands.do("undo")
    assert hands.performer.snapshot()["song"]["sender_time"] is False


@pytest.mark.parametrize("arguments", [{"time": "now"}, {"time": 1}, {}, {"time": "sender", "id": "unknown"}])
def test_a_wrong_choice_is_refused(hands: Hands, arguments: dict[str, Any]) -> None:
    """Anything but a take of the song and one of the two times is an error that changes nothing."""
    hands.play("/k", (0.5, 0.1))
    hands.do("record.start")
    hands.play("/k", (1.5, 0.2))
    hands.do("record.stop")
    before = hands.performer.session.song
    with pytest.raises((InputError, NotFoundError)):
        hands.do("take.set_time", **{"id": take_of(hands)["id"], **arguments})
    assert hands.performer.session.song == before


def test_a_saved_take_still_knows_both_times(hands: Hands) -> None:
    """Read back from disk, the take has its events where they arrived and where they were meant."""
    set_up_live(hands, MENU)
    song = hands.performer.session.song
    assert hands.performer.parts.saver.drain(60.0)
    kept = hands.performer.parts.takes.get(song.id, song.takes[0].id)
    read = hands.performer.parts.store.load_takes(song.id, song.takes[0].id)[0]
    assert read.sent_by == "ableton"
    assert all(np.array_equal(times_s, read.sent[name]) for name, times_s in kept.sent.items())
    assert hands.performer.parts.store.load(song.id).song == song


def test_overtaken_bundles_are_marked(hands: Hands) -> None:
    """A bundle that arrives after one that was sent later is reported, as a problem that its sender's time corrects."""
    tagged(hands, late_s=0.05)
    problems = [problem for problem in take_of(hands)["problems"] if problem["kind"] == "reordered"]
    assert problems
    assert all(problem["corrected"] for problem in problems)
