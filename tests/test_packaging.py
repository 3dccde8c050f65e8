"""pyproject.toml, the locks and the package say the same."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import deforum_perform

ROOT = Path(__file__).parents[1]
LOCKS = ROOT / "constraints"
PYTHONS = ("3.10", "3.11", "3.12", "3.13")


def pyproject_list(name: str) -> list[str]:
    """The strings of a list in pyproject.toml. By pattern: Python 3.10 has no reader of TOML."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    found = re.search(rf"^{name} = \[(.*?)\]", text, re.MULTILINE | re.DOTALL)
    assert found, f"no list {name} in pyproject.toml"
    return re.findall(r'"([^"]+)"', found.group(1))


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def lock(name: str) -> dict[str, str]:
    """Package -> version of a lock, the newest line where Pythons differ, with the locks it includes."""
    versions: dict[str, str] = {}
    for line in (LOCKS / name).read_text(encoding="utf-8").splitlines():
        if line.startswith("-r "):
            versions |= lock(line[3:].strip())
        elif line and not line.startswith("#"):
            package, version = line.split(";")[0].strip().split("==")
            versions[normal(package)] = version
    return versions


def number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version))


def holds(requirement: str, versions: dict[str, str]) -> bool:
    """Whether a lock has a version that a requirement of the form `name>=1.2,<3` takes."""
    name, *bounds = re.split(r"(?=[<>])|,", requirement)
    version = versions.get(normal(name))
    if version is None:
        return False
    limits = [bound for bound in bounds if bound]
    low_ok = all(number(version) >= number(bound) for bound in limits if bound.startswith(">="))
    high_ok = all(number(version) < number(bound) for bound in limits if not bound.startswith(">="))
    return low_ok and high_ok


@pytest.mark.parametrize("lock_name", ["standalone.txt", "test.txt", "gradio3.txt", "gradio4.txt", "fuzz.txt"])
def test_every_lock_holds_the_dependencies(lock_name: str) -> None:
    """Each dependency of pyproject.toml is in each lock, at a version within its range."""
    wanted = pyproject_list("dependencies")
    assert [requirement for requirement in wanted if not holds(requirement, lock(lock_name))] == []


def test_the_test_lock_holds_the_extras() -> None:
    """What the tests and measurements need is in the lock `dev.py test` installs."""
    wanted = [*pyproject_list("test"), *pyproject_list("bench")]
    assert [requirement for requirement in wanted if not holds(requirement, lock("test.txt"))] == []


def test_the_host_locks_are_the_hosts_own_pins() -> None:
    """The stand-in hosts use the versions that A1111 v1.10.1 and Forge pin."""
    a1111, forge = lock("gradio3.txt"), lock("gradio4.txt")
    names = ("gradio", "fastapi", "numpy", "httpx", "httpcore")
    assert [a1111[name] for name in names] == ["3.41.2", "0.94.0", "1.26.2", "0.24.1", "0.15.0"]
    assert [forge[name] for name in ("gradio", "fastapi", "httpx")] == ["4.40.0", "0.104.1", "0.24.1"]
    assert (a1111["pydantic"].split(".")[0], forge["pydantic"], forge["huggingface-hub"]) == ("1", "2.8.2", "0.26.2")


def test_every_line_of_a_lock_is_one_version() -> None:
    """A lock leaves nothing to chance: each line names one version, for all Pythons or for some."""
    form = re.compile(r'[\w.-]+==[\w.]+( ; python_version [<>=]+ "3\.\d+"( and python_version [<>=]+ "3\.\d+")?)?')
    for path in LOCKS.glob("*.txt"):
        lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line and line[0] not in "#-"]
        assert [line for line in lines if not form.fullmatch(line)] == [], path.name


def test_the_readme_gives_a_reason_for_every_dependency() -> None:
    """The README's table has a row for each dependency."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    names = [re.split("[<>=]", requirement)[0] for requirement in pyproject_list("dependencies")]
    assert [name for name in names if f"| {name} |" not in readme] == []


def test_every_path_of_pyproject_exists() -> None:
    """A path or pattern in pyproject.toml that begins with a folder of the project matches something there."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    quoted = {path.strip("/") for path in re.findall(r'"(/?[\w.*-]+/?[\w.*/-]*)"(?= = |[,\]])', text)}
    folders = {path.name for path in ROOT.iterdir()}
    named = {path for path in quoted if "/" in path or path in folders}
    assert {"scripts/*.py", "deforum_perform/standalone/**", "docs/images", "javascript"} <= named
    assert sorted(path for path in named - {"**/ruff.toml"} if not list(ROOT.glob(path))) == []


def test_the_version_is_one() -> None:
    """The package's version is a plain one and heads the changelog."""
    assert re.fullmatch(r"\d+\.\d+\.\d+", deforum_perform.__version__)
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"## [{deforum_perform.__version__}]" in changelog


def test_every_python_that_is_promised_is_named() -> None:
    """pyproject.toml names the Pythons the locks were seen on."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert [python for python in PYTHONS if f"Python :: {python}" not in text] == []
