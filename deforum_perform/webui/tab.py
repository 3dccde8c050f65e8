"""The Perform tab: an empty element for the page, and the hidden gradio parts that reach Deforum's boxes."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from html import escape
from typing import Any

import gradio as gr

from . import compat
from .components import DeforumBoxes
from .deforum_form import DeforumForm, Outcome, Player
from .followers import Followers, followers

HostTab = tuple[Any, str, str]

TITLE, TAB_ID = "Perform", "perform"
HIDDEN = "perform-hidden"
CALL_PAGE = "(answer) => { globalThis.perform?.bridge?.answered(answer); return []; }"


def build(player: Callable[[], Player], boxes: DeforumBoxes | None, kind: str) -> list[HostTab]:
    """The tab in the host's format: [(Blocks, title, element id)]. ``player`` is called at every click."""
    with gr.Blocks(analytics_enabled=False) as interface:
        following = Followers({}) if boxes is None else followers(boxes.tab, boxes.components)
        numbers = [compat.number_of(boxes.components[name]) for name in following.events] if boxes else []
        gr.HTML(page(kind, numbers))
        if boxes is not None:
            _deforum_form(player, boxes, following)
    return [(interface, TITLE, TAB_ID)]


def build_problem(message: str) -> list[HostTab]:
    """The tab if Perform could not start: it says why. Reload UI tries again."""
    with gr.Blocks(analytics_enabled=False) as interface:
        gr.HTML(f'<div id="perform_problem">Perform did not start: {escape(message)} Then press Reload UI.</div>')
    return [(interface, TITLE, TAB_ID)]


def page(kind: str, followed: Sequence[int] = ()) -> str:
    """The element in which the page is built. Hidden parts stay in the document, which ``visible=False`` would remove.

    ``followed``: the numbers of the boxes of Deforum's tab that have ``Followers``.
    """
    return (
        f"<style>.{HIDDEN} {{ display: none !important; }}</style>"
        f'<div id="perform_root" data-host="{escape(kind)}"'
        f' data-followed="{" ".join(map(str, followed))}" aria-busy="true"></div>'
    )


def _deforum_form(player: Callable[[], Player], boxes: DeforumBoxes, following: Followers) -> None:
    """Bind Read, Apply and Undo to Deforum's boxes. All of them are outputs, with those that follow their changes, and
    unchanged ones get "no change"."""
    names, components = tuple(boxes.components), list(boxes.components.values())
    known = {id(component) for component in components}
    others = [component for component in following.outputs if id(component) not in known]
    form = DeforumForm(names, boxes.missing, boxes.controlnet, tuple(boxes.saved))
    with gr.Group(elem_classes=[HIDDEN]):
        request = _kept_out_of_defaults(gr.Textbox(label="Perform request", elem_id="perform_request", lines=2))
        answer = _kept_out_of_defaults(gr.Textbox(label="Perform answer", elem_id="perform_answer", lines=2))
        read, apply, undo, settings = (_button(verb) for verb in ("read", "apply", "undo", "settings"))
        steps = gr.State(())

    def outputs(outcome: Outcome, before: Sequence[Any]) -> list[Any]:
        shown = dict(zip(names, before, strict=True))
        changed = {name: value for name, value in outcome.values.items() if shown[name] != value}
        updates = following.after(changed)
        for name, value in changed.items():
            updates.setdefault(id(boxes.components[name]), {})["value"] = value
        every = [compat.update(**updates.get(id(component), {})) for component in (*components, *others)]
        held = [compat.number_of(boxes.components[name]) for name in changed if name in following.events]
        return [*every, json.dumps({**json.loads(outcome.answer), "held": held}), outcome.undo]

    def on_read(text: str, old: Any, *values: Any) -> str:
        return form.read(player(), text, values, tuple(old)).answer

    def on_apply(text: str, old: Any, *values: Any) -> list[Any]:
        return outputs(form.apply(player(), text, values, tuple(old)), values)

    def on_undo(text: str, old: Any, *values: Any) -> list[Any]:
        return outputs(form.undo(text, values, tuple(old)), values)

    def on_settings(text: str, *values: Any) -> str:
        return form.settings(player(), text, values).answer

    everything = [*components, *others, answer, steps]
    for button, act, changed in ((read, on_read, [answer]), (apply, on_apply, everything), (undo, on_undo, everything)):
        event = compat.on_click(button, act, [request, steps, *components], changed)
        compat.after(event, CALL_PAGE, [answer])
    event = compat.on_click(settings, on_settings, [request, *boxes.saved.values()], [answer])
    compat.after(event, CALL_PAGE, [answer])


def _button(verb: str) -> Any:
    return _kept_out_of_defaults(gr.Button(f"Perform {verb}", elem_id=f"perform_{verb}"))


def _kept_out_of_defaults(component: Any) -> Any:
    """The host saves the values of a tab's components as defaults; these are messages, not settings."""
    component.do_not_save_to_config = True
    return component
