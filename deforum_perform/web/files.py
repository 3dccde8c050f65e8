"""Common to all documents for a browser: the location of the files, and the headers that keep other sites out."""

from __future__ import annotations

from pathlib import Path

# Scripts only from this server. Styles may be set by the page's own scripts. No site may frame the page.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:;"
    " font-src 'self'; media-src 'self' blob:; connect-src 'self'; base-uri 'none';"
    " form-action 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}

UNCHANGING = "private, max-age=31536000, immutable"
"""``Cache-Control`` for an address that identifies its content."""


def page_folder() -> Path:
    """The location of page/, javascript/ and docs/: the checkout's root, or the package where it was installed."""
    package = Path(__file__).resolve().parent.parent
    installed = package / "assets"
    return installed if installed.is_dir() else package.parent
