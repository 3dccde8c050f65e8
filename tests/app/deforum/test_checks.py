"""One check: what was checked is what is applied, and it is checked again only where something changed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from deforum_perform.app.deforum.applied import CHECKED_AGAIN, applied
from deforum_perform.app.deforum.checks import KEPT
from deforum_perform.app.deforum.export_choice import ExportChoice
from deforum_perform.app.host import Interpolated
from deforum_perform.core.deforum.schedule import parse_schedule
from tests.app.conftest import Hands
from tests.app.deforum.conftest import COMPLETE, WebUi, recorded

TAB = replace(COMPLETE, animation_mode="2D", cadence=1)


@dataclass(frozen=True)
class Counting(WebUi):
    """A WebUI that counts how often its Deforum reads a text."""

    read: list[str] = field(default_factory=list)

    def interpolate(self, text: str, max_frames: int) -> Interpolated | None:
        self.read.append(text)
        return Interpolated(parse_schedule(text, max_frames))


def checked(webui: Any, *fields: str) -> tuple[Hands, list[str], Mapping[str, Any]]:
    """Someone with recorded lanes, and a check of them for what a browser's tab shows."""
    hands = webui(Counting())
    lanes = recorded(hands, *fields)
    hands.performer.see_deforum(TAB)
    return hands, lanes, hands.do("check", lanes=lanes)


def test_what_was_checked_is_applied_without_another_check(webui: Any) -> None:
    """Apply after Check reads no text back again, even when the browser brings the same tab once more."""
    hands, lanes, found = checked(webui, "angle", "zoom")
    read = len(hands.performer.parts.host.read)
    hands.performer.see_deforum(replace(TAB))
    plan = hands.performer.apply_plan(lanes, False, seen=found["check"], ask=True)
    assert len(hands.performer.parts.host.read) == read == len(lanes)
    assert (plan.result["check"], plan.result["checked_again"]) == (found["check"], False)
    assert (plan.result["outcome"], set(plan.values)) == ("written", {"angle", "zoom", "max_frames"})


CHANGES = {
    "a lane": lambda hands, lanes: hands.do("lane.change", id=lanes[0], out_high=9.0),
    "the song": lambda hands, lanes: hands.do("song.change", fps=24),
    "the tab": lambda hands, lanes: hands.performer.see_deforum(replace(TAB, cadence=3)),
    "a box": lambda hands, lanes: hands.performer.see_deforum(replace(TAB, texts={"angle": "0: (3)"})),
}


@pytest.mark.parametrize("what", CHANGES)
def test_what_changed_after_the_check_is_checked_again(webui: Any, what: str) -> None:
    """What is written is what is there now; the answer says that it was checked again, and the message too."""
    hands, lanes, found = checked(webui, "angle")
    CHANGES[what](hands, lanes)
    plan = hands.performer.apply_plan(lanes, False, seen=found["check"], ask=True)
    assert plan.result["check"] != found["check"]
    assert (plan.result["outcome"], plan.result["checked_again"]) == ("written", True)
    assert plan.values["angle"] == hands.performer.lane_text(lanes[0])
    assert applied(plan.result, ["angle"])["remedy"].startswith(CHECKED_AGAIN)


def test_other_lanes_than_those_checked_are_checked(webui: Any) -> None:
    """A check is of its lanes: a choice of others is another one."""
    hands, lanes, found = checked(webui, "angle", "zoom")
    plan = hands.performer.apply_plan(lanes[:1], False, seen=found["check"])
    assert (plan.result["checked_again"], "zoom" in plan.values) == (True, False)


def test_apply_without_a_check_checks_once_and_says_nothing_of_it(webui: Any) -> None:
    """A click on Apply alone is one check."""
    hands = webui(Counting())
    lanes = recorded(hands, "angle")
    plan = hands.performer.apply_plan(lanes, False, ask=True)
    assert len(hands.performer.parts.host.read) == 1
    assert (plan.result["outcome"], plan.result["checked_again"]) == ("written", False)
    assert CHECKED_AGAIN not in applied(plan.result, ["angle"])["remedy"]


def test_it_asks_where_nothing_would_act_and_again_if_that_is_another_check(webui: Any) -> None:
    """Nothing is written before the user says so, and the word counts for the check that was seen."""
    hands = webui(WebUi())
    lanes = recorded(hands, "angle")
    hands.performer.see_deforum(replace(TAB, parseq=True))
    asked = hands.performer.apply_plan(lanes, False, ask=True)
    assert (asked.result["outcome"], asked.values) == ("asks", {})
    sure = hands.performer.apply_plan(lanes, False, seen=asked.result["check"])
    assert (sure.result["outcome"], "angle" in sure.values) == ("written", True)
    hands.do("lane.change", id=lanes[0], out_high=9.0)
    other = hands.performer.apply_plan(lanes, False, seen=asked.result["check"])
    assert (other.result["outcome"], other.values) == ("asks", {})


def test_a_refused_check_is_not_kept(webui: Any) -> None:
    """What stopped it, such as a Deforum that could not read, may be gone: the next click looks again."""
    hands = webui(Counting())
    lanes = recorded(hands, "angle")
    curves = hands.performer.curves
    host, curves._host = curves._host, WebUi(problem="SyntaxError")
    refused = hands.performer.apply_plan(lanes, False)
    assert (refused.result["outcome"], refused.values) == ("refused", {})
    curves._host = host
    assert hands.performer.apply_plan(lanes, False).result["outcome"] == "written"


def test_few_checks_are_kept(webui: Any) -> None:
    """An evening of changes keeps the last checks only."""
    hands, lanes, found = checked(webui, "angle")
    for high in range(2, 10):
        hands.do("lane.change", id=lanes[0], out_high=float(high))
        hands.do("check", lanes=lanes)
    assert len(hands.performer.curves.checks._kept) == KEPT
    assert found["check"] not in {check.id for check in hands.performer.curves.checks._kept}


def test_a_settings_file_is_made_of_what_was_checked(hands: Hands) -> None:
    """Without Deforum one command checks and gives the file; it is the export's own, to the letter."""
    lanes = recorded(hands, "angle", "zoom")
    found = hands.do("check", lanes=lanes)
    made = hands.do("settings.export", lanes=lanes, check=found["check"], ask=True)
    assert (made["check"], made["checked_again"], made["outcome"]) == (found["check"], False, "written")
    exported = hands.performer.export("settings", ExportChoice(tuple(lanes)))
    assert (made["file"]["name"], made["file"]["text"].encode()) == (exported.name, exported.data)
    assert made["file"]["remarks"] == list(exported.remarks)
    hands.do("lane.change", id=lanes[0], out_high=9.0)
    other = hands.do("settings.export", lanes=lanes, check=found["check"], ask=True)
    assert (other["checked_again"], other["file"]["remarks"][0]) == (True, CHECKED_AGAIN)
    assert json.loads(other["file"]["text"])["angle"] == hands.performer.lane_text(lanes[0])


def test_no_file_is_made_where_the_check_refuses(hands: Hands) -> None:
    """The answer is the check."""
    empty = hands.lane("angle", "/a")
    refused = hands.do("settings.export", lanes=[empty], ask=True)
    assert (refused["outcome"], refused["file"], refused["can_apply"]) == ("refused", None, False)
