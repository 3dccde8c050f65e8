"""No module or sub-package imports another that imports it back, wherever the import is written, and sub-packages of a
package point one way.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.test_architecture import IDS, PACKAGE, SOURCES, imports

FLOORS: Mapping[str, tuple[str, ...]] = {
    "core": ("checks", "curve", "saved", "song", "time", "deforum", "reduction"),
    "osc": ("receive", "access", "timing", "decode"),
    "store": ("exports", "songs", "recordings", "journal"),
    "app": (
        "performer", "goodbye", "ticker", "state", "commands", "parts",
        "deforum", "recording", "learning", "session", "publisher", "listening",
    ),
}  # fmt: skip
"""Package -> its parts from the top down: each imports only those after it, and modules of the package not named here.
Those import none of them."""

Graph = dict[str, set[str]]


def module_name(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_name(path): path for path in SOURCES}


def imported(path: Path) -> Iterator[tuple[int, str]]:
    """Line and name of each module of the package that a module imports; functions and TYPE_CHECKING included."""
    for line, name in imports(path):
        found = name if name in MODULES else name.rpartition(".")[0]
        if found in MODULES and found != module_name(path):
            yield line, found


def graph() -> Graph:
    return {name: {other for _, other in imported(path)} for name, path in MODULES.items()}


def sub_package(module: str) -> str:
    """The sub-package of a module, ``deforum_perform.app.session``; a module beside the sub-packages is its own."""
    return ".".join(module.split(".")[:3])


def of_packages(modules: Graph) -> Graph:
    found: Graph = {}
    for name, others in modules.items():
        mine = sub_package(name)
        found.setdefault(mine, set()).update(sub_package(other) for other in others)
    return {name: others - {name} for name, others in found.items()}


def cycle(edges: Graph) -> list[str]:
    """One cycle, or nothing."""
    done: set[str] = set()

    def walk(name: str, way: list[str]) -> list[str]:
        if name in way:
            return [*way[way.index(name) :], name]
        if name in done:
            return []
        for other in sorted(edges.get(name, ())):
            if found := walk(other, [*way, name]):
                return found
        done.add(name)
        return []

    for name in sorted(edges):
        if found := walk(name, []):
            return found
    return []


def test_no_modules_import_each_other() -> None:
    """Each module can be read knowing only what it imports."""
    assert cycle(graph()) == []


def test_no_sub_packages_import_each_other() -> None:
    """Nor do modules of two sub-packages, by whatever way around."""
    assert cycle(of_packages(graph())) == []


def test_a_cycle_is_found() -> None:
    """The search itself is checked."""
    assert cycle({"a": {"b"}, "b": {"c"}, "c": {"b"}}) == ["b", "c", "b"]
    assert cycle({"a": {"b", "c"}, "b": {"c"}, "c": set()}) == []
    found = of_packages({"p.app.one.x": {"p.app.two.y"}, "p.app.two.z": {"p.app.one.w"}})
    assert cycle(found) == ["p.app.one", "p.app.two", "p.app.one"]


def upwards(path: Path, package: str, here: str) -> Iterator[str]:
    """Imports of a module in the part ``here`` of a package that do not point down."""
    floors = FLOORS[package]
    for line, name in imported(path):
        _, there_package, there, *_ = [*name.split("."), "", ""]
        if there_package != package or there == here or there not in floors:
            continue
        if here not in floors or floors.index(there) < floors.index(here):
            yield f"line {line}: {package}.{here} may not know {package}.{there}"


@pytest.mark.parametrize("path", [p for p in SOURCES if p.relative_to(PACKAGE).parts[0] in FLOORS], **IDS)
def test_sub_packages_point_down(path: Path) -> None:
    """A module imports its own sub-package and those below it."""
    package, here = (*path.relative_to(PACKAGE).with_suffix("").parts, "")[:2]
    assert list(upwards(path, package, here)) == []


def test_every_floor_is_there() -> None:
    """The floors name what exists."""
    for package, floors in FLOORS.items():
        there = {path.stem for path in (PACKAGE / package).iterdir()}
        assert set(floors) <= there


def test_the_parts_do_not_know_the_performer() -> None:
    """The Performer puts the parts together; each part takes what it needs as arguments."""
    whole = "deforum_perform.app.performer"
    inside = [name for name, others in graph().items() if whole in others and name.startswith("deforum_perform.app.")]
    assert inside == []
