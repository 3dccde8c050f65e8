"""The callbacks for the host. It loads the extension at start, and again after every Reload UI, which clears all
callbacks.

The host's start waits for this module and its imports, so they are small; the rest is imported in parallel, on a
thread, while the host builds its UI.
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
    """Register for every event of the host that Perform needs. Registering again replaces earlier registrations."""
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
    """Request the tab only now, so that every other extension's tab, including Deforum's, is built before it."""
    RUNTIME.prepare()
    COLLECTOR.clear()
    _ask({ui_tabs: script_callbacks.on_ui_tabs})


def ui_tabs() -> list[tuple[Any, str, str]]:
    """Build the tab around the Deforum boxes found so far, and listen."""
    from . import tab

    RUNTIME.host.boxes = COLLECTOR.deforum(running_arguments())
    COLLECTOR.clear()
    try:
        RUNTIME.performer()
    except PerformError as error:
        return tab.build_problem(str(error))
    return tab.build(RUNTIME.performer, RUNTIME.host.boxes, RUNTIME.host.kind)


def ui_settings() -> None:
    """Add the section "Perform" to the Settings; a change there moves the listener at once."""
    options.add(address_changed)


def address_changed() -> None:
    """Move the listener. If that fails, the user gets a message, and so does the host, which then keeps the old
    setting."""
    try:
        RUNTIME.listen()
    except PerformError as error:
        compat.warn(str(error))
        raise


def app_started(_: Any, app: Any) -> None:
    """Serve the page's API from the host's own app. The Performer from before a Reload UI continues."""
    from ..web.access import Access, host_rule
    from ..web.routes import install_routes

    try:
        RUNTIME.serves(install_routes(app, RUNTIME.performer(), Access(app, host_rule(names=options.names()))))
    except PerformError as error:
        log.warning("Perform did not start: %s", error)  # its tab says so too


def _ask(wanted: Mapping[Callable[..., Any], Callable[..., None]]) -> None:
    """Register each callback by its function of the host, and remove an earlier registration of the same one.

    At each registration the host reads the source of every function that is running, to find whose callback it is: some
    50 ms from where it loads scripts. On a thread that runs only this, the result is the same at once.
    """

    def ask() -> None:
        for callback, register_it in wanted.items():
            script_callbacks.remove_callbacks_for_function(callback)
            register_it(callback)

    with ThreadPoolExecutor(1, "perform-registers") as thread:
        thread.submit(ask).result()
