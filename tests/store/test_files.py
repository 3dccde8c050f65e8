"""Files are whole or not there, and the disk's refusals come in plain words."""

from __future__ import annotations

import errno
import os
import sys
import threading
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deforum_perform.core.errors import DamagedFileError, NotFoundError, StorageError
from deforum_perform.store import files


def _raising(number: int):
    def refuse(*_args, **_kwargs):
        raise OSError(number, os.strerror(number))

    return refuse


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_refused_write_leaves_the_old_file_and_nothing_else(tmp_path: Path, monkeypatch, call: str) -> None:
    """Whichever step the disk refuses, the old file stays whole and no half file is left beside it."""
    path = tmp_path / "song.json"
    files.write_bytes(path, b"old", "The song")
    monkeypatch.setattr(os, call, _raising(errno.ENOSPC))
    with pytest.raises(StorageError, match="The song could not be saved: the disk is full"):
        files.write_bytes(path, b"new", "The song")
    assert path.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["song.json"]


def test_a_failure_inside_the_block_leaves_the_old_file(tmp_path: Path) -> None:
    """What fails while the new file is being written does not touch the old one."""
    path = tmp_path / "song.json"
    files.write_bytes(path, b"old", "The song")

    def fail() -> None:
        with files.replacing(path, "The song") as file:
            file.write(b"ne")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "disk is full. Free some space"),
        (errno.EDQUOT, "disk is full. Free some space"),
        (errno.EACCES, "was denied. Check its permissions"),
        (errno.EROFS, "was denied. Check its permissions"),
        (errno.EMFILE, "too many files are open. Close other programs"),
        (errno.ENFILE, "too many files are open. Close other programs"),
        (errno.ENOENT, "is missing. Put the folder back"),
        (errno.EIO, "Check the disk"),
    ],
)
def test_messages_say_what_happened_and_carry_no_path(number: int, words: str) -> None:
    """A refusal names the thing, the reason and what to do about that reason, never a path of the machine."""
    error = files.storage_error(OSError(number, os.strerror(number), "/secret/place"), "Take 3")
    assert words in str(error)
    assert str(error).startswith("Take 3")
    assert "secret" not in str(error)
    assert ("Free" in str(error)) == ("Free" in words)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has /dev/full")
def test_a_disk_that_is_really_full_is_named() -> None:
    """The error of a real full device becomes the message about disk space."""
    with pytest.raises(OSError, match="No space") as caught, Path("/dev/full").open("wb", buffering=0) as file:
        file.write(b"x")
    assert "the disk is full" in str(files.storage_error(caught.value, "The song"))


def test_a_missing_file_is_not_found(tmp_path: Path) -> None:
    """Reading a missing file is NotFoundError, not a disk error."""
    with pytest.raises(NotFoundError, match="The song"):
        files.read_json(tmp_path / "gone.json", "The song")


def test_a_file_above_the_limit_is_refused(tmp_path: Path) -> None:
    """No more than the limit is ever read into memory."""
    (tmp_path / "big.json").write_bytes(b"[" + b" " * 100 + b"]")
    with pytest.raises(DamagedFileError, match="larger than"):
        files.read_json(tmp_path / "big.json", "The song", max_bytes=64)


def test_reading_a_small_file_takes_little_memory(tmp_path: Path) -> None:
    """The memory that reading takes goes by the size of the file, not by the size that is allowed."""
    path = tmp_path / "small.json"
    path.write_bytes(b"[1]")
    tracemalloc.start()
    try:
        assert files.read_bytes(path, "The song", 512 << 20) == b"[1]"
        assert tracemalloc.get_traced_memory()[1] < 1 << 20
    finally:
        tracemalloc.stop()


@pytest.mark.skipif(sys.platform == "win32", reason="named pipes in a folder are POSIX's")
@pytest.mark.parametrize("length", [0, 1, 2, 3, 1000, 65_000])
def test_a_file_that_has_grown_is_read_whole(tmp_path: Path, length: int) -> None:
    """What is in a file beyond the size that the system gives is read, too, up to the same limit."""
    path, data = tmp_path / "pipe", bytes(range(250)) * 260

    def read(max_bytes: int) -> bytes:
        writer = threading.Thread(target=path.write_bytes, args=(data[:length],))
        writer.start()
        try:
            return files.read_bytes(path, "The song", max_bytes)
        finally:
            writer.join()

    os.mkfifo(path)
    assert read(65_000) == data[:length]
    if length:
        with pytest.raises(DamagedFileError, match="larger than"):
            read(length - 1)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "line 1, column 1"),
        (b'{"a": 1,}', "line 1"),
        (b'{\n"a": x}', "line 2, column 6"),
        (b"\xff\xfe", "byte 0"),
        (b'{"a": NaN}', "NaN"),
        (b'{"a": -Infinity}', "-Infinity"),
        (b"1" * 5000, "5000 digits"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"a":' * 100_000, "nested too deeply"),
    ],
)
def test_what_is_not_json_is_refused_with_the_place(data: bytes, words: str) -> None:
    """Bad JSON of each kind is DamagedFileError and says where or why."""
    with pytest.raises(DamagedFileError) as caught:
        files.parse_json(data, "The song")
    assert words in str(caught.value)


@given(st.binary(max_size=60))
def test_any_bytes_are_json_or_refused(data: bytes) -> None:
    """Whatever the bytes, reading them ends in a value or in DamagedFileError."""
    try:
        files.parse_json(data, "The song")
    except DamagedFileError:
        return


_numbers = st.integers(-(2**70), 2**70) | st.floats(allow_nan=False, allow_infinity=False)
_json = st.recursive(
    st.none() | st.booleans() | _numbers | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(_json)
def test_json_comes_back_as_it_was(value: object) -> None:
    """Writing and reading JSON changes nothing, halves of surrogate pairs included."""
    assert files.parse_json(files.json_bytes(value), "The song") == value
