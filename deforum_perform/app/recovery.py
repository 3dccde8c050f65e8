"""A pass that was cut off, brought back from its journal."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ..core.errors import DamagedFileError, InputError, NotFoundError
from ..core.song import Song, TakeMark
from ..core.take import Take
from ..osc.columns import EventBatch
from ..osc.control import ControlReader
from ..osc.datagrams import Loss
from ..osc.events import EventDecoder
from ..osc.source_table import MOST_SOURCES
from ..store.journal import Journal, Note, read_journal
from .marking import pass_marks
from .recording import Pass, PassPlan

if TYPE_CHECKING:
    from .performer import Performer

BATCH = 512
"""How many datagrams are decoded at once; texts and commands of more at a time would be left out."""

MOST_LOST = 1 << 40


def recovered_pass(performer: Performer, path: Path) -> int:
    """Make the journal at ``path`` a take of its song and open that song; the take's number.

    The journal goes when the take is on disk. InputError if it holds no event, DamagedFileError if it cannot be read.
    """
    journal = read_journal(path)
    song = _song_of(performer, journal)
    take, done, marks = replayed(journal, song)
    if take.events == 0:
        raise InputError("Nothing had arrived in that pass before it was cut off. Discard it.")
    performer.opener.open(song.id)
    with performer.lock:
        take = performer.stage.bring_back(take, done, marks)
        performer.recorder.keep(take, journal=path)
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
    """The take of ``song`` that the journal's datagrams make, the pass it came from, and its marks."""
    try:
        plan = PassPlan.from_header(journal.header)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise DamagedFileError(
            "The safety copy of that pass does not say how it began, so it cannot be used."
        ) from error
    plan = replace(plan, song_id=song.id)
    done, decoder = Pass(plan), EventDecoder(max_sources=MOST_SOURCES)
    ends = _heard(journal, done, decoder)
    for note in journal.notes:
        loss = _loss(note)
        if loss is not None:
            done.note(loss)
    last_ns = int(journal.received_ns[-1]) if len(journal.received_ns) else plan.origin_ns
    end_ns = max(next((ns for ns in ends if ns >= plan.origin_ns), last_ns), plan.origin_ns)
    take = done.take(decoder.sources, end_ns)
    return take, done, pass_marks(done, decoder.sources, end_ns, take)


def _heard(journal: Journal, done: Pass, decoder: EventDecoder) -> list[int]:
    """Let the pass hear the datagrams as it would have; the moments at which it was told to end."""
    controls = ControlReader()
    ends = [note.at_ns for note in journal.notes if note.what.get("end") is True]
    for first in range(0, len(journal.payloads), BATCH):
        part = slice(first, first + BATCH)
        batch = _decoded(journal, part, decoder)
        done.hear(batch, decoder.sources)
        for index, received_ns, text in batch.texts:
            done.hear_text(index, received_ns, text)
        if journal.version == 1:
            # it did not note the end; whoever may give commands is not known either, so the first stop counts
            stops = [c.received_ns for c in controls.read(batch.controls) if c.name == "record" and not c.value]
            ends += [ns for ns in stops if ns > done.plan.origin_ns]
    refused = sum(decoder.refused.values())
    if refused and len(journal.received_ns):
        done.note(Loss(int(journal.received_ns[-1]), refused, "refused", since_ns=int(journal.received_ns[0])))
    return ends


def _decoded(journal: Journal, part: slice, decoder: EventDecoder) -> EventBatch:
    """The datagrams of ``part`` as events, with who sent them."""
    payloads, stamps = journal.payloads[part], journal.received_ns[part].tolist()
    index = journal.sender_index[part]
    for start, end in pairwise([0, *(np.flatnonzero(np.diff(index)) + 1).tolist(), len(payloads)]):
        sender = int(index[start])
        senders = None if sender < 0 else [journal.senders[sender]] * (end - start)
        decoder.feed_many(payloads[start:end], stamps[start:end], senders)
    return decoder.drain()


def _loss(note: Note) -> Loss | None:
    """What did not come in, as noted; None for a note of something else."""
    told = note.what.get("loss")
    if not isinstance(told, dict):
        return None
    kind, count, who = told.get("kind"), told.get("count"), told.get("who", "")
    if not isinstance(kind, str) or not isinstance(who, str) or type(count) is not int:
        return None
    since_ns = told.get("since_ns", note.at_ns)
    if not 0 < count <= MOST_LOST or type(since_ns) is not int:
        return None
    return Loss(note.at_ns, count, kind, who, since_ns)
