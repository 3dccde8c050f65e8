"""The workspace: armed and muted lanes and the start, saved beside the song and without it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from deforum_perform.core.errors import InputError
from deforum_perform.store.songs.folder import DAMAGED_WORKSPACE, SONG, WORKSPACE, document_in
from tests.app.conftest import Hands, opened

DATA = Path(__file__).parents[2] / "data" / "songs"


def folder_of(root: Path, hands: Hands) -> Path:
    """The folder of the open song."""
    return root / "songs" / hands.performer.session.song.id


def test_arm_and_mute_write_the_workspace_alone(hands: Hands, tmp_path: Path) -> None:
    """Arming, muting and a new start leave the song's file, its backup and its history as they are."""
    lane = hands.lane("zoom", "/k")
    folder = folder_of(tmp_path, hands)
    before = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    hands.do("lane.change", id=lane, armed=False)
    hands.do("lane.change", id=lane, muted=True)
    hands.do("song.change", start_s=2.5)
    after = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    assert {name for name in after if after[name] != before.get(name)} == {WORKSPACE}
    saved = json.loads(after[WORKSPACE])
    assert (saved["start_s"], saved["lanes"]) == (2.5, {lane: {"armed": False, "muted": True}})


def test_the_workspace_comes_back(hands: Hands, tmp_path: Path) -> None:
    """After a restart each lane is armed and muted as it was, and recording starts where it did."""
    lane = hands.lane("zoom", "/k", armed=False, muted=True)
    hands.do("seek", time_s=4.5)
    hands.performer.close()
    again = Hands(opened(tmp_path, [0]), [0])
    state = again.state_of(lane)
    assert (state["armed"], state["muted"]) == (False, True)
    assert again.performer.session.transport.position_s == 4.5
    again.performer.close()


def test_the_loop_and_punch_ranges_come_back(hands: Hands, tmp_path: Path) -> None:
    """Each range is set by itself, shown in the state, untouched by undo, and the same after a restart."""
    hands.do("song.change", fps=24)
    hands.do("workspace.change", loop=[4, 12.5])
    hands.do("workspace.change", punch=[6.0, 8.0])
    hands.do("undo")
    assert hands.performer.snapshot()["workspace"] == {"loop": (4.0, 12.5), "punch": (6.0, 8.0)}
    saved = json.loads((folder_of(tmp_path, hands) / WORKSPACE).read_bytes())
    assert saved["loop"] == {"start_s": 4.0, "end_s": 12.5}
    hands.performer.close()
    again = Hands(opened(tmp_path, [0]), [0])
    assert again.performer.snapshot()["workspace"] == {"loop": (4.0, 12.5), "punch": (6.0, 8.0)}
    again.do("workspace.change", loop=None)
    assert again.performer.snapshot()["workspace"] == {"loop": None, "punch": (6.0, 8.0)}
    again.performer.close()


@pytest.mark.parametrize("wrong", [[1.0], [2.0, 1.0], [1.0, 1.0], [-1.0, 2.0], [0.0, 1e9], ["a", 1.0], 3, [1.0, 1.001]])
def test_an_invalid_range_is_refused(hands: Hands, wrong: object) -> None:
    """A range has a start and an end that is at least a hundredth of a second later; otherwise nothing changes."""
    hands.do("workspace.change", loop=[1.0, 2.0])
    with pytest.raises(InputError, match="loop"):
        hands.do("workspace.change", loop=wrong)
    assert hands.performer.snapshot()["workspace"]["loop"] == (1.0, 2.0)


def test_the_ranges_are_stretched_with_the_song(hands: Hands) -> None:
    """A song stretched to half its length has its ranges, and its start, at half their times."""
    hands.do("song.change", length_s=60)
    hands.do("workspace.change", loop=[4, 12], punch=[40, 50])
    hands.do("seek", time_s=50)
    hands.do("song.stretch", length_s=30)
    state = hands.performer.snapshot()
    assert (state["workspace"], state["song"]["start_s"]) == ({"loop": (2.0, 6.0), "punch": (20.0, 25.0)}, 25.0)
    hands.do("song.stretch", length_s=0.01)
    hands.do("workspace.change")  # still valid


BACKWARDS = b'{"format": 1, "loop": {"start_s": 2, "end_s": 1}}'


@pytest.mark.parametrize("damage", [b"{", b"", b'{"format": 1, "start_s": "0"}', BACKWARDS, b'{"format": 9}'])
def test_a_damaged_workspace_keeps_no_song_from_opening(hands: Hands, tmp_path: Path, damage: bytes) -> None:
    """The song opens with every lane armed and none muted, the page says so, and the damaged file is kept beside the
    one that the next change writes."""
    lane = hands.lane("zoom", "/k", armed=False)
    hands.do("song.change", fps=24)
    song, folder = hands.performer.session.song, folder_of(tmp_path, hands)
    hands.performer.close()
    (folder / WORKSPACE).write_bytes(damage)
    again = Hands(opened(tmp_path, [0]), [0])
    assert again.performer.session.song == song
    assert (again.state_of(lane)["armed"], again.state_of(lane)["muted"]) == (True, False)
    (notice,) = again.performer.snapshot()["notices"]
    assert notice["level"] == "warn"
    assert "armed or muted could not be read" in notice["message"]
    again.do("lane.change", id=lane, muted=True)
    assert document_in(folder).workspace.lane(lane).muted
    assert (folder / DAMAGED_WORKSPACE).read_bytes() == damage
    again.performer.close()


def test_a_song_of_the_first_format_keeps_its_file_as_the_backup(hands: Hands, tmp_path: Path) -> None:
    """It opens as it is; the first change writes today's format, and the old file is the backup then."""
    old = (DATA / "v01-prompts" / "song.json").read_bytes()
    folder = tmp_path / "songs" / "older"
    folder.mkdir()
    (folder / SONG).write_bytes(old)
    hands.do("song.open", id="older")
    assert [path.name for path in folder.iterdir()] == [SONG]
    assert (folder / SONG).read_bytes() == old
    before = document_in(folder)
    hands.do("song.change", cadence=7)
    assert (folder / "song.backup.json").read_bytes() == old
    after = document_in(folder)
    assert (after.song.cadence, after.info, after.workspace) == (7, before.info, before.workspace)
    hands.do("undo")
    assert document_in(folder) == before
