"""The numbers of senders, and which sender is forgotten to make room for a new one."""

from __future__ import annotations

from collections import OrderedDict

from ..datagrams import Sender

MAX_SENDERS = 4096
MOST_NUMBERS = 2**31
"""Numbers fit an int32; they begin again at 0 after so many senders."""


class SenderTable:
    """Sender -> number. When it is full, the sender that was silent the longest is forgotten.

    A number is not given again to another sender: in a recording it means one sender, also when that is forgotten. A
    sender that comes back after it was forgotten counts as a new one.
    """

    def __init__(self) -> None:
        self._numbers: OrderedDict[Sender, int] = OrderedDict()
        self._senders: dict[int, Sender] = {}
        self._next = 0

    def __len__(self) -> int:
        return len(self._numbers)

    def number(self, sender: Sender) -> int:
        """The number of a sender that sends something now."""
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
        """Who has a number now; None for one that is unknown or forgotten."""
        return self._senders.get(number)
