"""The journal of a recording: it survives an incomplete tail, a damaged byte, a full disk and kill -9."""

from __future__ import annotations

import json
import os
import shutil
import struct
import subprocess
import sys
import threading
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deforum_perform.core.errors import DamagedFileError, InputError, NotFoundError
from deforum_perform.store.journal import writer as journal_module
from deforum_perform.store.journal.file import HEAD, MAGIC, MAGIC_1, MOST_SENDERS, NOTE, PREFIX, STAMP, UNKNOWN, record
from deforum_perform.store.journal.writer import (
    JournalWriter,
    discard_journal,
    journal_path,
    list_journals,
    read_journal,
)
from tests.store.test_ids import HOSTILE

HEADER = {"song_id": "tide", "start_s": 1.5, "origin_ns": 7, "lanes": [["l1", "/a"]]}


def _until(condition: Callable[[], bool]) -> None:
    """Wait for a condition, for at most a minute."""
    deadline = time.monotonic() + 60
    tick = threading.Event()
    while not condition():
        assert time.monotonic() < deadline, "it never came"
        tick.wait(0.005)


def _journal(path: Path, datagrams: list[tuple[int, bytes]], header: dict[str, object] = HEADER) -> bytes:
    """A journal written by the writer; its bytes."""
    writer = JournalWriter(path, header)
    for ns, payload in datagrams:
        writer.append(ns, payload)
    assert writer.close(remove=False)
    return path.read_bytes()


@given(st.lists(st.tuples(st.integers(-(2**63), 2**63 - 1), st.binary(max_size=40)), max_size=8))
def test_any_datagrams_come_back(tmp_path_factory: pytest.TempPathFactory, datagrams: list[tuple[int, bytes]]) -> None:
    """Whatever arrived comes back in order, with its stamps and with the header."""
    path = tmp_path_factory.mktemp("journal") / "p.journal"
    _journal(path, datagrams)
    journal = read_journal(path)
    assert list(zip(journal.received_ns.tolist(), journal.payloads, strict=True)) == datagrams
    assert journal.header == HEADER
    assert not journal.torn


def test_batches_keep_their_order(tmp_path: Path) -> None:
    """Batches of any size from the intake come back as one sequence."""
    writer = JournalWriter(tmp_path / "p.journal", HEADER)
    sent = [(n, bytes([n % 256]) * (n % 7)) for n in range(5000)]
    for first in range(0, 5000, 700):
        writer.append_many([n for n, _ in sent[first : first + 700]], [p for _, p in sent[first : first + 700]])
    assert writer.flush(timeout_s=60)
    journal = read_journal(tmp_path / "p.journal")
    assert list(zip(journal.received_ns.tolist(), journal.payloads, strict=True)) == sent
    assert writer.close(remove=True)
    assert not writer.path.exists()


SENDERS = st.tuples(st.sampled_from(["127.0.0.1", "::1", "fe80::1%eth0"]), st.integers(0, 65535))


@given(st.lists(st.tuples(st.integers(0, 9), SENDERS | st.none()), max_size=12))
def test_who_sent_and_what_was_noted_comes_back(
    tmp_path_factory: pytest.TempPathFactory, sent: list[tuple[int, tuple[str, int] | None]]
) -> None:
    """Each datagram keeps its sender, alone or in batches, and notes keep their moment and their place aside."""
    path = tmp_path_factory.mktemp("journal") / "p.journal"
    writer = JournalWriter(path, HEADER)
    for ns, sender in sent:
        if sender is None:
            writer.append(ns, b"unknown")
            writer.note(ns, {"loss": {"count": ns}})
        else:
            writer.append_many([ns] * 3, [b"a", b"b", b"c"], [sender, ("10.0.0.1", ns), sender])
    assert writer.close(remove=False)
    journal = read_journal(path)
    found = [journal.senders[i] if i >= 0 else None for i in journal.sender_index.tolist()]
    wanted = [[None] if s is None else [s, ("10.0.0.1", ns), s] for ns, s in sent]
    assert found == [who for batch in wanted for who in batch]
    assert len(set(journal.senders)) == len(journal.senders)
    assert [(note.at_ns, note.what) for note in journal.notes] == [
        (ns, {"loss": {"count": ns}}) for ns, sender in sent if sender is None
    ]


