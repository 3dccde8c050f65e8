"""Commands: where to listen, and who may speak there. Each choice is kept for the next start."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from ...core.errors import PerformError
from ...core.listener import HIGHEST_LIMIT_HZ, HIGHEST_PORT, ListenerChoice, SenderRules, read_networks
from ..state.notices import Notice
from .arguments import flag, text, texts, whole

if TYPE_CHECKING:
    from ..performer import Performer
    from .table import Action


def _listener_change(performer: Performer, arguments: dict[str, Any]) -> dict[str, Any]:
    host, port = text(arguments, "host"), whole(arguments, "port", 0, HIGHEST_PORT)
    before, rules = _choice(performer), _rules(performer.gate.rules, arguments)
    performer.follow_rules(rules)  # before the move: the new place is never open to those who were just taken out
    try:
        performer.listen(host, port)
    except PerformError:
        performer.follow_rules(before.senders)
        raise
    return _kept(performer, before)


def _choice(performer: Performer) -> ListenerChoice:
    return ListenerChoice(performer.listening.host, performer.listening.port, performer.gate.rules)


def _rules(rules: SenderRules, arguments: dict[str, Any]) -> SenderRules:
    """The rules with what the arguments name; all else stays."""
    allowed = texts(arguments, "allowed")
    if allowed is not None:
        rules = replace(rules, allowed=read_networks(allowed))
    if arguments.get("controls") is not None:
        rules = replace(rules, controls=flag(arguments, "controls"))
    if arguments.get("limit_hz") is not None:
        rules = replace(rules, limit_hz=whole(arguments, "limit_hz", 1, HIGHEST_LIMIT_HZ))
    return rules


def _listener_allow(performer: Performer, arguments: dict[str, Any]) -> dict[str, Any]:
    return _with_rules(performer, performer.gate.rules.with_sender(text(arguments, "sender")))


def _listener_forbid(performer: Performer, arguments: dict[str, Any]) -> dict[str, Any]:
    return _with_rules(performer, performer.gate.rules.without_sender(text(arguments, "sender")))


def _with_rules(performer: Performer, rules: SenderRules) -> dict[str, Any]:
    before = _choice(performer)
    performer.follow_rules(rules)
    return _kept(performer, before)


def _kept(performer: Performer, before: ListenerChoice) -> dict[str, Any]:
    """Keep what was changed, and only that: what a flag said for this start is no choice of the user's."""
    was, now = before.to_dict(), _choice(performer).to_dict()
    changed = {name: value for name, value in now.items() if value != was[name]}
    fault = None
    try:
        if changed:
            performer.host.remember_listener(changed)
    except PerformError as error:
        fault = Notice("warn", f"{error} What was chosen holds until Perform ends.")
    with performer.lock:
        performer.stage.notice("listener_choice", fault)
    return now


COMMANDS: Mapping[str, Action] = MappingProxyType(
    {
        "listener.change": _listener_change,
        "listener.allow": _listener_allow,
        "listener.forbid": _listener_forbid,
    }
)
