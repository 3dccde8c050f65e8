"""Datagrams -> events in columns.

The decoder runs for every datagram of a performance, so it remembers the header (address and type tags) of each
message of numbers it has read strictly once; the same bytes again need one look-up and one ``struct``, which skips
them. Events are gathered in columns, not in tuples: a garbage collection over millions of small containers stops
everything for tens of milliseconds.
"""

from __future__ import annotations

import struct
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Any

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

_Single = tuple[Callable[[bytes], tuple[Any, ...]], int]
"""A known header of one number: how its message is unpacked, and its source."""


@dataclass(frozen=True)
class _Layout:
    """A known header: how a message that begins with it is unpacked, and to which sources its arguments belong."""

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
        self._max_sources = max_sources
        self._indices: dict[str, int] = {}
        self._sender_indices: dict[Sender, int] = {}
        self._layouts: dict[bytes, _Layout] = {}
        self._narrow: dict[bytes, _Single] = {}
        self._wide: dict[bytes, _Single] = {}
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
        indices: Iterable[int]
        if not senders:
            indices = repeat(UNKNOWN)
        elif senders.count(senders[0]) == len(senders):
            indices = repeat(self._sender_index(senders[0]))
        else:
            indices = map(self._sender_index, senders)
        self._read(payloads, received_ns, indices, self._packet)

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

    def _read(
        self,
        messages: Iterable[bytes],
        stamps: Iterable[int],
        senders: Iterable[int],
        otherwise: Callable[[bytes, int, int], None],
    ) -> None:
        """The hot loop of the intake: single numbers under a known header; all else is for ``otherwise``."""
        columns = self._columns
        add_source, add_stamp = columns.sources.append, columns.stamps.append
        add_value, add_sender = columns.values.append, columns.senders.append
        narrow, wide = self._narrow.get, self._wide.get
        for message, stamp, sender in zip(messages, stamps, senders):
            known = narrow(message[:-4]) or wide(message[:-8])
            if known:
                unpack, source = known
                (value,) = unpack(message)
                add_source(source)
                add_stamp(stamp)
                add_value(value)
                add_sender(sender)
            else:
                otherwise(message, stamp, sender)

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

    def _packet(self, payload: bytes, stamp: int, sender: int) -> None:
        columns = self._columns
        marks = len(columns.values), len(columns.texts), len(columns.controls), len(columns.tagged)
        try:
            if payload.startswith(BUNDLE_START):
                self._bundle(payload, stamp, sender)
            else:
                self._message(payload, stamp, sender)
        except PacketError as error:
            columns.cut(*marks)
            self.malformed[error.kind] += 1

    def _bundle(self, payload: bytes, stamp: int, sender: int) -> None:
        columns = self._columns
        for timetag, messages in split_packet(payload):
            before = len(columns.values)
            self._read(messages, repeat(stamp), repeat(sender), self._message)
            after = len(columns.values)
            columns.tagged.extend(range(before, after))
            columns.timetags.extend(repeat(timetag or 0, after - before))

    def _message(self, message: bytes, stamp: int, sender: int) -> None:
        comma = message.find(b"\0,") + 1
        header_end = (message.find(b"\0", comma) & ~3) + 4
        layout = self._layouts.get(message[:header_end])
        if layout is None or layout.form.size != len(message):
            self._strict(message, stamp, sender)
        else:
            self._numbers(layout.sources, layout.form.unpack(message), stamp, sender)

    def _numbers(self, sources: Sequence[int], values: Sequence[float], stamp: int, sender: int) -> None:
        columns = self._columns
        columns.sources.extend(sources)
        columns.stamps.extend(repeat(stamp, len(sources)))
        columns.values.extend(values)
        columns.senders.extend(repeat(sender, len(sources)))

    def _strict(self, message: bytes, stamp: int, sender: int) -> None:
        check_length(message)
        header = read_header(message)
        arguments = read_arguments(header.tags, message, header.arguments_start, len(message))
        if is_control(header.address):
            self._control(header.address, arguments, stamp, sender)
            return
        self._mixed(header.address, arguments, stamp, sender)
        form = number_struct(header.tags) if 0 < len(header.tags) <= LONGEST_CACHED_TAGS else None
        if form is not None:
            self._remember(message[: header.arguments_start], form, header.address)

    def _remember(self, header: bytes, form: struct.Struct, address: str) -> None:
        count = len(form.unpack(bytes(form.size)))
        sources = tuple(self._index(address, position, count) for position in range(count))
        if len(self._layouts) >= MAX_CACHED_HEADERS:
            for remembered in (self._layouts, self._narrow, self._wide):
                remembered.clear()
        whole = struct.Struct(f">{len(header)}x{form.format[1:]}")
        self._layouts[header] = _Layout(whole, sources)
        if count == 1:
            (self._narrow if form.size == 4 else self._wide)[header] = (whole.unpack, sources[0])

    def _control(self, address: str, arguments: tuple[Argument, ...], stamp: int, sender: int) -> None:
        if len(self._columns.controls) < MAX_CONTROLS:
            self._columns.controls.append((address, arguments, stamp, sender))
        else:
            self.refused["control_dropped"] += 1

    def _mixed(self, address: str, arguments: tuple[Argument, ...], stamp: int, sender: int) -> None:
        flat = flatten(arguments)
        if len(flat) > MAX_ARGUMENTS:
            self.refused["too_many_arguments"] += len(flat) - MAX_ARGUMENTS
        for position, argument in enumerate(flat[:MAX_ARGUMENTS]):
            index = self._index(address, position, len(flat))
            if isinstance(argument, (bool, int, float)):
                self._numbers((index,), (float(argument),), stamp, sender)
            elif argument is Impulse.IMPULSE:
                self._numbers((index,), (1.0,), stamp, sender)
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