def test_a_journal_of_the_first_format_is_read(tmp_path: Path) -> None:
    """What an older Perform left behind is offered as before; who sent it is not known."""
    path = tmp_path / "p.journal"
    sent = [(n, b"payload" + bytes([n])) for n in range(4)]
    bodies = [record(STAMP.pack(ns) + payload) for ns, payload in sent]
    path.write_bytes(MAGIC_1 + record(json.dumps(HEADER).encode()) + b"".join(bodies) + b"torn")
    journal = read_journal(path)
    assert list(zip(journal.received_ns.tolist(), journal.payloads, strict=True)) == sent
    assert (journal.sender_index.tolist(), list(journal.senders), list(journal.notes)) == ([-1] * 4, [], [])
    assert (journal.version, journal.torn, list_journals(tmp_path)[0].datagrams) == (1, True, 4)


def test_more_senders_than_the_table_holds_are_unknown(tmp_path: Path) -> None:
    """The numbers of senders end; what comes from later ones is kept without its sender."""
    writer = JournalWriter(tmp_path / "p.journal", HEADER)
    count = MOST_SENDERS + 3
    writer.append_many(range(count), [b"x"] * count, [("10.0.0.1", n) for n in range(count)])
    assert writer.close(remove=False)
    journal = read_journal(tmp_path / "p.journal")
    assert len(journal.payloads) == count
    assert journal.sender_index[-4:].tolist() == [MOST_SENDERS - 1, -1, -1, -1]


@pytest.mark.parametrize(
    "body",
    [
        HEAD.pack(1, 0) + b"datagram of a sender that has no name",
        HEAD.pack(1, NOTE),
        HEAD.pack(1, NOTE) + b"[1]",
        HEAD.pack(1, NOTE) + b'{"sender": ["host"]}',
        HEAD.pack(1, NOTE) + b'{"sender": ["host", true]}',
        HEAD.pack(1, NOTE) + b"[" * 60_000,
        b"123456789",
    ],
)
def test_a_record_that_cannot_be_is_passed_over(tmp_path: Path, body: bytes) -> None:
    """An intact record with a correct checksum that no writer makes is left out and reported, and nothing is
    invented."""
    path = tmp_path / "p.journal"
    path.write_bytes(_journal(path, [(1, b"one")]) + record(body) + record(HEAD.pack(2, UNKNOWN) + b"two"))
    journal = read_journal(path)
    assert (journal.payloads, list(journal.senders), journal.torn) == ([b"one", b"two"], [], False)
    assert journal.damage == [(1, 2)]


def test_a_torn_tail_loses_only_the_torn_record(tmp_path: Path) -> None:
    """Cut off at any byte, a journal gives every whole record before the cut, or says that it has no header."""
    sent = [(n, b"/a\0\0,f\0\0" + bytes([n] * 4)) for n in range(4)]
    whole = _journal(tmp_path / "p.journal", sent)
    ends = [len(whole) - (4 - n) * (PREFIX.size + HEAD.size + 12) for n in range(5)]
    cut = tmp_path / "cut.journal"
    for length in range(len(whole)):
        cut.write_bytes(whole[:length])
        if length < ends[0]:
            with pytest.raises(DamagedFileError):
                read_journal(cut)
            continue
        journal = read_journal(cut)
        count = sum(end <= length for end in ends[1:])
        assert list(zip(journal.received_ns.tolist(), journal.payloads, strict=True)) == sent[:count]
        assert journal.torn == (length not in ends)


