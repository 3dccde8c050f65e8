"""Every difference between gradio 3 and gradio 4, detected by feature and not by version number."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import gradio as gr
from gradio.context import Context

QUIET = {"show_progress": "hidden", "queue": False, "api_name": False}


def javascript_keyword(event: Callable[..., Any]) -> str:
    """The name under which an event takes JavaScript: gradio 3 uses ``_js``, gradio 4 ``js``."""
    return "_js" if "_js" in inspect.signature(event).parameters else "js"


def on_click(button: Any, fn: Callable[..., Any], inputs: Sequence[Any], outputs: Sequence[Any]) -> Any:
    """Bind a click that bypasses the queue, shows no progress and has no public API name; the event, for ``after``."""
    return button.click(fn=fn, inputs=list(inputs), outputs=list(outputs), **QUIET)


def after(event: Any, javascript: str, inputs: Sequence[Any]) -> None:
    """Run a JavaScript function in the browser with the values of ``inputs`` when ``event`` is finished."""
    keyword = {javascript_keyword(event.then): javascript}
    event.then(fn=None, inputs=list(inputs), outputs=[], **QUIET, **keyword)


def update(**changes: Any) -> Any:
    """The return value of an event for an output; without arguments the output stays unchanged."""
    return gr.update(**changes)


def warn(message: str) -> None:
    """Show a message in the browser whose click is being handled; elsewhere it becomes a Python warning."""
    gr.Warning(message)


def current_root() -> Any | None:
    """The outermost Blocks that is being built, or None."""
    return Context.root_block


def block_kind(component: Any) -> str | None:
    """``textbox``, ``checkbox``, ``slider``...; None for components without a value (rows, tabs, accordions)."""
    if not isinstance(component, _component_class()):
        return None
    return str(component.get_block_name())


def _component_class() -> type:
    """The base of everything with a value: gradio 3's IOComponent, gradio 4's Component."""
    return getattr(gr.components, "IOComponent", None) or gr.components.Component


@dataclass(frozen=True)
class Event:
    """One event of a Blocks: gradio 3 stores it as a row of ``dependencies`` with its function elsewhere, gradio 4 as
    an object. ``starts``: (component's number, name of the event); ``after``: the number of the event it waits for."""

    number: int
    starts: tuple[tuple[int, str], ...]
    inputs: tuple[Any, ...]
    outputs: tuple[Any, ...]
    fn: Callable[..., Any] | None
    js: Any
    after: int | None

    def starts_with(self, component: Any, name: str) -> bool:
        """Whether it runs when ``component`` has the event ``name``."""
        return (number_of(component), name) in self.starts


def number_of(component: Any) -> int:
    """The id of a component in the page."""
    return int(component._id)


def block_of(blocks: Any, elem_id: str) -> Any | None:
    """The one of ``blocks`` that has this id in the page, or None."""
    return next((each for each in blocks.blocks.values() if getattr(each, "elem_id", None) == elem_id), None)


def events(blocks: Any) -> list[Event]:
    """Every event of ``blocks``, in order; none if this gradio stores them in another way."""
    functions = getattr(blocks, "fns", None)
    if isinstance(functions, dict):
        return [
            Event(key, tuple(fn.targets), tuple(fn.inputs), tuple(fn.outputs), fn.fn, fn.js, fn.trigger_after)
            for key, fn in functions.items()
            if not fn.inputs_as_dict
        ]
    rows = getattr(blocks, "dependencies", None)
    if not isinstance(rows, list) or not isinstance(functions, list):
        return []
    made = blocks.blocks
    return [
        Event(
            number,
            tuple(start if isinstance(start, tuple) else (start, row["trigger"]) for start in row["targets"]),
            tuple(made[key] for key in row["inputs"]),
            tuple(made[key] for key in row["outputs"]),
            functions[number].fn if row["backend_fn"] else None,
            row["js"],
            row.get("trigger_after"),
        )
        for number, row in enumerate(rows)
    ]


def changes_in(result: Any) -> dict[str, Any]:
    """The argument of ``update`` for a value that a function returned for a component: gradio 4 also accepts a
    component there."""
    if isinstance(result, dict) and str(result.get("__type__")).endswith("update"):
        return {name: value for name, value in result.items() if name != "__type__"}
    if hasattr(result, "constructor_args"):
        return dict(result.constructor_args)
    return {"value": result}
