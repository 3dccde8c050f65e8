"""Actions: where to listen, and the allowed senders. Each choice is saved for the next start."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from ...core.errors import PerformError
from ...core.listener import ListenerChoice, SenderRules, read_networks
from ..state.notices import Notice

if TYPE_CHECKING:
    from ..performer import Performer
    from .table import Action


def _listener_change(
    performer: Performer,
    host: str,
    port: int,
    allowed: list[str] | None = None,
    controls: bool | None = None,
    limit_hz: int | None = None,
) -> dict[str, Any]:
    before, rules = _choice(performer), _rules(performer.sender_filter.rules, allowed, controls, limit_hz)
    performer.follow_rules(rules)  # before moving: the new address is never open to senders that were just removed
    try:
        performer.listen(host, port)
    except PerformError:
        performer.follow_rules(before.senders)
        raise
    return _kept(performer, before)


def _choice(performer: Performer) -> ListenerChoice:
    return ListenerChoice(performer.listening.host, performer.listening.port, performer.sender_filter.rules)


def _rules(
    rules: SenderRules, allowed: list[str] | None, controls: bool | None, limit_hz: int | None
) -> SenderRules:
    """The rules with the given values; None leaves a value unchanged."""
    if allowed is not None:
        rules = replace(rules, allowed=read_networks(allowed))
    if controls is not None:
        rules = replace(rules, controls=controls)
    if limit_hz is not None:
        rules = replace(rules, limit_hz=limit_hz)
    return rules


def _listener_allow(performer: Performer, sender: str) -> dict[str, Any]:
    return _with_rules(performer, performer.sender_filter.rules.with_sender(sender))


def _listener_forbid(performer: Performer, sender: str) -> dict[str, Any]:
    return _with_rules(performer, performer.sender_filter.rules.without_sender(sender))


def _with_rules(performer: Performer, rules: SenderRules) -> dict[str, Any]:
    before = _choice(performer)
    performer.follow_rules(rules)
    return _kept(performer, before)


def _kept(performer: Performer, before: ListenerChoice) -> dict[str, Any]:
    """Save only what was changed: a flag for this start is not a choice of the user."""
    was, now = before.to_dict(), _choice(performer).to_dict()
    changed = {name: value for name, value in now.items() if value != was[name]}
    problem = None
    try:
        if changed:
            performer.host.remember_listener(changed)
    except PerformError as error:
        problem = Notice("warn", f"{error} The choice applies until Perform ends.")
    with performer.lock:
        performer.session.notice("listener_choice", problem)
    return now


ACTIONS: Mapping[str, Action] = MappingProxyType(
    {
        "listener.change": _listener_change,
        "listener.allow": _listener_allow,
        "listener.forbid": _listener_forbid,
    }
)
