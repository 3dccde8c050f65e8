"""The WebUI's Settings under "Perform", and the command line flags, which win over them."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

from modules import paths_internal, shared

DEFAULT_HOST, DEFAULT_PORT = "127.0.0.1", 9000
HOST_OPTION, PORT_OPTION = "perform_osc_host", "perform_osc_port"
SECTION = ("perform", "Perform")

log = logging.getLogger(__name__)


def add(on_change: Callable[[], None]) -> None:
    """Put the options into the WebUI's Settings; ``on_change`` is called after each change."""
    host = shared.OptionInfo(DEFAULT_HOST, "Address to listen on for OSC", onchange=on_change, section=SECTION)
    port = shared.OptionInfo(DEFAULT_PORT, "Port to listen on for OSC (UDP)", onchange=on_change, section=SECTION)
    port.component_args = {"precision": 0}
    host.info("127.0.0.1 hears this computer only, 0.0.0.0 all of the network. --perform-osc-host wins over it")
    port.info("takes effect at once. --perform-osc-port wins over it")
    shared.opts.add_option(HOST_OPTION, host)
    shared.opts.add_option(PORT_OPTION, port)


def address() -> tuple[str, int]:
    """The OSC host and port: from the flags, else from the Settings, else the default."""
    data: dict[str, Any] = shared.opts.data
    host = getattr(shared.cmd_opts, HOST_OPTION, None) or data.get(HOST_OPTION) or DEFAULT_HOST
    port = getattr(shared.cmd_opts, PORT_OPTION, None) or data.get(PORT_OPTION) or DEFAULT_PORT
    return str(host), int(port)


def keep_address(host: str, port: int) -> None:
    """Write the address into the Settings without calling back; a WebUI with frozen settings keeps its own."""
    if (host, port) == address():
        return
    try:
        for name, value in ((HOST_OPTION, host), (PORT_OPTION, port)):
            if name in shared.opts.data_labels and shared.opts.data.get(name) != value:
                setattr(shared.opts, name, value)
        shared.opts.save(shared.config_filename)
    except (AssertionError, OSError, RuntimeError) as error:
        log.warning("Perform: the WebUI did not keep the OSC address %s:%s: %s", host, port, error)


def songs_folder() -> Path:
    """Where songs live: ``perform`` in the WebUI's data folder."""
    return Path(paths_internal.data_path) / "perform"


def api_root() -> str:
    """The path of the API as the browser sees it: below the WebUI's --subpath."""
    below = str(getattr(shared.cmd_opts, "subpath", None) or "").strip("/")
    return f"/{below}/perform/v1" if below else "/perform/v1"
