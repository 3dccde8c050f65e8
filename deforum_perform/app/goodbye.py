"""The end of Perform: the recording in progress is stopped and saved first, so that the pages can show the result."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .session.library import RECOVERED

if TYPE_CHECKING:
    from .performer import Performer

SAVE_WAIT_S = 5.0


def goodbye(performer: Performer, go_on: str) -> str:
    """Stop listening, stop the recording in progress and save it; the message for the pages. ``go_on``: how to
    continue.

    ``Performer.close`` must still be called.
    """
    performer.watchdog.close()
    performer.listening.close()  # what has arrived is delivered first
    with performer.lock:
        running = performer.session.current
        performer.recorder.stop(performer.clock_ns())
        document = performer.session.document
    number = running.plan.number if running else None
    if not performer.saver.drain(SAVE_WAIT_S):
        return f"Perform closed before everything was saved. The next start offers what the journal contains. {go_on}"
    saved = "Everything recorded is saved."
    if running and performer.library.is_moved(running.plan.recording_id):
        saved = f"The recording is saved in the song “{RECOVERED}”."
    elif any(take.number == number for take in document.song.takes):
        saved = f"The recording is saved as take {number} of “{document.name}”."
    return f"Perform was closed. {saved} {go_on}"