def test_a_damaged_byte_costs_one_record(tmp_path: Path) -> None:
    """With any one byte changed, in the first line, the header or a record, all other records are read, nothing is
    invented, and the stamps around the missing part are reported."""
    sent = [(n, b"payload" + bytes([n] * 4)) for n in range(1, 5)]
    whole = _journal(tmp_path / "p.journal", sent)
    size = PREFIX.size + HEAD.size + 11
    first = len(whole) - 4 * size
    bad = tmp_path / "bad.journal"
    for at in range(len(whole)):
        bad.write_bytes(whole[:at] + bytes([whole[at] ^ 0x41]) + whole[at + 1 :])
        journal = read_journal(bad)
        hit = (at - first) // size if at >= first else None
        assert journal.payloads == [payload for n, (_, payload) in enumerate(sent) if n != hit]
        assert journal.header == ({} if len(MAGIC) <= at < first else HEADER)
        if hit is None:
            assert journal.damage == ([(1, 1)] if len(MAGIC) <= at < first else [])
        elif hit == 3:
            is_longer = (at - first) % size < 2  # then it looks like one that was cut off
            assert (journal.torn, journal.damage) == (True, [] if is_longer else [(3, 3)])
        else:
            assert (journal.torn, journal.damage) == (False, [(hit or 2, hit + 2)])


@pytest.mark.parametrize("zeros", [1, 30])
def test_zeros_at_the_end_are_reported(tmp_path: Path, zeros: int) -> None:
    """A file that ends in zeros, as a power cut leaves it, has lost something behind its last whole record."""
    whole = _journal(tmp_path / "p.journal", [(n, b"payload") for n in range(1, 5)])
    bad = tmp_path / "bad.journal"
    bad.write_bytes(whole[: -zeros - PREFIX.size] + bytes(zeros + PREFIX.size))
    journal = read_journal(bad)
    last = int(journal.received_ns[-1])
    assert (journal.torn, journal.damage) == (True, [(last, last)])


def test_a_damaged_stretch_is_passed_over(tmp_path: Path) -> None:
    """If a part of the file is overwritten with zeros, as by a bad sector, what follows is read; senders that were
    named in it are unknown."""
    path = tmp_path / "p.journal"
    writer = JournalWriter(path, HEADER)
    sent = [(n, f"payload {n}".encode(), (f"10.0.0.{n % 3}", 9)) for n in range(1, 3000)]
    writer.append_many(*(list(column) for column in zip(*sent[:1000], strict=True)))
    writer.append_many([5000], [b"late"], [("10.0.0.9", 9)])
    writer.append_many(*(list(column) for column in zip(*sent[1000:], strict=True)))
    assert writer.close(remove=False, timeout_s=60)
    whole = path.read_bytes()
    place = whole.index(b"10.0.0.9") - 100
    path.write_bytes(whole[:place] + bytes(8192) + whole[place + 8192 :])
    journal = read_journal(path)
    rows = zip(journal.received_ns.tolist(), journal.payloads, journal.sender_index.tolist(), strict=True)
    found = [(ns, payload, None if index < 0 else journal.senders[index]) for ns, payload, index in rows]
    assert [row for row in sent if row in found] == found
    assert 2600 < len(found) < 2999
    ((before, after),) = journal.damage
    assert (before < 1000 < after, journal.torn) == (True, False)


def test_an_empty_journal_is_not_called_damaged(tmp_path: Path) -> None:
    """Of a file without a byte the message says that nothing was written, and what to do."""
    path = tmp_path / "p.journal"
    path.touch()
    with pytest.raises(DamagedFileError) as caught:
        read_journal(path)
    assert "damaged" not in str(caught.value)
    assert "nothing of the recording was written. Discard it." in str(caught.value)
    assert list_journals(tmp_path)[0].problem == str(caught.value)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK\x03\x04",
        MAGIC,
        MAGIC + b"\0" * 4096,
        MAGIC + record(b"not json"),
        MAGIC + record(b"[1]"),
        MAGIC + record(b"[" * 100_000),
        MAGIC + PREFIX.pack(0xFFFFFFFF, 0) + b"x",
    ],
)
def test_what_is_no_journal_is_refused(tmp_path: Path, data: bytes) -> None:
    """A file without a readable header is DamagedFileError, and the list shows it with the reason."""
    (tmp_path / "p.journal").write_bytes(data)
    with pytest.raises(DamagedFileError):
        read_journal(tmp_path / "p.journal")
    entry = list_journals(tmp_path)[0]
    assert entry.problem
    assert entry.datagrams == 0


