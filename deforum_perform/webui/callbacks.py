"""What the host calls. It loads the extension at start, and again after every Reload UI, which clears all callbacks.

The host's start waits for this module and what it imports, so that is little; the rest is imported beside it, on a
thread, while it builds its UI.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from modules import script_callbacks

from ..core.errors import PerformError
from . import compat, options
from .collector import Collector
from .ending import Ending
from .names import running_arguments
from .runtime import RUNTIME

COLLECTOR = Collector()
ENDING = Ending(RUNTIME.close)

log = logging.getLogger(__name__)


def register() -> None:
    """Ask the host for every moment Perform needs. Asking again replaces what was asked before."""
    _ask(
        {
            before_ui: script_callbacks.on_before_ui,
            COLLECTOR.see: script_callbacks.on_after_component,
            ui_settings: script_callbacks.on_ui_settings,
            app_started: script_callbacks.on_app_started,
        }
    )
    ENDING.watch()


def before_ui() -> None:
    """Ask for the tab only now, so that every other extension's tab, Deforum's too, is built before it."""
    RUNTIME.prepare()
    COLLECTOR.clear()
    _ask({ui_tabs: script_callbacks.on_ui_tabs})


def ui_tabs() -> list[tuple[Any, str, str]]:
    """Build the tab around the Deforum boxes seen so far, and listen."""
    from . import tab

    RUNTIME.host.boxes = COLLECTOR.deforum(running_arguments())
    COLLECTOR.clear()
    try:
        RUNTIME.performer()
    except PerformError as error:
        return tab.build_problem(str(error))
    return tab.build(RUNTIME.performer, RUNTIME.host.boxes, RUNTIME.host.kind, options.api_root())


def ui_settings() -> None:
    """Add the section "Perform" to the Settings; a change there moves the listener at once."""
    options.add(address_changed)


def address_changed() -> None:
    """Move the listener. Where that fails the user is told, and so is the host, which then keeps the old setting."""
    try:
        RUNTIME.listen()
    except PerformError as error:
        compat.warn(str(error))
        raise


def app_started(_: Any, app: Any) -> None:
    """Serve the page's API from the host's own app. The Performer of before a Reload UI goes on."""
    from ..web.access import Access, host_rule
    from ..web.routes import install_routes

    try:
        RUNTIME.serves(install_routes(app, RUNTIME.performer(), Access(app, host_rule(names=options.names()))))
    except PerformError as error:
        log.warning("Perform did not start: %s", error)  # its tab says so too


def _ask(wanted: Mapping[Callable[..., Any], Callable[..., None]]) -> None:
    """Register each callback by its function of the host, and take away an earlier registration of the same one.

    At each registration the host reads the source of every function that is running, to learn whose callback it is:
    some 50 ms from where it loads scripts. On a thread, which runs nothing but this, it is told the same at once.
    """

    def ask() -> None:
        for callback, register_it in wanted.items():
            script_callbacks.remove_callbacks_for_function(callback)
            register_it(callback)

    with ThreadPoolExecutor(1, "perform-registers") as thread:
        thread.submit(ask).result()
