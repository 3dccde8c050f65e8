"""The standalone page and its files."""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from deforum_perform.web.access import Access, host_rule
from deforum_perform.web.files import page_folder
from deforum_perform.web.page import PageFiles, page_router
from tests.web.serving import PATIENCE_S, served


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "root"
    (folder / "javascript").mkdir(parents=True)
    (folder / "style.css").write_text("body {}")
    for name in ("perform_b.js", "perform_a.js", "notes.txt"):
        (folder / "javascript" / name).write_text(f"// {name}")
    (folder / "secret.js").write_text("secret")
    (tmp_path / "secret.js").write_text("secret")
    return folder


@pytest.fixture
def client(folder: Path) -> Iterator[httpx.Client]:
    app = FastAPI(docs_url=None, openapi_url=None)
    app.include_router(page_router(PageFiles(folder), Access(allows_host=host_rule("127.0.0.1"))))
    with served(app) as address, httpx.Client(base_url=f"http://{address}", trust_env=False) as client:
        yield client


def test_the_page_loads_its_style_and_scripts(client: httpx.Client) -> None:
    """Everything the document names is there, scripts in order of their names, and nothing comes from elsewhere."""
    answer = client.get("/")
    assert 'id="perform_root" data-api="/perform/v1" data-host="standalone"' in answer.text
    scripts = re.findall(r'src="([^"]+)"', answer.text)
    assert [name.partition("?")[0] for name in scripts] == ["javascript/perform_a.js", "javascript/perform_b.js"]
    style = re.search(r'rel="stylesheet" href="([^"]+)"', answer.text)
    assert style is not None
    kinds = [client.get(f"/{name}").headers["content-type"] for name in [style[1], *scripts]]
    assert [kind.partition(";")[0] for kind in kinds] == ["text/css", "text/javascript", "text/javascript"]
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "frame-ancestors 'none'" in policy


@pytest.mark.parametrize(
    "path",
    [
        "/javascript/../secret.js",
        "/javascript/..%2fsecret.js",
        "/javascript/%2e%2e/secret.js",
        "/javascript/..\\secret.js",
        "/secret.js",
        "/../secret.js",
        "//secret.js",
        "/javascript/notes.txt",
        "/javascript/",
        "/javascript//etc/passwd",
        "/style.css/../secret.js",
        "/docs",
        "/openapi.json",
    ],
)
def test_no_other_file_is_served(client: httpx.Client, path: str) -> None:
    """Whatever the path says, sent as it is written here, only listed files are answered."""
    with socket.create_connection((client.base_url.host, client.base_url.port or 80), PATIENCE_S) as raw:
        raw.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
        answer = b"".join(iter(lambda: raw.recv(65536), b""))
    assert answer.startswith(b"HTTP/1.1 404"), answer
    assert b"secret" not in answer


def test_files_are_sent_again_when_they_change(client: httpx.Client, folder: Path) -> None:
    """Requested with the ETag, a file is 304 until its content changes, whatever its time; the document then has its
    new name."""
    path = folder / "javascript" / "perform_a.js"
    document, first = client.get("/").text, client.get("/javascript/perform_a.js")
    known = {"if-none-match": first.headers["etag"]}
    assert client.get("/javascript/perform_a.js", headers=known).status_code == 304
    facts = path.stat()
    path.write_text("// anything else."[: facts.st_size])
    os.utime(path, ns=(facts.st_atime_ns, facts.st_mtime_ns))
    assert client.get("/javascript/perform_a.js", headers=known).text == path.read_text()
    assert client.get("/").text != document


def test_a_browser_asks_once_for_what_cannot_change(client: httpx.Client, folder: Path) -> None:
    """At the address in the document a file may be kept for good; at any other, and the document itself, never."""
    document = client.get("/")
    (style,) = re.findall(r'href="(style[^"]+)"', document.text)
    assert "no-cache" in document.headers["cache-control"]
    assert "immutable" in client.get(f"/{style}").headers["cache-control"]
    assert "no-cache" in client.get("/style.css").headers["cache-control"]
    (folder / "style.css").write_text("main {}")
    late = client.get(f"/{style}")
    assert (late.text, late.headers["cache-control"]) == ("main {}", "no-cache")


@pytest.mark.parametrize("path", ["/", "/style.css", "/javascript/perform_a.js", "/javascript/none.js"])
def test_no_other_site_may_embed_a_file(client: httpx.Client, path: str) -> None:
    """Every answer keeps pages of other sites from loading it into their own (Cross-Origin-Resource-Policy)."""
    assert client.get(path).headers["cross-origin-resource-policy"] == "same-origin"


def test_names_that_others_own_lead_nowhere(client: httpx.Client) -> None:
    """A name rebound to this machine gets an error, a link from any site the page."""
    assert client.get("/", headers={"host": "evil.example"}).status_code == 403
    assert client.get("/javascript/perform_a.js", headers={"host": "evil.example:7870"}).status_code == 403
    assert client.get("/", headers={"sec-fetch-site": "cross-site"}).status_code == 200


def test_the_real_page_is_where_it_is_looked_for() -> None:
    """The checkout's own scripts and style sheet are found."""
    listed = PageFiles(page_folder()).listed()
    assert "style.css" in listed
    assert any(name.startswith("javascript/perform_") for name in listed)