@pytest.mark.parametrize(
    "tail",
    [b"\0" * 5000, PREFIX.pack(0xFFFFFFFF, 1) + b"x" * 99, record(b"short"), record(b"x" * 70_000), b"\xff" * 7],
)
def test_a_hostile_tail_is_a_torn_tail(tmp_path: Path, tail: bytes) -> None:
    """Zeros, huge lengths and records that no datagram could fill end the reading and allocate nothing."""
    whole = _journal(tmp_path / "p.journal", [(1, b"one")])
    (tmp_path / "p.journal").write_bytes(whole + tail)
    journal = read_journal(tmp_path / "p.journal")
    assert journal.payloads == [b"one"]
    assert journal.torn


HEADS = st.builds(HEAD.pack, st.integers(-(2**63), 2**63 - 1), st.sampled_from([0, 1, NOTE, UNKNOWN]))
NOTES = st.sampled_from([b'{"sender": ["h", 1]}', b'{"sender": 1}', b'{"end": 1}', b"{}", b"[]", b"{"])
WHOLE = st.builds(record, st.builds(bytes.__add__, HEADS | st.just(b""), st.binary(max_size=20) | NOTES))


@given(st.sampled_from([MAGIC, MAGIC_1]), st.lists(WHOLE | st.binary(max_size=80), max_size=8), st.booleans())
def test_any_bytes_are_a_journal_or_refused(
    tmp_path_factory: pytest.TempPathFactory, magic: bytes, parts: list[bytes], headed: bool
) -> None:
    """Whatever follows the first line, whole records of any kind or none, is read as a journal or refused, and the
    list agrees with the reader."""
    folder = tmp_path_factory.mktemp("journal")
    path = folder / "p.journal"
    path.write_bytes(magic + record(b"{}") * headed + b"".join(parts))
    (entry,) = list_journals(folder)
    try:
        journal = read_journal(path)
    except DamagedFileError:
        assert entry.problem
        return
    assert len(journal.received_ns) == len(journal.payloads) == len(journal.sender_index) == entry.datagrams
    assert all(-1 <= index < len(journal.senders) for index in journal.sender_index.tolist())
    assert (entry.problem, entry.torn) == (None, journal.torn)


def test_a_journal_of_any_size_is_read(tmp_path: Path) -> None:
    """What a recording wrote can be read again: a header with tens of thousands of long names, and more than 4 GB.

    The zeros after the records use no disk space; they are not a record, so reading ends there.
    """
    path = tmp_path / "p.journal"
    header = {"pass_id": "p", "known": {f"/{number}/{'x' * 500}": 0.5 for number in range(20_000)}}
    writer = JournalWriter(path, header)
    writer.append(1, b"one")
    assert writer.close(remove=False, timeout_s=60)
    with path.open("ab") as file:
        file.truncate((4 << 30) + 1)
    journal = read_journal(path)
    assert (journal.header, journal.payloads, journal.torn) == (header, [b"one"], True)


