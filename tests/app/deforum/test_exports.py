"""A song in the forms that others read, each read back."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from deforum_perform.__main__ import main
from deforum_perform.app.deforum.export_choice import ExportChoice
from deforum_perform.app.deforum.exports import KINDS
from deforum_perform.core.deforum.schedule import parse_schedule
from deforum_perform.core.errors import DamagedFileError, InputError
from deforum_perform.standalone.exporting import exported
from tests.app.conftest import Hands


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
    folder = performer.parts.store.folder(performer.session.song.id)
    for kind in KINDS:
        made = performer.export(kind)
        assert made.data == exported(folder, kind).data, kind
        assert made.data


def test_texts_hold_every_lane(song: Hands) -> None:
    """Field name, then the schedule, lane by lane."""
    lines = song.performer.export("text").data.decode().split("\n")
    assert lines[0] == "angle"
    assert lines[1] == song.performer.lane_text(song.performer.session.song.lanes[0].id)
    assert lines[3] == "strength_schedule"


def test_csv_holds_what_was_played_at_every_frame(song: Hands) -> None:
    """One row a frame, within the lane's tolerance of the text."""
    rows = list(csv.DictReader(io.StringIO(song.performer.export("csv").data.decode())))
    text = song.performer.lane_text(song.performer.session.song.lanes[0].id)
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
    first = song.performer.session.song.takes[0].id
    assert song.performer.export("oscdump", ExportChoice(take=first)).data.decode().count("\n") == 60


