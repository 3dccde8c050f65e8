"""A recording that follows a clock source over a loop: each round is a take, and the latch begins again in each."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deforum_perform.app.recording.ended import with_recording
from deforum_perform.app.recording.replay import replayed
from deforum_perform.core.song.take_info import TakeProblem
from deforum_perform.core.time.clock_source import ManualClock
from deforum_perform.core.time.time_map import TimeMap
from deforum_perform.osc.datagrams import Loss
from deforum_perform.store.journal.writer import JournalWriter, journal_path, read_journal
from tests.app.conftest import SECOND, Hands, opened, osc
from tests.fuzz.examples import same_take

KNOB, PAD = "/knob", "/pad"


class Dial:
    """A clock source whose position in the song the test sets, as a program that is followed would."""

    name = "dial"

    def __init__(self, hands: Hands) -> None:
        self._hands, self.manual = hands, ManualClock()

    def go_to(self, time_s: float, song_s: float, rate: float = 1.0) -> None:
        """At ``time_s`` of the test's clock the song is at ``song_s``."""
        self._hands.at(time_s)
        self.manual = self.manual.set(self._hands.clock[0], song_s, rate)

    def time_s(self, at_ns: int) -> float:
        """The song time at a moment."""
        return self.manual.time_s(at_ns)

    def anchors(self, origin_ns: int, end_ns: int) -> TimeMap:
        """As it was set."""
        return self.manual.anchors(origin_ns, end_ns)


def dial(hands: Hands) -> Dial:
    """Let recordings follow a dial."""
    found = Dial(hands)
    hands.performer.recorder.clock_from = lambda _start_s, _at_ns: found
    return found


def over_a_loop(hands: Hands) -> Dial:
    """A loop from 8 to 12 s in three rounds, recorded from 100 s on: the knob moves in the first and from the middle of
    the third one on; the pad only in the second."""
    follows = dial(hands)
    follows.go_to(100.0, 8.0)
    hands.do("record.start")
    hands.play(KNOB, (101.0, 0.25), (102.0, 0.5))
    follows.go_to(104.0, 8.0)
    hands.play(PAD, (105.0, 1.0))
    hands.play(KNOB, (105.5, 0.5))  # the value that it had: not a move
    follows.go_to(108.0, 8.0)
    hands.play(KNOB, (109.0, 0.5), (110.0, 0.75), (111.0, 1.0))
    return follows


def clips(hands: Hands, lane: str) -> list[tuple[str, float, float]]:
    """(take, start, end) of what a lane plays, the newest last."""
    found = hands.state_of(lane)["clips"]
    return [(clip["take"], clip["start_s"], clip["end_s"]) for clip in found]


def takes(hands: Hands) -> list[tuple[int, float, float, int]]:
    """(number, start, end, events) of the takes."""
    rows = hands.performer.snapshot()["takes"]
    return [(take["number"], take["start_s"], take["end_s"], take["events"]) for take in rows if not take["trashed"]]


def test_each_round_is_a_take_with_clips_of_its_own(hands: Hands) -> None:
    """A lane plays, of each round in which its source moved, what came from the first move on; one step takes all of
    them back, and another one brings them again."""
    zoom, angle = hands.lane("zoom", KNOB), hands.lane("angle", PAD)
    over_a_loop(hands)
    hands.at(112.0)
    assert hands.do("record.stop") == {"take": 3}
    assert takes(hands) == [(1, 8.0, 12.0, 2), (2, 8.0, 12.0, 2), (3, 8.0, 12.0, 3)]
    first, second, third = (take["id"] for take in hands.performer.snapshot()["takes"])
    assert clips(hands, zoom) == [(first, 9.0, 12.0), (third, 10.0, 12.0)]
    assert clips(hands, angle) == [(second, 9.0, 12.0)]
    assert hands.do("undo")["label"] == "takes 1 to 3"
    assert takes(hands) == []
    hands.do("redo")
    assert clips(hands, zoom) == [(first, 9.0, 12.0), (third, 10.0, 12.0)]
    assert len(takes(hands)) == 3


def test_a_hit_counts_again_in_each_round(hands: Hands) -> None:
    """A lane that plays hits plays each round from its first hit on, though every hit has the same value."""
    seed = hands.lane("seed_schedule", PAD, pick="step")
    follows = dial(hands)
    follows.go_to(100.0, 8.0)
    hands.do("record.start")
    for begins_s in (100.0, 104.0, 108.0):
        follows.go_to(begins_s, 8.0)
        hands.send(begins_s + 1.0, osc(PAD))
    hands.at(112.0)
    hands.do("record.stop")
    assert [clip[1:] for clip in clips(hands, seed)] == [(9.0, 12.0)] * 3


