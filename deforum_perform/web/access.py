"""Access to the API: the host's login, pages of the same origin, and names that cannot be rebound.

A browser lets a page of any site send requests and open websockets to the user's own computer. It sends the page's
origin in ``Origin`` (on every websocket handshake and every POST) and ``Sec-Fetch-Site``; other programs send neither.
A site can also let its own name resolve to 127.0.0.1 (DNS rebinding): then Origin and Host agree, and the name itself
has to be refused. Any name is safe if there is a login, because the browser has no cookie for it, and if the browser
used https, because the site has no certificate that this server could present.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Collection
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection

from ..core.errors import AccessError
from .login import asks_for_login, check_login

LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
ANY_ADDRESS = "0.0.0.0"
DEFAULT_PORTS = {"http": 80, "https": 443}

HostRule = Callable[[str], bool]


class Access:
    """One rule for every route and the stream.

    ``app``: where the host keeps its login, or None for none; ``allows_host``: which names this server may be called
    by, or None for all that no other site can point here; ``flag``: the option that adds a name at the start.
    """

    def __init__(
        self, app: object | None = None, allows_host: HostRule | None = None, flag: str = "--perform-name"
    ) -> None:
        self._app, self._allows_host, self._flag = app, allows_host or host_rule(), flag

    async def check(self, connection: HTTPConnection) -> None:
        """AccessError unless this request or handshake may use the API."""
        await self.check_name(connection)
        check_site(connection.headers)
        if self._app is not None:
            await check_login(self._app, connection)

    async def check_name(self, connection: HTTPConnection) -> None:
        """AccessError if the server is called by a name under which it does not answer: sufficient for a link to the
        page."""
        if asks_for_login(self._app):
            return
        called = _authority(f"//{connection.headers.get('host', '')}", "http")
        if called is not None and (self._allows_host(called[0]) or _came_by_tls(connection.headers)):
            return
        name = called[0] if called else "NAME"
        raise AccessError(
            f"Perform does not recognize the name {name}. Open the page by the computer's address, or"
            f" add {self._flag} {name} to the command line it is started with."
        )


def check_site(headers: Headers) -> None:
    """AccessError for a request from a page on another site."""
    origin = headers.get("origin")
    if origin is None:
        if headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
            raise AccessError("A page on another site made this request. Open Perform's own page instead.")
        return
    scheme = origin.partition(":")[0].lower()
    came_from = _authority(origin, scheme) if scheme in DEFAULT_PORTS else None
    if came_from is None or came_from != _authority(f"//{headers.get('host', '')}", scheme):
        raise AccessError(
            "A page on another site made this request. Open Perform's own page instead; a proxy must forward the Host "
            "header."
        )


def host_rule(bound_to: str = ANY_ADDRESS, names: Collection[str] = ()) -> HostRule:
    """The names under which a server that is bound to ``bound_to`` answers, besides the ``names`` given by its user.

    On loopback: its own names. On a network: addresses, names without a dot, ``.local`` and ``.localhost`` names and
    this computer's own; no other site can make those resolve to another computer.
    """
    bound = bound_to.strip("[]").lower()
    known = LOOPBACK_NAMES | {bound} | {name.lower() for name in names}
    if is_loopback(bound):
        return known.__contains__
    known |= {socket.gethostname().lower()}
    return lambda name: name in known or _cannot_be_rebound(name)


def is_loopback(host: str) -> bool:
    """Whether only this computer can reach ``host``."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _came_by_tls(headers: Headers) -> bool:
    """Whether a browser says that it sent this to an https address, such as that of a tunnel or of a proxy.

    No page can write these headers itself; ``Sec-Fetch-Site`` is sent to https and to loopback names only (Fetch
    Metadata, 3).
    """
    origin = headers.get("origin")
    return "sec-fetch-site" in headers if origin is None else origin.lower().startswith("https://")


def _cannot_be_rebound(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return bool(name) and ("." not in name or name.endswith((".local", ".localhost")))
    return True


def _authority(address: str, scheme: str) -> tuple[str, int] | None:
    """Host in lower case and port of ``address``, or None where it is not one."""
    try:
        parts = urlsplit(address)
        name, port = parts.hostname, parts.port
    except ValueError:
        return None
    return (name, port or DEFAULT_PORTS[scheme]) if name else None
