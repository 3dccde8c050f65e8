"""Songs that are not on disk yet: nothing is made of them that would leave out what is missing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from deforum_perform.core.errors import ConflictError, StorageError
from deforum_perform.store.songs.folder import document_in
from deforum_perform.store.songs.store import SongStore
from tests.app.conftest import Hands, osc


def fill_disk(hands: Hands, patch: pytest.MonkeyPatch) -> None:
    """From now on nothing can be saved, and each refused job is tried again at once."""

    def refuse(*_arguments: Any) -> None:
        raise StorageError("The disk is full.")

    hands.performer.parts.saver._retry_s = 0.001
    patch.setattr(SongStore, "save", refuse)
    patch.setattr(SongStore, "save_take", refuse)


def test_a_song_is_copied_and_exported_whole_or_not_at_all(hands: Hands) -> None:
    """While a take waits for space on the disk, a copy or a zip would miss it: it is refused, with a remedy."""
    song = hands.performer.session.song.id
    with pytest.MonkeyPatch.context() as patch:
        fill_disk(hands, patch)
        hands.send(1.0, osc("/perform/record", 1), osc("/k", 0.5))
        hands.send(2.0, osc("/perform/record", 0))
        with pytest.raises(ConflictError, match=r"could not be saved yet.*duplicate"):
            hands.do("song.duplicate", id=song)
        with pytest.raises(ConflictError, match=r"could not be saved yet.*export"):
            hands.performer.export("zip")
    assert hands.performer.parts.saver.drain(60.0, patient=True)
    copy = hands.do("song.duplicate", id=song)["id"]
    assert [take.number for take in document_in(hands.performer.parts.store.folder(copy)).song.takes] == [1]
    assert hands.performer.export("zip").data


@pytest.mark.parametrize("comes_back", [False, True])
def test_a_song_that_is_left_unsaved_keeps_its_name_and_takes(hands: Hands, tmp_path: Path, comes_back: bool) -> None:
    """It can be renamed while another song is open, and is saved in its last state once there is space."""
    song = hands.performer.session.song.id
    other = hands.do("song.new", name="other")["id"]
    hands.do("song.open", id=song)
    with pytest.MonkeyPatch.context() as patch:
        fill_disk(hands, patch)
        hands.send(1.0, osc("/perform/record", 1), osc("/k", 0.5))
        hands.send(2.0, osc("/perform/record", 0))
        hands.do("song.open", id=other)
        hands.do("song.rename", id=song, name="renamed")
        if comes_back:
            hands.do("song.open", id=song)
            assert hands.performer.session.document.name == "renamed"
    assert hands.performer.parts.saver.drain(60.0, patient=True)
    saved = document_in(tmp_path / "songs" / song)
    assert (saved.name, [take.number for take in saved.song.takes]) == ("renamed", [1])


def test_commands_are_answered_although_takes_keep_coming(hands: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    """A command waits for what was to be saved before it, not for a saver that never rests."""
    save, takes = SongStore.save_take, [0]
    song = hands.performer.session.song.id

    def record() -> None:
        with hands.performer.session.lock:  # no command meets the recording while it runs
            takes[0] += 1
            hands.send(float(takes[0]), osc("/perform/record", 1), osc("/k", float(takes[0])))
            hands.send(takes[0] + 0.5, osc("/perform/record", 0))

    def save_and_record(store: SongStore, *arguments: Any) -> None:
        save(store, *arguments)
        if takes[0]:
            record()

    monkeypatch.setattr(SongStore, "save_take", save_and_record)
    monkeypatch.setattr("deforum_perform.app.performer.SAVE_WAIT_S", 1.0)
    monkeypatch.setattr("deforum_perform.app.commands.songs.DRAIN_S", 1.0)
    record()
    answers: list[bool] = []
    drain = hands.performer.parts.saver.drain
    monkeypatch.setattr(
        hands.performer.parts.saver, "drain", lambda *given: answers.append(drain(*given)) or answers[-1]
    )
    other = hands.do("song.new", name="other")["id"]
    for opened in (song, other, song):
        hands.do("song.open", id=opened)
    takes[0] = 0
    assert answers == [True] * len(answers)
