"""Recordings that grow beyond what can be kept: the page says so in time, and the take says what it does not have."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from deforum_perform.core.errors import ConflictError
from deforum_perform.store import limits
from tests.app.conftest import Hands, opened, osc


def test_a_full_take_says_what_was_left_out(hands: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    """A recording accepts as much as can be read again; the page warns early, and the take shows what is missing."""
    monkeypatch.setattr(limits, "LARGE_EVENTS", 4)
    monkeypatch.setattr(limits, "MAX_EVENTS", 6)
    hands.do("record.start")
    hands.send(1.0, *(osc("/k", float(value)) for value in range(4)))
    assert "needs much memory" in hands.performer.publisher.notices["size"].message
    hands.do("notice.dismiss", id="size")
    hands.send(2.0, *(osc("/k", float(value)) for value in range(4)))
    hands.send(3.0, osc("/k", 9.0))
    hands.at(4.0)
    hands.do("record.stop")
    take = hands.performer.snapshot()["takes"][0]
    reported = [(one["kind"], one["start_s"], one["end_s"], one["count"]) for one in take["problems"]]
    assert (take["events"], reported) == (6, [("full", 2.0, 2.0, 2), ("full", 3.0, 3.0, 1)])
    assert "size" not in hands.performer.publisher.notices
    assert "This take is full" in hands.performer.publisher.notices["recording"].message


def test_texts_have_a_limit_too(hands: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    """Texts beyond what a take holds are counted as left out."""
    monkeypatch.setattr(limits, "MAX_TEXTS", 2)
    hands.do("record.start")
    hands.send(1.0, *(osc("/words", word) for word in "abcde"))
    hands.do("record.stop")
    take = hands.performer.snapshot()["takes"][0]
    assert (take["events"], [(problem["kind"], problem["count"]) for problem in take["problems"]]) == (2, [("full", 3)])


def test_values_that_cannot_be_kept_are_marked(hands: Hands, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A value that is not a number is not in the take, and the take shows it; a recovered one does too."""
    hands.do("record.start")
    hands.send(1.0, osc("/k", 0.5), osc("/k", float("nan")), osc("/k", float("inf")))
    hands.at(2.0)
    hands.do("record.stop")
    take = hands.performer.snapshot()["takes"][0]
    assert (take["events"], [(one["kind"], one["count"]) for one in take["problems"]]) == (1, [("refused", 2)])


def test_a_full_song_takes_in_no_recording(hands: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page says that a song is nearly full, and a recording that might not fit is not begun."""
    song_id = hands.performer.session.song.id
    size = hands.performer.parts.store.size(song_id)
    assert size == (hands.performer.parts.store.folder(song_id) / "song.json").stat().st_size
    monkeypatch.setattr(limits, "LARGE_SONG_BYTES", size - 1)
    hands.do("record.start")
    assert "nearly full" in hands.performer.publisher.notices["song_size"].message
    hands.do("record.stop")
    monkeypatch.setattr(limits, "FULL_SONG_BYTES", size - 1)
    for command in ("record.start", "record.wait"):
        with pytest.raises(ConflictError, match="song is full"):
            hands.do(command)
    hands.send(3.0, osc("/perform/record", 1))
    assert "song is full" in hands.performer.publisher.notices["control"].message
    monkeypatch.undo()
    hands.do("record.start")
    assert "song_size" not in hands.performer.publisher.notices


def test_a_recording_with_a_long_header_is_recovered(hands: Hands, tmp_path: Path) -> None:
    """Thousands of sources with long addresses, known before a recording, do not prevent a journal from being read."""
    names = [f"/{number}/{'x' * 450}" for number in range(4000)]
    for first in range(0, len(names), 500):
        hands.send(1.0, *(osc(name, 0.5) for name in names[first : first + 500]))
    hands.at(2.0)
    hands.do("record.start")
    hands.send(3.0, *(osc(name, 0.75) for name in names[:100]))
    journal = hands.performer.recorder.feed.journal
    assert journal is not None
    assert journal.flush(timeout_s=60)
    killed = tmp_path / "killed"
    shutil.copytree(hands.performer.parts.store.root, killed, ignore=shutil.ignore_patterns("killed", "lock"))
    later = opened(killed, [0])
    (unsaved,) = later.snapshot()["unsaved"]
    assert unsaved["problem"] is None
    later.command("recording.recover", {"id": unsaved["id"]})
    assert later.snapshot()["takes"][-1]["events"] == 100
    later.close()
