"""Every difference between gradio 3 and gradio 4, told by feature and not by version number."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Any

import gradio as gr
from gradio.context import Context

QUIET = {"show_progress": "hidden", "queue": False, "api_name": False}


def javascript_keyword(event: Callable[..., Any]) -> str:
    """The name under which an event takes JavaScript: gradio 3 says ``_js``, gradio 4 ``js``."""
    return "_js" if "_js" in inspect.signature(event).parameters else "js"


def on_click(button: Any, fn: Callable[..., Any], inputs: Sequence[Any], outputs: Sequence[Any]) -> Any:
    """Bind a click that bypasses the queue, shows no progress and has no public API name; the event, for ``after``."""
    return button.click(fn=fn, inputs=list(inputs), outputs=list(outputs), **QUIET)


def after(event: Any, javascript: str, inputs: Sequence[Any]) -> None:
    """Run a JavaScript function in the browser with the values of ``inputs`` when ``event`` is through."""
    keyword = {javascript_keyword(event.then): javascript}
    event.then(fn=None, inputs=list(inputs), outputs=[], **QUIET, **keyword)


def update(**changes: Any) -> Any:
    """What an event returns for an output; without arguments the output stays as it is."""
    return gr.update(**changes)


def warn(message: str) -> None:
    """Show a message in the browser whose click is being handled; elsewhere it becomes a Python warning."""
    gr.Warning(message)


def current_root() -> Any | None:
    """The outermost Blocks that is being built, or None."""
    return Context.root_block


def block_kind(component: Any) -> str | None:
    """``textbox``, ``checkbox``, ``slider``...; None for what holds no value (rows, tabs, accordions)."""
    if not isinstance(component, _component_class()):
        return None
    return str(component.get_block_name())


def _component_class() -> type:
    """The base of everything with a value: gradio 3's IOComponent, gradio 4's Component."""
    return getattr(gr.components, "IOComponent", None) or gr.components.Component
