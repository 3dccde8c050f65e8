"""Writes the generated parts of docs/lanes.md and docs/api.md: `python3 docs/tables.py`. tests/test_docs.py checks
them."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from deforum_perform.core.deforum.fields import FIELDS, Field  # noqa: E402
from docs import api_parts  # noqa: E402

LANES, API = ROOT / "docs" / "lanes.md", ROOT / "docs" / "api.md"


def span(limits: tuple[float, float] | None) -> str:
    return f"{limits[0]:.10g} to {limits[1]:.10g}" if limits else ""


def gate(row: Field) -> str:
    if row.gate is None:
        return ""
    value = {True: "on", False: "off"}.get(row.gate.value, row.gate.value)  # type: ignore[call-overload]
    return f"`{row.gate.name}` {value}"


def modes(row: Field) -> str:
    named = [mode for mode in ("2D", "3D") if mode in row.modes]
    return "any" if len(row.modes) > 2 else " and ".join(named)


COLUMNS: dict[str, Callable[[Field], str]] = {
    "Field": lambda row: row.title,
    "Unit": lambda row: row.unit,
    "Does nothing at": lambda row: row.rest_text or f"{row.rest:g}",
    "Gentle": lambda row: span(row.gentle),
    "Standard": lambda row: span(row.standard),
    "Wild": lambda row: span(row.wild),
    "Limits": lambda row: span(row.hard),
    "Acts in": modes,
    "Read at": lambda row: "every frame" if row.reads == "frame" else "cadence frames",
    "Needs": gate,
}


def table(rows: list[Field]) -> str:
    """The rows as a Markdown table."""
    lines = [" | ".join(COLUMNS), " | ".join("---" for _ in COLUMNS)]
    lines += [" | ".join(cell(row) for cell in COLUMNS.values()) for row in rows]
    return "\n".join(f"| {line} |" for line in lines)


def notes(rows: list[Field]) -> str:
    """The notes in a field's row, as a list."""
    said = [f"- **{row.title}**: {row.note}." for row in rows if row.note]
    return "\n".join(textwrap.fill(line, 118, subsequent_indent="  ", break_on_hyphens=False) for line in said)


def parts() -> dict[str, str]:
    """The text between the markers of docs/lanes.md, by the marker's name."""
    numbers = [row for row in FIELDS.values() if row.is_number and not row.name.startswith("cn_")]
    first_unit = [row for row in FIELDS.values() if row.is_number and row.name.startswith("cn_1_")]
    return {"fields": table(numbers), "controlnet": table(first_unit), "notes": notes([*numbers, *first_unit])}


GENERATED: dict[Path, Callable[[], dict[str, str]]] = {LANES: parts, API: api_parts.parts}
"""Document -> its generated parts, by the name of their marker."""


def filled(path: Path) -> str:
    """The document with every generated part rewritten between its markers."""
    text = path.read_text(encoding="utf-8")
    for name, part in GENERATED[path]().items():
        start, end = f"[//]: # ({name})\n", f"[//]: # (end of {name})"
        before, rest = text.split(start)
        text = f"{before}{start}\n{part}\n\n{end}{rest.split(end)[1]}"
    return text


if __name__ == "__main__":
    for document in GENERATED:
        document.write_text(filled(document), encoding="utf-8")
