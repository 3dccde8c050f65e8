"""Deforum's boxes as a form: what a click on Read, Apply or Undo does, without gradio.

A click brings the values of every known box as that browser shows them, and returns new values for some of them.
Nothing here waits, and nothing is written when anything fails: the response then contains the error.
"""

from __future__ import annotations

import json
import logging
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from ..app.deforum.applied import applied
from ..app.deforum.base_tab import tab_of
from ..app.deforum.checks import WRITTEN
from ..app.deforum.tab_settings import TabSettings
from ..core.checks import DeforumTab
from ..core.deforum.fields import FIELDS
from ..core.errors import InputError, PerformError
from .names import GATES, OF_FORKS, SETTINGS

UNDO_STEPS = 20

log = logging.getLogger(__name__)

Values = Mapping[str, Any]


class Plan(Protocol):
    """What is to be filled: argument name -> new value, and the message for the page."""

    values: Values
    result: dict[str, Any]


class Player(Protocol):
    """The part of the Performer that the form needs."""

    tab_settings: TabSettings

    def see_deforum(self, tab: DeforumTab, page: str | None = None) -> None:
        """Read the current values of Deforum's tab in the browser of this ``page``."""

    def checked(self, lane_ids: list[str] | None, page: str | None = None) -> dict[str, Any]:
        """The check of these lanes (None: every lane that can be filled), for this page and its tab."""

    def apply_plan(
        self,
        lane_ids: list[str] | None,
        set_fps: bool | None,
        seen: str | None = None,
        ask: bool = False,
        page: str | None = None,
    ) -> Plan:
        """What to fill for these lanes, after one check; no values unless the outcome is ``written``."""


@dataclass(frozen=True)
class Outcome:
    """The result of a click: new ``values`` by argument name, the undo steps of this browser, and the JSON response."""

    values: Values
    undo: tuple[Values, ...]
    answer: str


