"""Who may use the API."""

from __future__ import annotations

import asyncio

import pytest
from starlette.datastructures import Headers
from starlette.requests import HTTPConnection

from deforum_perform.core.errors import AccessError
from deforum_perform.web.access import Access, check_site, host_rule, is_loopback


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        ("http://127.0.0.1:7860", "127.0.0.1:7860"),
        ("http://LocalHost:7860", "localhost:7860"),
        ("https://studio.example", "studio.example"),
        ("https://studio.example", "studio.example:443"),
        ("http://studio.example:80", "studio.example"),
        ("http://[::1]:7860", "[::1]:7860"),
    ],
)
def test_the_own_page_is_let_in(origin: str, host: str) -> None:
    """An Origin that names the same host and port is the page's own."""
    check_site(Headers({"origin": origin, "host": host}))


@pytest.mark.parametrize(
    "origin",
    [
        "http://evil.example",
        "http://127.0.0.1:7861",
        "http://127.0.0.1",
        "http://127.0.0.1:7860.evil.example",
        "http://evil.example:7860",
        "http://127.0.0.1:7860@evil.example",
        "http://127.0.0.1:99999",
        "file://",
        "null",
        "",
        "127.0.0.1:7860",
        "chrome-extension://abcdef",
    ],
)
def test_pages_of_other_sites_are_refused(origin: str) -> None:
    """Another host, another port, a page without an origin, or nonsense is refused."""
    with pytest.raises(AccessError):
        check_site(Headers({"origin": origin, "host": "127.0.0.1:7860"}))


@pytest.mark.parametrize("site", ["cross-site", "same-site", "else"])
def test_a_browser_that_sends_no_origin_still_says_where_it_comes_from(site: str) -> None:
    """Without Origin, Sec-Fetch-Site decides."""
    with pytest.raises(AccessError):
        check_site(Headers({"host": "127.0.0.1:7860", "sec-fetch-site": site}))


@pytest.mark.parametrize("headers", [{}, {"sec-fetch-site": "none"}, {"sec-fetch-site": "same-origin"}])
def test_programs_and_the_address_bar_are_let_in(headers: dict[str, str]) -> None:
    """curl sends neither header; an address typed by hand says none."""
    check_site(Headers({"host": "127.0.0.1:7860", **headers}))


@pytest.mark.parametrize(
    ("bound_to", "name", "allowed"),
    [
        ("127.0.0.1", "localhost", True),
        ("127.0.0.1", "127.0.0.1", True),
        ("localhost", "::1", True),
        ("127.0.0.1", "evil.example", False),
        ("127.0.0.1", "192.168.1.5", False),
        ("127.0.0.1", "", False),
        ("0.0.0.0", "192.168.1.5", True),
        ("0.0.0.0", "studio", True),
        ("0.0.0.0", "studio.local", True),
        ("0.0.0.0", "webui.localhost", True),
        ("0.0.0.0", "evil.example", False),
        ("0.0.0.0", "local", True),
        ("0.0.0.0", "", False),
        ("studio.example", "studio.example", True),
        ("studio.example", "evil.example", False),
    ],
)
def test_names_that_could_be_rebound_are_refused(bound_to: str, name: str, allowed: bool) -> None:
    """The server does not answer under a name that others can point at this computer."""
    assert host_rule(bound_to)(name) is allowed


@pytest.mark.parametrize("bound_to", ["127.0.0.1", "0.0.0.0"])
def test_the_user_may_give_the_server_names(bound_to: str) -> None:
    """A name of the command line is accepted, in upper or lower case; a name that ends like it is not."""
    rule = host_rule(bound_to, ["Studio.Example"])
    assert rule("studio.example")
    assert not rule("evil.studio.example")


def _called(**headers: str) -> HTTPConnection:
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return HTTPConnection({"type": "http", "headers": raw})


def test_the_refusal_names_the_remedy() -> None:
    """A refusal by name contains the flag and the name to add."""
    with pytest.raises(AccessError, match=r"--name studio\.example to"):
        asyncio.run(Access(flag="--name").check_name(_called(host="studio.example:7870")))


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "http://studio.example"},
        {"origin": "null", "sec_fetch_site": "same-origin"},
        {"x_forwarded_proto": "https", "forwarded": "proto=https", "referer": "https://studio.example/"},
    ],
)
def test_what_a_page_can_write_opens_nothing(headers: dict[str, str]) -> None:
    """Only headers that the browser itself sends show that a name has a certificate."""
    with pytest.raises(AccessError):
        asyncio.run(Access().check(_called(host="studio.example", **headers)))


@pytest.mark.parametrize(
    ("host", "loopback"),
    [("127.0.0.1", True), ("127.8.8.8", True), ("::1", True), ("[::1]", True), ("localhost", True), ("0.0.0.0", False)],
)
def test_loopback_is_known(host: str, loopback: bool) -> None:
    """Only addresses of this machine alone are loopback."""
    assert is_loopback(host) is loopback