def test_no_error_ends_the_writing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where even memory is short the journal says so and writes what waited later."""
    whole, broken = journal_module.Records.datagrams, threading.Event()
    broken.set()

    def failing(records: journal_module.Records, *rows: object) -> bytes:
        if broken.is_set():
            raise MemoryError
        return whole(records, *rows)  # type: ignore[arg-type]

    monkeypatch.setattr(journal_module.Records, "datagrams", failing)
    shown, said = [], threading.Event()

    def on_problem(error: str | None) -> None:
        shown.append(error)
        said.set()

    writer = JournalWriter(tmp_path / "p.journal", HEADER, 0.01, on_problem)
    writer.append(1, b"one")
    assert said.wait(60)
    broken.clear()
    assert writer.flush(60)
    writer.close(remove=False)
    assert "MemoryError" in str(shown[0])
    assert (shown[-1], read_journal(writer.path).payloads) == (None, [b"one"])


def test_a_length_that_cannot_be_costs_no_memory(tmp_path: Path) -> None:
    """A header that declares a greater length than the file is refused without allocating it."""
    path = tmp_path / "p.journal"
    path.write_bytes(b"PERFORM journal 2\n" + struct.pack("<II", (256 << 20) - 1, 0) + b"{}")
    tracemalloc.start()
    with pytest.raises(DamagedFileError):
        read_journal(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 10 << 20


def test_the_list_shows_what_each_journal_contains(tmp_path: Path) -> None:
    """Journals are listed oldest first with header, count and stamps; other files are not."""
    assert list_journals(tmp_path / "none") == []
    _journal(tmp_path / "b-2.journal", [(5, b"x"), (9, b"y")])
    _journal(tmp_path / "a-1.journal", [])
    (tmp_path / "notes.txt").write_text("")
    (tmp_path / "Not An Id.journal").write_text("")
    found = [(e.id, e.datagrams, e.first_ns, e.last_ns, e.torn, e.problem) for e in list_journals(tmp_path)]
    assert found == [("a-1", 0, 0, 0, False, None), ("b-2", 2, 5, 9, False, None)]
    assert all(entry.header == HEADER for entry in list_journals(tmp_path))


def test_a_discarded_journal_is_put_aside(tmp_path: Path) -> None:
    """Discarding takes a journal out of the list and keeps its file."""
    path = journal_path(tmp_path, "p")
    data = _journal(path, [(1, b"one")])
    discard_journal(tmp_path, "p")
    assert list_journals(tmp_path) == []
    assert (tmp_path / "discarded" / "p.journal").read_bytes() == data
    with pytest.raises(NotFoundError):
        discard_journal(tmp_path, "p")
    with pytest.raises(NotFoundError):
        read_journal(path)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_recording_ids_are_refused(tmp_path: Path, text: object) -> None:
    """No id from outside leads out of the folder of journals."""
    with pytest.raises(InputError):
        discard_journal(tmp_path, text)


class _Disk:
    """Between the writer and the disk: accepts ``room`` bytes more, then is full."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, room: float) -> None:
        self.room = room
        self._write = os.write
        monkeypatch.setattr(journal_module.os, "write", self)

    def __call__(self, handle: int, data: bytes) -> int:
        part = data[: int(min(self.room, len(data)))]
        if not part:
            raise OSError(28, "No space left on device")
        self.room -= len(part)
        return self._write(handle, part)


@pytest.mark.parametrize("room", [0, 5, 200, 321])
def test_a_full_disk_keeps_everything_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, room: int) -> None:
    """While the disk is full nothing is lost and the problem is reported at once; with space again all of it is
    written."""
    disk = _Disk(monkeypatch, room)
    problems: list[str | None] = []
    writer = JournalWriter(tmp_path / "p.journal", HEADER, sync_s=0.05, on_problem=problems.append)
    for n in range(50):
        writer.append(n, b"datagram")
    _until(lambda: writer.problem is not None)
    assert "disk is full" in str(writer.problem)
    assert not writer.flush(timeout_s=0.01)
    writer.append(50, b"datagram")
    disk.room = float("inf")
    assert writer.flush(timeout_s=60)
    _until(lambda: problems[-1] is None)
    assert writer.problem is None
    assert "disk is full" in str(problems[0])
    assert writer.close(remove=False)
    journal = read_journal(tmp_path / "p.journal")
    assert journal.received_ns.tolist() == list(range(51))
    assert not journal.torn


def test_a_folder_that_cannot_be_made_is_a_problem_until_it_can(tmp_path: Path) -> None:
    """A journal makes its folder; where that cannot be, it says so without raising, and is written when it can be."""
    (tmp_path / "later").write_text("a file", "utf-8")
    writer = JournalWriter(tmp_path / "later" / "p.journal", HEADER, sync_s=0.05)
    writer.append(1, b"one")
    _until(lambda: writer.problem is not None)
    (tmp_path / "later").unlink()
    assert writer.flush(timeout_s=60)
    _until(lambda: writer.problem is None)
    writer.close(remove=False)
    assert read_journal(tmp_path / "later" / "p.journal").payloads == [b"one"]


