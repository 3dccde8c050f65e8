"""The routes below ``/perform/v1``. Work happens on threads, so it never blocks the host's event loop."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, FastAPI, Request
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect
from starlette.responses import Response, StreamingResponse

from ..app.commands.catalog import COMMANDS
from ..app.deforum.export_choice import ExportChoice
from ..core.errors import PerformError
from .access import Access
from .answers import HEADERS, blocks, error_answer, json_answer, unexpected_answer
from .bodies import (
    BYTES,
    DEFAULT_LIMIT_BYTES,
    JSON,
    LIMITS_BYTES,
    SETTINGS_LIMIT_BYTES,
    ZIP,
    ZIP_LIMIT_BYTES,
    parse_arguments,
)
from .contract import Performing
from .docs import Documents
from .field_list import field_list
from .modules import PageModules
from .openapi import TAG, command_operation, description, route_operation
from .route_table import DOCUMENTS, PREFIX, ROUTES, STREAM
from .stream import Streams
from .uploads import Uploads

REMARKS = "Perform-Remarks"
"""The header of a download with percent-encoded notes to read before the file is used; empty for none."""

log = logging.getLogger(__name__)

Handler = Callable[[Request], Awaitable[Response]]
Check = Callable[[Request], Awaitable[None]]


class Handlers:
    """One method per route; each gets a request that passed access control."""

    def __init__(self, performer: Performing) -> None:
        self._performer = performer
        self._uploads = Uploads(getattr(performer, "upload_folder", None))

    async def state(self, request: Request) -> Response:
        """The whole state."""
        return await run_in_threadpool(lambda: json_answer(self._performer.snapshot(_page(request))))

    async def songs(self, request: Request) -> Response:
        """The songs and those in the trash."""
        return await run_in_threadpool(lambda: json_answer(self._performer.song_list()))

    async def fields(self, request: Request) -> Response:
        """The field table."""
        return await run_in_threadpool(lambda: json_answer(field_list()))

    async def command(self, request: Request, name: str | None = None) -> Response:
        """Run the command ``name``, or the one in the path, with the JSON body as arguments."""
        name = name or request.path_params["name"]
        async with self._uploads.body(request, LIMITS_BYTES.get(name, DEFAULT_LIMIT_BYTES), JSON) as body:

            def run() -> Response:
                return json_answer({"result": self._performer.command(name, parse_arguments(body))})

            return await run_in_threadpool(run)

    async def curve(self, request: Request) -> Response:
        """A lane's values and keys, as float32 and uint32, little endian. Not sent again while unchanged.

        For an unknown lane it is empty and not an error: a page may ask before it has received the change.
        """
        found = await run_in_threadpool(self._performer.curve_bytes, request.path_params["lane"], _page(request))
        if found is None:
            return Response(status_code=204, headers=HEADERS)
        curve_id, content = found
        etag = f'"{curve_id}"'
        headers = {**HEADERS, "Cache-Control": "private, no-cache", "ETag": etag}
        if etag in re.findall(r'"[^"]*"', request.headers.get("if-none-match", "")):
            return Response(status_code=304, headers=headers)
        return Response(content, 200, headers, media_type="application/octet-stream")

    async def text(self, request: Request) -> Response:
        """A lane's schedule as Deforum reads it."""
        text = await run_in_threadpool(self._performer.lane_text, request.path_params["lane"], _page(request))
        return Response(text, 200, HEADERS, media_type="text/plain")

    async def import_song(self, request: Request) -> Response:
        """Make a song from the zip in the body and open it."""
        async with self._uploads.file(request, ZIP_LIMIT_BYTES, ZIP) as file:
            return await run_in_threadpool(lambda: json_answer({"result": self._performer.import_song(file)}))

    async def import_settings(self, request: Request) -> Response:
        """Make the Deforum settings file in the body, byte for byte, the song's base; ``?name=`` is the name of the
        file."""
        name = request.query_params.get("name", "")
        async with self._uploads.body(request, SETTINGS_LIMIT_BYTES, BYTES) as body:

            def run() -> Response:
                arguments = {"name": name, "settings": body}
                return json_answer({"result": self._performer.command("settings.import", arguments)})

            return await run_in_threadpool(run)

    async def export(self, request: Request) -> Response:
        """The song in another format, as a download; ``?lanes=a,b`` names the lanes, ``?take=`` the take, and ``?tab=``
        the id that the bridge to Deforum's tab returned for a settings file."""
        asked = request.query_params
        lanes = tuple(filter(None, asked["lanes"].split(","))) if "lanes" in asked else None
        choice = ExportChoice(lanes, asked.get("take"), asked.get("tab") or None)
        made = await run_in_threadpool(self._performer.export, request.path_params["kind"], choice)
        headers = {**HEADERS, **_download(made.name), REMARKS: quote(" ".join(made.remarks))}
        if isinstance(made.content, bytes):
            return Response(made.content, 200, headers, media_type=made.media_type)
        made.content.seek(0, os.SEEK_END)
        headers["Content-Length"] = str(made.content.tell())
        return StreamingResponse(blocks(made.content), 200, headers, media_type=made.media_type)


