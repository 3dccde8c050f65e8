"""The commands received by OSC: ``/perform/record``, ``/perform/play``, ``/perform/seek`` and the rest."""

from __future__ import annotations

from ...core.errors import PerformError
from ...core.units import clock_text
from ...osc.decode.control import Control
from ..notices import Notice
from ..parts import Parts
from ..recording.recording_run import RunningRecording


class OscControl:
    """Runs them for the moment at which they were received. It works under the session's lock, and does not wait for
    the disk."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def obey(self, control: Control) -> RunningRecording | None:
        """Run it; the recording that it started, or None. Errors are shown on the page."""
        try:
            return self._obey(control)
        except PerformError as error:
            self._warn(f"/perform/{control.name}: {error}")
            return None

    def _obey(self, control: Control) -> RunningRecording | None:
        at_ns, parts = control.received_ns, self._parts
        if control.name == "record":
            if control.value:
                return parts.recorder.start(at_ns)
            parts.recorder.stop(at_ns)
        elif control.name == "play":
            if control.value:
                parts.session.play(at_ns)
            elif parts.recorder.current is None:  # a recording continues
                parts.session.stop()
        elif control.name == "seek":
            self._seek(float(control.value), at_ns)
        else:
            from .table import run

            run(parts, control.name, {})
        return None

    def _seek(self, time_s: float, at_ns: int) -> None:
        there_s = self._parts.session.seek(time_s, at_ns)
        if there_s < time_s:
            message = f"/perform/seek {time_s:g}: the song ends at {clock_text(there_s)}, so the playhead moved there."
            self._warn(message, "Set a longer length for the song, or none.")

    def _warn(self, message: str, remedy: str | None = None) -> None:
        self._parts.publisher.notice("control", Notice("warn", message, remedy))
