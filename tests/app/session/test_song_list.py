"""A song's folder that is copied into the songs' folder is listed while Perform runs, whatever it is called."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.app.conftest import Hands
from tests.osc.network import until

NAMES = ["my-song", "My Set, 2. Take", "live_set", "Übung"]


def copied(hands: Hands, tmp_path: Path, name: str) -> Path:
    """The present song's folder with a take, copied into the songs' folder under ``name``."""
    hands.do("record.start")
    hands.play("/k", (1.0, 0.2), (2.0, 0.8))
    hands.at(3.0)
    hands.do("record.stop")
    hands.do("song.rename", name="recorded elsewhere")
    folder = hands.performer.parts.store.folder(hands.performer.session.song.id)
    elsewhere = tmp_path / "elsewhere" / name
    shutil.copytree(folder, elsewhere)
    hands.do("song.rename", name="here")
    hands.performer.snapshot()
    return Path(shutil.copytree(elsewhere, folder.parent / name))


def test_a_song_that_is_copied_or_taken_away_is_news_by_itself(hands: Hands, tmp_path: Path) -> None:
    """The list changes without a restart and without anything done on the page."""
    folder = copied(hands, tmp_path, "my-song")
    revision = hands.performer.revision
    until(lambda: hands.performer.revision != revision)
    assert sorted(song["name"] for song in hands.performer.song_list()["songs"]) == ["here", "recorded elsewhere"]
    shutil.rmtree(folder)
    revision = hands.performer.revision
    until(lambda: hands.performer.revision != revision)
    assert [song["name"] for song in hands.performer.song_list()["songs"]] == ["here"]


@pytest.mark.parametrize("name", NAMES)
def test_a_copied_song_is_one_like_any_other(hands: Hands, tmp_path: Path, name: str) -> None:
    """Whatever its folder is called, it can be opened, played, renamed, copied, deleted, restored and exported."""
    folder = copied(hands, tmp_path, name)
    assert hands.performer.parts.songs.look()
    hands.performer.publisher.publish()
    songs = hands.performer.song_list()["songs"]
    (song_id,) = [song["id"] for song in songs if song["name"] == "recorded elsewhere"]
    hands.do("song.open", id=song_id)
    assert [source["first_take"] for source in hands.performer.snapshot()["sources"]] == [1]
    lane = hands.lane("zoom", "/k")
    assert hands.state_of(lane)["curve_id"]
    hands.do("song.rename", name="renamed")
    hands.do("song.duplicate", id=song_id, name="twin")
    hands.do("song.trash", id=song_id)
    assert not folder.exists()
    assert [song["id"] for song in hands.performer.song_list()["trashed"]] == [song_id]
    hands.do("song.restore", id=song_id)
    assert (folder / "song.json").is_file()
    hands.do("song.open", id=song_id)
    assert hands.performer.snapshot()["song"]["name"] == "renamed"
    assert len(hands.state_of(lane)["clips"]) == 1
    assert hands.performer.export("zip").data


def test_what_the_page_already_has_is_not_sent_again(hands: Hands, tmp_path: Path) -> None:
    """Nothing is said twice: neither a copied song nor what the page itself has changed."""
    hands.performer.ticker.close()
    songs = hands.performer.parts.songs
    copied(hands, tmp_path, "my-song")
    assert [songs.look(), songs.look()] == [True, False]
    hands.do("song.new", name="another")
    hands.performer.snapshot()
    hands.do("song.change", fps=30)
    assert songs.look() is False


def test_other_folders_are_not_songs(hands: Hands) -> None:
    """A folder without a song in it, or hidden, is left alone."""
    root = hands.performer.parts.store.root / "songs"
    for name in ("Some Files", ".hidden", "@eaDir"):
        (root / name).mkdir()
        (root / name / "notes.txt").write_text("mine")
    assert len(hands.performer.song_list()["songs"]) == 1
