"""The import rules, and the rules of style that no linter checks.

scripts -> webui -> web -> app -> {osc, store} -> core        osc and store do not know each other
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "deforum_perform"
COMMANDS = "commands"  # the modules beside the packages: __main__, standalone and the commands

LOWER = {
    "core": set[str](),
    "osc": {"core"},
    "store": {"core"},
    "app": {"core", "osc", "store"},
    "web": {"core", "osc", "store", "app"},
    "webui": {"core", "osc", "store", "app", "web"},
    COMMANDS: {"core", "osc", "store", "app", "web"},
}
# Beside the standard library. python-osc builds what is sent, never what arrives.
LIBRARIES = {
    "core": {"numpy"},
    "osc": {"numpy", "pythonosc", "psutil"},
    "store": {"numpy"},
    "app": {"numpy"},
    "web": {"numpy", "fastapi", "starlette", "anyio", "markdown_it"},
    "webui": {"numpy", "fastapi", "starlette", "gradio", "modules"},
    COMMANDS: {"numpy", "fastapi", "starlette", "uvicorn", "pythonosc"},
}
# core is pure: same input, same output.
IMPURE = {
    "asyncio", "concurrent", "ctypes", "datetime", "glob", "io", "logging", "multiprocessing", "os", "pathlib", "queue",
    "random", "select", "shutil", "signal", "socket", "sqlite3", "subprocess", "tempfile", "threading", "time",
    "urllib",
}  # fmt: skip
MODULE_LINES, FUNCTION_LINES = 400, 60

SOURCES = sorted(PACKAGE.rglob("*.py"))
PAGE = sorted(path for path in (ROOT / "page").rglob("*") if path.is_file())
SCRIPTS = [*(ROOT / "javascript").glob("*.js"), *PAGE]
TESTS = sorted((ROOT / "tests").rglob("test_*.py"))
IDS = {"ids": lambda path: path.relative_to(ROOT).as_posix()}


def room(path: Path) -> str:
    parts = path.relative_to(PACKAGE).parts
    return parts[0] if parts[0] in LOWER else COMMANDS


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """Line and full dotted name of everything a module imports, relative imports resolved."""
    package = ["deforum_perform", *path.relative_to(PACKAGE).parts[:-1]]
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            origin = ".".join([*base, *([node.module] if node.module else [])])
            for alias in node.names:
                yield node.lineno, f"{origin}.{alias.name}"
        elif isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] == "import_module":
            (name, *_) = node.args
            yield node.lineno, str(name.value) if isinstance(name, ast.Constant) else ast.unparse(node)


def forbidden(path: Path, name: str) -> str | None:
    """Why a module of this package may not import this name; None if it may."""
    here, (top, *rest) = room(path), name.split(".")
    if (path.name, top) == ("runtime.py", "import_module(name)"):
        return None  # its names are those of a table of the package's own modules
    if top == "deforum_perform":
        there = rest[0] if rest and rest[0] in LOWER else COMMANDS
        if there in {here, *LOWER[here]} or name == "deforum_perform.__version__":
            return None
        return f"{here} may not know {there}"
    if here == "core" and top in IMPURE:
        return "core is pure: no thread, clock, disk or socket"
    if top in sys.stdlib_module_names or top in LIBRARIES[here]:
        return None
    return f"{here} may not know {top}"


@pytest.mark.parametrize("path", SOURCES, **IDS)
def test_imports_point_one_way(path: Path) -> None:
    """A module imports its own package, the packages below it, and the libraries of its package."""
    found = [(line, name, forbidden(path, name)) for line, name in imports(path)]
    assert [f"line {line}: {name}: {why}" for line, name, why in found if why] == []


def test_the_rule_can_fail() -> None:
    """The import rule refuses what ARCHITECTURE forbids: the check itself is checked."""
    core, osc, web = (PACKAGE / name / "x.py" for name in ("core", "osc", "web"))
    assert forbidden(core, "deforum_perform.app.performer.Performer")
    assert forbidden(core, "time.monotonic_ns")
    assert forbidden(osc, "deforum_perform.store.songs.store")
    assert forbidden(web, "gradio")
    assert forbidden(web, "deforum_perform.webui.tab")
    assert forbidden(PACKAGE / "standalone.py", "deforum_perform.webui.tab")
    assert not forbidden(web, "deforum_perform.core.errors.PerformError")
    assert not forbidden(PACKAGE / "standalone.py", "uvicorn")


def offences(path: Path) -> Iterator[str]:
    """What STYLE forbids in a module of the package."""
    may_print = room(path) == COMMANDS
    for node in ast.walk(tree(path)):
        where = f"line {getattr(node, 'lineno', 0)}"
        if isinstance(node, ast.Global):
            yield f"{where}: global"
        elif isinstance(node, ast.ExceptHandler) and node.type is None:
            yield f"{where}: bare except"
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            if node.func.id in {"eval", "exec", "locals", "__import__"} or (node.func.id == "print" and not may_print):
                yield f"{where}: {node.func.id}()"
        elif isinstance(node, ast.Attribute) and ast.unparse(node) == "sys.path":
            yield f"{where}: sys.path"
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > FUNCTION_LINES:
                yield f"{where}: {node.name} has {length} lines"


@pytest.mark.parametrize("path", SOURCES, **IDS)
def test_modules_keep_the_style(path: Path) -> None:
    """No print, global, bare except, eval or sys.path; functions and modules stay short; a module says what it is."""
    assert list(offences(path)) == []
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= MODULE_LINES
    assert path.stem not in {"utils", "util", "helpers", "helper", "manager", "misc", "common"}
    assert ast.get_docstring(tree(path)), "a module begins by saying what it is"


@pytest.mark.parametrize("path", SOURCES, **IDS)
def test_importing_has_no_effect(path: Path) -> None:
    """At a module's top level there are definitions and constants: no bare call, no loop."""
    loose = [
        f"line {node.lineno}"
        for node in tree(path).body
        if isinstance(node, ast.For | ast.While | ast.With | ast.Delete)
        or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Call))
    ]
    assert loose == []


