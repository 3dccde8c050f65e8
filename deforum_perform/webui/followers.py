"""What a tab does when a box of it changes, done in the same trip as the change.

Deforum shows and hides boxes when another one is ticked, each by an event of its own: 65 of them for five ControlNet
units. gradio draws its whole page several times per event, so a page that ticks them all is busy for 20 s. Perform runs
these functions itself and returns their results. Its response lists the boxes under ``held``, and the page then
suppresses one event of each (``page/host/bridge.js``); otherwise they run twice, with the same result.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from . import compat

ERRORS = (ArithmeticError, AttributeError, LookupError, NameError, RuntimeError, TypeError, ValueError)

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Followers:
    """Argument name -> the events of its box when it changes, if this process can run all of them."""

    events: Mapping[str, tuple[compat.Event, ...]]

    @property
    def outputs(self) -> list[Any]:
        """Every component that they may change, once each."""
        found = {id(out): out for events in self.events.values() for event in events for out in event.outputs}
        return list(found.values())

    def after(self, changed: Mapping[str, Any]) -> dict[int, dict[str, Any]]:
        """The updates when boxes get the values ``changed``: ``id`` of a component -> its update."""
        updates: dict[int, dict[str, Any]] = {}
        for name, value in changed.items():
            for event in self.events.get(name, ()):
                for output, update in _run(event, value):
                    updates.setdefault(id(output), {}).update(update)
        return updates


def followers(tab: Any, components: Mapping[str, Any]) -> Followers:
    """Those of ``components`` (by argument name) in the Blocks ``tab``; a box without such events is left out."""
    every = compat.events(tab)
    found = {}
    for name, component in components.items():
        own = tuple(event for event in every if event.starts_with(component, "change"))
        if own and all(_plain(event, component, every) for event in own):
            found[name] = own
    return Followers(found)


def _plain(event: compat.Event, component: Any, every: Iterable[compat.Event]) -> bool:
    """Whether the event is one Python function of the box's value, and no other event in the page waits for it."""
    alone = len(event.inputs) == 1 and event.inputs[0] is component
    return alone and event.fn is not None and not event.js and all(other.after != event.number for other in every)


def _run(event: compat.Event, value: Any) -> Iterable[tuple[Any, dict[str, Any]]]:
    try:
        result = event.fn(value)
    except ERRORS:
        log.exception("Perform: Deforum could not update its tab after a change")
        return ()
    results = [result] if len(event.outputs) == 1 else result
    if isinstance(results, dict):
        return [(output, compat.changes_in(update)) for output, update in results.items()]
    if not isinstance(results, list | tuple):
        return ()
    return [(output, compat.changes_in(update)) for output, update in zip(event.outputs, results)]
