"""Deforum's boxes as a form, without gradio."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from deforum_perform.core.checks import DeforumTab
from deforum_perform.core.errors import NotFoundError
from deforum_perform.webui.deforum_form import UNDO_STEPS, DeforumForm, Outcome

NAMES = ("animation_mode", "diffusion_cadence", "max_frames", "fps", "parseq_manifest", "zoom", "angle")
BOXES = ("2D", 4, 120, 15, "", "0: (1)", "0: (0)")
FORM = DeforumForm(NAMES, {"cn_1_weight": "ControlNet unit 1 is not in Deforum's tab."}, controlnet=False)


@dataclass
class Plan:
    values: dict[str, Any]
    result: dict[str, Any] = field(default_factory=lambda: {"outcome": "written", "lanes": [], "problems": []})


@dataclass
class Player:
    plan: Plan | Exception
    tabs: list[DeforumTab] = field(default_factory=list)
    asked: list[Any] = field(default_factory=list)
    pages: list[str | None] = field(default_factory=list)

    def see_deforum(self, tab: DeforumTab, page: str | None = None) -> None:
        self.tabs.append(tab)
        self.pages.append(page)

    def checked(self, lane_ids: list[str] | None, page: str | None = None) -> dict[str, Any]:
        self.pages.append(page)
        return {"check": "c1", "of": lane_ids, "seen": self.tabs[-1].cadence}

    def apply_plan(
        self,
        lane_ids: list[str] | None,
        set_fps: bool | None,
        seen: str | None = None,
        ask: bool = False,
        page: str | None = None,
    ) -> Plan:
        self.asked.append((lane_ids, set_fps, seen, ask))
        self.pages.append(page)
        if isinstance(self.plan, Exception):
            raise self.plan
        return self.plan


def apply(player: Player, request: Any = None, undo: tuple[Any, ...] = ()) -> Outcome:
    text = request if isinstance(request, str) else json.dumps(request or {"id": 7, "lanes": ["a"], "set_fps": True})
    return FORM.apply(player, text, BOXES, undo)


def test_a_browser_is_known_by_its_page() -> None:
    """Read, Check and Apply pass the id of the page on, so that they go by the tab of the browser that asks."""
    player = Player(Plan({}))
    FORM.read(player, '{"id": 3, "page": "p1", "lanes": null}', BOXES, ())
    apply(player, {"id": 4, "page": "p2"})
    apply(player)
    assert player.pages == ["p1", "p1", "p2", "p2", None, None]


def test_read_sends_the_performer_what_this_browser_shows() -> None:
    """Mode, cadence, Parseq and the known fields go to the Performer, and no box changes."""
    player = Player(Plan({}))
    outcome = FORM.read(player, '{"id": 3}', BOXES, ())
    texts = {"zoom": "0: (1)", "angle": "0: (0)"}
    fields = frozenset(texts)
    assert player.tabs == [DeforumTab(fields, "2D", 4, parseq=False, controlnet=False, texts=texts)]
    assert outcome.values == {}
    assert json.loads(outcome.answer)["id"] == 3


def test_a_parseq_manifest_is_seen() -> None:
    """Any text but blanks in the Parseq box counts as a manifest."""
    values = dict(zip(NAMES, BOXES, strict=True))
    assert not FORM.tab({**values, "parseq_manifest": None}).parseq
    assert not FORM.tab({**values, "parseq_manifest": " \n"}).parseq
    assert FORM.tab({**values, "parseq_manifest": "https://..."}).parseq


def test_seed_and_keyframe_distribution_are_seen_where_there_are_such_boxes() -> None:
    """The seed in its box; the Forge fork's distribution; the render mode of its branch dev."""
    values = dict(zip(NAMES, BOXES, strict=True))
    plain = FORM.tab(values)
    assert (plain.seed, plain.seed_behavior, plain.distribution, plain.render_mode) == (None, None, None, None)
    fork = {"seed": 777001.0, "seed_behavior": "iter", "keyframe_distribution": "Keyframes Only"}
    tab = FORM.tab({**values, **fork, "render_mode": "New 3D"})
    assert (tab.seed, tab.seed_behavior) == (777001, "iter")
    assert (tab.distribution, tab.render_mode) == ("Keyframes Only", "New 3D")
    assert FORM.tab({**values, "seed": float("nan")}).seed is None


def test_apply_changes_what_the_plan_names_and_nothing_else() -> None:
    """The values are the plan's; the old ones are kept for undo; the answer carries the request's number."""
    player = Player(Plan({"zoom": "0: (1.5)", "max_frames": 33}))
    outcome = apply(player)
    answer = json.loads(outcome.answer)
    assert outcome.values == {"zoom": "0: (1.5)", "max_frames": 33}
    assert outcome.undo == ({"zoom": "0: (1)", "max_frames": 120},)
    assert player.asked == [(["a"], True, None, False)]
    assert (answer["id"], answer["applied"], answer["filled"]) == (7, ["zoom", "max_frames"], ["zoom"])


