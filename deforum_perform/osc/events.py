"""Datagrams -> events in columns.

The decoder runs for every datagram of a performance, so it remembers the header (address and type tags) of each
message of numbers it has read strictly once; the same bytes again need one look-up and one ``struct``. Columns are
arrays, not tuples: a garbage collection over millions of small containers stops everything for tens of milliseconds.
"""

from __future__ import annotations

import struct
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from ..core.errors import PacketError
from .arguments import (
    LONGEST_CACHED_TAGS,
    Argument,
    Impulse,
    describe,
    flatten,
    number_struct,
    read_arguments,
)
from .columns import UNKNOWN, Columns, EventBatch
from .control import is_control
from .datagrams import Sender
from .packet import BUNDLE_START, check_length, read_header, split_packet

__all__ = ["EventBatch", "EventDecoder"]

MAX_SOURCES = 4096
MAX_TEXTS = 4096
MAX_TEXT_CHARACTERS = 256
MAX_CONTROLS = 1024
MAX_ARGUMENTS = 512
MAX_CACHED_HEADERS = 8192
MAX_SENDERS = 256
TOO_MANY = -1


@dataclass(frozen=True)
class _Layout:
    """A known header: how its arguments are unpacked, and to which sources they belong."""

    form: struct.Struct
    sources: tuple[int, ...]


