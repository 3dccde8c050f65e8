"""A song in the forms that others read, each read back."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from deforum_perform.__main__ import main
from deforum_perform.app.exports import KINDS
from deforum_perform.core.errors import DamagedFileError, InputError
from deforum_perform.core.schedule import parse_schedule
from deforum_perform.standalone.exporting import exported

from .conftest import Hands


@pytest.fixture
def song(hands: Hands) -> Hands:
    """Two lanes with three seconds recorded at 10 fps, in a song of 31 frames at cadence 3."""
    hands.do("song.change", fps=10, length_s=3.1, cadence=3)
    for name in ("angle", "strength_schedule"):
        hands.lane(name, f"/{name}", in_low=0, in_high=1)
    hands.at(0.0)
    hands.do("record.start")
    for i in range(30):
        hands.play("/angle", (i / 10, i / 30))
        hands.play("/strength_schedule", (i / 10, 1 - i / 30))
    hands.at(3.0)
    hands.do("record.stop")
    return hands


def test_every_export_is_the_same_from_the_page_and_from_the_folder(song: Hands) -> None:
    """The command reads the song's folder and makes what the page makes."""
    performer = song.performer
    folder = performer.store.folder(performer.stage.song.id)
    for kind in KINDS:
        made = performer.export(kind)
        assert made.data == exported(folder, kind).data, kind
        assert made.data


def test_texts_hold_every_lane(song: Hands) -> None:
    """Field name, then the schedule, lane by lane."""
    lines = song.performer.export("text").data.decode().split("\n")
    assert lines[0] == "angle"
    assert lines[1] == song.performer.lane_text(song.performer.stage.song.lanes[0].id)
    assert lines[3] == "strength_schedule"


def test_csv_holds_what_was_played_at_every_frame(song: Hands) -> None:
    """One row a frame, within the lane's tolerance of the text."""
    rows = list(csv.DictReader(io.StringIO(song.performer.export("csv").data.decode())))
    text = song.performer.lane_text(song.performer.stage.song.lanes[0].id)
    assert [float(row["Angle"]) for row in rows] == pytest.approx(parse_schedule(text, 31), abs=0.021)


def test_parseq_has_as_many_frames_as_deforum_will_render(song: Hands) -> None:
    """A manifest sets the number of frames, so it has max_frames of them and holds the last value."""
    made = json.loads(song.performer.export("parseq").data)
    assert len(made["rendered_frames"]) == song.performer.snapshot()["song"]["max_frames"]
    assert {"angle", "angle_delta", "strength"} <= set(made["rendered_frames"][0])


def test_oscdump_names_its_take(song: Hands) -> None:
    """The last take unless another is named."""
    song.at(10.0)
    song.do("record.start")
    song.play("/angle", (10.5, 0.5))
    song.do("record.stop")
    assert song.performer.export("oscdump").data.decode().count("\n") == 1
    first = song.performer.stage.song.takes[0].id
    assert song.performer.export("oscdump", take_id=first).data.decode().count("\n") == 60


def test_a_zip_brings_the_song_to_another_machine(song: Hands) -> None:
    """Imported, it plays the same schedules under an id of its own; a damaged zip changes nothing."""
    performer = song.performer
    before = [performer.lane_text(lane.id) for lane in performer.stage.song.lanes]
    data = performer.export("zip").data
    old = performer.stage.song.id
    performer.import_song(data)
    assert performer.stage.song.id != old
    assert [performer.lane_text(lane.id) for lane in performer.stage.song.lanes] == before
    here = performer.stage.song.id
    with pytest.raises(DamagedFileError):
        performer.import_song(data[: len(data) // 2])
    assert performer.stage.song.id == here


def test_what_cannot_be_exported_says_why(hands: Hands) -> None:
    """An empty song has no values, no take and no manifest; an unknown kind names the known ones."""
    for kind in ("csv", "parseq", "oscdump", "everything"):
        with pytest.raises(InputError, match=r"\."):
            hands.performer.export(kind)


def test_the_command_writes_a_new_file_only(song: Hands, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """python -m deforum_perform export writes the file, and refuses to overwrite one."""
    folder = song.performer.store.folder(song.performer.stage.song.id)
    out = tmp_path / "new" / "mine.txt"
    assert main(["export", str(folder), "--to", "settings", "--out", str(out)]) == 0
    assert json.loads(out.read_text("utf-8"))["max_frames"] == 34
    assert main(["export", str(folder), "--to", "csv", "--out", str(out)]) == 1
    assert "not overwritten" in capsys.readouterr().err
    assert main(["export", str(folder), "--to", "oscdump", "--take", "9", "--out", str(tmp_path / "x")]) == 1
    assert "It has: 1" in capsys.readouterr().err


def test_a_damaged_song_opens_as_it_was_before(song: Hands) -> None:
    """The state before the last change opens as a copy, and the damaged file stays."""
    store, damaged = song.performer.store, song.performer.stage.song.id
    song.do("song.new", name="other")
    path = store.folder(damaged) / "song.json"
    path.write_text("{", "utf-8")
    for command in ("song.open_backup", "song.open"):
        song.do(command, id=damaged)
        assert len(song.performer.stage.song.lanes) == 2
        assert song.performer.stage.song.id != damaged
        assert "damaged" in song.performer.stage.notices["backup"].message
        song.do("song.new", name="another")
        assert "backup" not in song.performer.stage.notices
    assert path.read_text("utf-8") == "{"
