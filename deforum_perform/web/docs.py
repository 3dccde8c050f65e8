"""The documentation that comes with Perform, shown in the browser without a network."""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from html import escape
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from ..core.errors import NotFoundError
from .files import HEADERS, page_folder

ORDER = (
    "getting-started",
    "senders",
    "lanes",
    "takes",
    "exports",
    "deforum",
    "keys",
    "formats",
    "api",
    "troubleshooting",
    "security",
    "receivers",
)
"""The order in the README; others follow."""
FIRST = ORDER[0]
USUAL = ("127.0.0.1", 9000)
"""Host and port in the documents."""

HTML = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title} - Perform</title>
<link rel="icon" href="data:,">
<style>
body {{ font: 16px/1.55 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }}
nav a {{ margin-right: 1rem; }} nav [aria-current] {{ color: inherit; text-decoration: none; font-weight: 600; }}
img {{ max-width: 100%; }}
pre, code {{ font-family: ui-monospace, monospace; font-size: .92em; }}
pre {{ padding: .75rem; overflow: auto; border: 1px solid #8884; border-radius: 6px; }}
table {{ border-collapse: collapse; display: block; overflow: auto; }}
td, th {{ border: 1px solid #8884; padding: .25rem .6rem; text-align: left; vertical-align: top; }}
</style>
</head>
<body><nav aria-label="Documents">{links}</nav>{note}<main>{body}</main></body>
</html>
"""
_DOCUMENT = re.compile(r"(?P<name>[a-z-]+)\.md(?P<anchor>#.*)?")
_TITLE = re.compile(r"^# (.+)$", re.MULTILINE)


class Documents:
    """The texts in ``docs/`` by their names, and their pictures; a file that is not listed does not exist."""

    def __init__(self, folder: Path | None = None, listener: Callable[[], Mapping[str, Any]] = dict) -> None:
        self._listener = listener
        folder = folder or page_folder() / "docs"
        found = {path.stem: path for path in sorted(folder.glob("*.md"))}
        self._files = {name: found[name] for name in sorted(found, key=_place)}
        self._pictures = {path.name: path for path in (folder / "images").glob("*.png")}

    @cached_property
    def _render(self) -> Callable[[str], str]:
        return _renderer()

    @property
    def there(self) -> bool:
        """Whether there are any."""
        return FIRST in self._files

    def page(self, name: str) -> str:
        """The document as HTML. NotFoundError lists the existing ones."""
        path = self._files.get(name)
        if path is None:
            raise NotFoundError(f"There is no document {name!r}. Choose one of: {', '.join(self._files)}.")
        links = " ".join(self._link(other, other == name) for other in self._files)
        text = path.read_text("utf-8")
        return HTML.format(
            title=escape(self._title(name)), links=links, note=self._note(text), body=self._render(text)
        )

    def _note(self, text: str) -> str:
        """A note above a text with the default address, if Perform listens on another one."""
        listener = self._listener()
        host, port = listener.get("host", USUAL[0]), listener.get("port", USUAL[1])
        if (host, port) == USUAL or str(USUAL[1]) not in text:
            return ""
        usual = f"This text uses the default address, {USUAL[0]}, and port, {USUAL[1]}."
        return f"<p><strong>Perform listens on {escape(host)}, port {port}.</strong> {usual}</p>"

    def _link(self, name: str, current: bool) -> str:
        mark = ' aria-current="page"' if current else ""
        return f'<a href="{name}"{mark}>{escape(self._title(name))}</a>'

    def _title(self, name: str) -> str:
        title = _TITLE.search(self._files[name].read_text("utf-8"))
        return title[1] if title else name

    def picture(self, name: str) -> bytes:
        """A picture of the documents. NotFoundError if there is none of that name."""
        path = self._pictures.get(name)
        if path is None:
            raise NotFoundError(f"There is no picture {name!r} in the documentation.")
        return path.read_bytes()

    async def answer(self, request: Request) -> Response:
        """The document in the path; without a name, a redirect to the first, which links to the others."""
        name = request.path_params.get("name")
        if name is None:
            return Response(status_code=307, headers={**HEADERS, "Location": f"docs/{FIRST}"})
        page = await run_in_threadpool(self.page, name)
        return Response(page, 200, HEADERS, media_type="text/html")

    async def answer_picture(self, request: Request) -> Response:
        """The picture that the path names."""
        name = request.path_params["name"]
        content = await run_in_threadpool(self.picture, name)
        return Response(content, 200, HEADERS, media_type=mimetypes.guess_type(name)[0])


def _place(name: str) -> tuple[int, str]:
    return (ORDER.index(name) if name in ORDER else len(ORDER), name)


def _renderer() -> Callable[[str], str]:
    """Markdown to HTML with markdown-it-py; without it, which some WebUIs may lack, the plain text."""
    if find_spec("markdown_it") is None:
        return lambda text: f"<pre>{escape(text)}</pre>"
    from markdown_it import MarkdownIt

    reader = MarkdownIt("commonmark", {"html": False}).enable("table")

    def render(text: str) -> str:
        tokens = reader.parse(text)
        _name_headings(tokens)
        _lead_links(tokens)
        return str(reader.renderer.render(tokens, reader.options, {}))

    return render


def _name_headings(tokens: list[Any]) -> None:
    """Give each heading the anchor that code hosts generate; the second of one name gets a number."""
    taken: dict[str, int] = {}
    for at, heading in enumerate(tokens):
        if heading.type != "heading_open":
            continue
        words = "".join(part.content for part in tokens[at + 1].children)
        anchor = re.sub(r"[^\w\- ]", "", words.lower()).replace(" ", "-")
        before = taken.get(anchor, 0)
        taken[anchor] = before + 1
        heading.attrSet("id", f"{anchor}-{before}" if before else anchor)


def _lead_links(tokens: list[Any]) -> None:
    """Turn links to other documents into links to their pages."""
    for link in _parts(tokens, "link_open"):
        found = _DOCUMENT.fullmatch(link.attrGet("href"))
        if found:
            link.attrSet("href", f"{found['name']}{found['anchor'] or ''}")


def _parts(tokens: list[Any], kind: str) -> Iterator[Any]:
    return (part for token in tokens for part in token.children or [] if part.type == kind)
