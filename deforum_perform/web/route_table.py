"""The routes below ``/perform/v1`` as data, except commands: the purpose of each, what it accepts and what it
returns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from .bodies import BYTES, SETTINGS_LIMIT_BYTES, ZIP, ZIP_LIMIT_BYTES

PREFIX = "/perform/v1"
JSON, TEXT, HTML, PNG = "application/json", "text/plain", "text/html", "image/png"

EXPORTS: Mapping[str, str] = MappingProxyType(
    {
        "settings": "a Deforum settings file",
        "parseq": "a Parseq manifest",
        "csv": "a table of all frames",
        "text": "each lane's schedule text",
        "oscdump": "a take as OSC text",
        "zip": "the song with its takes",
    }
)
"""Kind of export -> its description."""


@dataclass(frozen=True)
class Parameter:
    """A part of the address. ``where``: ``path`` or ``query``; ``choices``: its possible values, or empty."""

    name: str
    where: str
    about: str
    required: bool = True
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Route:
    """One route. ``body``: the media type it accepts, or empty; ``answer``: the media types it returns; ``also``: other
    statuses than 200 and their meaning; ``example``: an address below ``PREFIX`` that works."""

    name: str
    method: str
    path: str
    about: str
    answer: tuple[str, ...]
    example: str
    parameters: tuple[Parameter, ...] = ()
    body: str = ""
    body_about: str = ""
    also: tuple[tuple[int, str], ...] = ()


_LANE = Parameter("lane", "path", "Id of the lane, from `lanes` of the state")
_PAGE = Parameter(
    "page", "query", "Id of the browser page whose Deforum tab counts (for the page); left out: the last one", False
)
_LANES = Parameter(
    "lanes", "query", "Ids of the lanes, with commas between them; left out: all that play and are not muted", False
)
_TAKE = Parameter("take", "query", "For `oscdump`: id of the take; left out: the last one", False)
_TAB = Parameter(
    "tab", "query", "For `settings`: id of the browser whose Deforum tab the file starts from (for the page)", False
)
_KIND = Parameter(
    "kind", "path", "; ".join(f"`{kind}`: {about}" for kind, about in EXPORTS.items()), choices=tuple(EXPORTS)
)

ROUTES = (
    Route(
        "state",
        "GET",
        "/state",
        "The whole state: song, lanes, takes, sources, transport, listener, notices. If `songs` contains another"
        " `revision`, the list of songs has changed.",
        (JSON,),
        "/state",
        (_PAGE,),
    ),
    Route("songs", "GET", "/songs", "The songs and the songs in the trash, the last changed first.", (JSON,), "/songs"),
    Route(
        "fields", "GET", "/fields", "The fields of Deforum that a lane can play, with their ranges.", (JSON,), "/fields"
    ),
    Route(
        "curve",
        "GET",
        "/lanes/{lane}/curve",
        "The values and keys of a lane, little endian: the number of frames and of keys (uint32 each), the value at"
        " each frame (float32), the frame of each key (uint32), the value of each key (float32).",
        ("application/octet-stream",),
        "/lanes/lane-1a2b3c4d/curve",
        (_LANE, _PAGE),
        also=((204, "There is no such lane (any more)"), (304, "Unchanged since `If-None-Match`")),
    ),
    Route(
        "text",
        "GET",
        "/lanes/{lane}/text",
        "The schedule of a lane as Deforum reads it.",
        (TEXT,),
        "/lanes/lane-1a2b3c4d/text",
        (_LANE, _PAGE),
    ),
    Route(
        "export",
        "GET",
        "/export/{kind}",
        "The song as a file. The header `Perform-Remarks` contains percent-encoded notes to read before it is used.",
        (JSON, "text/csv", TEXT, ZIP),
        "/export/csv?lanes=lane-1a2b3c4d",
        (_KIND, _LANES, _TAKE, _TAB),
    ),
    Route(
        "import_song",
        "POST",
        "/import/song",
        "Make a song from an exported zip, and open it; `result` contains its `id`.",
        (JSON,),
        "/import/song",
        body=ZIP,
        body_about=f"The zip, up to {ZIP_LIMIT_BYTES >> 30} GB",
    ),
    Route(
        "import_settings",
        "POST",
        "/import/settings",
        "Make a Deforum settings file the base, byte for byte; `result` is that of `settings.import`.",
        (JSON,),
        "/import/settings?name=settings.txt",
        (Parameter("name", "query", "Name of the file"),),
        body=BYTES,
        body_about=f"The file, up to {SETTINGS_LIMIT_BYTES >> 20} MB",
    ),
    Route(
        "openapi", "GET", "/openapi.json", "This description of the API as OpenAPI 3.1.", (JSON,), "/openapi.json"
    ),
)

DOCUMENTS = (
    Route(
        "docs",
        "GET",
        "/docs",
        "Redirects to the first document.",
        (HTML,),
        "/docs",
        also=((307, "The address of the first document"),),
    ),
    Route(
        "document",
        "GET",
        "/docs/{name}",
        "A document for the browser.",
        (HTML,),
        "/docs/api",
        (Parameter("name", "path", "Its name without `.md`"),),
    ),
    Route(
        "picture",
        "GET",
        "/docs/images/{name}",
        "A picture of the documents.",
        (PNG,),
        "/docs/images/check.png",
        (Parameter("name", "path", "Its file name"),),
    ),
)
"""Only if the documents are installed."""

STREAM = Route(
    "stream",
    "WS",
    "/stream",
    "A websocket that sends JSON messages with a `type`: `state` with the parts of the state that have changed"
    " (`slices`, and `removed` ones), `live` while something moves, `bye` with a `reason` before it is closed. Nothing"
    " is expected from the client.",
    (JSON,),
    "/stream",
    (_PAGE,),
)