def test_a_later_round_that_replaces_an_earlier_one_needs_no_message(hands: Hands) -> None:
    """The notice of a recording says what it replaced of other recordings, not of its own earlier rounds; its Undo
    takes back all rounds."""
    zoom = hands.lane("zoom", KNOB)
    over_a_loop(hands)
    hands.at(112.0)
    hands.do("record.stop")
    assert [notice for notice in hands.performer.snapshot()["notices"] if "replaced" in notice["id"]] == []
    over_a_loop(hands)
    hands.at(112.0)
    hands.do("record.stop")
    (notice,) = [notice for notice in hands.performer.snapshot()["notices"] if "replaced" in notice["id"]]
    assert notice["message"] == "Takes 4 to 6 replaced Zoom from 0:09.0 to 0:12.0."
    assert [(offer["command"], offer["what"]) for offer in notice["offers"]] == [("undo", "The whole takes 4 to 6")]
    assert clips(hands, zoom)[-1][1:] == (10.0, 12.0)


def test_a_loop_is_saved_and_opened_again(hands: Hands, tmp_path: Path) -> None:
    """The song, its clips and every take are equal when another process opens them, and in a copy, a zip, and the
    recording's file is one."""
    hands.lane("zoom", KNOB)
    over_a_loop(hands)
    hands.at(112.0)
    hands.do("record.stop")
    song, there = hands.performer.session.song, hands.performer.parts.takes
    assert hands.performer.parts.saver.drain(30.0)
    assert len(list((tmp_path / "songs" / song.id / "recordings").glob("*.npz"))) == 1
    shutil.copytree(tmp_path, tmp_path / "copy", ignore=shutil.ignore_patterns("copy", "lock"))
    again = Hands(opened(tmp_path / "copy", [0]), [0])
    try:
        assert again.performer.session.song.takes == song.takes
        assert again.performer.session.song.clips == song.clips
        read = again.performer.parts.takes
        assert all(same_take(read.get(song.id, take.id), there.get(song.id, take.id)) for take in song.takes)
        archive = again.performer.export("zip").data
        again.performer.import_song(archive)
        copied = again.performer.session.song
        assert copied.takes == song.takes
        assert all(same_take(read.get(copied.id, take.id), there.get(song.id, take.id)) for take in song.takes)
        again.do("song.duplicate", id=copied.id)
        assert again.performer.session.song.takes == song.takes
        assert again.performer.snapshot()["unsaved"] == []
    finally:
        again.performer.close()


def test_a_problem_is_shown_in_the_round_that_it_touches(hands: Hands) -> None:
    """Datagrams that were lost from one round into the next are reported in both, inside each; others only in
    theirs."""
    follows = dial(hands)
    follows.go_to(100.0, 8.0)
    hands.do("record.start")
    hands.play(KNOB, (101.0, 0.25), (103.0, 0.5))
    follows.go_to(104.0, 8.0)
    hands.send(105.0, osc(KNOB, 0.75))
    hands.performer.recorder.report(_lost(103.5, 104.5))
    follows.go_to(108.0, 8.0)
    hands.play(KNOB, (109.0, 0.5))
    hands.at(110.0)
    hands.do("record.stop")
    rows = hands.performer.snapshot()["takes"]
    found = [[(problem["start_s"], problem["end_s"]) for problem in take["problems"]] for take in rows]
    assert found == [[(11.5, 12.0)], [(8.0, 8.5)], []]


def _lost(since_s: float, noticed_s: float) -> Loss:
    return Loss(round(noticed_s * SECOND), 4, "lost", since_ns=round(since_s * SECOND))


def test_the_growing_curve_is_that_of_the_current_round(hands: Hands) -> None:
    """While a loop is recorded, the page gets the playhead of the clock source, and the curve of what was played since
    the song jumped back."""
    zoom = hands.lane("zoom", KNOB, in_low=0, in_high=1, out_low=0.5, out_high=1.5)
    follows = dial(hands)
    follows.go_to(100.0, 8.0)
    hands.do("record.start")
    hands.play(KNOB, (101.0, 0.0), (103.0, 0.0))
    message, cursor = hands.performer.live(None)
    assert message is not None
    assert message["time_s"] == 11.0
    assert message["growth"][0][1] == 9 * 15
    follows.go_to(104.0, 8.0)
    hands.play(KNOB, (104.5, 1.0))
    hands.at(105.0)
    message, cursor = hands.performer.live(cursor)
    assert message is not None
    assert message["time_s"] == 9.0
    ((lane, first, values),) = message["growth"]
    assert (lane, first) == (zoom, 127)
    assert set(values[1:]) == {1.5}
    hands.do("record.stop")


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hands]:
    """Someone whose journals stay after the recording, one for all examples."""
    close = JournalWriter.close

    def left(journal: JournalWriter, remove: bool) -> bool:
        return close(journal, remove=False)

    clock = [0]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(JournalWriter, "close", left)
        performer = opened(tmp_path_factory.mktemp("songs"), clock)
        yield Hands(performer, clock)
        performer.close()


steps = st.lists(
    st.tuples(
        st.integers(1, 30),
        st.one_of(
            st.floats(0, 1).map(lambda value: ("play", value)),
            st.tuples(st.just("hit"), st.just(0.0)),
            st.sampled_from([8.0, 8.0, 20.0]).map(lambda song_s: ("go", song_s)),
        ),
    ),
    min_size=1,
    max_size=20,
)


