"""Access to the Deforum that is loaded in this process, in whichever of its packages.

sd-webui-deforum and the branch main of sd-forge-deforum have the package ``deforum_helpers``; the fork's branch "dev",
which Forge Neo needs, has ``deforum``, where modules move from version to version.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from inspect import isfunction
from types import ModuleType
from typing import Any

PACKAGES = ("deforum_helpers", "scripts.deforum_helpers")
DEV = "deforum"


def running(module: str, attribute: str) -> Any | None:
    """The class or function ``attribute`` of the running Deforum's ``module``, or of the module of "dev" that defines
    it; None without. If a function and a class share a name, the function."""
    for package in PACKAGES:  # first and alone: a WebUI has thousands of modules to search
        known = sys.modules.get(f"{package}.{module}")
        if known is not None and hasattr(known, attribute):
            return getattr(known, attribute)
    found = [getattr(each, attribute) for each in _modules_of_dev(attribute)]
    return next((each for each in found if isfunction(each)), found[0] if found else None)


def _modules_of_dev(attribute: str) -> Iterator[ModuleType]:
    for name, found in list(sys.modules.items()):
        if name.startswith(f"{DEV}.") and getattr(vars(found).get(attribute), "__module__", None) == name:
            yield found
