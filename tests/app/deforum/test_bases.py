"""The imported settings file: page and exports follow the file that the song names now, content included."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from deforum_perform.core.errors import DamagedFileError
from tests.app.conftest import Hands, opened

PARSEQ = {"rendered_frames": [], "options": {}}
SLOW = {"angle": "0:(0)", "seed": 1, "diffusion_cadence": 4, "animation_mode": "2D"}
DEEP = {
    "angle": "0:(7)",
    "seed": 2,
    "diffusion_cadence": "10",
    "animation_mode": "3D",
    "parseq_manifest": json.dumps(PARSEQ),
}


@pytest.fixture
def played(hands: Hands) -> Hands:
    """A song with a lane that acts in 2D only."""
    hands.lane("zoom", "/k", in_low=0, in_high=1)
    hands.at(0.0)
    hands.do("record.start")
    hands.play("/k", (0.5, 0.2), (1.0, 0.8))
    hands.at(2.0)
    hands.do("record.stop")
    return hands


def seen(hands: Hands) -> tuple[int, set[str], int | None]:
    """The cadence that counts, the codes of what Check warns of, and the seed that an export has."""
    check = hands.do("check")
    rows = [*check["problems"], *(problem for lane in check["lanes"] for problem in lane["problems"])]
    exported = json.loads(hands.performer.settings_text()[1])
    assert hands.performer.snapshot()["song"]["cadence_used"] == check["cadence"]
    return check["cadence"], {row["code"] for row in rows} & {"mode", "parseq"}, exported.get("seed")


NONE = (2, set[str](), None)
OF_SLOW = (4, set[str](), 1)
OF_DEEP = (10, {"mode", "parseq"}, 2)


def test_everything_follows_the_base_that_is_named(played: Hands) -> None:
    """Cadence, warnings and export follow import, removal, undo and redo."""
    assert seen(played) == NONE
    played.do("settings.import", name="b.txt", settings=DEEP)
    assert seen(played) == OF_DEEP
    played.do("settings.clear")
    assert seen(played) == NONE
    played.do("undo")
    assert seen(played) == OF_DEEP
    played.do("redo")
    assert seen(played) == NONE
    played.do("settings.import", name="a.txt", settings=SLOW)
    assert seen(played) == OF_SLOW
    for _ in range(2):
        played.do("undo")
    assert seen(played) == OF_DEEP
    played.do("undo")
    assert seen(played) == NONE


def test_another_file_of_the_same_name_is_another_base(played: Hands) -> None:
    """Undo of a second import brings back what was in the first file, not only its name; after a restart too."""
    played.do("settings.import", name="b.txt", settings=SLOW)
    played.do("settings.import", name="b.txt", settings=DEEP)
    assert seen(played) == OF_DEEP
    played.do("undo")
    assert seen(played) == OF_SLOW
    played.performer.close()
    later = Hands(opened(played.performer.parts.store.root, [0]), [0])
    assert seen(later) == OF_SLOW
    later.performer.close()


def test_another_song_has_its_own_base(played: Hands) -> None:
    """A new song starts without a base; a copy keeps the one of the song it was made of."""
    played.do("settings.import", name="b.txt", settings=DEEP)
    first = played.performer.session.song.id
    played.do("song.new", name="other")
    assert played.performer.snapshot()["song"]["cadence_used"] == 2
    played.do("song.duplicate", id=first)
    assert seen(played) == OF_DEEP


def test_importing_the_same_file_again_changes_nothing(played: Hands) -> None:
    """There is no undo step for it."""
    played.do("settings.import", name="b.txt", settings=DEEP)
    history = played.performer.session.history
    played.do("settings.import", name="b.txt", settings=DEEP)
    assert history.undo_label == "import settings"
    played.do("undo")
    assert history.undo_label != "import settings"


def test_a_base_that_is_gone_is_named(played: Hands, tmp_path: Path) -> None:
    """Where the file was deleted the page says which one, no export is made without it, and taking it out ends that."""
    played.do("settings.import", name="b.txt", settings=DEEP)
    played.performer.close()
    for path in tmp_path.glob("songs/*/base_settings/*.json"):
        path.unlink()
    later = Hands(opened(tmp_path, [0]), [0])
    (notice,) = later.performer.snapshot()["notices"]
    assert "'b.txt' is not in the song's folder" in notice["message"]
    with pytest.raises(DamagedFileError, match=r"b\.txt"):
        later.performer.export("settings")
    later.do("settings.clear")
    assert later.performer.snapshot()["notices"] == []
    assert seen(later) == NONE
    later.performer.close()


@pytest.mark.parametrize(
    ("value", "cadence"), [("8", 8), (51, 51), (100, 100), ("200", 200), (0, 1), (6.9, 6), (999, 999)]
)
def test_the_cadence_of_a_base_is_read_as_deforum_reads_it(played: Hands, value: object, cadence: int) -> None:
    """Text or number, also beyond the end of a slider, Perform counts with what a render uses."""
    played.do("settings.import", name="b.txt", settings={**SLOW, "diffusion_cadence": value})
    assert seen(played)[0] == cadence
    assert played.do("check")["problems"] == []


@pytest.mark.parametrize("value", ["fast", "8.0", 10**9, None, [8]])
def test_a_cadence_that_cannot_be_used_is_said(played: Hands, value: object) -> None:
    """Perform takes Deforum's default instead, and Check says so."""
    played.do("settings.import", name="b.txt", settings={**SLOW, "diffusion_cadence": value})
    check = played.do("check")
    assert check["cadence"] == 2
    assert [row["code"] for row in check["problems"]] == ["unread"]
    assert "diffusion_cadence" in check["problems"][0]["message"]


