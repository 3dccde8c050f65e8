"""What all tests share: hypothesis profiles, and the programs of the machine that some of them use."""

from __future__ import annotations

import os
import shutil

import pytest
from hypothesis import HealthCheck, settings

from tests.tools import find_chromium, tools_are_required

# No deadline: a shared machine is slow at times, and no test here judges time.
_SHARED = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow], "print_blob": True}
settings.register_profile("quick", max_examples=25, **_SHARED)
settings.register_profile("ci", max_examples=100, derandomize=True, database=None, **_SHARED)
settings.register_profile("thorough", max_examples=2000, **_SHARED)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if os.environ.get("CI") else "quick"))


def _need(path: str | None, what: str, remedy: str) -> str:
    if path:
        return path
    message = f"{what} is not on this machine ({remedy})"
    if tools_are_required():
        pytest.fail(message)
    pytest.skip(message)


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """Path of a Chromium to drive with playwright (`executable_path`); the test is skipped where there is none."""
    return _need(find_chromium(), "Chromium", "Debian: apt install chromium")


@pytest.fixture(scope="session")
def oscsend_path() -> str:
    """Path of liblo's oscsend; the test is skipped where there is none."""
    return _need(shutil.which("oscsend"), "liblo's oscsend", "Debian: liblo-tools; Homebrew: liblo")
