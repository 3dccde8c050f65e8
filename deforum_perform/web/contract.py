"""What the web room asks of a performer; ``app.performer.Performer`` is one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import IO, Any, Protocol


class Exported(Protocol):
    """A file to give away."""

    @property
    def name(self) -> str:
        """What it is called."""

    @property
    def media_type(self) -> str:
        """What it is."""

    @property
    def content(self) -> bytes | IO[bytes]:
        """What is in it; a file is closed by whoever sends it."""

    @property
    def remarks(self) -> tuple[str, ...]:
        """What to know before it is used."""


class Performing(Protocol):
    """Every call may come from any thread."""

    @property
    def revision(self) -> int:
        """Differs after every change of the state."""

    def command(self, name: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """Do it; PerformError says why not."""

    def snapshot(self) -> Mapping[str, Any]:
        """The whole state, JSON-able, with its ``revision``."""

    def live(self, cursor: Any) -> tuple[dict[str, Any] | None, Any]:
        """What moved since ``cursor`` (None: everything), or None; and the cursor for the next call."""

    def subscribe(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Call ``callback`` after every change, until the function returned here is called."""

    def curve_bytes(self, lane_id: str) -> tuple[str, bytes] | None:
        """The id of the lane's curve and the curve, as the API sends it; None of a lane that is gone."""

    def lane_text(self, lane_id: str) -> str:
        """The lane's schedule as Deforum reads it."""

    def export(
        self, kind: str, lane_ids: list[str] | None = None, take_id: str | None = None, tab_id: str | None = None
    ) -> Exported:
        """The song as ``kind``, a file to give away; ``tab_id``: Deforum's tab as this browser showed it."""

    def import_song(self, data: bytes | IO[bytes]) -> dict[str, Any]:
        """Make a song of a zip that ``export`` wrote, and open it; its ``id``."""