def test_closing_on_a_full_disk_says_that_it_is_not_all_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Closing while the disk is full ends the thread and answers that something was not written."""
    _Disk(monkeypatch, 0)
    writer = JournalWriter(tmp_path / "p.journal", HEADER, sync_s=0.05)
    writer.append(1, b"one")
    assert not writer.close(remove=False)


def test_appending_never_waits_for_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that hangs in the middle of a write does not hold back the one who appends."""
    hangs, may_go_on = threading.Event(), threading.Event()
    write = os.write

    def slow(handle: int, data: bytes) -> int:
        hangs.set()
        may_go_on.wait(60)
        return write(handle, data)

    monkeypatch.setattr(journal_module.os, "write", slow)
    writer = JournalWriter(tmp_path / "p.journal", HEADER)
    assert hangs.wait(60)
    for n in range(1000):
        writer.append(n, b"datagram")
    assert not may_go_on.is_set()
    may_go_on.set()
    assert writer.flush(timeout_s=60)
    writer.close(remove=False)
    assert len(read_journal(tmp_path / "p.journal").payloads) == 1000


def test_an_existing_journal_is_never_written_over(tmp_path: Path) -> None:
    """A second writer on the same file reports a problem and leaves the file unchanged."""
    data = _journal(tmp_path / "p.journal", [(1, b"one")])
    writer = JournalWriter(tmp_path / "p.journal", HEADER, sync_s=0.05)
    _until(lambda: writer.problem is not None)
    assert not writer.close(remove=False)
    assert (tmp_path / "p.journal").read_bytes() == data


def test_an_idle_writer_only_looks_for_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With nothing to write, the thread wakes to check whether its file still exists, and does not access the disk
    otherwise."""
    waits, touched = list[float | None](), list[int]()

    class Event(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            waits.append(timeout)
            return super().wait(timeout)

    monkeypatch.setattr(journal_module.threading, "Event", Event)
    writer = JournalWriter(tmp_path / "p.journal", HEADER)
    writer.append(1, b"one")
    assert writer.flush(timeout_s=60)
    for call in ("write", "fsync", "open"):
        monkeypatch.setattr(os, call, lambda *_: touched.append(1))
    first = len(waits)
    _until(lambda: waits[first:].count(0.25) > 2)
    assert touched == []
    monkeypatch.undo()
    assert writer.close(remove=False)


def test_what_is_played_is_synced_without_being_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While datagrams keep arriving, and after the last one, the file is synced again and again without a request."""
    synced: list[int] = []
    fsync = os.fsync

    def counted(handle: int) -> None:
        fsync(handle)
        synced.append(os.fstat(handle).st_size)

    monkeypatch.setattr(journal_module.os, "fsync", counted)
    writer = JournalWriter(tmp_path / "p.journal", HEADER, sync_s=0.05)
    sent = 0

    def four_syncs() -> bool:
        nonlocal sent
        writer.append(sent, b"datagram")
        sent += 1
        return len(set(synced)) >= 4

    _until(four_syncs)
    size = PREFIX.size + HEAD.size + 8
    first = len(MAGIC + record(json.dumps(HEADER).encode()))
    _until(lambda: synced[-1] == first + sent * size)
    writer.close(remove=True)


_PLAY_FOR_EVER = """
import os, sys, time, pathlib
from deforum_perform.store.journal.writer import JournalWriter
fsync, slowest, began = os.fsync, 0, None
def timed(handle):
    global slowest, began
    began = time.monotonic_ns()
    fsync(handle)
    slowest, began = max(slowest, time.monotonic_ns() - began), None
os.fsync = timed
writer = JournalWriter(pathlib.Path(sys.argv[1]), {"song_id": "tide"})
n = 0
while True:
    now = time.monotonic_ns()
    writer.append_many([now] * 5, [str(n + k).encode() for k in range(5)])
    n += 5
    since = began
    print(now, n, slowest if since is None else max(slowest, now - since), flush=True)
    time.sleep(0.001)
"""


def _numbers(line: str) -> tuple[int, ...]:
    """Moment, datagrams up to then, and the longest that the disk took."""
    return tuple(map(int, line.split()))


