"""The interface that the web package needs of a performer; ``app.performer.Performer`` implements it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import IO, Any, Protocol

from ..app.deforum.export_choice import ExportChoice


class Exported(Protocol):
    """An exported file."""

    @property
    def name(self) -> str:
        """Its file name."""

    @property
    def media_type(self) -> str:
        """Its media type."""

    @property
    def content(self) -> bytes | IO[bytes]:
        """Its content; a file is closed by the sender."""

    @property
    def remarks(self) -> tuple[str, ...]:
        """Notes to read before it is used."""


class Changed(Protocol):
    """The changes for a page with an earlier state."""

    @property
    def revision(self) -> int:
        """The revision of the current state."""

    @property
    def full(self) -> bool:
        """Whether ``slices`` is the whole state."""

    @property
    def slices(self) -> Mapping[str, Any]:
        """Key -> value; an unchanged one is the same object as before."""

    @property
    def removed(self) -> Sequence[str]:
        """The keys of removed slices."""

    @property
    def view(self) -> int:
        """The view that the page has now: pages with another one have other values at the same revision."""


class Performing(Protocol):
    """Every method may be called from any thread. ``page``: the id of a browser page, whose own Deforum tab then
    counts; None for the tab that was shown last."""

    @property
    def revision(self) -> int:
        """Differs after every change of the state."""

    def command(self, name: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """Run a command; PerformError says why it cannot."""

    def snapshot(self, page: str | None = None) -> Mapping[str, Any]:
        """The whole state, JSON-able, with its ``revision``."""

    def slices(self, revision: int | None, page: str | None = None, view: int | None = None) -> Changed:
        """What of the state has changed since ``revision`` of a ``view`` (None: everything)."""

    def song_list(self) -> Mapping[str, Any]:
        """The songs and those in the trash, JSON-able."""

    def live(self, cursor: Any, page: str | None = None) -> tuple[dict[str, Any] | None, Any]:
        """What moved since ``cursor`` (None: everything), or None; and the cursor for the next call."""

    def subscribe(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Call ``callback`` after every change, until the returned function is called."""

    def curve_bytes(self, lane_id: str, page: str | None = None) -> tuple[str, bytes] | None:
        """The id of the lane's curve and the curve, as the API sends it; None for an unknown lane."""

    def lane_text(self, lane_id: str, page: str | None = None) -> str:
        """The lane's schedule as Deforum reads it."""

    def export(self, kind: str, choice: ExportChoice) -> Exported:
        """The song, or what is chosen of it, as ``kind``, an exported file."""

    def import_song(self, data: bytes | IO[bytes]) -> dict[str, Any]:
        """Make a song from a zip that ``export`` wrote, and open it; its ``id``."""
