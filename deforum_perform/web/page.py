"""The standalone page: one HTML document and the files of the page, and no other file of the computer."""

from __future__ import annotations

import hashlib
import mimetypes
from html import escape
from pathlib import Path

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from ..core.errors import NotFoundError
from .access import Access
from .files import HEADERS
from .route_table import PREFIX
from .routes import Handler, guarded

HTML = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Perform</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="{style}">
</head>
<body class="perform-standalone">
<main>
<h1 class="perform-spoken">Perform</h1>
<div id="perform_root" data-api="{api}" data-host="standalone"></div>
</main>
<noscript>Perform's page needs JavaScript.</noscript>
{scripts}
</body>
</html>
"""


UNCHANGING = "private, max-age=31536000, immutable"
"""The address identifies the content: a browser that has it need not ask again."""


class PageFiles:
    """The page's files by their address; a file that is not listed does not exist."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def listed(self) -> dict[str, Path]:
        """Address below the server's root -> file: the style sheet, then the scripts sorted by name."""
        scripts = sorted((self._folder / "javascript").glob("*.js"), key=lambda path: path.name)
        files = [self._folder / "style.css", *scripts]
        return {path.relative_to(self._folder).as_posix(): path for path in files if path.is_file()}

    def html(self) -> str:
        """The document, each file with a digest of its content so that a browser never mixes old and new ones."""
        addresses = {name: escape(f"{name}?{digest(path.read_bytes())}") for name, path in self.listed().items()}
        style = addresses.pop("style.css", "style.css")
        scripts = "\n".join(f'<script src="{address}"></script>' for address in addresses.values())
        return HTML.format(style=style, api=PREFIX, scripts=scripts)

    def answer(self, name: str, wanted: str, known_etag: str) -> Response:
        """The file called ``name``; NotFoundError for a file that is not part of the page.

        ``wanted``: the digest in the address. A browser may cache only that content.
        """
        path = self.listed().get(name)
        if path is None:
            raise NotFoundError("Perform's page has no such file.")
        content = path.read_bytes()
        found = digest(content)
        headers = {**HEADERS, "ETag": f'"{found}"'}
        if wanted == found:
            headers["Cache-Control"] = UNCHANGING
        if headers["ETag"] in known_etag:
            return Response(status_code=304, headers=headers)
        kind = {".js": "text/javascript", ".css": "text/css"}.get(path.suffix) or mimetypes.guess_type(name)[0]
        return Response(content, 200, headers, media_type=kind)


def digest(content: bytes) -> str:
    """A name for a file's content, short enough for an address."""
    return hashlib.sha256(content).hexdigest()[:20]


def page_router(files: PageFiles, access: Access) -> APIRouter:
    """The page at ``/`` and its files. A link on any site may lead here, so only the server's name is checked."""
    router = APIRouter()

    async def page(_: Request) -> Response:
        return Response(await run_in_threadpool(files.html), 200, HEADERS, media_type="text/html")

    async def file(request: Request) -> Response:
        name, etag = request.url.path.lstrip("/"), request.headers.get("if-none-match", "")
        return await run_in_threadpool(files.answer, name, request.url.query, etag)

    def add(path: str, handler: Handler) -> None:
        endpoint = guarded(handler, access.check_name)
        router.add_api_route(path, endpoint, methods=["GET"], response_model=None, include_in_schema=False)

    add("/", page)
    add("/style.css", file)
    add("/javascript/{name}", file)
    return router
