"""Run by the WebUI at its start, in a process of its own: installs packages that Perform needs and the host lacks.

The host's packages are never changed: an installed package stays as it is, at any version, and new ones are installed
without their own requirements (`--no-deps`), so that pip cannot change numpy or any other package of the host.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Sequence

# Module -> the package to install. Most hosts have psutil.
NEEDED = {
    "pythonosc": "python-osc>=1.8,<2",
    "psutil": "psutil>=5.9",
}


def missing() -> list[str]:
    """The packages to install, in the order of NEEDED."""
    return [wanted for module, wanted in NEEDED.items() if importlib.util.find_spec(module) is None]


def pip_command(packages: Sequence[str]) -> str:
    """The arguments of `python -m pip`. RuntimeError of the host's `run_pip` contains pip's own message."""
    return " ".join(["install", "--no-deps", *(f'"{package}"' for package in packages)])


def main() -> None:
    packages = missing()
    if not packages:
        return  # the host's launcher takes a while to import: most starts never need it
    launch = importlib.import_module("launch")
    launch.run_pip(pip_command(packages), f"Perform's requirements: {', '.join(packages)}")


if __name__ == "__main__":
    main()