def test_a_killed_process_loses_at_most_a_quarter_of_a_second(tmp_path: Path) -> None:
    """kill -9 while playing: the journal reads back, in order, up to 0.25 s before the end or nearer.

    The disk itself may be slower on a busy machine: what it took longest for comes on top.
    """
    path = tmp_path / "p.journal"
    process = subprocess.Popen([sys.executable, "-c", _PLAY_FOR_EVER, str(path)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    shown: list[tuple[int, ...]] = []
    while not shown or shown[-1][0] - shown[0][0] < 400_000_000 + shown[-1][2]:
        shown.append(_numbers(process.stdout.readline()))
    process.kill()
    shown += [_numbers(line) for line in process.stdout if line.endswith("\n")]
    process.wait(60)
    process.stdout.close()
    journal = read_journal(path)
    assert journal.payloads == [str(n).encode() for n in range(len(journal.payloads))]
    last_ns, count, disk_ns = shown[-1]
    old_enough = max((n for ns, n, _ in shown if ns <= last_ns - 250_000_000 - disk_ns), default=0)
    assert old_enough > 0
    assert len(journal.payloads) >= old_enough
    assert len(journal.payloads) <= count + 5


@pytest.mark.skipif(sys.platform == "win32", reason="Windows does not let a process delete or rename an open file")
@pytest.mark.parametrize("how", ["file", "folder", "root", "copied", "twice", "a file in its place"])
def test_a_journal_that_vanishes_is_written_again(tmp_path: Path, how: str) -> None:
    """Deleted, moved or replaced, while nothing arrives or something does: the file exists again with everything that
    arrived, from the first datagram on, and a message says so."""
    folder = tmp_path / "songs" / "journals"
    said = list[str]()
    writer = JournalWriter(folder / "p.journal", HEADER, on_rewritten=said.append)
    writer.append_many([1, 2], [b"abcd", b"efgh"], [("h", 1), ("h", 2)])
    assert writer.flush()
    for turn in range(2 if how == "twice" else 1):
        if how == "root":
            (tmp_path / "songs").rename(tmp_path / "renamed")
        elif how == "copied":
            shutil.copytree(folder, tmp_path / "copy")
            shutil.rmtree(folder)
            (tmp_path / "copy").rename(folder)
        elif how == "file":
            writer.path.unlink()
        else:
            shutil.rmtree(folder)
            if how == "a file in its place":
                folder.touch()
                _until(lambda: writer.problem is not None)
                folder.unlink()
        _until(lambda turn=turn: len(said) == turn + 1)  # type: ignore[misc]
    assert read_journal(writer.path).payloads == [b"abcd", b"efgh"]
    writer.append_many([3], [b"ijkl"], [("h", 2)])
    assert writer.flush()
    journal = read_journal(writer.path)
    assert journal.payloads == [b"abcd", b"efgh", b"ijkl"]
    assert [journal.senders[place] for place in journal.sender_index] == [("h", 1), ("h", 2), ("h", 2)]
    assert (journal.header, journal.torn, journal.damage) == (HEADER, False, [])
    assert set(said) == {journal_module.REWRITTEN}
    assert writer.close(remove=False)
    assert [path.name for path in folder.iterdir()] == ["p.journal"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows does not let a process delete or rename an open file")
def test_a_journal_that_cannot_be_read_back_is_begun_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If the system does not return a deleted file's content, as on a network disk, the journal continues with what
    arrives, and a message says that the earlier part is only in memory."""
    said, read = list[str](), os.read
    writer = JournalWriter(tmp_path / "p.journal", HEADER, on_rewritten=said.append)
    writer.append_many([1], [b"abcd"], [("h", 1)])
    assert writer.flush()

    def stale(handle: int, count: int) -> bytes:
        if threading.current_thread().name == "perform-journal":
            raise OSError(116, "Stale file handle")
        return read(handle, count)

    monkeypatch.setattr(os, "read", stale)
    writer.path.unlink()
    _until(lambda: bool(said))
    writer.append_many([2], [b"efgh"], [("h", 1)])
    assert writer.close(remove=False)
    journal = read_journal(writer.path)
    assert (journal.payloads, journal.header, list(journal.senders)) == ([b"efgh"], HEADER, [("h", 1)])
    assert said == [journal_module.BEGUN_AGAIN]
