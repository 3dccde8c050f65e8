"""The page's modules and styles at addresses that identify their content, and the entry that imports them all at
once."""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from ..core.errors import NotFoundError
from .files import HEADERS, UNCHANGING, page_folder

KINDS: Mapping[str, str] = {".js": "text/javascript", ".css": "text/css"}
"""Suffix -> media type. A browser runs no module of another type, and Windows may have another one in its registry."""
ENTRY, MAIN, STYLE = "page.js", "main.js", "styles/page.css"
_IMPORT = re.compile(rb'^@import "([^"]+)";\r?$', re.MULTILINE)
"""In the page's style sheet, which is sent with the imported sheets inlined, so that one request is sufficient."""
KEPT = 2
"""A page that is loading continues with the version with which it began while the files change."""


@dataclass(frozen=True)
class PageVersion:
    """All files of the page at one moment. ``name`` is the digest of their names and contents."""

    name: str
    files: Mapping[str, bytes]

    def modules(self) -> list[str]:
        """Addresses of all modules, relative to the entry; the one that starts the page comes last."""
        names = sorted((name for name in self.files if name.endswith(".js")), key=lambda name: (name == MAIN, name))
        return [f"page/{self.name}/{name}" for name in names]

    def style(self) -> str:
        """Address of the style sheet, relative to the entry."""
        return f"page/{self.name}/{STYLE}"

    def entry(self) -> str:
        """A module that imports every other one. A browser requests all of them at once, instead of each after the
        module that imports it."""
        *others, main = (json.dumps(f"./{address}") for address in self.modules())
        return "".join([*(f"import {other};\n" for other in others), f"export {{start}} from {main};\n"])


class PageModules:
    """The files of ``page/``; a file that is not listed does not exist."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder or page_folder() / "page"
        self._lock = threading.Lock()
        self._kept: dict[str, PageVersion] = {}

    def present(self) -> PageVersion:
        """The files as they are on the disk now."""
        paths = sorted(path for path in self._folder.rglob("*") if path.suffix in KINDS and path.is_file())
        files = {path.relative_to(self._folder).as_posix(): path.read_bytes() for path in paths}
        if STYLE in files:
            files[STYLE] = _IMPORT.sub(lambda found: files[f"styles/{found[1].decode()}"], files[STYLE])
        version = PageVersion(digest(files), files)
        with self._lock:
            self._kept.pop(version.name, None)
            self._kept[version.name] = version
            while len(self._kept) > KEPT:
                del self._kept[next(iter(self._kept))]
        return version

    def kept(self, version: str) -> PageVersion | None:
        """A version in memory, or None."""
        with self._lock:
            return self._kept.get(version)

    async def answer_entry(self, request: Request) -> Response:
        """The entry of the present version."""
        version = await run_in_threadpool(self.present)
        return Response(version.entry(), 200, HEADERS, media_type=KINDS[".js"])

    async def answer(self, request: Request) -> Response:
        """The file in the path. Its address identifies its content: a browser that has it need not ask again."""
        wanted, name = request.path_params["version"], request.path_params["name"]
        version = self.kept(wanted)
        if version is None:
            version = await run_in_threadpool(self.present)
        if version.name != wanted or name not in version.files:
            raise NotFoundError("This version of Perform's page has no such file. Reload the page.")
        headers = {**HEADERS, "Cache-Control": UNCHANGING}
        return Response(version.files[name], 200, headers, media_type=KINDS[Path(name).suffix])


def digest(files: Mapping[str, bytes]) -> str:
    """A name for the names and contents of files, short enough for an address."""
    found = hashlib.sha256()
    for name, content in files.items():
        found.update(f"{name}\0{len(content)}\0".encode() + content)
    return found.hexdigest()[:20]
