"""What the running Deforum reads is kept, so that Check and Apply need not ask it for the same text again."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import numpy as np
import pytest

from deforum_perform.webui import interpolations
from deforum_perform.webui.interpolations import Interpolations

ASKED: list[tuple[str, int]] = []


class Reader:
    """A FrameInterpolater that notes what it is asked for."""

    def __init__(self, max_frames: int) -> None:
        self._max_frames = max_frames

    def parse_inbetweens(self, text: str, _name: str) -> Any:
        ASKED.append((text, self._max_frames))
        if text == "bad":
            raise SyntaxError("bad")
        return [float(text)] * self._max_frames


class Other(Reader):
    """Another one, as after Reload UI."""


@pytest.fixture(autouse=True)
def _nothing_asked() -> None:
    ASKED.clear()


def test_each_text_is_read_once() -> None:
    """The same text for as many frames is not read again; other frames, texts and readers are."""
    kept = Interpolations()
    for _ in range(2):
        assert np.array_equal(kept.of(Reader, "2", 3).values, [2, 2, 2])
    kept.of(Reader, "2", 4)
    kept.of(Other, "2", 3)
    assert ASKED == [("2", 3), ("2", 4), ("2", 3)]


def test_a_text_that_cannot_be_read_is_asked_for_again() -> None:
    """The cause may no longer exist: the reason is determined each time, and not cached."""
    kept = Interpolations()
    assert [kept.of(Reader, "bad", 3).problem for _ in range(2)] == ["SyntaxError: bad"] * 2
    assert len(ASKED) == 2


def test_only_so_many_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """The text that was asked for least recently goes first."""
    monkeypatch.setattr(interpolations, "KEPT", 2)
    kept = Interpolations()
    for text in ("1", "2", "1", "3", "1", "2"):
        kept.of(Reader, text, 3)
    assert [text for text, _ in ASKED] == ["1", "2", "3", "2"]


def test_two_threads_read_a_text_once() -> None:
    """Check does not read again what is being read in the background: it waits for that."""
    begun, go_on, kept = Event(), Event(), Interpolations()

    class Slow(Reader):
        def parse_inbetweens(self, text: str, name: str) -> Any:
            begun.set()
            assert go_on.wait(30)
            return super().parse_inbetweens(text, name)

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(kept.of, Slow, "2", 3)
        assert begun.wait(30)
        second = pool.submit(kept.of, Slow, "2", 3)
        go_on.set()
        assert first.result(30) is second.result(30)
    assert ASKED == [("2", 3)]
