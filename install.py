"""Run by the WebUI at its start, in a process of its own: adds the packages Perform needs and the host lacks.

Nothing the host has is ever moved: a package that is there stays as it is, at any version, and what is added comes
without its own requirements (`--no-deps`), so that pip has no say about numpy or anything else of the host's.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Sequence

# Module -> what pip is asked for. Most hosts have psutil.
NEEDED = {
    "pythonosc": "python-osc>=1.8,<2",
    "psutil": "psutil>=5.9",
}


def missing() -> list[str]:
    """What pip must be asked for, in the order of NEEDED."""
    return [wanted for module, wanted in NEEDED.items() if importlib.util.find_spec(module) is None]


def pip_command(packages: Sequence[str]) -> str:
    """The words behind `python -m pip`. RuntimeError of the host's `run_pip` carries pip's own message."""
    return " ".join(["install", "--no-deps", *(f'"{package}"' for package in packages)])


def main() -> None:
    packages = missing()
    if not packages:
        return  # the host's launcher takes a while to import: most starts never need it
    launch = importlib.import_module("launch")
    launch.run_pip(pip_command(packages), f"Perform's requirements: {', '.join(packages)}")


if __name__ == "__main__":
    main()
