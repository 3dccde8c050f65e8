"""What the web room asks of a performer; ``app.performer.Performer`` is one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol


class Performing(Protocol):
    """Every call may come from any thread."""

    @property
    def revision(self) -> int:
        """Another number after every change of the state."""

    def command(self, name: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """Do it; PerformError says why not."""

    def snapshot(self) -> dict[str, Any]:
        """The whole state, JSON-able, with its ``revision``."""

    def live(self, cursor: Any) -> tuple[dict[str, Any] | None, Any]:
        """What moved since ``cursor`` (None: everything), or None; and the cursor for the next call."""

    def subscribe(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Call ``callback`` after every change, until the function returned here is called."""

    def curve_bytes(self, lane_id: str) -> tuple[str, bytes]:
        """The id of the lane's curve and the curve, as the API sends it."""

    def lane_text(self, lane_id: str) -> str:
        """The lane's schedule as Deforum reads it."""

    def settings_text(self, lane_ids: list[str] | None = None) -> tuple[str, str]:
        """File name and text of a Deforum settings file with these lanes (None: all that can) filled in."""
