"""Where Perform listens, kept beside the songs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deforum_perform.core.errors import DamagedFileError, InputError, StorageError
from deforum_perform.core.listener import ListenerChoice, SenderRules, split_networks
from deforum_perform.store.listener_file import LISTENER, MAX_BYTES, keep_listener, open_listener, read_listener

CHOICE = ListenerChoice("0.0.0.0", 9001, SenderRules(split_networks("192.168.1.0/24 fe80::1"), False, 250))


def test_nothing_kept_is_the_default(tmp_path: Path) -> None:
    """A new folder listens on the loopback, without allowed senders, and reading creates no file."""
    assert read_listener(tmp_path) == ListenerChoice()
    assert list(tmp_path.iterdir()) == []


def test_what_is_kept_comes_back(tmp_path: Path) -> None:
    """All parts, in a file of its format that is whole or not there."""
    assert keep_listener(tmp_path, ListenerChoice(), CHOICE.to_dict()) == CHOICE
    assert read_listener(tmp_path) == CHOICE
    assert [path.name for path in tmp_path.iterdir()] == [LISTENER]
    assert json.loads((tmp_path / LISTENER).read_text("utf-8"))["format"] == 1


def test_only_what_was_changed_is_kept(tmp_path: Path) -> None:
    """The other parts stay as they were kept before, whatever they are for this start."""
    keep_listener(tmp_path, CHOICE, {"port": 9009})
    found = read_listener(tmp_path)
    assert (found.port, found.senders, found.host) == (9009, CHOICE.senders, "0.0.0.0")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe",
        b"{}",
        b'{"format": 2, "host": "127.0.0.1"}',
        b'{"format": 1, "host": 7}',
        b'{"format": 1, "port": 70000}',
        b'{"format": 1, "port": 9000.0}',
        b'{"format": 1, "port": NaN}',
        b'{"format": 1, "allowed": "192.168.1.0/24"}',
        b'{"format": 1, "allowed": ["everybody"]}',
        b'{"format": 1, "controls": "no"}',
        b'{"format": 1, "limit_hz": 0}',
        b"[" * 100_000,
        b'{"format": 1, "host": "' + b"x" * MAX_BYTES + b'"}',
    ],
)
def test_a_damaged_file_is_reported_and_left_unchanged(tmp_path: Path, content: bytes) -> None:
    """The reason and what to do, without any path; no sender is allowed by it, and the file stays unchanged."""
    path = tmp_path / LISTENER
    path.write_bytes(content)
    with pytest.raises(DamagedFileError) as caught:
        read_listener(tmp_path)
    assert str(tmp_path) not in str(caught.value)
    assert path.read_bytes() == content


parts = st.dictionaries(
    st.sampled_from(["format", "host", "port", "allowed", "controls", "limit_hz", "else"]),
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-1, 70_000),
        st.floats(),
        st.text(max_size=20),
        st.lists(st.text(max_size=9)),
    ),
)


@given(parts)
def test_any_json_is_a_choice_or_damaged(tmp_path_factory: pytest.TempPathFactory, content: dict[str, Any]) -> None:
    """No content makes another error, and what is read can be kept again."""
    folder = tmp_path_factory.mktemp("kept")
    (folder / LISTENER).write_text(json.dumps(content), "utf-8")
    try:
        found = read_listener(folder)
    except DamagedFileError:
        return
    keep_listener(folder, found, {})
    assert read_listener(folder) == found


def test_a_missing_folder_is_reported(tmp_path: Path) -> None:
    """What cannot be written is a StorageError; an invalid choice is refused before anything is written."""
    with pytest.raises(StorageError):
        keep_listener(tmp_path / "gone", ListenerChoice(), {"port": 9001})
    with pytest.raises(InputError):
        keep_listener(tmp_path, ListenerChoice(), {"port": "9001"})
    assert list(tmp_path.iterdir()) == []


def test_one_changed_bit_never_allows_another_sender(tmp_path: Path) -> None:
    """Whatever bit changes, the choice is as it was kept, or as it was before its last change, which is said."""
    before = keep_listener(tmp_path, ListenerChoice(), {"port": 9002, "controls": False})
    keep_listener(tmp_path, before, CHOICE.to_dict())
    path = tmp_path / LISTENER
    saved = path.read_bytes()
    for place in range(len(saved) * 8):
        changed = bytearray(saved)
        changed[place // 8] ^= 1 << place % 8
        path.write_bytes(bytes(changed))
        found, message = open_listener(tmp_path)
        assert found == (CHOICE if message is None else before)


def test_a_damaged_choice_without_a_backup_is_refused(tmp_path: Path) -> None:
    """Without earlier settings the reason is given, and nothing is guessed."""
    keep_listener(tmp_path, ListenerChoice(), CHOICE.to_dict())
    path = tmp_path / LISTENER
    path.write_bytes(path.read_bytes().replace(b"false", b"true"))
    with pytest.raises(DamagedFileError, match="checksum"):
        open_listener(tmp_path)


def test_a_choice_too_long_to_be_read_is_not_kept(tmp_path: Path) -> None:
    """What could not be read again is refused before anything is written."""
    with pytest.raises(InputError):
        keep_listener(tmp_path, ListenerChoice(), {"host": "x" * MAX_BYTES})
    assert list(tmp_path.iterdir()) == []
