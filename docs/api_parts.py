"""The generated parts of docs/api.md: commands, routes, OSC addresses and errors, from Perform's own tables."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable, Iterator

from deforum_perform.app.commands.catalog import COMMANDS
from deforum_perform.app.commands.command import Argument, Command, Result
from deforum_perform.core.errors import PacketError, PerformError
from deforum_perform.osc.decode.control import CONTROLS
from deforum_perform.web.route_table import DOCUMENTS, PREFIX, ROUTES, STREAM, Parameter, Route

WIDTH = 118


def parts() -> dict[str, str]:
    """The text between the markers of docs/api.md, by the marker's name."""
    return {
        "commands": "\n\n".join(command(row) for row in COMMANDS.values()),
        "routes": "\n\n".join(route(row) for row in (*ROUTES, STREAM, *DOCUMENTS)),
        "addresses": table(("Address", "Argument", "Unit", "What it does", "Example"), addresses()),
        "errors": table(("Status", "Code", "What it means"), sorted(errors(PerformError))),
    }


def command(row: Command) -> str:
    """One command with its arguments, what it returns, and an example."""
    lines = [f"### {row.name}", "", wrapped(row.about)]
    if row.arguments:
        lines += ["", table(("Argument", "Value", "Unit", "What it is"), map(argument, row.arguments))]
    if row.returns:
        lines += ["", table(("Returns", "Value", "Unit", "What it is"), map(result, row.returns))]
    body = f"\n{json.dumps(row.example)}" if row.example else ""
    return "\n".join([*lines, "", "```http", f"POST {PREFIX}/commands/{row.name}{body}", "```"])


def argument(row: Argument) -> tuple[str, ...]:
    words = f"{row.kind.words} or null" if row.nullable else row.kind.words
    return (f"`{row.name}`", words if row.required else f"{words}; optional", row.kind.unit, row.about)


def result(row: Result) -> tuple[str, ...]:
    words = f"{row.kind.words} or null" if row.nullable else row.kind.words
    return (f"`{row.name}`", words if row.always else f"{words}; may be missing", row.kind.unit, row.about)


def route(row: Route) -> str:
    """One route with the parts of its address, its body and response, and an example."""
    method = "Websocket" if row.method == "WS" else row.method
    lines = [f"### {method} {row.path}", "", wrapped(row.about)]
    if row.parameters:
        lines += ["", table(("Part of the address", "What it is"), map(parameter, row.parameters))]
    if row.body:
        lines += ["", wrapped(f"Takes `{row.body}`: {row.body_about}.")]
    also = "".join(f" {status}: {about}." for status, about in row.also)
    lines += ["", wrapped(f"Answers with {', '.join(f'`{media_type}`' for media_type in row.answer)}.{also}")]
    verb = "GET" if row.method == "WS" else row.method
    header = f"\nContent-Type: {row.body}" if row.body else ""
    return "\n".join([*lines, "", "```http", f"{verb} {PREFIX}{row.example}{header}", "```"])


def parameter(row: Parameter) -> tuple[str, ...]:
    return (f"`{row.name}`", row.about if row.required else f"{row.about}; optional")


def addresses() -> Iterator[tuple[str, ...]]:
    for row in CONTROLS.values():
        tag = "f" if isinstance(row.example, float) else "i"
        yield (
            f"`{row.address}`",
            row.takes,
            row.unit,
            row.about,
            f"`oscsend 127.0.0.1 9000 {row.address} {tag} {row.example:g}`",
        )


def errors(base: type[PerformError]) -> Iterator[tuple[str, ...]]:
    """The errors with which a request can be answered."""
    for error in base.__subclasses__():
        if "code" in vars(error) and error is not PacketError:
            about = (error.__doc__ or "").split("\n")[0].split(". ")[0].rstrip(".")
            yield (str(error.status), f"`{error.code}`", about)
        yield from errors(error)


def table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """A Markdown table; a column without any content is left out."""
    found = [tuple(cell.replace("|", "\\|") for cell in row) for row in rows]
    kept = [at for at in range(len(head)) if any(row[at] for row in found)]
    lines = [[head[at] for at in kept], ["---" for _ in kept], *([row[at] for at in kept] for row in found)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def wrapped(text: str) -> str:
    return textwrap.fill(text, WIDTH, break_on_hyphens=False, break_long_words=False)
