"""A settings file inside a WebUI: it starts from Deforum's tab or from the imported file, and is checked for that."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from deforum_perform.app.deforum.export_choice import ExportChoice
from deforum_perform.app.deforum.tab_settings import KEPT
from deforum_perform.core.checks import DeforumTab
from deforum_perform.core.deforum.fields import FIELDS
from deforum_perform.core.errors import ConflictError, ScheduleTextError
from tests.app.conftest import Hands, opened
from tests.app.deforum.conftest import WithDeforum

TAB = {
    "animation_mode": "2D",
    "diffusion_cadence": 4,
    "seed": 777001,
    "angle": "0: (3)",
    "animation_prompts": '{"0": "a cat", "9": "a dog"}',
    "animation_prompts_positive": "sharp",
    "legacy_colormatch": False,
    "W": 640,
}
PROMPTS = {"0": "a cat", "9": "a dog"}


@pytest.fixture
def played(tmp_path: Path) -> Iterator[Hands]:
    """A song with a strength that hits once, in a WebUI whose tab is in 3D at cadence 2."""
    clock = [0]
    hands = Hands(opened(tmp_path, clock, WithDeforum()), clock)
    hands.performer.see_deforum(DeforumTab(animation_mode="3D", cadence=2))
    for name in ("strength_schedule", "zoom"):
        hands.lane(name, "/k", in_low=0, in_high=1)
    hands.at(0.0)
    hands.do("record.start")
    hands.play("/k", (0.0, 0.5), (0.4, 1.0), (0.5, 0.2), (1.0, 0.8))
    hands.at(2.0)
    hands.do("record.stop")
    yield hands
    hands.performer.close()


def exported(hands: Hands, tab_id: str | None = None) -> tuple[dict[str, Any], str]:
    """The settings file and the remarks."""
    made = hands.performer.export("settings", ExportChoice(tab=tab_id))
    return json.loads(made.data), " ".join(made.remarks)


def test_the_file_keeps_what_that_tab_has(played: Hands) -> None:
    """Everything but the lanes and what they need is the tab's, its prompts under the name of a settings file."""
    found, said = exported(played, played.performer.tab_settings.keep(TAB))
    kept = {name: value for name, value in TAB.items() if name != "animation_prompts"}
    assert {name: found[name] for name in kept} == kept
    assert found["prompts"] == PROMPTS
    assert "animation_prompts" not in found
    written = {"strength_schedule", "zoom", "max_frames", "fps", "reroll_blank_frames", "noise_type"}
    assert set(found) == {*kept, "prompts", *written}
    assert said == ""


def test_each_export_starts_from_its_own_browser(played: Hands) -> None:
    """Whichever browser was read last; without one the last counts, and the remark says so."""
    first, second = (played.performer.tab_settings.keep({**TAB, "seed": seed}) for seed in (1, 2))
    assert exported(played, first)[0]["seed"] == 1
    assert exported(played, second)[0]["seed"] == 2
    found, said = exported(played)
    assert found["seed"] == 2
    assert "last exported" in said


def test_a_tab_that_was_never_read_is_said(played: Hands) -> None:
    """The file then starts from Deforum's defaults, with a word; an id that is not kept any more is refused."""
    found, said = exported(played)
    assert "has not been read yet" in said
    assert found["angle"] == FIELDS["angle"].default
    old = played.performer.tab_settings.keep(TAB)
    for _ in range(KEPT):
        played.performer.tab_settings.keep(TAB)
    with pytest.raises(ConflictError, match="Export again"):
        exported(played, old)


@pytest.mark.parametrize("box", ["{\n\"0\": \"a cat\",\n}", "a cat", '{"0": ["a cat"]}'])
def test_a_prompts_box_that_a_file_cannot_hold_is_named(played: Hands, box: str) -> None:
    """It is not replaced by something else: the export says what to correct."""
    with pytest.raises(ScheduleTextError, match="Prompts box"):
        played.performer.tab_settings.keep({**TAB, "animation_prompts": box})


def test_a_base_that_does_not_say_the_cadence_keeps_that_of_the_tab(played: Hands) -> None:
    """Loading such a file leaves Deforum's cadence as it is: keys are put on its frames, and the file has none."""
    played.performer.see_deforum(DeforumTab(animation_mode="2D", cadence=6))
    played.do("settings.import", name="b.txt", settings={"angle": "0: (1)", "prompts": PROMPTS})
    found, _ = exported(played)
    assert "diffusion_cadence" not in found
    assert found["max_frames"] % 6 == 1


@pytest.mark.parametrize("imported", [True, False])
def test_the_file_is_checked_for_what_it_says_itself(played: Hands, imported: bool) -> None:
    """Mode and cadence of the settings it starts from count, not those of the tab that the page shows."""
    tab_id = played.performer.tab_settings.keep(TAB)
    assert "mode" in [problem["code"] for lane in played.do("check")["lanes"] for problem in lane["problems"]]
    if imported:
        settings = {**TAB, "animation_prompts": PROMPTS}
        played.do("settings.import", name="b.txt", settings=settings)
        tab_id = None
    found, said = exported(played, tab_id)
    assert said == ""
    assert found["diffusion_cadence"] == 4
    frames = [int(piece.split(":")[0]) for piece in found["strength_schedule"].split(",")]
    assert all(frame % 4 == 0 for frame in frames)
    assert found["max_frames"] % 4 == 1
