"""The takes from a journal: its datagrams are decoded again, as by the recorder."""

from __future__ import annotations

import logging
from dataclasses import replace
from itertools import pairwise

import numpy as np

from ...core.errors import DamagedFileError
from ...core.time.clock_source import RecordedClock
from ...osc.datagrams import Loss
from ...osc.decode.columns import EventBatch
from ...osc.decode.control import ControlReader
from ...osc.decode.events import EventDecoder
from ...osc.decode.source_table import MOST_SOURCES
from ...store.journal.writer import Journal, Note
from .anchor_notes import anchors_in
from .ended import Ended, ended
from .recording_run import RecordingPlan, RunningRecording

log = logging.getLogger(__name__)

BATCH = 512
"""How many datagrams are decoded at once; with more at a time, texts and commands would be left out."""

MOST_LOST = 1 << 40


def replayed(journal: Journal) -> tuple[tuple[Ended, ...], RunningRecording]:
    """The takes made from the journal's datagrams, and their recording."""
    try:
        plan = RecordingPlan.from_header(journal.header) if journal.header else _unknown_plan(journal)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise DamagedFileError(
            "The journal of that recording does not contain its start, so it cannot be used."
        ) from error
    anchors = anchors_in(note.what for note in journal.notes)
    clock = None if anchors is None else RecordedClock(anchors, plan.origin_ns)
    done, decoder = RunningRecording(plan, clock), EventDecoder(max_sources=MOST_SOURCES)
    ends = [note.at_ns for note in journal.notes if note.what.get("end") is True and note.at_ns >= plan.origin_ns]
    if ends:
        journal = _until(journal, ends[0])
    ends += _received(journal, done, decoder)
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
    return ended(done, decoder.sources, end_ns), done


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


def _received(journal: Journal, done: RunningRecording, decoder: EventDecoder) -> list[int]:
    """Pass the datagrams to the recording as they were received; the moments at which a journal of the first format,
    which did not note it, implies its end."""
    controls, ends = ControlReader(), list[int]()
    for first in range(0, len(journal.payloads), BATCH):
        part = slice(first, first + BATCH)
        batch = _decoded(journal, part, decoder, done)
        done.receive(batch, decoder.sources)
        for index, received_ns, text in batch.texts:
            done.receive_text(index, received_ns, text)
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
    loss = note.what.get("loss")
    if not isinstance(loss, dict):
        return None
    kind, count, who = loss.get("kind"), loss.get("count"), loss.get("who", "")
    if not isinstance(kind, str) or not isinstance(who, str) or type(count) is not int:
        return None
    since_ns = loss.get("since_ns", note.at_ns)
    if not 0 < count <= MOST_LOST or type(since_ns) is not int:
        return None
    return Loss(note.at_ns, count, kind, who, since_ns)