class EventDecoder:
    """Feeds on datagrams, gives events. For one thread at a time.

    ``sources`` maps a source's index to its name and only grows; ``malformed`` counts refused datagrams by kind of
    fault; ``refused`` counts what was OSC but could not be kept: ``not_finite``, ``too_many_sources``,
    ``too_many_arguments``, ``text_dropped``, ``control_dropped``.
    """

    def __init__(self, max_sources: int = MAX_SOURCES) -> None:
        self.sources: list[str] = []
        self.senders: list[Sender] = []
        self.malformed: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self.messages = 0
        self._max_sources = max_sources
        self._indices: dict[str, int] = {}
        self._sender_indices: dict[Sender, int] = {}
        self._layouts: dict[bytes, _Layout] = {}
        self._narrow: dict[bytes, tuple[struct.Struct, int]] = {}
        self._wide: dict[bytes, tuple[struct.Struct, int]] = {}
        self._columns = Columns()

    def feed(self, payload: bytes, received_ns: int) -> None:
        """Read one datagram. A malformed one is counted and adds nothing at all."""
        self.feed_many((payload,), (received_ns,))

    def feed_many(
        self,
        payloads: Sequence[bytes],
        received_ns: Sequence[int],
        senders: Sequence[Sender] | None = None,
    ) -> None:
        """Read datagrams with their stamps and, if told, who sent them."""
        if senders is None or len(set(senders)) == 1:
            self._start_run(UNKNOWN if senders is None else self._sender_index(senders[0]))
            self._feed(payloads, received_ns)
            return
        start = 0
        for sender, run in groupby(senders):
            stop = start + sum(1 for _ in run)
            self._start_run(self._sender_index(sender))
            self._feed(payloads[start:stop], received_ns[start:stop])
            start = stop

    def _start_run(self, sender: int) -> None:
        self._columns.sender_starts.append(len(self._columns.values))
        self._columns.sender_ids.append(sender)

    def _sender_index(self, sender: Sender) -> int:
        """Its place among ``senders``. When these are many, all other ports of a host count as its port 0."""
        index = self._sender_indices.get(sender)
        if index is not None:
            return index
        if len(self.senders) >= MAX_SENDERS:
            sender = (sender[0], 0)
            known = self._sender_indices.get(sender)
            if known is not None or len(self.senders) >= 2 * MAX_SENDERS:
                return UNKNOWN if known is None else known
        self._sender_indices[sender] = index = len(self.senders)
        self.senders.append(sender)
        return index

    def _feed(self, payloads: Sequence[bytes], received_ns: Sequence[int]) -> None:
        """The hot loop of the intake."""
        columns = self._columns
        add_source, add_stamp, add_value = columns.sources.append, columns.stamps.append, columns.values.append
        narrow, wide = self._narrow.get, self._wide.get
        quick = 0
        for payload, stamp in zip(payloads, received_ns):
            known = narrow(payload[:-4]) or wide(payload[:-8])
            if known:
                form, source = known
                (value,) = form.unpack(payload[-form.size :])
                add_source(source)
                add_stamp(stamp)
                add_value(value)
                quick += 1
            else:
                self._packet(payload, stamp)
        self.messages += quick

    def drain(self) -> EventBatch:
        """All events since the last drain. Values that are not finite are counted and left out."""
        columns, self._columns = self._columns, Columns()
        batch = columns.batch()
        unplaced = batch.source_index == TOO_MANY
        keep = np.isfinite(batch.values) & ~unplaced
        if keep.all():
            return batch
        self.refused["too_many_sources"] += int(unplaced.sum())
        self.refused["not_finite"] += int((~keep & ~unplaced).sum())
        return batch.only(keep)

    def _packet(self, payload: bytes, stamp: int) -> None:
        columns = self._columns
        marks = len(columns.values), len(columns.texts), len(columns.controls), len(columns.tagged)
        try:
            if payload.startswith(BUNDLE_START):
                self._bundle(payload, stamp)
            else:
                self._message(payload, stamp)
        except PacketError as error:
            columns.cut(*marks)
            self.malformed[error.kind] += 1

    def _bundle(self, payload: bytes, stamp: int) -> None:
        columns = self._columns
        for element in split_packet(payload):
            before = len(columns.values)
            self._message(payload[element.start : element.end], stamp)
            after = len(columns.values)
            columns.tagged.extend(range(before, after))
            columns.timetags.extend([element.timetag or 0] * (after - before))

    def _message(self, message: bytes, stamp: int) -> None:
        comma = message.find(b"\0,") + 1
        header_end = (message.find(b"\0", comma) & ~3) + 4
        layout = self._layouts.get(message[:header_end])
        if layout is None or layout.form.size != len(message) - header_end:
            self._strict(message, stamp)
        else:
            self._numbers(layout.sources, layout.form.unpack_from(message, header_end), stamp)
        self.messages += 1

    def _numbers(self, sources: Sequence[int], values: Sequence[float], stamp: int) -> None:
        columns = self._columns
        columns.sources.extend(sources)
        columns.stamps.extend([stamp] * len(sources))
        columns.values.extend(values)

    def _strict(self, message: bytes, stamp: int) -> None:
        check_length(message)
        header = read_header(message, 0, len(message))
        arguments = read_arguments(header.tags, message, header.arguments_start, len(message))
        if is_control(header.address):
            self._control(header.address, arguments, stamp)
            return
        self._mixed(header.address, arguments, stamp)
        form = number_struct(header.tags) if 0 < len(header.tags) <= LONGEST_CACHED_TAGS else None
        if form is not None:
            self._remember(message[: header.arguments_start], form, header.address)

    def _remember(self, header: bytes, form: struct.Struct, address: str) -> None:
        count = len(form.unpack(bytes(form.size)))
        sources = tuple(self._index(address, position, count) for position in range(count))
        if len(self._layouts) >= MAX_CACHED_HEADERS:
            for remembered in (self._layouts, self._narrow, self._wide):
                remembered.clear()
        self._layouts[header] = _Layout(form, sources)
        if count == 1:
            (self._narrow if form.size == 4 else self._wide)[header] = (form, sources[0])

    def _control(self, address: str, arguments: tuple[Argument, ...], stamp: int) -> None:
        if len(self._columns.controls) < MAX_CONTROLS:
            self._columns.controls.append((address, arguments, stamp, self._columns.sender_ids[-1]))
        else:
            self.refused["control_dropped"] += 1

    def _mixed(self, address: str, arguments: tuple[Argument, ...], stamp: int) -> None:
        flat = flatten(arguments)
        if len(flat) > MAX_ARGUMENTS:
            self.refused["too_many_arguments"] += len(flat) - MAX_ARGUMENTS
        for position, argument in enumerate(flat[:MAX_ARGUMENTS]):
            index = self._index(address, position, len(flat))
            if isinstance(argument, (bool, int, float)):
                self._numbers((index,), (float(argument),), stamp)
            elif argument is Impulse.IMPULSE:
                self._numbers((index,), (1.0,), stamp)
            else:
                self._text(index, stamp, describe(argument))

    def _text(self, index: int, stamp: int, text: str) -> None:
        if index == TOO_MANY:
            self.refused["too_many_sources"] += 1
        elif len(self._columns.texts) < MAX_TEXTS:
            self._columns.texts.append((index, stamp, text[:MAX_TEXT_CHARACTERS]))
        else:
            self.refused["text_dropped"] += 1

    def _index(self, address: str, position: int, count: int) -> int:
        name = address if count == 1 else f"{address}[{position}]"
        index = self._indices.get(name)
        if index is not None:
            return index
        if len(self.sources) >= self._max_sources:
            return TOO_MANY
        self._indices[name] = index = len(self.sources)
        self.sources.append(name)
        return index
