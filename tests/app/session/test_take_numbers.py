"""No two takes of a song ever have the same number, whatever is recorded, recovered and undone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deforum_perform.app.session.history import History
from deforum_perform.app.session.library import RECOVERED
from deforum_perform.app.session.take_numbers import MOST, TakeNumbers
from deforum_perform.core.errors import FolderError, StorageError
from deforum_perform.core.signal import signal
from deforum_perform.core.song.document import new_document
from deforum_perform.core.song.song import with_take
from deforum_perform.core.song.take import Take
from deforum_perform.core.song.take_info import info
from deforum_perform.store.songs.folder import document_in
from deforum_perform.store.songs.store import SongStore
from tests.app.conftest import Hands, opened, osc
from tests.app.session.test_recovery import killed_now

STEPS = st.one_of(
    st.sampled_from(["begin", "end", "nothing arrived", "undo", "redo", "another edit"]),
    st.integers(-1, 6),  # a recovered recording that had this number
    st.just(MOST + 1),
)


def take(take_id: str, number: int) -> Take:
    """A take of one event."""
    return Take(take_id, number, 0.0, 1.0, {"/k": signal([0.5], [1.0])})


@given(st.lists(st.tuples(st.sampled_from(["cut off", "file"]), st.integers(-1, 6))), st.lists(STEPS, max_size=30))
def test_a_number_belongs_to_one_take(found: list[tuple[str, int]], steps: list[str | int]) -> None:
    """A number that a take has, had, or gets when its recording ends is never reused; a take's number stays."""
    history = History(new_document("song", "A song"))
    numbers = TakeNumbers((f"{kind} {k}", number) for k, (kind, number) in enumerate(found))
    running: tuple[str, int] | None = None
    ever: dict[int, str] = {}

    def add(take_id: str, number: int) -> None:
        history.edit(f"take {number}", lambda song: with_take(song, info(take(take_id, number))))

    for place, step in enumerate(steps):
        if step == "begin" and running is None:
            running = f"recording {place}", numbers.next(history.song, f"recording {place}")
        elif step == "end" and running is not None:
            add(*running)
            running = None
        elif step == "nothing arrived" and running is not None:
            numbers.give_back(running[0])
            running = None
        elif step == "undo":
            history.undo()
        elif step == "redo":
            history.redo()
        elif step == "another edit":
            history.edit("fps", lambda song: replace(song, fps=song.fps + 1))
        elif isinstance(step, int):
            add(f"recovered {place}", numbers.keep(history.song, f"recovered {place}", step))
        for known in history.song.takes:
            assert ever.setdefault(known.number, known.id) == known.id
            assert running is None or known.number != running[1]
        assert len({known.id for known in history.song.takes}) == len(history.song.takes)


def test_a_take_that_comes_from_another_song_does_not_get_the_number_of_the_running_recording(
    hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While "Recovered recordings" is recorded, a take whose own song is missing gets another number there."""
    performer, save, error = hands.performer, SongStore.save_take, [StorageError("The disk is full.")]
    performer.parts.saver._retry_s = 0.001
    home = performer.session.song.id

    def save_elsewhere(store: SongStore, song_id: str, take: Take) -> None:
        if song_id == home:
            raise error[0]
        save(store, song_id, take)

    monkeypatch.setattr(SongStore, "save_take", save_elsewhere)
    hands.send(1.0, osc("/perform/record", 1), osc("/k", 0.1))
    hands.send(2.0, osc("/perform/record", 0))
    recovered = hands.do("song.new", name=RECOVERED)["id"]
    hands.send(3.0, osc("/perform/record", 1), osc("/k", 0.2))
    error[0] = FolderError("The folder is gone.")
    assert performer.parts.saver.drain(60.0, patient=True)
    hands.send(4.0, osc("/perform/record", 0))
    assert performer.parts.saver.drain(60.0)
    assert [take.number for take in document_in(performer.parts.store.folder(recovered)).song.takes] == [1, 2]


def test_a_recovered_recording_keeps_its_number_and_no_other_gets_it(hands: Hands, tmp_path: Path) -> None:
    """Cut off as take 2, it is take 2 when it is recovered, although others were recorded since."""
    hands.send(1.0, osc("/perform/record", 1), osc("/k", 0.1))
    hands.send(2.0, osc("/perform/record", 0))
    hands.send(3.0, osc("/perform/record", 1), osc("/k", 0.2))
    later = Hands(opened(killed_now(hands, tmp_path), clock := [0]), clock)
    later.send(1.0, osc("/perform/record", 1), osc("/k", 0.3))
    (offered,) = later.performer.snapshot()["unsaved"]
    later.send(2.0, osc("/perform/record", 0))
    assert later.do("recording.recover", id=offered["id"]) == {"take": 2}
    assert [take["number"] for take in later.performer.snapshot()["takes"]] == [1, 2, 3]
    later.performer.close()


def test_the_number_of_a_take_that_went_to_another_song_is_not_given_again(hands: Hands, tmp_path: Path) -> None:
    """Take 2 became a take of "Recovered recordings" because the folder of its song was missing: with the folder put
    back, the next take of that song is take 3, also after a restart and another one."""
    performer = hands.performer
    hands.send(1.0, osc("/perform/record", 1), osc("/k", 0.1))
    hands.send(2.0, osc("/perform/record", 0))
    hands.send(3.0, osc("/perform/record", 1), osc("/k", 0.2))
    assert performer.parts.saver.drain(60.0)
    song_id = performer.session.song.id
    folder = performer.parts.store.folder(song_id)
    folder.rename(tmp_path / "away")
    hands.send(4.0, osc("/perform/record", 0))
    performer.parts.saver.drain(60.0)
    (tmp_path / "away").rename(folder)
    performer.parts.library.save_returned()
    performer.close()
    for number in (3, 4):
        later = Hands(opened(tmp_path, clock := [0]), clock)
        later.do("song.open", id=song_id)
        later.send(1.0, osc("/perform/record", 1), osc("/k", 0.3))
        later.send(2.0, osc("/perform/record", 0))
        assert later.performer.session.song.takes[-1].number == number
        later.performer.close()
