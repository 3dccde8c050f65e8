"""Commands: where to listen, and who may speak there. Each choice is kept for the next start."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from ..core.errors import PerformError
from ..core.listener import HIGHEST_LIMIT_HZ, ListenerChoice, SenderRules, read_networks
from .arguments import flag, text, texts, whole

if TYPE_CHECKING:
    from .performer import Performer


def _listener_change(performer: Performer, arguments: dict[str, Any]) -> dict[str, Any]:
    host, port = text(arguments, "host"), whole(arguments, "port", 0, 65535)
    before, rules = performer.gate.rules, _rules(performer.gate.rules, arguments)
    performer.gate.change(rules)  # before the move: the new place is never open to those who were just taken out
    try:
        performer.listen(host, port)
    except PerformError:
        performer.gate.change(before)
        raise
    return _kept(performer)


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
    performer.gate.change(rules)
    with performer.lock:
        performer.stage.touch()
    return _kept(performer)


def _kept(performer: Performer) -> dict[str, Any]:
    listening, rules = performer.listening, performer.gate.rules
    performer.host.remember_listener(ListenerChoice(listening.host, listening.port, rules))
    return {"host": listening.host, "port": listening.port, "allowed": rules.names()}


COMMANDS: Mapping[str, Callable[[Performer, dict[str, Any]], dict[str, Any]]] = MappingProxyType(
    {
        "listener.change": _listener_change,
        "listener.allow": _listener_allow,
        "listener.forbid": _listener_forbid,
    }
)