def test_a_zip_brings_the_song_to_another_machine(song: Hands) -> None:
    """Imported, it plays the same schedules under its own id; a damaged zip changes nothing."""
    performer = song.performer
    before = [performer.lane_text(lane.id) for lane in performer.session.song.lanes]
    data = performer.export("zip").data
    old = performer.session.song.id
    performer.import_song(data)
    assert performer.session.song.id != old
    assert [performer.lane_text(lane.id) for lane in performer.session.song.lanes] == before
    here = performer.session.song.id
    with pytest.raises(DamagedFileError):
        performer.import_song(data[: len(data) // 2])
    assert performer.session.song.id == here


def test_a_large_zip_waits_on_disk(song: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not held in memory, leaves nothing behind in the songs' folder, and is the same song."""
    monkeypatch.setattr("deforum_perform.app.deforum.exports.IN_MEMORY_BYTES", 100)
    root = song.performer.parts.store.root
    before = sorted(root.rglob("*"))
    made = song.performer.export("zip")
    assert not isinstance(made.content, bytes)
    assert made.content.fileno() > 2
    whole = io.BytesIO()
    made.copy_to(whole)
    assert whole.getvalue() == made.data
    made.content.close()
    assert sorted(root.rglob("*")) == before
    song.performer.import_song(whole.getvalue())


def test_what_cannot_be_exported_says_why(hands: Hands) -> None:
    """An empty song has nothing to write but itself; an unknown kind names the known ones."""
    for kind in (*(kind for kind in KINDS if kind != "zip"), "everything"):
        with pytest.raises(InputError, match=r"(Record|Choose) .*\."):
            hands.performer.export(kind)


@pytest.mark.parametrize("kind", ["settings", "csv", "parseq", "text"])
def test_lanes_that_play_nothing_make_no_file(song: Hands, kind: str) -> None:
    """No export of lanes without a recording, or of no lanes, is an empty file or one without a lane in it."""
    empty = song.lane("zoom", "/zoom")
    for lanes in ([], [empty]):
        with pytest.raises(InputError, match="Record a"):
            song.performer.export(kind, ExportChoice(tuple(lanes)))


def test_every_export_has_the_name_of_its_song(song: Hands) -> None:
    """In the folder of downloads each file says whose it is and what it is."""
    song.do("song.rename", name="Night: Bus / 3")
    names = {kind: song.performer.export(kind).name for kind in KINDS}
    assert names == {
        "settings": "Night_ Bus _ 3.settings.txt",
        "parseq": "Night_ Bus _ 3.parseq.json",
        "csv": "Night_ Bus _ 3.frames.csv",
        "text": "Night_ Bus _ 3.schedules.txt",
        "oscdump": "Night_ Bus _ 3.take-1.osc.txt",
        "zip": "Night_ Bus _ 3.perform.zip",
    }


def test_csv_names_what_was_chosen(hands: Hands) -> None:
    """A column of a sampler or of prompts holds names, one of a list of numbers its numbers."""
    hands.do("song.change", fps=10, length_s=1.0, cadence=1)
    choices = {
        "sampler_schedule": ["Euler a", "DDIM"],
        "prompts": ["a cat, asleep", "a dog"],
        "seed_schedule": ["7", "9"],
    }
    for name, made in choices.items():
        hands.lane(name, "/k", choices=made, in_low=0, in_high=1)
    hands.at(0.0)
    hands.do("record.start")
    hands.play("/k", (0.05, 0.0), (0.5, 1.0))
    hands.at(1.0)
    hands.do("record.stop")
    rows = list(csv.reader(io.StringIO(hands.performer.export("csv").data.decode())))
    assert [row[2:] for row in (rows[1], rows[-1])] == [["Euler a", "a cat, asleep", "7"], ["DDIM", "a dog", "9"]]


def test_an_export_from_the_defaults_says_what_loading_it_replaces(song: Hands) -> None:
    """Without a base the file has Deforum's defaults in every field that is not played; with one nothing is said."""
    assert "replaces your prompts" in " ".join(song.performer.export("settings").remarks)
    song.do("settings.import", name="b.txt", settings={"zoom": "0: (1)", "prompts": {"0": "a cat"}})
    assert song.performer.export("settings").remarks == ()
    song.do("settings.import", name="b.txt", settings={"zoom": "0: (1)", "prompts": ["a cat"]})
    assert "no prompts" in " ".join(song.performer.export("settings").remarks)


def test_the_command_writes_a_new_file_only(song: Hands, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """python -m deforum_perform export writes the file, and refuses to overwrite one."""
    folder = song.performer.parts.store.folder(song.performer.session.song.id)
    out = tmp_path / "new" / "mine.txt"
    assert main(["export", str(folder), "--to", "settings", "--out", str(out)]) == 0
    assert json.loads(out.read_text("utf-8"))["max_frames"] == 34
    assert main(["export", str(folder), "--to", "csv", "--out", str(out)]) == 1
    assert "not overwritten" in capsys.readouterr().err
    assert main(["export", str(folder), "--to", "oscdump", "--take", "9", "--out", str(tmp_path / "x")]) == 1
    assert "It has: 1" in capsys.readouterr().err


def test_the_command_says_what_a_wrong_folder_is(
    song: Hands, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A folder that does not exist, a file, a folder of songs or another one: the message says which it is."""
    root = song.performer.parts.store.root
    right = song.performer.parts.store.folder(song.performer.session.song.id)
    (tmp_path / "other").mkdir()
    words = {
        tmp_path / "gone": "does not exist",
        right / "song.json": "is a file",
        root: f"such as {right}.",
        root / "songs": f"such as {right}.",
        tmp_path / "other": "no song.json in it",
    }
    for number, (folder, said) in enumerate(words.items()):
        out = tmp_path / f"made-{number}"
        assert main(["export", str(folder), "--to", "text", "--out", str(out)]) == 1
        error = capsys.readouterr().err
        assert said in error
        assert "any more" not in error
        assert not out.exists()


def test_the_command_returns_what_to_know(song: Hands, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An export without the page contains it too."""
    folder = song.performer.parts.store.folder(song.performer.session.song.id)
    assert main(["export", str(folder), "--to", "settings", "--out", str(tmp_path / "a.txt")]) == 0
    assert "Note: The file starts from Deforum's defaults" in capsys.readouterr().out


def test_the_command_writes_no_file_of_nothing(
    hands: Hands, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An export with nothing in it is an error that says what to do."""
    folder = hands.performer.parts.store.folder(hands.performer.session.song.id)
    for kind in ("text", "settings", "csv", "parseq", "oscdump"):
        assert main(["export", str(folder), "--to", kind, "--out", str(tmp_path / "x")]) == 1
        assert "Record " in capsys.readouterr().err
        assert not (tmp_path / "x").exists()


def test_a_damaged_song_opens_as_it_was_before(song: Hands) -> None:
    """A copy made from the backup opens, and the damaged file stays."""
    store, damaged = song.performer.parts.store, song.performer.session.song.id
    song.do("song.new", name="other")
    path = store.folder(damaged) / "song.json"
    path.write_text("{", "utf-8")
    for command in ("song.open_backup", "song.open"):
        song.do(command, id=damaged)
        assert len(song.performer.session.song.lanes) == 2
        assert song.performer.session.song.id != damaged
        assert "damaged" in song.performer.publisher.notices["backup"].message
        song.do("song.new", name="another")
        assert "backup" not in song.performer.publisher.notices
    assert path.read_text("utf-8") == "{"
