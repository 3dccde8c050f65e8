"""The file that says which process has the folder of songs."""

from __future__ import annotations

from collections.abc import Sequence

from deforum_perform.core.errors import ConflictError
from deforum_perform.store.lock import FolderLock
from tests.fuzz.scratch import scratch
from tests.fuzz.target import Broken, Target

RULE = "whatever the file holds, the folder can be had when it is free, and its holder is named or left out"


def seeds() -> Sequence[bytes]:
    """What Perform writes, and what it does not."""
    return [
        b'{"pid": 4711}',
        b"",
        b"{}",
        b"[]",
        b'{"pid": "x"}',
        b'{"pid": 1e999}',
        b'{"pid": null}',
        b"\xff",
        b"[" * 99,
    ]


def one_input(data: bytes) -> None:
    """Take the lock, write over its file, and let another one ask for it."""
    with scratch() as root:
        first, second = FolderLock(root), FolderLock(root)
        first.acquire()
        try:
            (root / "lock").write_bytes(data)
            second.acquire()
            raise Broken("two have the folder")
        except ConflictError:
            pass
        finally:
            first.release()
        second.acquire()
        second.release()


TARGET = Target(RULE, one_input, seeds, max_bytes=200)
