"""A client that sends exactly the given bytes, and the list of every route of an app."""

from __future__ import annotations

import http.client
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

PATIENCE_S = 60.0
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
TYPES = {"/import/song": "application/zip", "/import/settings": "application/octet-stream"}


@dataclass(frozen=True)
class Route:
    """One route: method, or ``WS`` for a websocket, and path with its parameters in braces."""

    method: str
    path: str

    def at(self, value: str = "x") -> str:
        """The path with ``value`` in the place of each parameter."""
        return re.sub(r"\{[^}]*\}", lambda _: value, self.path)


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """Headers and body, for looking for what must not be in them."""
        return f"{dict(self.headers)}\n{self.body.decode('utf-8', 'replace')}"


def every_route(app: Any) -> list[Route]:
    """All routes of an app, those of included routers too; the newest fastapi keeps the routers as they are."""
    return sorted(_routes(app.routes), key=lambda route: (route.path, route.method))


def _routes(routes: Iterable[Any]) -> Iterator[Route]:
    for route in routes:
        inner = getattr(route, "original_router", None)
        if inner is not None:
            yield from _routes(inner.routes)
        elif getattr(route, "methods", None):
            yield from (Route(method, route.path) for method in route.methods if method != "HEAD")
        else:
            assert "WebSocket" in type(route).__name__, f"a route of an unknown kind: {route!r}"
            yield Route("WS", route.path)


def ask(
    address: str,
    method: str,
    target: str,
    headers: Mapping[str, str] | None = None,
    body: bytes | Iterable[bytes] | None = None,
) -> Answer:
    """One request with ``target`` unchanged: nothing is escaped, joined or followed. A body in pieces has no length."""
    host, port = address.split(":")
    link = http.client.HTTPConnection(host, int(port), timeout=PATIENCE_S)
    try:
        link.putrequest(method, target, skip_host="Host" in (headers or {}), skip_accept_encoding=True)
        for name, value in (headers or {}).items():
            link.putheader(name, value)
        _send(link, body)
        found = link.getresponse()
        return Answer(found.status, dict(found.getheaders()), found.read())
    finally:
        link.close()


def _send(link: http.client.HTTPConnection, body: bytes | Iterable[bytes] | None) -> None:
    if body is None or isinstance(body, bytes):
        if body is not None:
            link.putheader("Content-Length", str(len(body)))
        link.endheaders(body)
        return
    link.putheader("Transfer-Encoding", "chunked")
    link.endheaders()
    try:
        for piece in (*body, b""):
            link.send(b"%x\r\n%s\r\n" % (len(piece), piece))
    except (BrokenPipeError, ConnectionResetError):
        return  # the server has answered and hung up before all was sent


def handshake(address: str, path: str, headers: Mapping[str, str] | None = None) -> int:
    """The response status of a websocket handshake; 101 if it is accepted."""
    asked = {
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    }
    host, port = address.split(":")
    link = http.client.HTTPConnection(host, int(port), timeout=PATIENCE_S)
    try:
        link.request("GET", path, headers={**asked, **(headers or {})})
        return link.getresponse().status
    finally:
        link.close()


def status_of(address: str, route: Route, headers: Mapping[str, str] | None = None, value: str = "x") -> int:
    """The status of a well-formed request to the route."""
    path = route.at(value)
    if route.method == "WS":
        return handshake(address, path, headers)
    if route.method != "POST":
        return ask(address, route.method, path, headers).status
    kind = next((kind for end, kind in TYPES.items() if path.endswith(end)), "application/json")
    return ask(address, "POST", path, {"Content-Type": kind, **(headers or {})}, b"{}").status
