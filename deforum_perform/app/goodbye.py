"""The end of Perform: the recording in progress is stopped and saved first, so that the pages can show the result."""

from __future__ import annotations

from .parts import Parts
from .session.library import RECOVERED

SAVE_WAIT_S = 5.0


def goodbye(parts: Parts, go_on: str) -> str:
    """Stop listening, stop the recording in progress and save it; the message for the pages. ``go_on``: how to
    continue.

    ``Performer.close`` must still be called.
    """
    parts.inputs.close()  # what has arrived is delivered first
    with parts.session.lock:
        running = parts.recorder.current
        parts.recorder.stop(parts.clock_ns())
        document = parts.session.document
    parts.library.save_rested()
    number = running.plan.number if running else None
    if not parts.saver.drain(SAVE_WAIT_S):
        return f"Perform closed before everything was saved. The next start offers what the journal contains. {go_on}"
    saved = "Everything recorded is saved."
    if running and parts.library.is_moved(running.plan.recording_id):
        saved = f"The recording is saved in the song “{RECOVERED}”."
    elif any(take.number == number for take in document.song.takes):
        saved = f"The recording is saved as take {number} of “{document.name}”."
    return f"Perform was closed. {saved} {go_on}"
