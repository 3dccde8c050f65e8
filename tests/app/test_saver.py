"""The saver's promises to those who wait for it."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator

import pytest

from deforum_perform.app.saver import Saver
from deforum_perform.core.errors import StorageError

WAIT_S = 60.0


@pytest.fixture
def saver() -> Iterator[Saver]:
    """A saver that tries again at once."""
    made = Saver(lambda _message: None, retry_s=0.001)
    yield made
    made.close()


def test_who_waits_is_not_held_up_by_what_is_submitted_later(saver: Saver) -> None:
    """A drain waits for what was submitted before it, so that it ends while takes keep coming."""
    done: list[int] = []
    over = threading.Event()

    def save(number: int) -> None:
        done.append(number)
        if not over.is_set():  # another take has ended meanwhile: the saver never rests
            saver.submit(f"take {number + 1}", lambda: save(number + 1))

    saver.submit("take 1", lambda: save(1))
    try:
        assert saver.drain(5.0)
        assert done[0] == 1
    finally:
        over.set()


def test_a_song_that_is_saved_again_and_again_keeps_its_turn(saver: Saver) -> None:
    """A job that takes the place of a waiting one is done when that one would have been, and both are waited for."""
    done: list[str] = []
    go_on = threading.Event()

    def first() -> None:
        assert go_on.wait(WAIT_S)

    saver.submit("take", first)
    saver.submit("song", lambda: done.append("old song"))
    saver.submit("base", lambda: done.append("base"))
    saver.submit("song", lambda: done.append("new song"))
    go_on.set()
    assert saver.drain(WAIT_S)
    assert done == ["new song", "base"]


def test_who_waited_for_a_refused_job_waits_for_the_newer_one(saver: Saver) -> None:
    """While a job that was refused is replaced by a newer one of its key, it is not called saved."""
    tries = itertools.count()
    begun, go_on = threading.Event(), threading.Event()
    done: list[str] = []

    def refused() -> None:
        begun.set()
        assert go_on.wait(WAIT_S)
        raise StorageError("The disk is full.")

    def newer() -> None:
        if next(tries) == 0:
            raise StorageError("The disk is full.")
        done.append("saved")

    saver.submit("song", refused)
    assert begun.wait(WAIT_S)
    saver.submit("song", newer)
    go_on.set()
    assert saver.drain(WAIT_S, patient=True)
    assert done == ["saved"]