def played(hands: Hands, moves: list[tuple[int, tuple[str, float]]], follows: Dial) -> float:
    """Start to record at 100 s, and perform the moves, each some tenths of a second after the one before it; the moment
    of the last one that was received."""
    follows.go_to(100.0, 8.0)
    hands.do("record.start")
    now_s = last_s = 100.0
    for tenths, (what, value) in moves:
        now_s += tenths / 10
        if what == "go":
            follows.go_to(now_s, value)
        else:
            hands.send(now_s, osc(KNOB, value) if what == "play" else osc(PAD))
            last_s = now_s
    hands.at(last_s)
    return last_s


def tapped(hands: Hands) -> None:
    """A new song with a lane that follows the knob, and one for which each hit of the pad counts."""
    hands.clock[0] = 99 * SECOND
    hands.do("song.new", name="a song")
    hands.lane("zoom", KNOB, in_low=0, in_high=1)
    hands.lane("seed_schedule", PAD, pick="step")


@settings(max_examples=25)
@given(steps)
def test_a_loop_that_was_cut_off_comes_back_as_it_would_have_ended(
    kept: Hands, moves: list[tuple[int, tuple[str, float]]]
) -> None:
    """Whatever was played over whatever jumps: the takes and clips from the journal are those of a stop at the last
    event, by the anchors that the journal contains and not by the computer's clock."""
    tapped(kept)
    before = kept.performer.session.song
    last_s = played(kept, moves, dial(kept))
    playing = kept.performer.recorder.current
    assert playing is not None
    kept.at(last_s)
    kept.do("record.stop")
    assert kept.performer.parts.saver.drain(30.0)
    song = kept.performer.session.song
    journal = read_journal(journal_path(kept.performer.parts.store.journals, playing.plan.recording_id))
    for notes in (journal.notes, [note for note in journal.notes if "end" not in note.what]):
        found, _ = replayed(replace(journal, notes=notes))
        if not song.takes:
            assert found[0].take.events == 0
            continue
        there = kept.performer.parts.takes
        assert all(same_take(each.take, there.get(song.id, each.take.id)) for each in found)
        whole = [replace(each, problems=_of_reception(each.problems)) for each in found]
        recovered = with_recording(replace(before, lanes=song.lanes), whole)
        assert [(take.id, take.start_s, take.end_s, take.marks) for take in recovered.takes] == [
            (take.id, take.start_s, take.end_s, take.marks) for take in song.takes
        ]
        assert recovered.clips == song.clips


def _of_reception(problems: tuple[TakeProblem, ...]) -> tuple[TakeProblem, ...]:
    return tuple(problem for problem in problems if problem.kind != "cut_off")


def test_a_killed_loop_recording_is_recovered(hands: Hands, tmp_path: Path) -> None:
    """A process that ended in the third round leaves a journal; its recovery makes the takes and clips of all rounds,
    which Undo takes back together."""
    zoom = hands.lane("zoom", KNOB)
    over_a_loop(hands)
    journal = hands.performer.recorder.feed.journal
    assert journal is not None
    assert journal.flush(timeout_s=60)
    shutil.copytree(tmp_path, tmp_path / "killed", ignore=shutil.ignore_patterns("killed", "lock"))
    again = Hands(opened(tmp_path / "killed", [0]), [0])
    try:
        (offered,) = again.performer.snapshot()["unsaved"]
        assert again.do("recording.recover", id=offered["id"]) == {"take": 3}
        assert takes(again) == [(1, 8.0, 12.0, 2), (2, 8.0, 12.0, 2), (3, 8.0, 11.0, 3)]
        assert [clip[1:] for clip in clips(again, zoom)] == [(9.0, 12.0), (10.0, 11.0)]
        assert again.performer.parts.saver.drain(30.0)
        assert list((tmp_path / "killed" / "journals").glob("*.journal")) == []
        assert again.do("undo")["label"] == "recover takes 1 to 3"
        assert takes(again) == []
    finally:
        again.performer.close()


def test_a_loop_whose_song_lost_its_file_is_recovered_from_the_recording(hands: Hands, tmp_path: Path) -> None:
    """A recording over a loop in the folder of a song that does not list it is offered once, and becomes all of its
    takes."""
    hands.lane("zoom", KNOB)
    over_a_loop(hands)
    hands.at(112.0)
    hands.do("record.stop")
    song = hands.performer.session.song
    assert hands.performer.parts.saver.drain(30.0)
    other = hands.do("song.new", name="other")["id"]
    folders = [tmp_path / "songs" / song_id / "recordings" for song_id in (song.id, other)]
    (file,) = folders[0].glob("*.npz")
    file.rename(folders[1] / file.name)
    hands.do("song.open", id=song.id)
    (offered,) = hands.performer.snapshot()["unsaved"]
    assert (offered["events"], offered["seconds"]) == (7, 12.0)
    hands.do("recording.recover", id=offered["id"])
    assert hands.performer.session.song.id == other
    assert takes(hands) == [(1, 8.0, 12.0, 2), (2, 8.0, 12.0, 2), (3, 8.0, 12.0, 3)]
