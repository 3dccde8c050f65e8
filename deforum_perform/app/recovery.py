"""A pass that was cut off, brought back from its journal."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ..core.errors import DamagedFileError, InputError, NotFoundError
from ..core.song import Song, TakeMark, next_take_number
from ..core.take import Take
from ..osc.control import ControlReader
from ..osc.events import EventDecoder
from ..store.journal import Journal, read_journal
from .marking import pass_marks
from .recording import Pass
from .stage import plan_from_header, with_pass

if TYPE_CHECKING:
    from .performer import Performer


def recovered_pass(performer: Performer, path: Path) -> int:
    """Make the journal at ``path`` a take of its song and open that song; the take's number.

    The journal goes when the take is on disk. InputError if it holds no event, DamagedFileError if it cannot be read.
    """
    journal = read_journal(path)
    song = _song_of(performer, journal)
    take, done, marks = replayed(journal, song)
    if take.events == 0:
        raise InputError("Nothing had arrived in that pass before it was cut off. Discard it.")
    if performer.stage.song.id != song.id:
        performer.open_song(song)
    with performer.lock:
        performer.stage.change(with_pass(song, take, done, marks), f"bring back take {take.number}")
        performer.recorder.keep(song.id, take, journal=path)
    performer.saver.drain(30.0)
    return take.number


def _song_of(performer: Performer, journal: Journal) -> Song:
    present = performer.stage.song
    wanted = str(journal.header.get("song_id", ""))
    if wanted == present.id:
        return present
    performer.saver.drain(30.0)
    try:
        return performer.store.load(wanted)
    except (NotFoundError, InputError):
        return performer.store.create("Brought back")


def replayed(journal: Journal, song: Song) -> tuple[Take, Pass, tuple[TakeMark, ...]]:
    """The take that the journal's datagrams make, numbered for ``song``, the pass it came from, and its marks."""
    try:
        plan = plan_from_header(dict(journal.header))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise DamagedFileError(
            "The safety copy of that pass does not say how it began, so it cannot be used."
        ) from error
    plan = replace(plan, song_id=song.id, number=next_take_number(song))
    done, decoder, controls = Pass(plan), EventDecoder(), ControlReader()
    decoder.feed_many(journal.payloads, journal.received_ns.tolist())
    batch = decoder.drain()
    done.hear(batch, decoder.sources)
    for index, received_ns, text in batch.texts:
        done.hear_text(index, received_ns, text)
    stops = [c.received_ns for c in controls.read(batch.controls) if c.name == "record" and not c.value]
    last_ns = int(journal.received_ns[-1]) if len(journal.received_ns) else plan.origin_ns
    end_ns = next((ns for ns in stops if ns > plan.origin_ns), last_ns)
    end_ns = max(end_ns, plan.origin_ns)
    return done.take(decoder.sources, end_ns, 0), done, pass_marks(done, decoder.sources, end_ns, ())
