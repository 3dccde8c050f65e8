"""The standalone document, and the page's modules and styles that every host loads from the API."""

from __future__ import annotations

import mimetypes
import os
import re
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin

import httpx
import pytest
from fastapi import FastAPI

from deforum_perform.web.access import Access, host_rule
from deforum_perform.web.files import page_folder
from deforum_perform.web.modules import PageModules
from deforum_perform.web.page import PageDocument, page_router
from deforum_perform.web.routes import install_routes
from tests.web.fake_performer import FakePerformer
from tests.web.serving import PATIENCE_S, requests_to, served

ENTRY = "/perform/v1/page.js"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "root"
    for name in ("javascript/perform.js", "page/main.js", "page/a.js", "page/store/b.js", "page/styles/page.css"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(f"/* {name} */")
    (folder / "page" / "notes.txt").write_text("secret")
    (folder / "secret.js").write_text("secret")
    (tmp_path / "secret.js").write_text("secret")
    return folder


@pytest.fixture
def client(folder: Path) -> Iterator[httpx.Client]:
    app = FastAPI(docs_url=None, openapi_url=None)
    access, modules = Access(allows_host=host_rule("127.0.0.1")), PageModules(folder / "page")
    install_routes(app, FakePerformer(), access, modules)
    app.include_router(page_router(PageDocument(modules, folder), access))
    with served(app) as address, requests_to(f"http://{address}") as client:
        yield client


def modules(client: httpx.Client) -> list[str]:
    """The addresses that the entry imports."""
    return [urljoin(ENTRY, name) for name in re.findall(r'"([^"]+)"', client.get(ENTRY).text)]


def test_the_document_loads_its_style_and_its_script(client: httpx.Client) -> None:
    """Everything that the document names is there, below its own folder, and nothing comes from elsewhere."""
    answer = client.get("/")
    assert 'id="perform_root" data-host="standalone"' in answer.text
    (script,) = re.findall(r'src="([^"]+)"', answer.text)
    (style,) = re.findall(r'rel="stylesheet" href="([^"]+)"', answer.text)
    preloaded = re.findall(r'rel="modulepreload" href="([^"]+)"', answer.text)
    assert [f"/{name}" for name in preloaded] == [ENTRY, *modules(client)]
    kinds = [client.get(f"/{name}").headers["content-type"] for name in (style, script)]
    assert [kind.partition(";")[0] for kind in kinds] == ["text/css", "text/javascript"]
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "frame-ancestors 'none'" in policy


def test_the_entry_imports_every_module_of_one_version(client: httpx.Client) -> None:
    """A browser asks for all modules at once; the one that starts the page comes last."""
    found = modules(client)
    assert len({name.split("/page/")[1].split("/")[0] for name in found}) == 1
    assert [name.split("/page/")[1].partition("/")[2] for name in found] == ["a.js", "store/b.js", "main.js"]
    assert [client.get(name).text for name in found] == [
        f"/* page/{name} */" for name in ("a.js", "store/b.js", "main.js")
    ]
    assert "export {start} from" in client.get(ENTRY).text


def test_the_style_sheet_is_sent_with_those_it_imports(client: httpx.Client, folder: Path) -> None:
    """One request brings the style of all areas, in the order in which the sheet names them."""
    for name, text in {"page": '/* all */\n@import "b.css";\n@import "a.css";\n', "a": "a {}\n", "b": "b {}\n"}.items():
        (folder / "page" / "styles" / f"{name}.css").write_text(text)
    (style,) = re.findall(r'rel="stylesheet" href="([^"]+)"', client.get("/").text)
    assert client.get(f"/{style}").text.split() == ["/*", "all", "*/", "b", "{}", "a", "{}"]


def test_modules_have_the_type_that_browsers_run(client: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """The type is JavaScript's, whatever this computer knows of .js: Windows has it in its registry, often as text."""
    monkeypatch.setitem(mimetypes.types_map, ".js", "text/plain")
    for name in (ENTRY, *modules(client)):
        assert client.get(name).headers["content-type"].partition(";")[0] == "text/javascript"


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
        "/javascript/",
        "/javascript//etc/passwd",
        "/page/main.js",
        "/docs",
        "/openapi.json",
        "/perform/v1/page/VERSION/",
        "/perform/v1/page/VERSION/notes.txt",
        "/perform/v1/page/VERSION/../secret.js",
        "/perform/v1/page/VERSION/..%2f..%2fsecret.js",
        "/perform/v1/page/VERSION/..\\..\\secret.js",
        "/perform/v1/page/VERSION//etc/passwd",
        "/perform/v1/page/older/main.js",
    ],
)
def test_no_other_file_is_served(client: httpx.Client, path: str) -> None:
    """Whatever the path says, sent as it is written here, only listed files are answered."""
    path = path.replace("VERSION", modules(client)[0].split("/page/")[1].split("/")[0])
    with socket.create_connection((client.base_url.host, client.base_url.port or 80), PATIENCE_S) as raw:
        raw.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
        answer = b"".join(iter(lambda: raw.recv(65536), b""))
    assert answer.startswith(b"HTTP/1.1 404"), answer
    assert b"secret" not in answer.partition(b"\r\n\r\n")[2].replace(path.encode(), b"")


