"""The standalone page: one HTML document and the script that boots the page, and no other file of the computer."""

from __future__ import annotations

import hashlib
from html import escape
from pathlib import Path

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from .access import Access
from .files import HEADERS, UNCHANGING, page_folder
from .modules import ENTRY, KINDS, PageModules
from .route_table import PREFIX
from .routes import Handler, guarded

BOOT = "javascript/perform.js"
# The script waits for the style sheet before it: nothing is shown without its style.
HTML = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Perform</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="{style}">
{modules}
<script src="{boot}"></script>
</head>
<body class="perform-standalone">
<main>
<h1 class="perform-screen-reader">Perform</h1>
<div id="perform_root" data-host="standalone" aria-busy="true"></div>
</main>
<noscript>Perform's page needs JavaScript.</noscript>
</body>
</html>
"""


class PageDocument:
    """The document and its script. Addresses are relative: a proxy may serve them below a folder."""

    def __init__(self, modules: PageModules, folder: Path | None = None) -> None:
        self._modules = modules
        self._script = (folder or page_folder()) / BOOT

    def html(self) -> str:
        """The document; style and script are named with a digest of their content. The browser loads the modules while
        the script waits for the style sheet."""
        version, api = self._modules.present(), PREFIX[1:]
        modules = (f'<link rel="modulepreload" href="{api}/{escape(name)}">' for name in (ENTRY, *version.modules()))
        boot = escape(f"{BOOT}?{digest(self._script.read_bytes())}")
        return HTML.format(style=f"{api}/{escape(version.style())}", modules="\n".join(modules), boot=boot)

    def script(self, wanted: str) -> Response:
        """The script. ``wanted``: the digest in the address; a browser may cache only that content."""
        content = self._script.read_bytes()
        headers = {**HEADERS, "Cache-Control": UNCHANGING} if wanted == digest(content) else HEADERS
        return Response(content, 200, headers, media_type=KINDS[".js"])


def digest(content: bytes) -> str:
    """A name for a file's content, short enough for an address."""
    return hashlib.sha256(content).hexdigest()[:20]


def page_router(document: PageDocument, access: Access) -> APIRouter:
    """The document at ``/`` and its script. A link on any site may lead here, so only the server's name is checked."""
    router = APIRouter()

    async def page(_: Request) -> Response:
        return Response(await run_in_threadpool(document.html), 200, HEADERS, media_type="text/html")

    async def script(request: Request) -> Response:
        return await run_in_threadpool(document.script, request.url.query)

    def add(path: str, handler: Handler) -> None:
        endpoint = guarded(handler, access.check_name)
        router.add_api_route(path, endpoint, methods=["GET"], response_model=None, include_in_schema=False)

    add("/", page)
    add(f"/{BOOT}", script)
    return router
