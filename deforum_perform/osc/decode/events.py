"""Datagrams -> events in columns.

The decoder runs for every datagram of a performance, so it caches the header (address and type tags) of each valid
message of numbers; the same bytes again need one look-up and one ``struct``, which skips them. Events are collected in
columns, not in tuples: a garbage collection over millions of small containers stops everything for tens of
milliseconds.
"""

from __future__ import annotations

import struct
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import repeat
from typing import Any

import numpy as np

from ...core.errors import PacketError
from ..datagrams import Sender
from .arguments import LONGEST_CACHED_TAGS, Argument, Findings, Impulse, Missing, describe, flatten, number_struct
from .bundle import BUNDLE_START, split_bundle
from .columns import UNKNOWN, Columns, EventBatch
from .control import is_control
from .framing import unframed
from .message import read_message
from .packet import read_packet
from .packet_problems import packet_error
from .sender_table import SenderTable
from .source_table import MAX_SOURCES, TOO_MANY, SourceTable

__all__ = ["MAX_SOURCES", "EventBatch", "EventDecoder"]

MAX_TEXTS = 4096
MAX_TEXT_CHARACTERS = 256
MAX_CONTROLS = 1024
MAX_ARGUMENTS = 512
MAX_CACHED_HEADERS = 8192
HITS = ("", "I")
"""Type tags of a message that is only a hit."""

_NO_BYTES = struct.Struct(">")

Forgettable = Callable[[AbstractSet[int]], Iterable[int]]

_Single = tuple[Callable[[bytes], tuple[Any, ...]], int]
"""A cached header of one number: how to unpack its message, and its source."""


@dataclass(frozen=True)
class _Layout:
    """A cached header: how to unpack a message that begins with it, and the sources of its arguments.

    ``constants``: the values of arguments that have no bytes, all of one kind; they are ``impulses`` or booleans.
    """

    form: struct.Struct
    sources: tuple[int, ...]
    constants: tuple[float, ...] = ()
    impulses: bool = False


