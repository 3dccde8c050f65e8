"""The saver's promises to those who wait for it."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator

import pytest

from deforum_perform.app.session.saver import Saver
from deforum_perform.core.errors import DamagedFileError, FolderError, NotFoundError, StorageError

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
    """A job takes the place of a waiting one only if nothing was submitted between them: a take is on disk before the
    song that names it."""
    done: list[str] = []
    go_on = threading.Event()

    def first() -> None:
        assert go_on.wait(WAIT_S)

    saver.submit("take 1", first)
    saver.submit("song", lambda: done.append("song without takes"))
    saver.submit("song", lambda: done.append("song with take 1"))
    saver.submit("take 2", lambda: done.append("take 2"))
    saver.submit("song", lambda: done.append("song with take 2"))
    go_on.set()
    assert saver.drain(WAIT_S)
    assert done == ["song with take 1", "take 2", "song with take 2"]


def test_a_refused_job_holds_back_only_its_own_group() -> None:
    """While the folder of one song refuses, another song is saved, and a waiting thread gets its answer."""
    refuses = threading.Event()
    refuses.set()
    done: list[str] = []

    def save() -> None:
        if refuses.is_set():
            raise StorageError("Access was refused.")
        done.append("first")

    shown: list[str | None] = []
    saver = Saver(shown.append, retry_s=0.001)
    saver.submit("song", save, group="one")
    saver.submit("song", lambda: done.append("second"), group="two")
    assert not saver.drain(WAIT_S)
    assert (done, shown) == (["second"], ["Access was refused."])
    refuses.clear()
    assert saver.drain(WAIT_S, patient=True)
    saver.close()
    assert (done, shown) == (["second", "first"], ["Access was refused.", None])


def test_no_job_is_dropped_whatever_it_raises() -> None:
    """A damaged file, a missing folder or an internal error: the job is tried again, and the reason is reported
    once."""
    errors: list[Exception] = [DamagedFileError("It is damaged."), NotFoundError("It is gone."), ValueError("bug")]
    done: list[str] = []
    shown: list[str | None] = []

    def save() -> None:
        if errors:
            raise errors.pop()
        done.append("take")

    saver = Saver(shown.append, retry_s=0.001)
    saver.submit("take", save)
    assert saver.drain(WAIT_S, patient=True)
    saver.close()
    assert done == ["take"]
    assert shown[1:] == ["It is gone.", "It is damaged.", None]
    assert "ValueError" in str(shown[0])


def test_a_reason_is_taken_back_when_a_newer_job_is_done() -> None:
    """A job that was refused may be replaced by a newer one before it is tried again: once that is saved, nothing says
    any more that it could not be."""
    refused, shown = threading.Event(), list[str | None]()

    def tell(message: str | None) -> None:
        shown.append(message)
        refused.set()

    def refuse() -> None:
        raise StorageError("The disk is full.")

    saver = Saver(tell, retry_s=WAIT_S)
    saver.submit("song", refuse)
    assert refused.wait(WAIT_S)
    saver.submit("song", lambda: None)
    assert saver.drain(WAIT_S, patient=True)
    saver.close()
    assert shown == ["The disk is full.", None]


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


def test_nothing_waits_for_a_job_whose_folder_is_gone(saver: Saver) -> None:
    """Only a full disk delays what comes later in a group; a newer job replaces one that failed."""
    gone = threading.Event()
    gone.set()
    done: list[str] = []

    def save(what: str) -> None:
        if gone.is_set():
            raise FolderError("The folder is gone.")
        done.append(what)

    saver.submit("song", lambda: save("old song"), group="one")
    saver.submit("take", lambda: done.append("take"), group="one")
    assert not saver.drain(WAIT_S)
    assert done == ["take"]
    saver.submit("song", lambda: save("new song"), group="one")
    gone.clear()
    assert saver.drain(WAIT_S, patient=True)
    assert done == ["take", "new song"]
