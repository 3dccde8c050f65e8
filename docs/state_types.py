#!/usr/bin/env python3
"""Write the types of the state for the page: ``python3 docs/state_types.py [--check]``.

The types are declared in ``deforum_perform/app/state/types.py``. With ``--check`` nothing is written; the exit code
says whether the file is up to date.
"""

from __future__ import annotations

import ast
import inspect
import sys
import types
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints, is_typeddict

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from deforum_perform.app.state import types as state  # noqa: E402 - the project is found by the line above

WRITTEN = ROOT / "page" / "types" / "state.d.ts"
HEAD = """/**
 * The state as the server sends it. Written by docs/state_types.py from deforum_perform/app/state/types.py: change it
 * there.
 */
"""
PLAIN = {str: "string", int: "number", float: "number", bool: "boolean", type(None): "null"}


def type_text(kind: Any) -> str:
    """A Python type as a TypeScript type. TypeError for an unsupported one."""
    origin, inner = get_origin(kind), get_args(kind)
    if kind in PLAIN:
        return PLAIN[kind]
    if is_typeddict(kind):
        return str(kind.__name__)
    if origin is Literal:
        alias = next((name for name, value in vars(state).items() if value == kind), None)
        return alias or " | ".join(f'"{value}"' for value in inner)
    if origin in (Union, types.UnionType):
        return " | ".join(dict.fromkeys(map(type_text, inner)))
    if origin is list:
        text = type_text(inner[0])
        return f"({text})[]" if "|" in text else f"{text}[]"
    if origin is tuple:
        return f"[{', '.join(map(type_text, inner))}]"
    if origin is dict and inner[0] is str:
        return f"Record<string, {type_text(inner[1])}>"
    raise TypeError(f"{kind} has no TypeScript type here.")


def parents() -> Mapping[str, list[str]]:
    """Type -> the types that it extends. Read from the source: a TypedDict does not keep them before Python 3.12."""
    classes = (node for node in ast.parse(inspect.getsource(state)).body if isinstance(node, ast.ClassDef))
    named = {node.name: [base.id for base in node.bases if isinstance(base, ast.Name)] for node in classes}
    return {name: [base for base in bases if base in named] for name, bases in named.items()}


def interface(kind: Any, bases: list[str]) -> str:
    """A TypedDict as an interface that extends those of its ``bases``, with its docstring as a comment."""
    inherited = {name for base in bases for name in get_type_hints(getattr(state, base))}
    own = {name: each for name, each in get_type_hints(kind).items() if name not in inherited}
    marks = {name: "?" if name in kind.__optional_keys__ else "" for name in own}
    lines = [f"    {name}{marks[name]}: {type_text(each)};" for name, each in own.items()]
    if kind is state.Slices:
        lines += [f"    [key: `{name}:${{string}}`]: {type_text(each)};" for name, each in state.FAMILIES.items()]
    comment = " ".join((kind.__doc__ or "").split())
    extends = f" extends {', '.join(bases)}" if bases else ""
    head = f"interface {kind.__name__}{extends} {{"
    return "\n".join([f"/** {comment} */", *([head, *lines, "}\n"] if lines else [f"{head}}}\n"])])


def written() -> str:
    """The whole file."""
    aliases = [
        f"type {name} = {' | '.join(f'{chr(34)}{value}{chr(34)}' for value in get_args(kind))};\n"
        for name, kind in vars(state).items()
        if get_origin(kind) is Literal
    ]
    bases = parents()
    kinds = [kind for kind in vars(state).values() if is_typeddict(kind)]
    return "\n".join([HEAD, *aliases, *(interface(kind, bases[kind.__name__]) for kind in kinds)])


def main() -> int:
    """Write the file, or report whether it is up to date."""
    if "--check" not in sys.argv[1:]:
        WRITTEN.write_text(written(), encoding="utf-8", newline="\n")
        return 0
    if WRITTEN.read_text(encoding="utf-8") == written():
        return 0
    sys.stderr.write(f"{WRITTEN.relative_to(ROOT)} is out of date. Run: python3 docs/state_types.py\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
