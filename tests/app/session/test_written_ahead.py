"""Changes are written ahead: the song's file with the later lines of its history is the song, wherever it ends."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deforum_perform.app.session.history import History
from deforum_perform.core.errors import PerformError
from deforum_perform.core.song.song import Song
from deforum_perform.store.history_file import changes_since, log_bytes, read_log
from deforum_perform.store.songs.folder import document_in
from tests.app.conftest import Hands, opened

WAIT_S = 60.0


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for the folders of all examples."""
    return tmp_path_factory.mktemp("written-ahead")


numbers = itertools.count()


@contextmanager
def playing(root: Path) -> Iterator[Hands]:
    """A user of a Performer on a new folder of songs."""
    clock = [0]
    performer = opened(root / str(next(numbers)), clock)
    performer.ticker.close()
    try:
        yield Hands(performer, clock)
    finally:
        performer.close()


def record(hands: Hands, value: float) -> None:
    """A recording of one second at the playhead."""
    start_s = hands.clock[0] / 1e9
    hands.do("record.start")
    hands.play("/k", (start_s + 0.2, value), (start_s + 0.6, value / 2))
    hands.at(start_s + 1.0)
    hands.do("record.stop")


def a_lane(hands: Hands, which: int) -> str:
    """The id of a lane; an unknown one if there is none."""
    lanes = hands.performer.session.song.lanes
    return lanes[which % len(lanes)].id if lanes else "lane-x"


def a_take(hands: Hands, which: int) -> str:
    """The id of a take; an unknown one if there is none."""
    takes = hands.performer.session.song.takes
    return takes[which % len(takes)].id if takes else "take-x"


STEPS: dict[str, Callable[[Hands, int], object]] = {
    "add a lane": lambda hands, n: hands.do("lane.add", field=("zoom", "angle")[n % 2], source="/k" if n > 2 else None),
    "remove a lane": lambda hands, n: hands.do("lane.remove", id=a_lane(hands, n)),
    "move a lane": lambda hands, n: hands.do("lane.move", id=a_lane(hands, n), index=0),
    "drag": lambda hands, n: hands.do("lane.change", id=a_lane(hands, 0), out_high=1 + n / 7),
    "drag the input": lambda hands, n: hands.do("lane.change", id=a_lane(hands, 0), in_high=1 + n / 7),
    "another source": lambda hands, n: hands.do("lane.change", id=a_lane(hands, n), source="/other"),
    "arm": lambda hands, n: hands.do("lane.change", id=a_lane(hands, n), armed=n % 2 == 0, muted=n % 3 == 0),
    "cadence": lambda hands, n: hands.do("song.change", cadence=n % 5 + 1),
    "tempo": lambda hands, n: hands.do("song.change", tempo_bpm=90 + n),
    "stretch": lambda hands, n: hands.do("song.stretch", tempo_bpm=91 + n),
    "seek": lambda hands, n: hands.do("seek", time_s=n / 3),
    "rename": lambda hands, n: hands.do("song.rename", name=f"song {n}"),
    "record": lambda hands, n: record(hands, n / 9),
    "trash a take": lambda hands, n: hands.do("take.trash", id=a_take(hands, n)),
    "restore a take": lambda hands, n: hands.do("take.restore", id=a_take(hands, n)),
    "leave a take out": lambda hands, n: hands.do("lane.remove_take", id=a_lane(hands, 0), take=a_take(hands, n)),
    "play a take": lambda hands, n: hands.do("lane.play_take", id=a_lane(hands, n), take=a_take(hands, n)),
    "edit": lambda hands, n: hands.do(
        "edit.add", lane=a_lane(hands, 0), start_s=0, end_s=1 + n, change={"kind": "shift", "by": n / 2}
    ),
    "undo": lambda hands, n: hands.do("undo"),
    "redo": lambda hands, n: hands.do("redo"),
    "rest": lambda hands, n: hands.performer.parts.library.save_rested(),
}
steps = st.lists(st.tuples(st.sampled_from(sorted(STEPS)), st.integers(0, 9)), max_size=14)


