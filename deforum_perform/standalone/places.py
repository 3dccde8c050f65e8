"""The default folder for songs on each system."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

FOLDER = "deforum-perform"


def songs_folder(platform: str, environment: Mapping[str, str], home: Path) -> Path:
    """The user's folder for songs.

    ``platform`` as ``sys.platform``. Linux and others: the XDG base directory specification; macOS: Application
    Support; Windows: %APPDATA%.
    """
    if platform == "win32":
        return Path(environment.get("APPDATA") or home / "AppData" / "Roaming") / FOLDER
    if platform == "darwin":
        return home / "Library" / "Application Support" / FOLDER
    named = Path(environment.get("XDG_DATA_HOME") or "")
    return (named if named.is_absolute() else home / ".local" / "share") / FOLDER
