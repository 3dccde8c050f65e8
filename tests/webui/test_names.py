"""A WebUI without a login answers for Perform only to names that no other site can let point at it."""

from __future__ import annotations

from typing import Any

from tests.webui.access import check_names

ASK = """async ([method, path]) => {
    const headers = {"Content-Type": "application/json"};
    const options = method === "GET" ? {} : {method, headers, body: "{}"};
    return (await fetch(`/perform/v1/${path}`, options)).status;
}"""


def test_each_of_all_routes_looks_at_the_name(start: Any) -> None:
    """Addresses, names of this network and names given at the start are accepted, at every route; others are
    refused."""
    host = start("--name", "studio.example", "--name", "Other.Example")
    check_names(f"127.0.0.1:{host.port}", "studio.example", "other.example")


def test_a_rebound_page_gets_nothing_and_says_why(host: Any, look_at: Any) -> None:
    """A browser that opens the WebUI by another site's name reads no state, runs no command, gets no stream, and the
    page permanently says what to do if the name is the user's own."""
    screen = look_at(f"http://evil.example:{host.port}")
    screen.page.goto(screen.url)
    screen.show("Perform")
    screen.page.locator("#perform_root", has_text="--perform-name evil.example").wait_for()
    assert screen.page.evaluate(ASK, ["GET", "state"]) == 403
    assert screen.page.evaluate(ASK, ["POST", "commands/record.start"]) == 403
    assert screen.stream() == "closed"


def test_a_name_of_the_command_line_works_in_a_browser(start: Any, look_at: Any) -> None:
    """The page, its stream and its commands work under the name that was given."""
    host = start("--name", "studio.example")
    screen = look_at(f"http://studio.example:{host.port}")
    screen.open()
    screen.show("Perform")
    screen.command("lane.add", field="zoom")
    screen.page.locator("#perform_root").get_by_text("no source").first.wait_for()
