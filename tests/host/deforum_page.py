"""Deforum's own tab in a browser: its settings buttons read and write every box of it."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

from tests.host.webui import python_of
from tests.webui.page import Screen, until

SETTINGS_PATH = "#deforum_settings_path textarea, #deforum_settings_path input"
INTERPOLATE = Path(__file__).with_name("interpolate.py")


def saved(screen: Screen, path: Path) -> dict[str, Any]:
    """Every setting of Deforum's tab as its own "Save Settings" writes them to ``path``."""
    path.unlink(missing_ok=True)
    _press(screen, path, "#deforum_save_settings_btn")
    return dict(until(lambda: _json(path), "Deforum saves its settings", screen.page))


def load(screen: Screen, path: Path, settings: dict[str, Any], witness: str) -> None:
    """Fill Deforum's tab by its own "Load All Settings"; ``witness`` names a setting whose change shows the end."""
    path.write_text(json.dumps(settings), encoding="utf-8")
    _press(screen, path, "#deforum_load_settings_btn")
    probe = path.with_suffix(".probe")
    until(lambda: saved(screen, probe).get(witness) == settings[witness], "Deforum loads its settings", screen.page)


def _press(screen: Screen, path: Path, button: str) -> None:
    screen.show("Deforum")
    screen.page.fill(SETTINGS_PATH, str(path))
    screen.page.wait_for_timeout(300)
    screen.page.click(button)


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def interpolated(folder: Path, texts: dict[str, str], max_frames: int, names: bool = False) -> dict[str, Any]:
    """The texts as the Deforum in ``folder`` reads them: one value a frame, None where it raised."""
    return _asked(folder, {"max_frames": max_frames, "texts": texts, "names": names})


def seconds_to_read(folder: Path, texts: list[str], max_frames: int) -> float:
    """How long the Deforum in ``folder`` needs to read the texts."""
    named = {str(number): text for number, text in enumerate(texts)}
    return sum(_asked(folder, {"max_frames": max_frames, "texts": named, "seconds": True}).values())


def _asked(folder: Path, request: dict[str, Any]) -> dict[str, Any]:
    found = [*folder.glob("extensions/*/scripts/deforum_helpers/animation_key_frames.py")]
    command = [python_of(folder), str(INTERPOLATE), str(found[0].parent)]
    done = subprocess.run(command, input=json.dumps(request), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return dict(json.loads(done.stdout))
