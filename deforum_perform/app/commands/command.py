"""A command as data: its name, what it does, its arguments and what it returns. Only this module validates
arguments."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ...core.errors import InputError
from .kinds import Kind

Action = Callable[..., dict[str, Any]]
"""Runs a command. It gets the parts, and the arguments by name as they were declared and validated."""


@dataclass(frozen=True)
class Argument:
    """One argument. ``about``: its meaning, and the effect of leaving it out; ``nullable``: null is allowed too."""

    name: str
    kind: Kind
    about: str
    required: bool = True
    nullable: bool = False

    def read(self, value: object) -> Any:
        """The value as the command gets it; InputError says what is needed."""
        return None if value is None and self.nullable else self.kind.read(self.name, value)


@dataclass(frozen=True)
class Result:
    """One member of what a command returns. ``always``: it is never missing."""

    name: str
    kind: Kind
    about: str
    nullable: bool = False
    always: bool = True


@dataclass(frozen=True)
class Command:
    """One command of the page and of scripts. ``example``: arguments that work, with ids of ``declared.samples``."""

    name: str
    about: str
    arguments: tuple[Argument, ...] = ()
    returns: tuple[Result, ...] = ()
    example: Mapping[str, Any] | None = None

    def read(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """The ``given`` arguments, validated; InputError for one that is missing, unknown or invalid."""
        known = {argument.name: argument for argument in self.arguments}
        unknown = next((name for name in given if name not in known), None)
        if unknown is not None:
            takes = f"Its arguments are: {', '.join(known)}." if known else "It takes none."
            raise InputError(f"The command {self.name} has no argument {unknown[:40]!r}. {takes}")
        for argument in self.arguments:
            if argument.required and argument.name not in given:
                raise InputError(f"{argument.name} needs {argument.kind.words}. It is missing.")
        return {name: known[name].read(value) for name, value in given.items()}
