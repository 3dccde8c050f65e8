"""The log of the undo history: read as it was written, and harmless whatever is in it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deforum_perform.core.errors import StorageError
from deforum_perform.core.saved.patch import ABSENT, Change
from deforum_perform.core.saved.steps import Step
from deforum_perform.store.history_file import (
    DEPTH,
    MAX_LINES,
    Entry,
    Log,
    append_log,
    entries_of,
    log_bytes,
    log_of,
    read_log,
    with_entries,
    write_log,
)

SONG = "2026-01-31T12:00:00+00:00"

texts = st.text(max_size=6)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-99, 99) | st.floats(-99, 99) | texts,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(texts, inner, max_size=2),
    max_leaves=4,
)
changes = st.builds(
    Change,
    st.lists(texts | st.none(), min_size=1, max_size=3).map(tuple),
    values | st.just(ABSENT),
    values | st.just(ABSENT),
)
patches = st.lists(changes, max_size=2).map(tuple)
entries = st.one_of(
    st.builds(Entry, st.just("step"), texts, patches),
    st.builds(Entry, st.just("more"), st.just(""), patches),
    st.builds(Entry, st.sampled_from(["undo", "redo"])),
)


def replay(log: list[Entry]) -> tuple[list[tuple[str, int]], list[str]]:
    """What a log means, computed in another way: the steps with how much belongs to each, and the labels of redo."""
    past: list[tuple[str, int]] = []
    future: list[tuple[str, int]] = []
    for entry in log:
        if entry.kind == "step":
            past, future = [*past, (entry.label, len(entry.patch))], []
        elif entry.kind == "undo" and past:
            future.append(past.pop())
        elif entry.kind == "redo" and future:
            past.append(future.pop())
    return past, [label for label, _ in future]


@given(st.lists(entries, max_size=20), st.integers(0, 20))
def test_a_log_is_read_as_it_was_written(tmp_path_factory: pytest.TempPathFactory, log: list[Entry], cut: int) -> None:
    """Written at once, in parts, or added to the log in memory, the steps are the same."""
    path = tmp_path_factory.mktemp("log") / "history.jsonl"
    write_log(path, log[:cut], SONG)
    append_log(path, log[cut:])
    found = read_log(path, SONG)
    assert found.sound
    past, future = replay(log)
    assert [step.label for step in found.past] == [label for label, _ in past]
    assert [step.label for step in found.future] == future
    in_memory = with_entries(Log(), log)
    assert (in_memory.past, in_memory.future) == (found.past, found.future)
    again = log_of(log_bytes(entries_of(found), SONG), SONG)
    assert (again.past, again.future) == (found.past, found.future)


@given(st.lists(entries, min_size=1, max_size=6), st.data())
def test_a_log_that_was_cut_off_has_all_before_that(log: list[Entry], data: st.DataObject) -> None:
    """Cut at any place, the log says what its whole lines say, and is written again."""
    whole = log_bytes(log, SONG)
    cut = data.draw(st.integers(0, len(whole) - 1))
    found, expected = (log_of(part, SONG) for part in (whole[:cut], whole[: whole.rfind(b"\n", 0, cut) + 1]))
    assert (found.past, found.future) == (expected.past, expected.future)
    assert found.sound == (cut > 0 and whole[cut - 1 : cut] == b"\n")


@given(st.lists(entries, min_size=1, max_size=6), st.data())
def test_a_damaged_line_ends_what_is_known(log: list[Entry], data: st.DataObject) -> None:
    """With any byte changed, no step is another than was written, and none from before the damage is left."""
    before = with_entries(Log(), log)
    whole = bytearray(log_bytes(log, SONG))
    place = data.draw(st.integers(0, len(whole) - 1))
    whole[place] ^= data.draw(st.integers(1, 255))
    found = log_of(bytes(whole), SONG)
    known = {*map(repr, before.past), *map(repr, before.future)}
    assert {step.label for step in (*found.past, *found.future)} <= {s.label for s in (*before.past, *before.future)}
    assert found.sound is False or {*map(repr, found.past), *map(repr, found.future)} <= known


@given(st.binary(max_size=200) | st.lists(values, max_size=4).map(lambda rows: "\n".join(map(repr, rows)).encode()))
def test_any_bytes_are_a_log(data: bytes) -> None:
    """Whatever a file holds, reading it ends in a log without steps, or with those it holds."""
    assert log_of(data, SONG).past == ()


def test_no_file_is_an_empty_log(tmp_path: Path) -> None:
    """A song without a history has none, and its first step makes a file of its own."""
    log = read_log(tmp_path / "history.jsonl", SONG)
    assert (log.past, log.future, log.sound) == ((), (), False)


def step(number: int) -> Entry:
    """A step of the number."""
    return Entry("step", f"step {number}", (Change(("fps",), number, number + 1),))


def test_a_thousand_steps_are_kept() -> None:
    """Of a longer history the last thousand steps are read, and a log with very many lines is written again."""
    log = with_entries(Log(), [step(k) for k in range(DEPTH + 5)])
    assert DEPTH >= 1000
    assert [log.past[0].label, log.past[-1].label, len(log.past)] == ["step 5", f"step {DEPTH + 4}", DEPTH]
    header, line = log_bytes([step(1)], SONG).splitlines(keepends=True)
    assert log_of(header + line * (MAX_LINES - 1), SONG).sound
    assert not log_of(header + line * MAX_LINES, SONG).sound


def test_the_log_of_another_song_says_nothing() -> None:
    """A log names the song by when it was made: another song's is not its history, and is written again."""
    log = log_of(log_bytes([step(1)], SONG), "2026-02-01T12:00:00+00:00")
    assert (log.past, log.future, log.sound) == ((), (), False)


def test_what_the_disk_refuses_is_not_half_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A line that the disk does not take leaves the log as it was, and can be added later."""
    path = tmp_path / "history.jsonl"
    write_log(path, [step(1)], SONG)
    before = path.read_bytes()

    def full(*_arguments: Any) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(StorageError, match="undo history could not be saved: the disk is full"):
            append_log(path, [step(2)])
    assert path.read_bytes() == before
    append_log(path, [step(2)])
    assert [found.label for found in read_log(path, SONG).past] == ["step 1", "step 2"]


def test_the_end_of_an_endless_log_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a log that is longer than can be read at once the last steps count, and it is written again."""
    path = tmp_path / "history.jsonl"
    write_log(path, [step(k) for k in range(50)], SONG)
    monkeypatch.setattr("deforum_perform.store.history_file.MAX_BYTES", 1000)
    log = read_log(path, SONG)
    assert log.past[-1].label == "step 49"
    assert 1 < len(log.past) < 50
    assert log.sound is False


def test_entries_say_what_the_steps_are() -> None:
    """The log of given steps has each in its order, those that were taken back too."""
    past, future = (Step("one"), Step("two")), (Step("four"), Step("three"))
    log = with_entries(Log(), list(entries_of(Log(past, future))))
    assert [s.label for s in log.past] == ["one", "two"]
    assert [s.label for s in log.future] == ["four", "three"]
