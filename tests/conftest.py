"""What all tests share: hypothesis profiles, and the programs of the machine that some of them use."""

from __future__ import annotations

import os
import shutil

import pytest
from hypothesis import HealthCheck, settings

from tests.tools import find_headless_chromium, need

# No deadline: a shared machine is slow at times, and no test here judges time.
_SHARED = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow], "print_blob": True}
settings.register_profile("quick", max_examples=25, **_SHARED)
settings.register_profile("ci", max_examples=100, derandomize=True, database=None, **_SHARED)
settings.register_profile("thorough", max_examples=2000, **_SHARED)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if os.environ.get("CI") else "quick"))


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """Path of a Chromium to drive with playwright (`executable_path`); the test is skipped where there is none."""
    return need(find_headless_chromium(), "Chromium", "Debian: apt install chromium")


@pytest.fixture(scope="session")
def oscsend_path() -> str:
    """Path of liblo's oscsend; the test is skipped where there is none."""
    return need(shutil.which("oscsend"), "liblo's oscsend", "Debian: liblo-tools; Homebrew: liblo")
