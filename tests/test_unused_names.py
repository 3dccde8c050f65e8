"""Every function, class, constant and method of the package is used by the package or one of its entry points."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGE = sorted((ROOT / "deforum_perform").rglob("*.py"))
ENTRY_POINTS = [
    ROOT / "install.py",
    ROOT / "preload.py",
    *(ROOT / "scripts").glob("*.py"),
    *(ROOT / "docs").glob("*.py"),
]

EXPECTED = {
    "core/time/clock_source.py": "clock sources of the features to come: Live, Link, MTC",
    "core/time/tempo_map.py": "tempo changes inside a song, for the features to come",
}
"""Module -> what will use its names. Take a row out when its feature is there."""


def definitions(module: ast.Module) -> Iterator[tuple[int, str]]:
    """Line and name of each function, class and constant at the top level, and of each method."""
    for node in module.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.lineno, node.name
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            yield from (
                (node.lineno, part.id) for target in targets for part in ast.walk(target) if isinstance(part, ast.Name)
            )
        if isinstance(node, ast.ClassDef):
            yield from (
                (part.lineno, part.name)
                for part in node.body
                if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef)
            )


def uses(module: ast.Module) -> Iterator[str]:
    """Each name that is read, as a variable or an attribute, or is a whole string, as for ``getattr``."""
    for node in ast.walk(module):
        if isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Load):
            yield node.id if isinstance(node, ast.Name) else node.attr
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def unused(sources: Iterable[tuple[str, str]], entry_points: Iterable[str] = ()) -> list[str]:
    """``file:line: name`` of what nothing uses; ``sources``: (file, text) of the package, ``entry_points``: texts."""
    modules = [(file, ast.parse(text, file)) for file, text in sources]
    used = {name for module in (*(m for _, m in modules), *map(ast.parse, entry_points)) for name in uses(module)}
    return [
        f"{file}:{line}: {name}"
        for file, module in modules
        for line, name in definitions(module)
        if name not in used and not name.startswith("__")
    ]


def test_every_name_is_used() -> None:
    """What only tests use is deleted, and tests use what the product uses."""
    sources = [
        (path.relative_to(ROOT / "deforum_perform").as_posix(), path.read_text(encoding="utf-8")) for path in PACKAGE
    ]
    found = unused(sources, [path.read_text(encoding="utf-8") for path in ENTRY_POINTS])
    assert [name for name in found if name.partition(":")[0] not in EXPECTED] == []
    assert sorted(set(EXPECTED) - {file for file, _ in sources}) == []


def test_an_unused_name_is_found() -> None:
    """The check itself is checked: names in use as a variable, an attribute or a string are not listed, others are."""
    text = """
A, B = 1, 2
class Used:
    def method(self): return A
    def forgotten(self): ...
def called(): return Used().method()
def named(): ...
def dead(): ...
"""
    assert unused([("x.py", text)], ["x.called(); getattr(x, 'named')"]) == [
        "x.py:2: B",
        "x.py:5: forgotten",
        "x.py:8: dead",
    ]
