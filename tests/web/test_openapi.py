"""The OpenAPI description says what the tables of commands and routes say."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from deforum_perform.app.commands.catalog import COMMANDS
from deforum_perform.app.commands.command import Command
from deforum_perform.app.deforum.exports import KINDS
from deforum_perform.standalone.server import page_app
from deforum_perform.web.route_table import DOCUMENTS, EXPORTS, PREFIX, ROUTES, STREAM, Route
from deforum_perform.web.routes import install_routes
from tests.app.schema import fits
from tests.web.audit import every_route
from tests.web.fake_performer import FakePerformer
from tests.web.serving import PATIENCE_S, served

Described = dict[str, Any]


@pytest.fixture(scope="module")
def described() -> Described:
    """What a host's own OpenAPI description says once Perform is installed."""
    app = FastAPI()
    install_routes(app, FakePerformer())
    found: Described = app.openapi()["paths"]
    return found


def body_of(described: Described, command: Command) -> Described:
    """What is said of a command's body."""
    found: Described = described[f"{PREFIX}/commands/{command.name}"]["post"]["requestBody"]
    return found


def plain(schema: Described) -> Described:
    """A schema without its words."""
    return {name: value for name, value in schema.items() if name != "description"}


def test_it_has_every_command_and_route_and_nothing_else(described: Described) -> None:
    """Each command has its own path, each other route is there with its method, and no path is missing from the
    tables."""
    routes = {(route.path, route.method.lower()) for route in (*ROUTES, *DOCUMENTS)}
    commands = {(f"/commands/{name}", "post") for name in COMMANDS}
    found = {(path.removeprefix(PREFIX), method) for path, methods in described.items() for method in methods}
    assert found == routes | commands


def test_every_route_is_in_the_table() -> None:
    """A route of the API that is in no table, and so in no document, is found."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    install_routes(app, FakePerformer())
    there = {route.path.removeprefix(PREFIX) for route in every_route(app)}
    known = {route.path for route in (*ROUTES, *DOCUMENTS, STREAM)} | {f"/commands/{name}" for name in COMMANDS}
    page = {route for route in there if route.startswith("/page")}
    assert there - known - page == {"/commands/{name}"}


@pytest.mark.parametrize("command", COMMANDS.values(), ids=lambda command: command.name)
def test_a_command_takes_what_is_described(described: Described, command: Command) -> None:
    """Names, kinds, limits, choices, null and what is required are the table's; nothing else is allowed."""
    body = body_of(described, command)
    schema = body["content"]["application/json"]["schema"]
    kinds = {argument.name: (argument.kind.schema, argument.nullable) for argument in command.arguments}
    allowed = {name: {"anyOf": [kind, {"type": "null"}]} if null else kind for name, (kind, null) in kinds.items()}
    assert {name: plain(part) for name, part in schema.get("properties", {}).items()} == allowed
    required = [argument.name for argument in command.arguments if argument.required]
    assert (schema["required"], body["required"], schema["additionalProperties"]) == (required, bool(required), False)
    assert fits(schema, command.example or {})
    assert all(argument.about in schema["properties"][argument.name]["description"] for argument in command.arguments)
    assert described[f"{PREFIX}/commands/{command.name}"]["post"]["description"] == command.about


@pytest.mark.parametrize("command", COMMANDS.values(), ids=lambda command: command.name)
def test_a_command_answers_what_is_described(described: Described, command: Command) -> None:
    """The members of the result and which of them are always there are the table's."""
    answer = described[f"{PREFIX}/commands/{command.name}"]["post"]["responses"]["200"]
    result = answer["content"]["application/json"]["schema"]["properties"]["result"]
    assert set(result.get("properties", {})) == {part.name for part in command.returns}
    assert result["required"] == [part.name for part in command.returns if part.always]


@pytest.mark.parametrize("route", [*ROUTES, *DOCUMENTS], ids=lambda route: route.name)
def test_a_route_is_described(described: Described, route: Route) -> None:
    """The parts of its address, what it takes and what it answers with are the table's."""
    operation = described[f"{PREFIX}{route.path}"][route.method.lower()]
    parts = [(part["name"], part["in"], part["required"]) for part in operation.get("parameters", [])]
    assert parts == [(part.name, part.where, part.required) for part in route.parameters]
    assert {f"{{{part.name}}}" for part in route.parameters if part.where == "path"} == {
        piece for piece in route.path.split("/") if piece.startswith("{")
    }
    assert set(operation.get("requestBody", {}).get("content", {})) == ({route.body} if route.body else set())
    assert set(operation["responses"]["200"]["content"]) == set(route.answer)


def test_the_exports_described_are_those_there_are() -> None:
    """The kinds of export in the description are the code's."""
    assert list(EXPORTS) == list(KINDS)


def test_the_description_is_served_with_perform_alone() -> None:
    """The standalone page serves it below the API, in OpenAPI 3.1, with the same paths."""
    app, _ = page_app(FakePerformer(), "127.0.0.1")
    with served(app) as address:
        found = httpx.get(f"http://{address}{PREFIX}/openapi.json", trust_env=False, timeout=PATIENCE_S).json()
    assert found["openapi"].startswith("3.1")
    assert {f"{PREFIX}/commands/{name}" for name in COMMANDS} <= set(found["paths"])