class EventDecoder:
    """Takes datagrams, returns events. For one thread at a time.

    ``sources`` maps a source's index to its name; it is always the same list. When it has ``max_sources`` entries,
    those that ``forgettable`` returns are removed (never the indexes it is called with), and their indexes are reused.
    ``malformed`` counts datagrams of which nothing could be read, by kind of error; ``irregular`` counts the errors in
    the others, of which everything unambiguous was read; ``refused`` counts valid OSC that could not be kept:
    ``not_finite``, ``too_many_sources``, ``too_many_arguments``, ``text_dropped``, ``control_dropped``.
    """

    def __init__(self, max_sources: int | None = None, forgettable: Forgettable | None = None) -> None:
        self._table = SourceTable(max_sources, None if forgettable is None else lambda: forgettable(self._undrained()))
        self.sources = self._table.names
        self.senders = SenderTable()
        self.malformed: Counter[str] = Counter()
        self.irregular: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self._layouts: dict[bytes, _Layout] = {}
        self._narrow: dict[bytes, _Single] = {}
        self._wide: dict[bytes, _Single] = {}
        self._columns = Columns()

    def feed_many(
        self,
        payloads: Sequence[bytes],
        received_ns: Sequence[int],
        senders: Sequence[Sender] | None = None,
    ) -> None:
        """Decode datagrams with their stamps and, if known, their senders."""
        indices: Iterable[int]
        if not senders:
            indices = repeat(UNKNOWN)
        elif senders.count(senders[0]) == len(senders):
            indices = repeat(self.senders.number(senders[0]))
        else:
            indices = map(self.senders.number, senders)
        self._read(payloads, received_ns, indices, self._packet)

    def _read(
        self,
        messages: Iterable[bytes],
        stamps: Iterable[int],
        senders: Iterable[int],
        otherwise: Callable[[bytes, int, int], None],
    ) -> None:
        """The hot loop of the intake: single numbers under a cached header; everything else is for ``otherwise``."""
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
        if not payload.startswith(BUNDLE_START):
            if not self._known(payload, stamp, sender):
                self._any(payload, stamp, sender)
            return
        columns = self._columns
        lengths = columns.lengths()
        try:
            self._bundle(payload, stamp, sender)
        except PacketError:
            columns.cut(lengths)
            self._any(payload, stamp, sender)

    def _any(self, payload: bytes, stamp: int, sender: int) -> None:
        """A datagram whose header is not cached, or that contains an error."""
        try:
            packet = read_packet(payload)
        except PacketError as error:
            self.malformed[error.kind] += 1
            return
        columns = self._columns
        for address, arguments, timetag in packet.messages:
            before = len(columns.values)
            self._take_in(address, arguments, stamp, sender)
            if timetag is not None:
                columns.tag(before, timetag)
        if packet.problems:
            self.irregular.update(packet.problems)
        elif packet.messages and packet.messages[0].timetag is None:
            self._remember(payload, packet.messages[0].address)

    def _bundle(self, payload: bytes, stamp: int, sender: int) -> None:
        columns = self._columns
        runs, too_deep = split_bundle(payload)
        if too_deep and unframed(payload):
            raise packet_error("bundle_depth")
        for timetag, messages in runs:
            if messages:
                before = len(columns.values)
                self._read(messages, repeat(stamp), repeat(sender), self._message)
                columns.tag(before, timetag)
        if too_deep:
            counts = self.irregular if any(messages for _, messages in runs) else self.malformed
            counts["bundle_depth"] += 1

    def _known(self, message: bytes, stamp: int, sender: int) -> bool:
        """Add a message with a cached header; whether it has one."""
        layout = self._layouts.get(message[: _header_end(message)])
        if layout is None or layout.form.size != len(message):
            return False
        if layout.impulses:
            self._impulses(layout.sources, stamp, sender)
        else:
            self._numbers(layout.sources, layout.constants or layout.form.unpack(message), stamp, sender)
        return True

    def _message(self, message: bytes, stamp: int, sender: int) -> None:
        """A message of a bundle. PacketError if it contains any error."""
        if self._known(message, stamp, sender):
            return
        findings = Findings()
        body = read_message(message, findings)
        if body is None or findings.kinds:
            raise packet_error(findings.kinds[0])
        self._take_in(body.header.address, body.arguments, stamp, sender)
        self._remember(message, body.header.address)

    def _numbers(self, sources: Sequence[int], values: Sequence[float], stamp: int, sender: int) -> None:
        columns = self._columns
        columns.sources.extend(sources)
        columns.stamps.extend(repeat(stamp, len(sources)))
        columns.values.extend(values)
        columns.senders.extend(repeat(sender, len(sources)))

    def _remember(self, message: bytes, address: str) -> None:
        """Cache the header of a valid message, if it contains only numbers, booleans or hits."""
        header = message[: _header_end(message)]
        tags = header[header.find(b"\0,") + 2 :].rstrip(b"\0").decode("latin-1") if b"\0," in header else ""
        form = _form(tags)
        if form is None or is_control(address) or form.size != len(message) - len(header):
            return
        count = len(tags) or 1
        sources = tuple(self._index(address, position, count) for position in range(count))
        if TOO_MANY in sources:
            return  # there may be space the next time
        if len(self._layouts) >= MAX_CACHED_HEADERS:
            self._forget_headers()
        whole = struct.Struct(f">{len(header)}x{form.format[1:]}")
        constants = () if form.size else tuple(float(tag == "T") for tag in tags)
        self._layouts[header] = _Layout(whole, sources, constants, impulses=tags in HITS)
        if count == 1 and form.size:
            (self._narrow if form.size == 4 else self._wide)[header] = (whole.unpack, sources[0])

    def _take_in(self, address: str, arguments: tuple[Argument, ...], stamp: int, sender: int) -> None:
        if is_control(address):
            self._control(address, arguments, stamp, sender)
        elif arguments:
            self._mixed(address, flatten(arguments), stamp, sender)
        else:
            self._impulses((self._index(address, 0, 1),), stamp, sender)

    def _control(self, address: str, arguments: tuple[Argument, ...], stamp: int, sender: int) -> None:
        if Missing.MISSING in arguments:
            return  # a command is executed only if its meaning is certain
        if len(self._columns.controls) < MAX_CONTROLS:
            self._columns.controls.append((address, arguments, stamp, self.senders.sender(sender)))
        else:
            self.refused["control_dropped"] += 1

    def _mixed(self, address: str, flat: Sequence[Argument], stamp: int, sender: int) -> None:
        if len(flat) > MAX_ARGUMENTS:
            self.refused["too_many_arguments"] += len(flat) - MAX_ARGUMENTS
        for position, argument in enumerate(flat[:MAX_ARGUMENTS]):
            if argument is Missing.MISSING:
                continue
            index = self._index(address, position, len(flat))
            if isinstance(argument, (bool, int, float)):
                self._numbers((index,), (float(argument),), stamp, sender)
            elif argument is Impulse.IMPULSE:
                self._impulses((index,), stamp, sender)
            else:
                self._text(index, stamp, describe(argument))

    def _impulses(self, sources: Sequence[int], stamp: int, sender: int) -> None:
        before = len(self._columns.values)
        self._numbers(sources, (1.0,) * len(sources), stamp, sender)
        self._columns.impulses.extend(range(before, before + len(sources)))

    def _text(self, index: int, stamp: int, text: str) -> None:
        if index == TOO_MANY:
            self.refused["too_many_sources"] += 1
        elif len(self._columns.texts) < MAX_TEXTS:
            self._columns.texts.append((index, stamp, text[:MAX_TEXT_CHARACTERS]))
        else:
            self.refused["text_dropped"] += 1

    def _index(self, address: str, position: int, count: int) -> int:
        argument = None if count == 1 else position
        index = self._table.index(address, argument)
        if index is not None:
            return index
        forgotten = self._table.forget()
        if forgotten:
            self._forget_headers()
        index = self._table.add(address, argument)
        self._columns.renamed += [*forgotten, index] if index != TOO_MANY else forgotten
        return index

    def _forget_headers(self) -> None:
        for remembered in (self._layouts, self._narrow, self._wide):
            remembered.clear()

    def _undrained(self) -> set[int]:
        """The sources of events that are not drained yet."""
        return {*self._columns.sources, *(index for index, _, _ in self._columns.texts)}


def _header_end(message: bytes) -> int:
    """Where the arguments of a valid message begin."""
    comma = message.find(b"\0,") + 1
    return (message.find(b"\0", comma) & ~3) + 4


def _form(tags: str) -> struct.Struct | None:
    """How the arguments are unpacked, if all of them are numbers, or booleans, or a single hit; otherwise None."""
    if len(tags) > LONGEST_CACHED_TAGS:
        return None
    return _NO_BYTES if tags in HITS or not tags.strip("TF") else number_struct(tags)
