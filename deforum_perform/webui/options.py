"""The WebUI's Settings under "Perform", and the command line flags, which override them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from modules import paths_internal, shared

from ..core.errors import InputError
from ..core.listener import (
    DEFAULT_HOST,
    DEFAULT_LIMIT_HZ,
    DEFAULT_PORT,
    HIGHEST_LIMIT_HZ,
    ListenerChoice,
    SenderRules,
    split_networks,
)

SECTION = ("perform", "Perform")


@dataclass(frozen=True)
class Option:
    """One row of the section: its key, which is also the name of its flag, and how the Settings show it."""

    name: str
    default: Any
    label: str
    explanation: str


OPTIONS: Mapping[str, Option] = {
    "host": Option(
        "perform_osc_host",
        DEFAULT_HOST,
        "Address to listen on for OSC",
        "127.0.0.1 receives from this computer only, 0.0.0.0 from the whole network. --perform-osc-host overrides this",
    ),
    "port": Option(
        "perform_osc_port",
        DEFAULT_PORT,
        "Port to listen on for OSC (UDP)",
        "takes effect at once. --perform-osc-port overrides this",
    ),
    "allowed": Option(
        "perform_osc_allow",
        "",
        "Allowed senders in the network",
        "addresses or networks, with commas between them: 192.168.1.23, 192.168.7.0/24. This computer is always "
        "allowed. --perform-osc-allow overrides this",
    ),
    "controls": Option(
        "perform_osc_controls",
        True,
        "Allow /perform/... from the network (record, play, undo)",
        "this computer is always allowed",
    ),
    "limit_hz": Option(
        "perform_osc_limit",
        DEFAULT_LIMIT_HZ,
        "Limit of OSC messages per second from each sender in the network",
        "messages above the limit are refused and counted",
    ),
}
"""Part of the listener's settings -> the option that stores it."""

NUMBERS = ("port", "limit_hz")

log = logging.getLogger(__name__)


def add(on_change: Callable[[], None]) -> None:
    """Add the options to the WebUI's Settings; ``on_change`` is called after each change."""
    for part, option in OPTIONS.items():
        shown = shared.OptionInfo(option.default, option.label, onchange=on_change, section=SECTION)
        if part in NUMBERS:
            shown.component_args = {"precision": 0}
        shown.info(option.explanation)
        shared.opts.add_option(option.name, shown)


def listener() -> ListenerChoice:
    """Where to listen, and the allowed senders: from the flags, otherwise from the Settings, otherwise the default.

    InputError for invalid allowed senders or an invalid limit.
    """
    limit = _present("limit_hz")
    if isinstance(limit, bool) or not isinstance(limit, (int, float)) or not 1 <= limit <= HIGHEST_LIMIT_HZ:
        raise InputError(f"The limit of OSC messages must be a whole number from 1 to {HIGHEST_LIMIT_HZ}.")
    rules = SenderRules(split_networks(str(_present("allowed"))), bool(_present("controls")), int(limit))
    return ListenerChoice(*address(), rules)


def address() -> tuple[str, int]:
    """The OSC host and port: from the flags, otherwise from the Settings, otherwise the default."""
    return str(_present("host")), int(_present("port"))


def _present(part: str) -> Any:
    """A given flag, otherwise the value in the Settings; the default if that is empty. An empty flag for the allowed
    senders counts as given: it allows no senders."""
    option = OPTIONS[part]
    flag = getattr(shared.cmd_opts, option.name, None)
    if flag or (flag is not None and part == "allowed"):
        return flag
    kept = shared.opts.data.get(option.name)
    return option.default if kept in (None, "") or (part == "port" and not kept) else kept


def keep(changed: Mapping[str, Any]) -> None:
    """Write changes of the listener into the Settings without calling back; a WebUI with frozen settings keeps its
    own."""
    try:
        for part, value in changed.items():
            name, kept = OPTIONS[part].name, ", ".join(value) if part == "allowed" else value
            if name in shared.opts.data_labels and shared.opts.data.get(name) != kept:
                setattr(shared.opts, name, kept)
        shared.opts.save(shared.config_filename)
    except (AssertionError, OSError, RuntimeError) as error:
        log.warning("Perform: the WebUI did not save the listener settings: %s", error)


def songs_folder() -> Path:
    """The folder of songs: ``perform`` in the WebUI's data folder."""
    return Path(paths_internal.data_path) / "perform"


def names() -> tuple[str, ...]:
    """The names under which this WebUI was started to answer. Not a setting: a page that should be kept out could
    change it."""
    given = getattr(shared.cmd_opts, "perform_name", None) or []
    server = getattr(shared.cmd_opts, "server_name", None)
    return (*given, server) if server else tuple(given)
