"""A recording that no song lists becomes a take again: from its journal, or from its file."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from ...core.errors import DamagedFileError, InputError, NotFoundError, PerformError, StorageError
from ...core.song.document import Document
from ...core.song.retiming import with_found_take
from ...core.song.song import Song
from ...core.song.take import Take
from ...core.song.take_info import TakeProblem
from ...osc.datagrams import Loss
from ...osc.decode.columns import EventBatch
from ...osc.decode.control import ControlReader
from ...osc.decode.events import EventDecoder
from ...osc.decode.source_table import MOST_SOURCES
from ...store.journal.writer import Journal, Note, read_journal
from ..recording.problems import recording_problems
from ..recording.recording_run import RecordingPlan, RunningRecording, with_recording
from ..state.notices import Notice, losses_notice
from .opening import copied_backup

if TYPE_CHECKING:
    from ..performer import Performer
    from .offers import Offered

log = logging.getLogger(__name__)

BATCH = 512
"""How many datagrams are decoded at once; with more at a time, texts and commands would be left out."""

MOST_LOST = 1 << 40


NOTHING = "Nothing had arrived in that recording before it was cut off. Discard it."

Add = Callable[[Song, Take], Song]


def recovered(performer: Performer, offered: Offered) -> int:
    """Make what is ``offered`` a take of its song, and open that song; the take's number.

    If that song no longer exists, it becomes one of "Recovered recordings". InputError if it contains no event,
    DamagedFileError if it cannot be read; then all files stay unchanged.
    """
    take, add, said = _read(performer, offered)
    if take.events == 0:
        raise InputError(NOTHING)
    performer.opener.open(_song_of(performer, offered.song_id).id)
    with performer.lock:
        known = next((known for known in performer.session.song.takes if known.id == take.id), None)
        if known is None:
            take = performer.session.bring_back(take, add)
            performer.session.notice("pass", said)
        performer.recorder.keep(take, journal=offered.journal)
    performer.saver.drain(30.0)
    return take.number if known is None else known.number


def _read(performer: Performer, offered: Offered) -> tuple[Take, Add, Notice | None]:
    """The take, how to add it to a song, and notes on it: its journal also says which lanes played it and what was
    lost."""
    take, add, said, problem = None, with_found_take, None, None
    try:
        if offered.file_in is not None:
            take = performer.store.load_take(offered.file_in, offered.id)
    except PerformError as error:
        problem = error
    try:
        if offered.journal is not None:
            replayed_take, done, marks = replayed(read_journal(offered.journal))
            add, said = (
                partial(_with_recording, done=done, marks=marks),
                losses_notice(done.losses) if done.losses else None,
            )
            take = replayed_take if take is None else take
    except PerformError as error:
        problem = error
    if take is None:
        raise problem or NotFoundError("That recording no longer exists.")
    return take, add, said


def _with_recording(song: Song, take: Take, done: RunningRecording, marks: tuple[TakeProblem, ...]) -> Song:
    return with_recording(song, take, done, marks)


def _song_of(performer: Performer, song_id: str) -> Document:
    """The song of a recording: its own, for a damaged one the copy that was or is opened in its place, or the one for
    recordings without a song."""
    if performer.session.song.id == song_id:
        return performer.session.document
    performer.saver.drain(30.0)
    try:
        return performer.library.load(song_id)
    except DamagedFileError:
        copy = performer.store.recordings().opened_for(song_id)
        with contextlib.suppress(NotFoundError, StorageError):
            return performer.library.load(copy) if copy else copied_backup(performer.store, song_id)[0]
    except (NotFoundError, InputError):
        pass
    return performer.library.recovered_song()


def replayed(journal: Journal) -> tuple[Take, RunningRecording, tuple[TakeProblem, ...]]:
    """The take made from the journal's datagrams, its recording, and its reception problems."""
    try:
        plan = RecordingPlan.from_header(journal.header) if journal.header else _unknown_plan(journal)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise DamagedFileError(
            "The journal of that recording does not contain its start, so it cannot be used."
        ) from error
    done, decoder = RunningRecording(plan), EventDecoder(max_sources=MOST_SOURCES)
    ends = [note.at_ns for note in journal.notes if note.what.get("end") is True and note.at_ns >= plan.origin_ns]
    if ends:
        journal = _until(journal, ends[0])
    ends += _heard(journal, done, decoder)
    for note in journal.notes:
        loss = _loss(note)
        if loss is not None:
            done.note(loss)
    for before_ns, after_ns in journal.damage:
        done.note(Loss(after_ns, 1, "damaged", since_ns=before_ns))
    last_ns = int(journal.received_ns[-1]) if len(journal.received_ns) else plan.origin_ns
    end_ns = max(ends[0] if ends else last_ns, plan.origin_ns)
    if not ends:
        done.note(Loss(end_ns, 1, "cut_off"))
    take = done.take(decoder.sources, end_ns)
    return take, done, recording_problems(done, decoder.sources, end_ns, take)


