"""A recording recovered from its journal is the take, the clips and the problems of a normal stop."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from deforum_perform.app.performer import Performer
from deforum_perform.app.recording.ended import with_recording
from deforum_perform.app.recording.replay import replayed
from deforum_perform.core.song.song import Song
from deforum_perform.core.song.take import Take
from deforum_perform.osc.datagrams import Datagrams, Loss
from deforum_perform.osc.timing.ableton import PLAYING, SONG_TIME, TEMPO
from deforum_perform.store.journal.writer import Journal, JournalWriter, journal_path, read_journal
from tests.app.conftest import SECOND, Hands, opened, osc
from tests.fuzz.examples import same_take
from tests.osc import encoder
from tests.osc.live import START_NS, played

SENDERS = [("127.0.0.1", 9000), ("127.0.0.1", 9001), ("::1", 9000)]
UNIT = st.floats(0, 1)
PAYLOADS = st.one_of(
    st.builds(osc, st.sampled_from(["/a", "/b", SONG_TIME, TEMPO]), st.floats(-1e3, 1e3)),
    st.builds(osc, st.sampled_from(["/xy", "/b"]), UNIT, st.integers(-5, 5)),
    st.builds(osc, st.sampled_from(["/text", "/c"]), st.sampled_from(["verse", "chorus"])),
    st.builds(lambda tag, v: encoder.bundle([osc("/a", v), osc("/c", v)], tag), st.integers(1, 2**64 - 1), UNIT),
    st.just(osc("/c", 0.5)),
    st.sampled_from([osc("/perform/play", 1), osc("/perform/nothing"), osc(PLAYING, True), b"junk", b""]),
)
LOSSES = st.builds(
    Loss,
    st.integers(-SECOND, 4 * SECOND).map(lambda ns: START_NS + ns),
    st.integers(1, 99),
    st.sampled_from(["lost", "limited", "slept"]),
    st.sampled_from(["", "10.0.0.9"]),
)


@dataclass
class Batch:
    """What arrives at once: steps to the stamp before (ns), payloads, senders, losses."""

    steps: list[int]
    payloads: list[bytes]
    senders: list[tuple[str, int]]
    losses: list[Loss]


@st.composite
def batches(draw: st.DrawFn) -> Batch:
    """Any batch; a receiver names the sender of each datagram, or of none."""
    payloads = draw(st.lists(PAYLOADS, max_size=5))
    count = len(payloads)
    steps = draw(st.lists(st.integers(0, SECOND // 2), min_size=count, max_size=count))
    each = st.lists(st.sampled_from(SENDERS), min_size=count, max_size=count)
    return Batch(steps, payloads, draw(st.just([]) | each), draw(st.lists(LOSSES, max_size=2)))


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder of songs for all examples."""
    return tmp_path_factory.mktemp("songs")


@pytest.fixture(scope="module")
def hands(root: Path) -> Iterator[Hands]:
    """A user of a Performer whose journals stay after the recording."""

    close = JournalWriter.close

    def kept(journal: JournalWriter, remove: bool) -> bool:
        return close(journal, remove=False)

    clock = [START_NS]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(JournalWriter, "close", kept)
        performer: Performer = opened(root, clock)
        yield Hands(performer, clock)
        performer.close()


def begin(hands: Hands) -> Song:
    """A new song with three armed lanes, a recording started in it; the song before."""
    hands.clock[0] = START_NS
    hands.do("song.new", name="a song")
    hands.performer.parts.reception.receive(Datagrams([START_NS - 1], [osc("/c", 0.5)], []))
    hands.lane("seed_schedule", "/c", pick="step")
    hands.lane("angle", "/a", in_low=0, in_high=1)
    hands.lane("zoom", "/b", in_low=0, in_high=1)
    hands.do("record.start")
    return hands.performer.session.song


def end(hands: Hands, at_ns: int, number: int = 1) -> tuple[Song, Take | None, Journal]:
    """Stop the recording; the song afterwards, its take if there is one, and the journal as it was written."""
    playing = hands.performer.recorder.current
    assert playing is not None
    hands.clock[0] = at_ns
    hands.do("record.stop")
    assert hands.performer.parts.saver.drain(30.0)
    journal = read_journal(journal_path(hands.performer.parts.store.journals, playing.plan.recording_id))
    song = hands.performer.session.song
    take = hands.performer.parts.takes.get(song.id, song.takes[0].id) if song.takes else None
    return song, take, journal