@settings(max_examples=30, deadline=None)
@given(steps, st.data())
def test_the_file_and_the_history_are_the_song(root: Path, steps: list[tuple[str, int]], data: st.DataObject) -> None:
    """After any commands the song on disk is the one in memory; with its last line cut at any byte, it is one that
    there was, and what the history offers then can be undone."""
    with playing(root) as hands:
        parts, states = hands.performer.parts, [hands.performer.session.song]
        parts.session.followers.append(lambda change: states.append(change.after.song))
        folder = parts.store.folder(parts.session.song.id)
        hands.do("lane.add", field="zoom", source="/k")
        for number, (step, n) in enumerate(steps):
            hands.at(10.0 * (number + 1))
            try:
                STEPS[step](hands, n)
            except PerformError:
                continue
            parts.library.save_dragged()
            assert parts.saver.drain(WAIT_S)
            assert document_in(folder) == parts.session.document
        cut_off(root, folder, states, data)


def cut_off(root: Path, folder: Path, states: list[Song], data: st.DataObject) -> None:
    """A copy of the song whose history lacks its end opens in one of the ``states``."""
    log = (folder / "history.jsonl").read_bytes()
    last = log.rfind(b"\n", 0, len(log) - 1) + 1
    place = data.draw(st.integers(last, len(log) - 1), label="cut at")
    copy = root / f"copy-{next(numbers)}"
    shutil.copytree(folder, copy)
    (copy / "history.jsonl").write_bytes(log[:place])
    found = document_in(copy)
    assert replace(found.song, id=folder.name) in states
    history = History(found, read_log(copy / "history.jsonl", found.info.created_at))
    while history.undo() is not None:
        assert history.song.id == found.song.id


@given(st.binary(max_size=200), st.text("0123456789abcdef", min_size=32, max_size=32))
def test_any_bytes_are_read_for_changes(content: bytes, checksum: str) -> None:
    """Whatever is in a log, before or after the line that names the song's file, reading it ends."""
    from deforum_perform.store.history_file import Entry

    assert changes_since(content, checksum) is None
    since = changes_since(log_bytes([Entry("saved", checksum)], "now") + content, checksum)
    assert since is not None
    assert since.patches == ()
    assert since.sound == (content == b"")


def test_the_last_state_counts(hands: Hands, tmp_path: Path) -> None:
    """A song that came back to the state of its file by undo opens in that state, with redo, whichever line names it.
    """
    parts = hands.performer.parts
    folder = parts.store.folder(parts.session.song.id)
    hands.do("song.change", fps=24)
    for _ in range(2):
        hands.do("song.change", cadence=3)
        hands.do("undo")
        parts.library.save_rested()
        hands.do("redo")
        hands.do("undo")
    assert parts.saver.drain(WAIT_S)
    found = document_in(folder)
    assert found == parts.session.document
    history = History(found, parts.store.load_history(found))
    assert (history.undo_label, history.redo_label) == ("Song: frame rate", "Song: cadence")


def test_a_song_that_is_ahead_of_its_file_is_listed_as_it_is(hands: Hands, tmp_path: Path) -> None:
    """The list of songs shows the length that only the history contains, in this process and in the next one."""
    hands.do("song.change", fps=24)
    hands.do("song.change", length_s=12.5)
    song = hands.performer.session.song.id
    copy = tmp_path.parent / f"{tmp_path.name}-copy"
    shutil.copytree(tmp_path, copy)
    later = opened(copy, [0])
    for performer in (hands.performer, later):
        (row,) = (row for row in performer.song_list()["songs"] if row["id"] == song)
        assert row["seconds"] == 12.5
    later.close()
    assert later.session.song.length_s == 12.5


def test_the_file_follows_after_a_kill(hands: Hands, tmp_path: Path) -> None:
    """Changes that were only in the history of a killed process are in the song's file once they rest."""
    hands.do("song.change", fps=24)
    hands.do("song.change", cadence=4)
    copy = tmp_path.parent / f"{tmp_path.name}-killed"
    shutil.copytree(tmp_path, copy)
    clock: list[Any] = [0]
    later = opened(copy, clock)
    folder = later.parts.store.folder(later.session.song.id)
    assert later.parts.library.rests
    (folder / "history.jsonl").rename(folder / "away")
    assert document_in(folder).song.cadence is None
    (folder / "away").rename(folder / "history.jsonl")
    clock[0] = 4_000_000_000
    later.parts.library.save_rested(due=True)
    assert later.parts.saver.drain(WAIT_S)
    (folder / "history.jsonl").unlink()
    assert document_in(folder).song.cadence == 4
    later.close()
