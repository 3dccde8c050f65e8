"""The documents, read in the browser without a network."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from deforum_perform.core.errors import NotFoundError
from deforum_perform.web.docs import Documents
from deforum_perform.web.routes import install_routes
from tests.web.fake_performer import FakePerformer
from tests.web.serving import requests_to, served

ROOT = Path(__file__).parents[2]
NAMES = [path.stem for path in sorted((ROOT / "docs").glob("*.md"))]


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    app = FastAPI()
    install_routes(app, FakePerformer())
    with served(app) as address, requests_to(f"http://{address}") as client:
        yield client


@pytest.mark.parametrize("name", NAMES)
def test_every_link_and_picture_is_there(client: httpx.Client, name: str) -> None:
    """Each text is a page; its links lead to pages and to headings that are there, its pictures are sent."""
    page = client.get(f"/perform/v1/docs/{name}")
    assert page.status_code == 200
    assert "<h1" in page.text
    for target in re.findall(r'(?:href|src)="([^"]+)"', page.text):
        if target.startswith("data:"):
            continue
        address, _, anchor = target.partition("#")
        found = client.get(page.url.join(address)) if address else page
        assert found.status_code == 200, target
        if target.endswith(".png"):
            assert found.content.startswith(b"\x89PNG")
            assert found.headers["content-type"] == "image/png"
        assert not anchor or f'id="{anchor}"' in found.text, target


def test_the_order_is_that_of_the_readme(client: httpx.Client) -> None:
    """Every page lists all documents as the README does, by their own titles, and marks the one that is shown."""
    page = client.get("/perform/v1/docs/lanes").text
    nav = re.search(r"<nav[^>]*>(.*?)</nav>", page, re.DOTALL)
    assert nav is not None
    shown = re.findall(r'<a href="([a-z-]+)"', nav[1])
    readme = (ROOT / "README.md").read_text("utf-8").partition("## Documentation")[2]
    assert shown == re.findall(r"\(docs/([a-z-]+)\.md\)", readme)
    assert sorted(shown) == NAMES
    assert '<a href="lanes" aria-current="page">Lanes</a>' in nav[1]
    assert ">What Deforum does with a schedule</a>" in nav[1]


def test_the_way_to_the_first_one(client: httpx.Client) -> None:
    """Without a name the first document is shown, by a link that also holds below a proxy's path."""
    answer = client.get("/perform/v1/docs", follow_redirects=False)
    assert answer.headers["location"] == "docs/getting-started"
    assert client.get("/perform/v1/docs", follow_redirects=True).url.path == "/perform/v1/docs/getting-started"


@pytest.mark.parametrize("name", ["../README", "tables.py", "", "/etc/passwd", "senders.md"])
def test_nothing_else_is_there(name: str) -> None:
    """An unknown name lists the existing documents, and reaches no other file."""
    with pytest.raises(NotFoundError, match="getting-started"):
        Documents().page(name)


@pytest.mark.parametrize("name", ["../lanes.md", "check.gif", "", "/etc/passwd"])
def test_no_other_file_is_a_picture(name: str) -> None:
    """Only the pictures of the documents are given away."""
    with pytest.raises(NotFoundError, match="no picture"):
        Documents().picture(name)


def written(folder: Path, text: str) -> Documents:
    """Documents of which the first says ``text``."""
    (folder / "getting-started.md").write_text(text, "utf-8")
    return Documents(folder)


def test_a_document_cannot_bring_scripts(tmp_path: Path) -> None:
    """HTML in a text is shown, not run, in its title too."""
    page = written(tmp_path, "# <script>alert(0)</script>\n\n<script>alert(1)</script>").page("getting-started")
    assert "<script>" not in page


@pytest.mark.parametrize(
    ("heading", "anchor"),
    [
        ("Names: sampler, scheduler", "names-sampler-scheduler"),
        ('"OSC port 9000 is held"', "osc-port-9000-is-held"),
        ("Check says ...", "check-says-"),
        ("`song.json`", "songjson"),
        ("Ärger mit Ö", "ärger-mit-ö"),
    ],
)
def test_headings_have_the_anchors_of_code_hosts(tmp_path: Path, heading: str, anchor: str) -> None:
    """A heading's anchor is the one that the same link needs on a code host."""
    page = written(tmp_path, f"# Hi\n\n## {heading}\n\n## {heading}\n").page("getting-started")
    assert f'<h2 id="{anchor}">' in page
    assert f'<h2 id="{anchor}-1">' in page


def test_without_the_reader_the_text_is_shown_as_it_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A WebUI without markdown-it-py still shows every word."""
    monkeypatch.setattr("deforum_perform.web.docs.find_spec", lambda _: None)
    assert "<pre># Hi &lt;you&gt;</pre>" in written(tmp_path, "# Hi <you>").page("getting-started")


def test_where_perform_listens_is_said_above_a_text_that_names_the_usual_place() -> None:
    """A document with host and port says where Perform listens, if that is elsewhere; others say nothing."""
    usual = {"host": "127.0.0.1", "port": 9000}
    for listener, said in (({}, False), (usual, False), ({**usual, "port": 9123}, True)):
        documents = Documents(listener=lambda now=listener: now)
        assert ("Perform listens on 127.0.0.1, port 9123." in documents.page("senders")) is said
        assert "Perform listens on 127.0.0.1, port" not in documents.page("formats")
