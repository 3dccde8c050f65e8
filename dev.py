#!/usr/bin/env python3
"""Runs Perform from a fresh clone, with only Python and git.

    python3 dev.py demo [--fast] [--no-browser]  the demo, into perform-demo/; --out DIR: into another folder
    python3 dev.py run [COMMAND ...]             the page without a WebUI, or any command of `python -m deforum_perform`
    python3 dev.py test                          every check and every test; ends with a summary and an exit code
    python3 dev.py test tests/core -k keys       pytest alone, with these arguments
    python3 dev.py lint                          ruff, mypy, and tsc with the types of the state
    python3 dev.py js                            the JavaScript tests alone
    python3 dev.py gradio3 [pytest arguments]    the tests of tests/webui on A1111's gradio; gradio4: on Forge's
    python3 dev.py bench [NAME [arguments]]      the measurements of bench/, or one of them: apply, intake, state ...
    python3 dev.py fuzz [NAME ...] [--seconds N] coverage-guided fuzzing of everything that reads external input (Linux)

On Windows type `py -3 dev.py` for `python3 dev.py`. Everything it installs goes into .venv, .venv-gradio3,
.venv-gradio4, .venv-fuzz and node_modules beside this file, at the versions in constraints/ and package-lock.json;
deleting these folders is always safe.
"""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from tests.runner.checks import (
    host,
    install,
    javascript,
    mypy,
    processors,
    pytest,
    ruff,
    side_by_side,
    state_types,
    tsc,
)
from tests.runner.environments import DEMO, FUZZ, HOSTS, MAIN, ROOT, Environment, prepare, run
from tests.runner.programs import find_chromium
from tests.runner.steps import Outcome, Stop, judged, say, summary, timed, together

OLDEST = (3, 10)


def test(arguments: Sequence[str]) -> int:
    if arguments:
        return 0 if pytest(MAIN, arguments).state == "passed" else 1
    began = time.monotonic()
    environments = [MAIN, *HOSTS.values()]
    outcomes = together({f"install {each.folder.name}": partial(install, each) for each in environments})
    ready = time.monotonic()
    outcomes += together(
        {
            "pytest: core, osc, store, app, web, browser": lambda: pytest(MAIN, side_by_side(processors() + 1)),
            "pytest: tests/webui on gradio 3.41.2 (A1111)": lambda: host("gradio3", side_by_side(processors() // 2)),
            "pytest: tests/webui on gradio 4.40.0 (Forge)": lambda: host("gradio4", side_by_side(processors() // 2)),
            "ruff: style and banned imports": ruff,
            "mypy --strict: types": mypy,
            "types of the state for the page": state_types,
            "tsc --strict: types of the page": tsc,
            "node --test: JavaScript": javascript,
        }
    )
    code = summary(outcomes)
    print(f"The tests took {time.monotonic() - ready:.0f} s, and installing {ready - began:.0f} s before.", flush=True)
    return code


def lint(_arguments: Sequence[str]) -> int:
    return summary([timed("ruff", ruff), timed("mypy", mypy), timed("state types", state_types), timed("tsc", tsc)])


def module(environment: Environment, name: str, arguments: Sequence[str]) -> int:
    return run([prepare(environment), "-m", name, *arguments], cwd=Path.cwd())


def bench(arguments: Sequence[str]) -> int:
    """Every measurement of bench/, or the one named first; the other arguments go to it."""
    names = sorted(path.stem for path in (ROOT / "bench").glob("[!_]*.py"))
    named = bool(arguments) and arguments[0] in names
    python = prepare(MAIN)
    chromium = find_chromium(python) or ""
    codes = []
    for name in arguments[:1] if named else names:
        say(f"bench/{name}.py")
        command = [python, "-m", f"bench.{name}", *arguments[1 if named else 0 :]]
        codes.append(run(command, extra={"PERFORM_CHROMIUM": chromium}))
    return 1 if any(codes) else 0


def fuzz(arguments: Sequence[str]) -> int:
    """Fuzz the named targets, or all of them, for a minute each or for the given time."""
    from tests.fuzz.names import NAMES

    words = list(arguments)
    seconds = words.pop(words.index("--seconds") + 1) if "--seconds" in words[:-1] else "60"
    names = [word for word in words if word != "--seconds"]
    unknown = [name for name in names if name not in NAMES]
    if unknown or not seconds.isdecimal():
        raise Stop(f"fuzz [NAME ...] [--seconds N], with NAME out of: {', '.join(NAMES)}")
    if not sys.platform.startswith("linux") or sys.version_info[:2] > FUZZ.newest:
        newest = ".".join(str(part) for part in FUZZ.newest)
        raise Stop(f"atheris, which does the fuzzing, comes for Linux and for Python up to {newest}.")
    python = prepare(FUZZ)

    def fuzzed(name: str) -> Outcome:
        command = [python, "-m", "tests.fuzz", name, "--seconds", seconds]
        return timed(f"fuzz: {name}", lambda: judged(run(command)))

    return summary([fuzzed(name) for name in names or NAMES])


COMMANDS: Mapping[str, Callable[[Sequence[str]], int]] = {
    "demo": lambda arguments: module(DEMO, "deforum_perform", ["demo", *arguments]),
    "run": lambda arguments: module(DEMO, "deforum_perform", arguments),
    "test": test,
    "lint": lint,
    "js": lambda _arguments: summary([timed("node --test: JavaScript", javascript)]),
    "gradio3": lambda arguments: summary([timed("gradio3", lambda: host("gradio3", arguments))]),
    "gradio4": lambda arguments: summary([timed("gradio4", lambda: host("gradio4", arguments))]),
    "bench": bench,
    "fuzz": fuzz,
}


def newer_python() -> str | None:
    """A Python of this machine that is new enough, for a `python3` that is not (macOS brings 3.9)."""
    return next((path for path in map(shutil.which, [f"python3.{n}" for n in (12, 13, 11, 10)]) if path), None)


def main() -> int:
    if sys.version_info[:2] < OLDEST:
        found = newer_python()
        if found is None:
            print(f"Perform needs Python 3.10 or newer; this is {sys.version.split()[0]}. Get one from python.org.")
            return 2
        return run([found, __file__, *sys.argv[1:]], cwd=Path.cwd())
    command = COMMANDS.get(sys.argv[1]) if len(sys.argv) > 1 else None
    if command is None:
        print(__doc__)
        return 0 if sys.argv[1:] in (["-h"], ["--help"]) else 2
    try:
        return command(sys.argv[2:])
    except Stop as reason:
        print(reason, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