def check(before: Song, after: Song, take: Take | None, journal: Journal, *, stopped: bool = True) -> None:
    """The journal gives what the stop gave; if it does not contain the stop, the take shows it."""
    (found,), _ = replayed(journal)
    if take is None:
        assert found.take.events == 0
        return
    assert same_take(found.take, take)
    cut_off = [mark for mark in found.problems if mark.kind == "cut_off"]
    assert [mark.end_s for mark in cut_off] == ([] if stopped else [take.end_s])
    before = replace(before, lanes=after.lanes)  # input ranges that adapted meanwhile are saved with the song
    kept = tuple(mark for mark in found.problems if mark not in cut_off)
    recovered = with_recording(before, [replace(found, problems=kept)])
    assert recovered.takes == after.takes
    assert recovered.clips == after.clips


@settings(max_examples=40)
@given(st.lists(batches(), max_size=8), st.integers(-SECOND, SECOND), st.booleans())
def test_any_recording_comes_back_as_it_would_have_ended(
    hands: Hands, arriving: list[Batch], wait_ns: int, sender_time: bool
) -> None:
    """Whatever arrived, from any sender, with any losses, and whenever the recording was stopped."""
    begin(hands)
    hands.performer.session.edit("time", lambda song: replace(song, sender_time=sender_time), undoable=False)
    before = hands.performer.session.song
    now = START_NS
    for batch in arriving:
        stamps = (now + np.cumsum(batch.steps)).tolist() if batch.steps else []
        now = stamps[-1] if stamps else now
        hands.performer.parts.reception.receive(Datagrams(stamps, batch.payloads, batch.senders, tuple(batch.losses)))
    check(before, *end(hands, max(START_NS, now + wait_ns)))


@settings(max_examples=15, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(
    st.lists(st.floats(0.1, 2.0), max_size=2),
    st.floats(40, 200),
    st.integers(0, 5),
    st.booleans(),
    st.lists(LOSSES, max_size=3),
    st.integers(1, 60),
)
def test_a_recording_with_senders_times_comes_back_with_them(
    hands: Hands, stalls: list[float], tempo: float, seed: int, known_before: bool, losses: list[Loss], size: int
) -> None:
    """Live's stalls and the time tags of another sender move the same events in both, and the same problems are
    corrected; killed before the stop, the recording ends with its last datagram and says so."""
    hands.clock[0] = START_NS - SECOND
    known = Datagrams([hands.clock[0]], [osc(TEMPO, tempo)], [SENDERS[0]])
    hands.performer.parts.reception.receive(known)
    before = begin(hands)
    live = played(10.0, [(2.0 + 4 * k, s) for k, s in enumerate(stalls)], tempo, 0.1, 0.01, 0.0, seed)
    beats = iter(live.beats)
    sent: list[tuple[int, bytes, tuple[str, int]]] = []
    for meant, arrived, is_song_time in zip(live.meant_ns, live.received_ns, live.is_song_time, strict=True):
        data = osc(SONG_TIME, float(next(beats))) if is_song_time else osc("/a", float(meant % SECOND) / SECOND)
        sent.append((int(arrived), data, SENDERS[0]))
    if not known_before:
        sent.append((START_NS, osc(TEMPO, tempo), SENDERS[0]))
    rng = np.random.default_rng(seed)
    for k, delay in enumerate(rng.exponential(0.004, 450).tolist()):
        tag = round((3_900_000_000 + k / 50) * 2**32)
        arrived = START_NS + round((k / 50 + delay) * SECOND)
        sent.append((arrived, encoder.bundle([osc("/b", k % 90 / 90)], tag), SENDERS[2]))
    sent.sort(key=lambda row: row[0])
    for first in range(0, len(sent), size):
        stamps, payloads, senders = (list(column) for column in zip(*sent[first : first + size], strict=True))
        hands.performer.parts.reception.receive(
            Datagrams(stamps, payloads, senders, tuple(losses) if not first else ())
        )
    after, take, journal = end(hands, sent[-1][0])
    assert take is not None
    assert take.sent_by == ("ableton" if stalls else "timetags")
    check(before, after, take, journal)
    killed = replace(journal, notes=[note for note in journal.notes if "end" not in note.what], torn=True)
    check(before, after, take, killed, stopped=False)