def perform_router(performer: Performing, access: Access, streams: Streams, modules: PageModules) -> APIRouter:
    """The routes for one app."""
    router, handlers = APIRouter(prefix=PREFIX), Handlers(performer)
    documents = Documents(listener=lambda: performer.snapshot().get("listener", {}))

    async def openapi(_: Request) -> Response:
        return await run_in_threadpool(lambda: json_answer(description(router)))

    answers: Mapping[str, Handler] = {
        "state": handlers.state,
        "songs": handlers.songs,
        "fields": handlers.fields,
        "curve": handlers.curve,
        "text": handlers.text,
        "export": handlers.export,
        "import_song": handlers.import_song,
        "import_settings": handlers.import_settings,
        "openapi": openapi,
        "docs": documents.answer,
        "document": documents.answer,
        "picture": documents.answer_picture,
    }

    def add(path: str, handler: Handler, method: str, **described: Any) -> None:
        endpoint = guarded(handler, access.check)
        router.add_api_route(
            path, endpoint, methods=[method], response_model=None, response_class=Response, tags=[TAG], **described
        )

    for path, answer in {"/page.js": modules.answer_entry, "/page/{version}/{name:path}": modules.answer}.items():
        add(path, answer, "GET", include_in_schema=False)  # not part of the API; first, since a page requests many
    for route in (*ROUTES, *(DOCUMENTS if documents.there else ())):
        operation = route_operation(route)
        add(route.path, answers[route.name], route.method, operation_id=route.name, openapi_extra=operation)
    for name, command in COMMANDS.items():
        endpoint, operation = partial(handlers.command, name=name), command_operation(command)
        add(f"/commands/{name}", endpoint, "POST", operation_id=name, openapi_extra=operation)
    add("/commands/{name}", handlers.command, "POST", include_in_schema=False)  # says that there is no such command
    router.add_api_websocket_route(STREAM.path, streams.serve)
    return router


def install_routes(
    app: FastAPI, performer: Performing, access: Access | None = None, modules: PageModules | None = None
) -> Streams:
    """Add the routes to ``app``, once for each app, and return its streams.

    Without ``access``, the login is that of ``app``, as in gradio's app. A WebUI that reloads makes a new app: that one
    gets routes of its own, and the performer continues.
    """
    installed: Streams | None = getattr(app.state, "perform_streams", None)
    if installed is not None:
        return installed
    access = access or Access(app)
    streams = Streams(performer, access)
    router = perform_router(performer, access, streams, modules or PageModules())
    app.router.routes.extend(router.routes)  # include_router would make each of them again while the WebUI starts
    app.state.perform_streams = streams
    return streams


def _page(request: Request) -> str | None:
    """The id of the browser page whose Deforum tab counts; None for the tab that was shown last."""
    return request.query_params.get("page")


def guarded(handler: Handler, check: Check) -> Handler:
    """``handler`` for requests that satisfy ``check``; every error as JSON without paths."""

    async def endpoint(request: Request) -> Response:
        try:
            await check(request)
            return await handler(request)
        except PerformError as error:
            return error_answer(error)
        except ClientDisconnect:
            return Response(status_code=400)
        except Exception:
            # The border to HTTP: logged here, and reported to the user without internal details.
            log.exception("Unexpected error at %s %s", request.method, request.url.path)
            return unexpected_answer()

    return endpoint


def _download(name: str) -> dict[str, str]:
    """The header for a download; the name in ASCII for old browsers and in full for the others (RFC 6266)."""
    plain = re.sub(r"[^A-Za-z0-9._-]+", "_", name) or "settings.txt"
    return {"Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"}