def test_a_value_without_a_box_is_skipped_with_the_reason() -> None:
    """A missing box is reported and stops nothing."""
    outcome = apply(Player(Plan({"zoom": "0: (2)", "cn_1_weight": "0: (1)", "cn_1_enabled": True})))
    assert outcome.values == {"zoom": "0: (2)"}
    skipped = json.loads(outcome.answer)["skipped"]
    assert [row["name"] for row in skipped] == ["cn_1_weight", "cn_1_enabled"]
    assert skipped[0]["message"] == "ControlNet unit 1 is not in Deforum's tab."


def test_undo_gives_back_exactly_the_old_values() -> None:
    """Undo restores what Apply replaced, one Apply at a time, newest first."""
    first = apply(Player(Plan({"zoom": "0: (2)"})))
    second = apply(Player(Plan({"angle": "0: (9)", "fps": 30})), undo=first.undo)
    back = FORM.undo('{"id": 1}', BOXES, second.undo)
    assert back.values == {"angle": "0: (0)", "fps": 15}
    again = FORM.undo('{"id": 2}', BOXES, back.undo)
    assert (again.values, again.undo) == ({"zoom": "0: (1)"}, ())


def test_undo_without_an_apply_says_so() -> None:
    """Nothing to undo is an answer, not a change."""
    outcome = FORM.undo('{"id": 1}', BOXES, ())
    assert outcome.values == {}
    assert "no Apply" in json.loads(outcome.answer)["error"]["message"]


def test_undo_steps_are_bounded() -> None:
    """A day of Apply keeps the newest steps only."""
    undo: tuple[Any, ...] = ()
    for number in range(UNDO_STEPS + 5):
        undo = apply(Player(Plan({"zoom": f"0: ({number})"})), undo=undo).undo
    assert len(undo) == UNDO_STEPS


def test_a_refused_check_changes_nothing() -> None:
    """Where the check says that nothing may be applied, or that nothing would act, no box changes, no step of undo is
    made, and the answer is the check."""
    problem = {"message": "Zoom has nothing recorded.", "blocks": True}
    for outcome in ("refused", "asks"):
        found = {"outcome": outcome, "lanes": [{"problems": [problem]}], "problems": []}
        done = apply(Player(Plan({}, found)), undo=({"zoom": "0"},))
        answer = json.loads(done.answer)
        assert (done.values, done.undo) == ({}, ({"zoom": "0"},))
        assert {name: answer[name] for name in found} == found
        assert (answer["applied"], answer["notice"]) == ([], None)


def test_the_check_that_was_seen_goes_with_apply() -> None:
    """Its id and whether to ask reach the Performer in the one trip that also brings the boxes."""
    player = Player(Plan({}))
    apply(player, {"id": 1, "lanes": ["a"], "check": "c1", "ask": True})
    assert (player.asked, len(player.tabs)) == ([(["a"], None, "c1", True)], 1)


def test_a_check_takes_one_trip() -> None:
    """Read with lanes shows the tab's values first, and answers with their check for it; without lanes it only
    reads."""
    player = Player(Plan({}))
    answer = json.loads(FORM.read(player, '{"id": 3, "lanes": ["a"]}', BOXES, ()).answer)
    assert answer["checked"] == {"check": "c1", "of": ["a"], "seen": 4}
    assert "checked" not in json.loads(FORM.read(player, '{"id": 4}', BOXES, ()).answer)


def test_an_error_of_the_performer_changes_nothing() -> None:
    """An error on purpose reaches the page with its code; one by accident reaches it without its inside."""
    shown = apply(Player(NotFoundError("There is no lane 'a'.")), undo=({"zoom": "0"},))
    assert (shown.values, shown.undo) == ({}, ({"zoom": "0"},))
    assert json.loads(shown.answer)["error"] == {"code": "not_found", "message": "There is no lane 'a'."}
    failure = json.loads(apply(Player(ZeroDivisionError("secret"))).answer)["error"]
    assert failure["code"] == "internal"
    assert "secret" not in failure["message"]


def test_requests_that_make_no_sense_are_refused() -> None:
    """Anything but the agreed JSON is answered with an error and changes nothing."""
    player = Player(Plan({"zoom": "0: (2)"}))
    wrong = ({"lanes": "all"}, {"lanes": [1]}, {"set_fps": "yes"}, {"check": 3}, {"ask": 1})
    for request in ("{", "[1]", *({"id": 1, **part} for part in wrong)):
        outcome = apply(player, request)
        assert outcome.values == {}
        assert json.loads(outcome.answer)["error"]["code"] == "input"
    assert player.asked == []
