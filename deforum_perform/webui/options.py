"""The WebUI's Settings under "Perform", and the command line flags, which win over them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
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

HOST_OPTION, PORT_OPTION = "perform_osc_host", "perform_osc_port"
ALLOW_OPTION, CONTROLS_OPTION, LIMIT_OPTION = "perform_osc_allow", "perform_osc_controls", "perform_osc_limit"
SECTION = ("perform", "Perform")

OPTIONS = {
    "host": HOST_OPTION,
    "port": PORT_OPTION,
    "allowed": ALLOW_OPTION,
    "controls": CONTROLS_OPTION,
    "limit_hz": LIMIT_OPTION,
}
"""Part of the listener's choice -> the option that keeps it."""

DEFAULTS: dict[str, Any] = {
    HOST_OPTION: DEFAULT_HOST,
    PORT_OPTION: DEFAULT_PORT,
    ALLOW_OPTION: "",
    CONTROLS_OPTION: True,
    LIMIT_OPTION: DEFAULT_LIMIT_HZ,
}
LABELS = {
    HOST_OPTION: "Address to listen on for OSC",
    PORT_OPTION: "Port to listen on for OSC (UDP)",
    ALLOW_OPTION: "Senders in the network that may send OSC",
    CONTROLS_OPTION: "Senders in the network may use /perform/... (record, play, undo)",
    LIMIT_OPTION: "OSC messages a second taken from each sender in the network",
}
EXPLANATIONS = {
    HOST_OPTION: "127.0.0.1 hears this computer only, 0.0.0.0 all of the network. --perform-osc-host wins over it",
    PORT_OPTION: "takes effect at once. --perform-osc-port wins over it",
    ALLOW_OPTION: "addresses or networks, with commas between them: 192.168.1.23, 192.168.7.0/24. This computer always"
    " may. --perform-osc-allow wins over it",
    CONTROLS_OPTION: "this computer always may",
    LIMIT_OPTION: "what is above it is refused and counted",
}

log = logging.getLogger(__name__)


def add(on_change: Callable[[], None]) -> None:
    """Put the options into the WebUI's Settings; ``on_change`` is called after each change."""
    for name, default in DEFAULTS.items():
        option = shared.OptionInfo(default, LABELS[name], onchange=on_change, section=SECTION)
        if name in (PORT_OPTION, LIMIT_OPTION):
            option.component_args = {"precision": 0}
        option.info(EXPLANATIONS[name])
        shared.opts.add_option(name, option)


def listener() -> ListenerChoice:
    """Where to listen and who may speak: from the flags, else from the Settings, else the default.

    InputError for allowed senders or a limit that are none.
    """
    limit = _present(LIMIT_OPTION)
    if isinstance(limit, bool) or not isinstance(limit, (int, float)) or not 1 <= limit <= HIGHEST_LIMIT_HZ:
        raise InputError(f"The limit of OSC messages is a whole number from 1 to {HIGHEST_LIMIT_HZ}.")
    rules = SenderRules(split_networks(str(_present(ALLOW_OPTION))), bool(_present(CONTROLS_OPTION)), int(limit))
    return ListenerChoice(*address(), rules)


def address() -> tuple[str, int]:
    """The OSC host and port: from the flags, else from the Settings, else the default."""
    return str(_present(HOST_OPTION)), int(_present(PORT_OPTION))


def _present(name: str) -> Any:
    """A flag that is given, else what the Settings say; the default where that is empty. An empty flag for the allowed
    senders is given: it allows nobody."""
    flag = getattr(shared.cmd_opts, name, None)
    if flag or (flag is not None and name == ALLOW_OPTION):
        return flag
    kept = shared.opts.data.get(name)
    return DEFAULTS[name] if kept in (None, "") or (name == PORT_OPTION and not kept) else kept


def keep(changed: Mapping[str, Any]) -> None:
    """Write what was changed of the listener into the Settings without calling back; a WebUI with frozen settings
    keeps its own."""
    try:
        for part, value in changed.items():
            name, kept = OPTIONS[part], ", ".join(value) if part == "allowed" else value
            if name in shared.opts.data_labels and shared.opts.data.get(name) != kept:
                setattr(shared.opts, name, kept)
        shared.opts.save(shared.config_filename)
    except (AssertionError, OSError, RuntimeError) as error:
        log.warning("Perform: the WebUI did not keep where it listens: %s", error)


def songs_folder() -> Path:
    """Where songs live: ``perform`` in the WebUI's data folder."""
    return Path(paths_internal.data_path) / "perform"


def api_root() -> str:
    """The path of the API as the browser sees it: below the WebUI's --subpath."""
    below = str(getattr(shared.cmd_opts, "subpath", None) or "").strip("/")
    return f"/{below}/perform/v1" if below else "/perform/v1"


def names() -> tuple[str, ...]:
    """The names this WebUI was started to go by. No setting: a page that should be kept out could change it."""
    given = getattr(shared.cmd_opts, "perform_name", None) or ()
    server = getattr(shared.cmd_opts, "server_name", None)
    return (*given, server) if server else tuple(given)
