"""The login of the host, as gradio 3.41 and 4 keep it on their app.

gradio protects only its own routes, so Perform's check here (gradio 3.41.2 and 4.40.0, ``routes.py``, ``login_check``):
a login is required if ``app.auth`` or ``app.auth_dependency`` is set, and ``app.tokens`` maps the token in a cookie to
a user.
"""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection, Request

from ..core.errors import LoginError

COOKIES = ("access-token", "access-token-unsecure")


def asks_for_login(app: object | None) -> bool:
    """Whether ``app`` requires a login."""
    return getattr(app, "auth_dependency", None) is not None or getattr(app, "auth", None) is not None


async def check_login(app: object, connection: HTTPConnection) -> None:
    """LoginError unless ``connection`` (HTTP or websocket) belongs to a user of ``app``, or ``app`` requires none."""
    if not asks_for_login(app):
        return
    dependency = getattr(app, "auth_dependency", None)
    if dependency is not None:
        user = await run_in_threadpool(dependency, _as_request(connection))
    else:
        user = _user_of_cookie(app, connection)
    if user is None:
        raise LoginError("You are not logged in. Log in to the WebUI in this browser, then reload the page.")


def cookie_names(app: object) -> tuple[str, ...]:
    """The cookies that may contain the token; gradio 4 appends an id of the app to the name."""
    cookie_id = getattr(app, "cookie_id", None)
    return tuple(f"{name}-{cookie_id}" for name in COOKIES) if cookie_id else COOKIES


def _user_of_cookie(app: object, connection: HTTPConnection) -> object | None:
    tokens = getattr(app, "tokens", None) or {}
    found = (tokens.get(connection.cookies.get(name)) for name in cookie_names(app))
    return next((user for user in found if user is not None), None)


def _as_request(connection: HTTPConnection) -> Request:
    """The argument for which ``auth_dependency`` is written, also at a websocket handshake."""
    return Request({**connection.scope, "type": "http", "method": connection.scope.get("method", "GET")})
