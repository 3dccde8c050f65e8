"""The documents that come with Perform, read in the browser without a network."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from html import escape
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from ..core.errors import NotFoundError
from .files import HEADERS, page_folder

FIRST = "getting-started"

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
nav a {{ margin-right: 1rem; }} img {{ max-width: 100%; }}
pre, code {{ font-family: ui-monospace, monospace; font-size: .92em; }}
pre {{ padding: .75rem; overflow: auto; border: 1px solid #8884; border-radius: 6px; }}
table {{ border-collapse: collapse; display: block; overflow: auto; }}
td, th {{ border: 1px solid #8884; padding: .25rem .6rem; text-align: left; vertical-align: top; }}
</style>
</head>
<body><nav>{links}</nav>{body}</body>
</html>
"""
_LINK = re.compile(r'href="([a-z-]+)\.md(#[^"]*)?"')
_PICTURE = re.compile(r"<img [^>]*>")


class Documents:
    """The texts in ``docs/`` by their names; whatever is not listed is not there."""

    def __init__(self, folder: Path | None = None) -> None:
        self._files = {path.stem: path for path in sorted((folder or page_folder() / "docs").glob("*.md"))}
        self._render = _renderer()

    @property
    def there(self) -> bool:
        """Whether there are any; an installed package carries none."""
        return FIRST in self._files

    def page(self, name: str) -> str:
        """The document as HTML. NotFoundError names those that are there."""
        path = self._files.get(name)
        if path is None:
            raise NotFoundError(f"There is no document {name!r}. There are: {', '.join(self._files)}.")
        text = path.read_text("utf-8")
        body = _LINK.sub(r'href="\1\2"', _PICTURE.sub("", self._render(text)))
        links = " ".join(f'<a href="{other}">{escape(_title(other))}</a>' for other in self._files)
        return HTML.format(title=escape(_title(name)), links=links, body=body)

    async def answer(self, request: Request) -> Response:
        """The document that the path names; without a name the way to the first, from where their links lead on."""
        name = request.path_params.get("name")
        if name is None:
            return Response(status_code=307, headers={**HEADERS, "Location": f"docs/{FIRST}"})
        page = await run_in_threadpool(self.page, name)
        return Response(page, 200, HEADERS, media_type="text/html")


def _title(name: str) -> str:
    return name.replace("-", " ").capitalize()


def _renderer() -> Callable[[str], str]:
    """Markdown to HTML by markdown-it-py; without it, which some WebUI may be, the text as it is."""
    if find_spec("markdown_it") is None:
        return lambda text: f"<pre>{escape(text)}</pre>"
    settings: Mapping[str, bool] = {"html": False}
    reader = import_module("markdown_it").MarkdownIt("commonmark", settings).enable("table")

    def render(text: str) -> str:
        return str(reader.render(text))

    return render
