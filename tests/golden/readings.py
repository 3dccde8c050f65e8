"""The kept songs, and how each is exported: as saved, and for renders that read schedules in other ways."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from deforum_perform.app.performer import Performer
from deforum_perform.core.errors import InputError
from deforum_perform.standalone.exporting import exported
from tests.app.conftest import opened
from tests.data_folder import DATA

SONGS = sorted(path.name for path in (DATA / "songs").iterdir())
SONGS_OF_0_1 = [name for name in SONGS if name.startswith("v01-")]

AS_SAVED = "as-saved"
BASE: Mapping[str, Any] = {
    "animation_mode": "3D",
    "max_frames": 90,
    "seed": 4321,
    "use_depth_warping": True,
    "fov_schedule": "0: (70)",
    "prompts": {"0": "a forest", "20": "a river", "55": "a cave"},
}
READINGS: Mapping[str, Mapping[str, Any]] = {
    "cadence-1": {"diffusion_cadence": 1},
    "cadence-5": {"diffusion_cadence": 5},
    "forge-keyframes-only": {"diffusion_cadence": 5, "keyframe_distribution": "Keyframes Only"},
    "forge-additive": {"diffusion_cadence": 5, "keyframe_distribution": "Additive"},
    "forge-redistributed": {"diffusion_cadence": 5, "keyframe_distribution": "Redistributed"},
}
FILES = {
    "text": "schedules.txt",
    "settings": "settings.json",
    "csv": "frames.csv",
    "parseq": "parseq.json",
    "oscdump": "take.osc.txt",
}
"""Kind of export -> its file in the zip."""


def kept(name: str) -> dict[str, dict[str, bytes]]:
    """Reading -> file -> what was exported when the song was made."""
    found: dict[str, dict[str, bytes]] = {}
    with zipfile.ZipFile(DATA / "exports" / f"{name}.zip") as archive:
        for entry in archive.namelist():
            reading, _, file = entry.rpartition("/")
            found.setdefault(reading, {})[file] = archive.read(entry)
    return found


def copied(name: str, root: Path) -> Path:
    """A copy of the song's folder in a new folder of songs ``root``."""
    return Path(shutil.copytree(DATA / "songs" / name, root / "songs" / name))


@contextmanager
def performing(root: Path, name: str) -> Iterator[Performer]:
    """A Performer on ``root`` with the song open."""
    performer = opened(root, [0])
    try:
        performer.command("song.open", {"id": name})
        yield performer
    finally:
        performer.close()


def as_saved(folder: Path, files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The same ``files`` exported from the song's folder; a kind that nothing was kept of has to be refused."""
    found = {}
    for kind, file in FILES.items():
        if file in files:
            found[file] = exported(folder, kind).data
        else:
            _refused(folder, kind)
    return found


def _refused(folder: Path, kind: str) -> None:
    try:
        exported(folder, kind)
    except InputError:
        return
    raise AssertionError(f"{kind} was refused when the song was made")


def read_by(performer: Performer, reading: str, files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The same ``files`` exported for a render that reads so."""
    settings = json.dumps({**BASE, **READINGS[reading]})
    performer.command("song.change", {"cadence": None})
    performer.command("settings.import", {"name": "reading.txt", "settings": settings})
    return {file: performer.export(kind).data for kind, file in FILES.items() if file in files}


def lanes_of(schedules: bytes) -> dict[str, str]:
    """Field -> text in a file of schedules."""
    blocks = schedules.decode().split("\n\n")
    return dict(block.strip("\n").partition("\n")[::2] for block in blocks if block)