def _unknown_plan(journal: Journal) -> RecordingPlan:
    """The start of a recording whose header is damaged: its first datagram; which lanes were armed is unknown."""
    first_ns = int(journal.received_ns[0]) if len(journal.received_ns) else 0
    return RecordingPlan(journal.id, "", 0, 0.0, max(first_ns, 0), "", (), {})


def _until(journal: Journal, end_ns: int) -> Journal:
    """The journal without what arrived after the recording ended: it is written as it arrives, before it is decoded."""
    kept = np.flatnonzero(journal.received_ns <= end_ns)
    payloads = [journal.payloads[place] for place in kept.tolist()]
    stamps, senders = journal.received_ns[kept], journal.sender_index[kept]
    return replace(journal, received_ns=stamps, payloads=payloads, sender_index=senders)


def _heard(journal: Journal, done: RunningRecording, decoder: EventDecoder) -> list[int]:
    """Pass the datagrams to the recording as they were received; the moments at which a journal of the first format,
    which did not note it, implies its end."""
    controls, ends = ControlReader(), list[int]()
    for first in range(0, len(journal.payloads), BATCH):
        part = slice(first, first + BATCH)
        batch = _decoded(journal, part, decoder, done)
        done.hear(batch, decoder.sources)
        for index, received_ns, text in batch.texts:
            done.hear_text(index, received_ns, text)
        if journal.version == 1:
            # which senders may give commands is unknown, so the first stop counts
            stops = [c.received_ns for c in controls.read(batch.controls) if c.name == "record" and not c.value]
            ends += [ns for ns in stops if ns > done.plan.origin_ns]
    refused = sum(decoder.refused.values())
    if refused and len(journal.received_ns):
        done.note(Loss(int(journal.received_ns[-1]), refused, "refused", since_ns=int(journal.received_ns[0])))
    return ends


def _decoded(journal: Journal, part: slice, decoder: EventDecoder, done: RunningRecording) -> EventBatch:
    """The datagrams of ``part`` as events, with their senders. What cannot be decoded is counted: a journal also
    contains what the recording could not use."""
    payloads, stamps = journal.payloads[part], journal.received_ns[part].tolist()
    index = journal.sender_index[part]
    for start, end in pairwise([0, *(np.flatnonzero(np.diff(index)) + 1).tolist(), len(payloads)]):
        sender = int(index[start])
        senders = None if sender < 0 else [journal.senders[sender]] * (end - start)
        try:
            decoder.feed_many(payloads[start:end], stamps[start:end], senders)
        except Exception:  # an error in the program: the rest of the recording is there
            log.exception("Datagrams of a journal could not be decoded")
            done.note(Loss(stamps[end - 1], end - start, "failed", since_ns=stamps[start]))
    return decoder.drain()


def _loss(note: Note) -> Loss | None:
    """The loss in a note; None for a note of something else."""
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
