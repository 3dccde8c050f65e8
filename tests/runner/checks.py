"""What dev.py checks, each a step with an outcome: style, types, JavaScript, and pytest in each environment."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree as ET

from tests.runner.environments import HOSTS, MAIN, ROOT, Environment, prepare, run, too_new
from tests.runner.programs import OLDEST_NODE, find_chromium, find_node, prepare_tsc
from tests.runner.steps import Outcome, judged, tell

OLDEST_TYPED = (3, 11)
MOST_WORKERS = 4  # each drives a browser of its own


def counts(report: Path) -> str:
    """Pytest's closing counts from its JUnit report, or nothing if it wrote none."""
    try:
        suite = ET.parse(report).getroot().find("testsuite")
    except (OSError, ET.ParseError):
        return ""
    if suite is None:
        return ""
    total, bad, skipped = (int(suite.get(key, "0")) for key in ("tests", "failures", "skipped"))
    bad += int(suite.get("errors", "0"))
    return f"{total - bad - skipped} passed, {bad} failed, {skipped} skipped"


def install(environment: Environment) -> Outcome:
    reason = too_new(environment)
    if not reason:
        prepare(environment)
    return Outcome("", "skipped" if reason else "passed", reason)


def pytest(environment: Environment, arguments: Sequence[str]) -> Outcome:
    if too_new(environment):
        return Outcome("", "skipped", too_new(environment))
    python = prepare(environment)
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        if not find_chromium(python):
            tell("No Chromium could be found or fetched: the browser tests will be skipped.")
        code = run([python, "-m", "pytest", f"--junitxml={report}", *arguments])
        return judged(code, counts(report))


def processors() -> int:
    """How many processors this machine has."""
    return os.cpu_count() or 1


def side_by_side(workers: int) -> list[str]:
    """Pytest's arguments for that many workers, within reason; an idle one takes tests from another.

    The suites run at the same time: while some of their tests wait for a browser, others have its processor.
    """
    return ["-n", str(max(1, min(workers, MOST_WORKERS))), "--dist", "worksteal"]


def ruff() -> Outcome:
    return judged(run([prepare(MAIN), "-m", "ruff", "check", "."]))


def mypy() -> Outcome:
    if sys.version_info[:2] < OLDEST_TYPED:
        return Outcome("", "skipped", "the numpy of this Python has older types; 3.11 and newer are checked")
    return judged(run([prepare(MAIN), "-m", "mypy"]))


def javascript() -> Outcome:
    files = sorted(path for path in (ROOT / "tests" / "js").rglob("*.*js") if "test" in path.name)
    if not files:
        return Outcome("", "failed", "no file in tests/js has 'test' in its name")
    node = find_node(prepare(MAIN))
    if node is None:
        return Outcome("", "skipped", f"no Node.js {OLDEST_NODE} or newer on this machine, and none from PyPI")
    return judged(run([node, "--test", *files]), f"{len(files)} files")


def state_types() -> Outcome:
    """Whether page/types/state.d.ts matches the types of the state."""
    return judged(run([prepare(MAIN), "docs/state_types.py", "--check"]))


def tsc(project: Path = ROOT) -> Outcome:
    """The types of the page. A missing tool is a failure if PERFORM_REQUIRE_TOOLS is set, as in CI."""
    missing = "failed" if os.environ.get("PERFORM_REQUIRE_TOOLS") else "skipped"
    python = prepare(MAIN)
    node = find_node(python)
    if node is None:
        return Outcome("", missing, f"no Node.js {OLDEST_NODE} or newer on this machine, and none from PyPI")
    compiler = prepare_tsc(node, python)
    if isinstance(compiler, str):
        return Outcome("", missing, compiler)
    return judged(run([node, compiler, "--project", project]))


def host(name: str, arguments: Sequence[str] = ()) -> Outcome:
    """The tests of tests/webui on a host's gradio, or those of the files among the arguments."""
    named = any((ROOT / word.split("::")[0]).is_file() for word in arguments)
    return pytest(HOSTS[name], [*arguments] if named else ["tests/webui", *arguments])
