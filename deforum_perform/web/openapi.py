"""The OpenAPI description of routes and commands, from the tables that also validate and document them."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from fastapi.openapi.utils import get_openapi

from .. import __version__
from ..app.commands.command import Argument, Command, Result
from .route_table import JSON, Route

Schema = dict[str, Any]
TAG = "Perform"

ERROR: Schema = {
    "type": "object",
    "properties": {
        "error": {
            "type": "object",
            "properties": {
                "code": {"type": "string", "description": "A short name that does not change"},
                "message": {"type": "string", "description": "What happened, to what, and what to do"},
            },
            "required": ["code", "message"],
        }
    },
    "required": ["error"],
}
_REFUSED: Schema = {"description": "Refused, with the reason", "content": {JSON: {"schema": ERROR}}}


def command_operation(command: Command) -> Schema:
    """The OpenAPI description of a command's route."""
    content: Schema = {"schema": arguments_schema(command)}
    if command.example:
        content["example"] = dict(command.example)
    needed = any(argument.required for argument in command.arguments)
    answer = {"schema": result_schema(command)}
    return {
        **_words(command.about),
        "requestBody": {"required": needed, "content": {JSON: content}},
        "responses": {"200": {"description": "Done", "content": {JSON: answer}}, "default": _REFUSED},
    }


def arguments_schema(command: Command) -> Schema:
    """The JSON object that a command takes."""
    return {
        "type": "object",
        "properties": {argument.name: _described(argument) for argument in command.arguments},
        "required": [argument.name for argument in command.arguments if argument.required],
        "additionalProperties": False,
    }


def result_schema(command: Command) -> Schema:
    """The JSON object that a command returns."""
    result = {
        "type": "object",
        "properties": {part.name: _described(part) for part in command.returns},
        "required": [part.name for part in command.returns if part.always],
    }
    return {"type": "object", "properties": {"result": result}, "required": ["result"]}


def route_operation(route: Route) -> Schema:
    """The OpenAPI description of any other route."""
    responses: Schema = {str(status): {"description": about} for status, about in route.also}
    answer: Schema = {media_type: {"schema": {}} for media_type in route.answer}
    operation: Schema = {
        **_words(route.about),
        "responses": {**responses, "200": {"description": route.about, "content": answer}, "default": _REFUSED},
        "parameters": [
            {
                "name": parameter.name,
                "in": parameter.where,
                "required": parameter.required,
                "description": parameter.about,
                "schema": {"type": "string", **({"enum": list(parameter.choices)} if parameter.choices else {})},
            }
            for parameter in route.parameters
        ],
    }
    if route.body:
        content = {route.body: {"schema": {"type": "string", "format": "binary"}}}
        operation["requestBody"] = {"required": True, "description": route.body_about, "content": content}
    return operation


def description(router: APIRouter) -> Schema:
    """The OpenAPI description of the router's routes."""
    about = "Commands take and give JSON objects. docs/api.md says the same in words."
    return get_openapi(
        title="Perform", version=__version__, openapi_version="3.1.0", description=about, routes=router.routes
    )


def _words(about: str) -> Schema:
    """The first sentence as the heading, and all of it below."""
    return {"summary": about.partition(". ")[0].rstrip("."), "description": about}


def _described(part: Argument | Result) -> Schema:
    schema = part.kind.schema
    if part.nullable:
        schema = {"anyOf": [schema, {"type": "null"}]}
    unit = f" ({part.kind.unit})" if part.kind.unit else ""
    return {**schema, "description": f"{part.about}{unit}"}
