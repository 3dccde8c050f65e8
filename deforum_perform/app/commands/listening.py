"""Actions: where to listen, and the allowed senders. Each choice is saved for the next start."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from ...core.errors import PerformError
from ...core.listener import ListenerChoice, SenderRules, read_networks
from ..notices import Notice

if TYPE_CHECKING:
    from ..parts import Parts
    from .command import Action


def _listener_change(
    parts: Parts,
    host: str,
    port: int,
    allowed: list[str] | None = None,
    controls: bool | None = None,
    limit_hz: int | None = None,
) -> dict[str, Any]:
    before, rules = _choice(parts), _rules(parts.inputs.sender_filter.rules, allowed, controls, limit_hz)
    allow(parts, rules)  # before moving: the new address is never open to senders that were just removed
    try:
        listen(parts, host, port)
    except PerformError:
        allow(parts, before.senders)
        raise
    return _kept(parts, before)


def allow(parts: Parts, rules: SenderRules) -> None:
    """From the next datagram on, accept the senders that ``rules`` allow."""
    parts.inputs.allow(rules)
    parts.publisher.announce()


def listen(parts: Parts, host: str, port: int) -> None:
    """Listen on another address; a recording continues, and loses nothing where the system allows it."""
    gap_s = parts.listening.move(host, port)
    if gap_s and parts.recorder.current is not None:
        message = f"While the listener was changed, Perform did not listen for {gap_s:.2f} s of this recording."
        parts.publisher.notice("moved", Notice("warn", message, "Play this part again if it matters."))
    parts.publisher.announce()


def _choice(parts: Parts) -> ListenerChoice:
    return ListenerChoice(parts.listening.host, parts.listening.port, parts.inputs.sender_filter.rules)


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


def _listener_allow(parts: Parts, sender: str) -> dict[str, Any]:
    return _with_rules(parts, parts.inputs.sender_filter.rules.with_sender(sender))


def _listener_forbid(parts: Parts, sender: str) -> dict[str, Any]:
    return _with_rules(parts, parts.inputs.sender_filter.rules.without_sender(sender))


def _with_rules(parts: Parts, rules: SenderRules) -> dict[str, Any]:
    before = _choice(parts)
    allow(parts, rules)
    return _kept(parts, before)


def _kept(parts: Parts, before: ListenerChoice) -> dict[str, Any]:
    """Save only what was changed: a flag for this start is not a choice of the user."""
    was, now = before.to_dict(), _choice(parts).to_dict()
    changed = {name: value for name, value in now.items() if value != was[name]}
    problem = None
    try:
        if changed:
            parts.host.remember_listener(changed)
    except PerformError as error:
        problem = Notice("warn", f"{error} The choice applies until Perform ends.")
    with parts.session.lock:
        parts.publisher.notice("listener_choice", problem)
    return now


ACTIONS: Mapping[str, Action] = MappingProxyType(
    {
        "listener.change": _listener_change,
        "listener.allow": _listener_allow,
        "listener.forbid": _listener_forbid,
    }
)