@dataclass(frozen=True)
class DeforumForm:
    """Deforum's tab as it was found: the ``names`` of its boxes, why others are ``missing``, and ``controlnet``.

    ``saved``: the names of the settings of a settings file whose boxes were found.
    """

    names: tuple[str, ...]
    missing: Mapping[str, str]
    controlnet: bool
    saved: tuple[str, ...] = ()

    def tab(self, values: Values) -> DeforumTab:
        """The Performer's view of Deforum's tab, from the values of its boxes."""
        return replace(
            tab_of(values),
            fields=frozenset(name for name in self.names if name in FIELDS),
            controlnet=self.controlnet,
            texts={name: values[name] for name in self.names if name in FIELDS and isinstance(values.get(name), str)},
        )

    def read(self, player: Player, request: str, boxes: Sequence[Any], undo: tuple[Values, ...]) -> Outcome:
        """Pass the values of this browser's tab to the Performer; if the request has ``lanes``, check them."""

        def act(asked: dict[str, Any], values: Values) -> Outcome:
            page = _text(asked, "page")
            player.see_deforum(self.tab(values), page)
            checked = {"checked": player.checked(_lanes(asked), page)} if "lanes" in asked else {}
            shown = {name: values[name] for name in (*SETTINGS, *OF_FORKS, *GATES) if name in values}
            shown["parseq_manifest"] = bool(shown.get("parseq_manifest"))
            return Outcome({}, undo, json.dumps({"deforum": shown, "undo_steps": len(undo), **checked}))

        return self._answered(act, request, boxes, undo)

    def settings(self, player: Player, request: str, boxes: Sequence[Any]) -> Outcome:
        """Store every setting of this browser's tab for a settings file that starts from them; the response's ``tab``
        is the id for the export."""

        def act(asked: dict[str, Any], values: Values) -> Outcome:
            return Outcome({}, (), json.dumps({"tab": player.tab_settings.keep(_plain(values), _text(asked, "page"))}))

        return self._answered(act, request, boxes, (), self.saved)

    def apply(self, player: Player, request: str, boxes: Sequence[Any], undo: tuple[Values, ...]) -> Outcome:
        """Check the requested lanes and fill their boxes, in one trip; the answer contains the check and its
        ``outcome``."""

        def act(asked: dict[str, Any], values: Values) -> Outcome:
            lanes, set_fps = _lanes(asked), _flag(asked, "set_fps")
            seen, ask, page = _text(asked, "check"), _flag(asked, "ask") or False, _text(asked, "page")
            player.see_deforum(self.tab(values), page)
            plan = player.apply_plan(lanes, set_fps, seen, ask, page)
            new = {name: value for name, value in plan.values.items() if name in self.names}
            skipped = [
                {"name": name, "message": self.missing.get(name, f"Deforum's tab has no box for {name}.")}
                for name in plan.values
                if name not in self.names
            ]
            kept = (*undo, {name: values[name] for name in new})[-UNDO_STEPS:] if new else undo
            filled = [name for name in new if name in FIELDS]
            answer = {
                **plan.result,
                "applied": list(new),
                "filled": filled,
                "skipped": skipped,
                "notice": applied(plan.result, filled) if plan.result["outcome"] == WRITTEN else None,
                "undo_steps": len(kept),
            }
            return Outcome(new, kept, json.dumps(answer))

        return self._answered(act, request, boxes, undo)

    def undo(self, request: str, boxes: Sequence[Any], undo: tuple[Values, ...]) -> Outcome:
        """Restore the boxes of the last Apply in this browser."""

        def act(_: dict[str, Any], __: Values) -> Outcome:
            if not undo:
                raise InputError("There is no Apply to undo in this browser tab.")
            old = {name: value for name, value in undo[-1].items() if name in self.names}
            return Outcome(old, undo[:-1], json.dumps({"restored": list(old), "undo_steps": len(undo) - 1}))

        return self._answered(act, request, boxes, undo)

    def _answered(
        self,
        act: Callable[[dict[str, Any], Values], Outcome],
        request: str,
        boxes: Sequence[Any],
        undo: tuple[Values, ...],
        names: tuple[str, ...] | None = None,
    ) -> Outcome:
        """Handle one click with the values of ``names`` (None: of all boxes); an error becomes the response, and then
        no box changes."""
        number = None
        try:
            asked = _asked(request)
            number = asked.get("id")
            outcome = act(asked, dict(zip(self.names if names is None else names, boxes, strict=True)))
            return Outcome(outcome.values, outcome.undo, json.dumps({**json.loads(outcome.answer), "id": number}))
        except PerformError as error:
            failure = {"code": error.code, "message": str(error), **error.details()}
        except Exception:  # the border to gradio: the page must receive every error
            log.exception("Perform: filling Deforum's boxes failed")
            failure = {"code": "internal", "message": "An error occurred in Perform; see the WebUI's console."}
        return Outcome({}, undo, json.dumps({"id": number, "error": failure}))


def _plain(values: Values) -> dict[str, Any]:
    """The values that a settings file can contain."""
    finite = {name: value for name, value in values.items() if not isinstance(value, float) or math.isfinite(value)}
    return {name: value for name, value in finite.items() if value is None or isinstance(value, str | int | float)}


def _asked(request: str) -> dict[str, Any]:
    try:
        asked = json.loads(request or "{}")
    except ValueError:
        raise InputError("The page sent a request that is not JSON. Reload the page.") from None
    if not isinstance(asked, dict):
        raise InputError("The page sent a request that is not an object. Reload the page.")
    return asked


def _lanes(asked: Mapping[str, Any]) -> list[str] | None:
    lanes = asked.get("lanes")
    if lanes is not None and not (isinstance(lanes, list) and all(isinstance(lane, str) for lane in lanes)):
        raise InputError("'lanes' must be a list of lane ids.")
    return lanes


def _flag(asked: Mapping[str, Any], name: str) -> bool | None:
    flag = asked.get(name)
    if flag is not None and not isinstance(flag, bool):
        raise InputError(f"'{name}' has to be true or false.")
    return flag


def _text(asked: Mapping[str, Any], name: str) -> str | None:
    text = asked.get(name)
    if text is not None and not isinstance(text, str):
        raise InputError(f"'{name}' has to be a text.")
    return text
