"""The numbers of senders, and which sender is removed to make space for a new one."""

from __future__ import annotations

from collections import OrderedDict

from ..datagrams import Sender

MAX_SENDERS = 4096
MOST_NUMBERS = 2**31
"""Numbers fit an int32; they restart at 0 after this many senders."""


class SenderTable:
    """Sender -> number. When it is full, the sender that was silent longest is removed.

    A number is never reused for another sender: in a recording it identifies one sender, even after removal. A sender
    that returns after it was removed counts as a new one.
    """

    def __init__(self) -> None:
        self._numbers: OrderedDict[Sender, int] = OrderedDict()
        self._senders: dict[int, Sender] = {}
        self._next = 0

    def __len__(self) -> int:
        return len(self._numbers)

    def number(self, sender: Sender) -> int:
        """The number of a sender that sends now."""
        number = self._numbers.get(sender)
        if number is not None:
            self._numbers.move_to_end(sender)
            return number
        if len(self._numbers) >= MAX_SENDERS:
            _, forgotten = self._numbers.popitem(last=False)
            self._senders.pop(forgotten, None)
        number, self._next = self._next, (self._next + 1) % MOST_NUMBERS
        self._numbers[sender], self._senders[number] = number, sender
        return number

    def sender(self, number: int) -> Sender | None:
        """The sender that has a number now; None if unknown or removed."""
        return self._senders.get(number)
