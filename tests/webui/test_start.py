"""The host's start waits for Perform's script, so that does little; what takes time is done beside the host's own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.webui.performance import send
from tests.webui.process import WEBUI

ROOT = Path(__file__).resolve().parents[2]
LOAD = """
import importlib.util, sys, threading
import gradio
before = set(sys.modules)

def load(depth):
    if depth:
        return load(depth - 1)
    spec = importlib.util.spec_from_file_location("perform.py", sys.argv[1])
    spec.loader.exec_module(importlib.util.module_from_spec(spec))

load(20)
packages = {name.split(".")[1] for name in set(sys.modules) - before if name.startswith("deforum_perform.")}
from modules import script_callbacks
threads = [thread.name for thread in threading.enumerate() if thread.name.startswith("perform")]
print(sorted(packages), max(script_callbacks.running) <= 12, threads)
"""


@pytest.mark.usefixtures("fork")
def test_the_script_loads_little(tmp_path: Path) -> None:
    """Loading the script reads no song, opens no socket and imports none of the packages that do, nor the API's; it
    registers from a thread that runs little, since the host reads the source of everything that runs."""
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(WEBUI.parent), str(ROOT)]),
        "STANDIN_DATA": str(tmp_path),
        "GRADIO_ANALYTICS_ENABLED": "False",
    }
    command = [sys.executable, "-c", LOAD, str(ROOT / "scripts" / "perform.py")]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, cwd=tmp_path)
    assert done.stdout.splitlines()[-1] == "['core', 'webui'] True []"


def test_it_listens_as_soon_as_the_host_is_ready(start: Any, look_at: Any) -> None:
    """What is sent before any page was opened is received: nothing waits for the first visitor."""
    host = start()
    send(host.osc_port, lambda: None, 5, ("/early",), end=False)
    screen = look_at(host.url)
    screen.open()
    assert [source["name"] for source in screen.state()["sources"]] == ["/early"]