@pytest.mark.parametrize("path", [*SOURCES, *SCRIPTS, ROOT / "dev.py"], **IDS)
def test_nothing_is_left_unfinished(path: Path) -> None:
    """Nothing that is shipped contains a note about work to be done later."""
    marks = re.findall(r"\b(?:TODO|FIXME|XXX|HACK)\b|raise NotImplementedError", path.read_text(encoding="utf-8"))
    assert marks == []


@pytest.mark.parametrize("path", TESTS, **IDS)
def test_every_test_says_its_rule(path: Path) -> None:
    """A test's docstring states its rule; no test sleeps."""
    found = [node for node in ast.walk(tree(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    assert [node.name for node in found if node.name.startswith("test_") and not ast.get_docstring(node)] == []
    calls = [node for node in ast.walk(tree(path)) if isinstance(node, ast.Call)]
    assert [f"line {node.lineno}" for node in calls if ast.unparse(node.func) in {"time.sleep", "sleep"}] == []


NO_MODULE = set[str]()
HISTORY, SESSION = "session/history.py", "session/session.py"
EDITS = {
    **{(owner, name): NO_MODULE for owner in ("history", "session", "performer") for name in ("change", "amend")},
    **{("history", name): {SESSION} for name in ("edit", "arrange", "undo", "redo")},
    ("session", "open"): {"session/opening.py"},
}
"""Owner and method that change what the open song is -> the modules of app that may call it."""

OF_APP = {"edit", "arrange", "go"}
"""Methods of the session that only the package app calls: others use commands."""

KEPT = {"song": NO_MODULE, "document": {HISTORY}, "history": {SESSION}}
"""Attribute that holds the open song -> the modules of app that may assign it."""


def past_the_edit(path: Path, module: ast.Module) -> Iterator[str]:
    """Where a module changes the open song other than by ``Session.edit``."""
    name = path.relative_to(PACKAGE / "app").as_posix() if path.is_relative_to(PACKAGE / "app") else None
    for node in ast.walk(module):
        where = f"line {getattr(node, 'lineno', 0)}"
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and node.attr in KEPT:
            if name not in KEPT[node.attr]:
                yield f"{where}: {ast.unparse(node)} is assigned"
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = ast.unparse(node.func.value).rpartition(".")[2]
            outside = name is None and owner == "session" and node.func.attr in OF_APP
            if outside or name not in EDITS.get((owner, node.func.attr), {name}):
                yield f"{where}: {owner}.{node.func.attr}()"


@pytest.mark.parametrize("path", SOURCES, **IDS)
def test_the_song_changes_only_through_the_edit(path: Path) -> None:
    """Only the history keeps the song, and only the session changes it, at the request of the package app."""
    assert list(past_the_edit(path, tree(path))) == []


def test_the_rule_of_the_edit_can_fail() -> None:
    """The rule finds what it forbids: the check itself is checked."""
    for line in (
        "performer.session.song = song",
        "self.song, x = song, 1",
        "performer.session.amend(song)",
        "session.change(song, 'label')",
        "performer.change(song, 'label')",
        "performer.session.history.edit('label', fn)",
        "performer.session.history.undo()",
        "performer.session.history.document = document",
        "performer.session.open(song)",
        "performer.session.history = History(song)",
    ):
        assert list(past_the_edit(PACKAGE / "app" / "lane_commands.py", ast.parse(line))), line
    for line in ("performer.session.edit('label', fn)", "session.go('undo')", "session.arrange(fn)"):
        assert list(past_the_edit(PACKAGE / "web" / "routes.py", ast.parse(line))), line
        assert not list(past_the_edit(PACKAGE / "app" / "commands" / "lanes.py", ast.parse(line))), line


def test_the_hosts_script_is_small() -> None:
    """scripts/ is one namespace for all extensions: it holds one short file that registers callbacks."""
    (script,) = sorted((ROOT / "scripts").glob("*.py"))
    assert script.name == "perform.py"
    assert len(script.read_text(encoding="utf-8").splitlines()) <= 15