def test_a_change_of_a_file_gives_all_of_them_another_address(client: httpx.Client, folder: Path) -> None:
    """A browser never mixes two versions: a page that is loading goes on with its own, the next one gets the new one,
    whatever the file's time says."""
    path, before = folder / "page" / "a.js", modules(client)
    facts = path.stat()
    path.write_text("/* else     */")
    os.utime(path, ns=(facts.st_atime_ns, facts.st_mtime_ns))
    after = modules(client)
    assert not set(before) & set(after)
    assert (client.get(before[0]).text, client.get(after[0]).text) == ("/* page/a.js */", "/* else     */")


def test_a_browser_asks_once_for_what_cannot_change(client: httpx.Client, folder: Path) -> None:
    """What is addressed by its content may be kept for good; the document and the entry, never."""
    document = client.get("/")
    for address in ("/", ENTRY):
        assert client.get(address).headers["cache-control"] == "no-cache"
    named = re.findall(r'(?:href|src)="(?!data:)([^"]+)"', document.text)
    for address in {f"/{name}" for name in named} - {ENTRY}:
        assert "immutable" in client.get(address).headers["cache-control"]
    assert client.get("/javascript/perform.js").headers["cache-control"] == "no-cache"
    (folder / "javascript" / "perform.js").write_text("// new")
    (script,) = re.findall(r'src="([^"]+)"', document.text)
    late = client.get(f"/{script}")
    assert (late.text, late.headers["cache-control"]) == ("// new", "no-cache")


@pytest.mark.parametrize("path", ["/", "/javascript/perform.js", ENTRY, "/perform/v1/page/x/y.js"])
def test_no_other_site_may_embed_a_file(client: httpx.Client, path: str) -> None:
    """Every answer keeps pages of other sites from loading it into their own (Cross-Origin-Resource-Policy)."""
    assert client.get(path).headers["cross-origin-resource-policy"] == "same-origin"


def test_names_that_others_own_lead_nowhere(client: httpx.Client) -> None:
    """A name rebound to this machine gets an error, a link from any site the page."""
    for path in ("/", "/javascript/perform.js", ENTRY, modules(client)[0]):
        assert client.get(path, headers={"host": "evil.example:7870"}).status_code == 403, path
    assert client.get("/", headers={"sec-fetch-site": "cross-site"}).status_code == 200


def test_the_real_page_is_where_it_is_looked_for() -> None:
    """The checkout's own modules, styles and boot script are found."""
    version = PageModules().present()
    assert {"main.js", "store/state.js", "styles/page.css"} <= set(version.files)
    assert "/page/" in PageDocument(PageModules()).html()
    assert (page_folder() / "javascript" / "perform.js").is_file()
