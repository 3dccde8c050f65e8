"""The documents, read in the browser without a network."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from deforum_perform.core.errors import NotFoundError
from deforum_perform.web.docs import Documents

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("name", [path.stem for path in sorted(DOCS.glob("*.md"))])
def test_every_document_is_a_page_whose_links_are_there(name: str) -> None:
    """Each text is shown with its headings, and its links to other documents lead to pages of their own."""
    documents = Documents()
    page = documents.page(name)
    assert "<h1" in page
    for link in re.findall(r'href="([a-z-]+)(?:#[^"]*)?"', page):
        assert "<h1" in documents.page(link)


@pytest.mark.parametrize("name", ["../README", "tables.py", "", "/etc/passwd", "senders.md"])
def test_nothing_else_is_there(name: str) -> None:
    """A name that is no document names those that are, and reaches no other file."""
    with pytest.raises(NotFoundError, match="getting-started"):
        Documents().page(name)


def test_a_document_cannot_bring_scripts(tmp_path: Path) -> None:
    """HTML in a text is shown, not run."""
    (tmp_path / "getting-started.md").write_text("# Hi\n\n<script>alert(1)</script>", "utf-8")
    assert "<script>" not in Documents(tmp_path).page("getting-started")


def test_without_the_reader_the_text_is_shown_as_it_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A WebUI without markdown-it-py still shows every word."""
    monkeypatch.setattr("deforum_perform.web.docs.find_spec", lambda _: None)
    (tmp_path / "getting-started.md").write_text("# Hi <you>", "utf-8")
    assert "<pre># Hi &lt;you&gt;</pre>" in Documents(tmp_path).page("getting-started")
