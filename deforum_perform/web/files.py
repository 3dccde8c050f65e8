"""What every document for a browser has: where the files lie, and the headers that keep others out."""

from __future__ import annotations

from pathlib import Path

# Scripts from this server alone. Styles may be set by the page's own scripts. Nobody may frame the page.
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


def page_folder() -> Path:
    """Where style.css and javascript/ lie: the checkout's root, or inside the package when it was installed."""
    package = Path(__file__).resolve().parent.parent
    installed = package / "page"
    return installed if installed.is_dir() else package.parent
