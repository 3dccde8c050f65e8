"""The messages after lanes were written: how many, which were left out, and what will have no effect."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

MOST_NAMES = 3
MOST_WARNINGS = 3
MOST_SAID = 2
"""Warnings in the message after Apply, which covers the monitor: Check shows all."""

REST = (
    "See the Deforum tab, under Keyframes: movement under Motion, the rest under its name. "
    "Max frames and the settings that they need are set too; nothing else is changed."
)

CHECKED_AGAIN = "Something changed after the check, so it was checked again."

Result = Mapping[str, Any]
"""The result of ``SongCheck.to_dict`` or of an ApplyPlan."""


def applied(result: Result, filled: Sequence[str]) -> dict[str, Any]:
    """A message for the page: ``level``, ``message`` and ``remedy``; ``fix`` as in ``Problem``, if there is one.

    ``filled``: the fields whose boxes were filled.
    """
    lanes = result.get("lanes", [])
    here = [row for row in lanes if not row["blocked"] and row["field"] in filled]
    count = f"{len(here):,} of {len(lanes):,}" if len(here) < len(lanes) else f"{len(here or filled):,}"
    said = warnings(result, MOST_SAID)
    problems = result.get("problems", [])
    fixes = [problem["fix"] for problem in problems if (problem.get("fix") or (0, False))[1]]
    done = [problem["short"] for problem in problems if problem["code"] == "distribution_set"]
    counted = f"Filled {count} schedule{'' if count == '1' else 's'} in Deforum's tab"
    again = [CHECKED_AGAIN] if result.get("checked_again") else []
    return {
        "level": "warn" if said else "info",
        "message": f"{' and '.join([counted, *done])}.",
        "remedy": " ".join([*again, *(said or [REST])]),
        "fix": fixes[0] if fixes else None,
    }


def warnings(result: Result, most: int = MOST_WARNINGS) -> list[str]:
    """Notes on lanes that were written, or left out, although nothing failed: the most important first, ``most`` of
    them, and how many more there are."""
    lanes, problems = result.get("lanes", []), result.get("problems", [])
    general = [p for p in problems if not p.get("blocks") and p["code"] != "distribution_set"]
    said = [p["message"] for p in sorted(general, key=lambda problem: not problem.get("idle"))]
    missing = [row["label"] for row in lanes if "unknown_field" in _codes(row)]
    if missing:
        said.append(f"{_names(missing)} {'has' if len(missing) == 1 else 'have'} no field here.")
    others = [row for row in lanes if row["label"] not in missing]
    said += [_first(row, "blocks") for row in others if row["blocked"]]
    said += [_first(row, "idle") for row in others if row.get("idle") and not row["blocked"]]
    if len(said) <= most:
        return said
    return [*said[:most], f"Check shows {len(said) - most} more."]


def _codes(row: Result) -> list[str]:
    return [problem["code"] for problem in row["problems"]]


def _first(row: Result, kind: str) -> str:
    """The message of the row's first problem of this kind."""
    return next(str(problem["message"]) for problem in row["problems"] if problem[kind])


def _names(labels: Sequence[str]) -> str:
    """"A", "A and B", "A, B and C", or the first three and how many more."""
    more = len(labels) - MOST_NAMES
    shown = [*labels[:MOST_NAMES], f"{more} more"] if more > 0 else list(labels)
    return " and ".join([", ".join(shown[:-1]), shown[-1]]) if len(shown) > 1 else shown[0]