def test_a_large_cadence_can_be_typed(played: Hands) -> None:
    """As in Forge, whose slider goes to 200."""
    played.do("song.change", cadence=200)
    assert played.do("check")["cadence"] == 200


def test_an_import_says_what_it_converted(played: Hands) -> None:
    """A file of an older version is named so, point by point; one of today has no remarks."""
    old: dict[str, Any] = {**SLOW, "flip_2d_perspective": False, "legacy_colormatch": False}
    assert played.do("settings.import", name="b.txt", settings=old)["remarks"] == [
        "flip_2d_perspective is now called enable_perspective_flip."
    ]
    assert played.do("settings.import", name="b.txt", settings={**SLOW, "legacy_colormatch": True})["remarks"] == []


def prompting(hands: Hands) -> Hands:
    """The song with a lane of prompts that plays one second of it."""
    hands.lane("prompts", "/p", choices=["a cat", "a dog"], under="", in_low=0, in_high=1)
    hands.at(10.0)
    hands.do("record.start", start_s=0.0)
    hands.play("/p", (10.5, 0.0), (11.0, 1.0))
    hands.at(12.0)
    hands.do("record.stop")
    return hands


@pytest.mark.parametrize("prompts", [["a", "b"], None, "null", 5, {}, {"0": 5}, {"0": "a cat", "9": []}])
@pytest.mark.parametrize("name", ["prompts", "animation_prompts"])
def test_what_check_can_apply_is_exported(played: Hands, name: str, prompts: object) -> None:
    """Prompts that no render could read do not fail an export, which holds only prompts that a render can read."""
    prompting(played).do("settings.import", name="b.txt", settings={**SLOW, name: prompts})
    assert played.do("check")["can_apply"]
    written = json.loads(played.performer.settings_text()[1])
    assert "animation_prompts" not in written
    assert written["prompts"]["0"] == "a cat"
    assert all(isinstance(prompt, str) for prompt in written["prompts"].values())


def test_prompts_of_an_older_file_stay_where_no_lane_plays(played: Hands) -> None:
    """Prompts under animation_prompts are kept, and those of the lane replace them where it plays."""
    prompts = {"0": "a bird", "25": "a fish"}
    prompting(played).do("settings.import", name="b.txt", settings={**SLOW, "animation_prompts": prompts})
    zoom, words = (lane.id for lane in played.performer.session.song.lanes)
    assert json.loads(played.performer.settings_text(zoom)[1])["prompts"] == prompts
    written = json.loads(played.performer.settings_text(words)[1])["prompts"]
    assert written["0"] == "a bird"
    assert "a dog" in written.values()


def test_no_old_name_undoes_a_lane_in_deforum(played: Hands) -> None:
    """Deforum's loader writes the value of an old name over the new one: an export holds the new one alone."""
    played.do("settings.import", name="b.txt", settings={**SLOW, "flip_2d_perspective": False})
    lane = played.performer.session.song.lanes[0]
    flip = played.lane("perspective_flip_phi", lane.source, in_low=0, in_high=1)
    played.do("lane.play_take", take=played.performer.session.song.takes[0].id, id=flip)
    written = json.loads(played.performer.settings_text()[1])
    assert written["enable_perspective_flip"] is True
    assert "flip_2d_perspective" not in written


def test_a_number_of_an_older_file_can_be_under_a_lane(played: Hands) -> None:
    """A ControlNet weight that was a number is converted to a schedule as in Deforum."""
    played.do("settings.import", name="b.txt", settings={**SLOW, "cn_1_weight": 0.8})
    lane = played.lane("cn_1_weight", "/k")
    assert played.do("lane.import_schedule", id=lane)["under"] == "0:(0.8)"
