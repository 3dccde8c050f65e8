"""What the receivers hand on, and what they count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol, TypeAlias

from .trouble import Trouble

Sender: TypeAlias = "tuple[str, int]"
Stamps: TypeAlias = Literal["kernel", "python"]


@dataclass(frozen=True)
class Loss:
    """``count`` datagrams were not taken in: ``kind`` lost, dropped by the system, or limited, because ``who`` (a
    host) sent too many.

    ``kind`` failed: they were received, and an error kept them from being used. All of it happened up to
    ``noticed_ns`` and not before ``since_ns`` (monotonic; None: nobody knows more than ``noticed_ns``).
    """

    noticed_ns: int
    count: int
    kind: str = "lost"
    who: str = ""
    since_ns: int | None = None

    @property
    def earliest_ns(self) -> int:
        """The first moment at which it can have happened, as far as is known."""
        return self.noticed_ns if self.since_ns is None else min(self.since_ns, self.noticed_ns)


@dataclass(frozen=True)
class Datagrams:
    """A batch in order of arrival: three lists of one length.

    ``received_ns`` on the clock of ``time.monotonic_ns``. ``losses`` are the drops the system reported with this batch,
    which may hold nothing else.
    """

    received_ns: list[int] = field(default_factory=list)
    payloads: list[bytes] = field(default_factory=list)
    senders: list[Sender] = field(default_factory=list)
    losses: tuple[Loss, ...] = ()

    def __len__(self) -> int:
        return len(self.payloads)

    def only(self, places: Sequence[int]) -> Datagrams:
        """The datagrams at ``places``, with all losses. All three lists have to be filled."""
        return Datagrams(
            [self.received_ns[place] for place in places],
            [self.payloads[place] for place in places],
            [self.senders[place] for place in places],
            self.losses,
        )


@dataclass(frozen=True)
class IntakeStatistics:
    """Counts since the intake was opened.

    ``lost`` were dropped before they could be read, ``truncated`` were longer than the receiver's buffer and left out;
    ``buffered`` small datagrams fit into the socket's buffer of ``receive_buffer_bytes`` when nobody reads;
    ``ring`` more are received by the kernel itself while the interpreter is held. ``stamp_error_ns`` is the 99th
    percentile of how late the listener's own probes were stamped, None before the first. ``sink_errors`` batches made
    the sink raise. ``losses`` are the last 256 occasions. ``trouble`` says which thread fails now, or None.
    """

    received: int = 0
    lost: int = 0
    truncated: int = 0
    receive_buffer_bytes: int = 0
    buffered: int = 0
    ring: int = 0
    stamps: Stamps = "python"
    stamp_error_ns: int | None = None
    receiver: str = ""
    clock_steps: int = 0
    sink_errors: int = 0
    receive_errors: int = 0
    losses: tuple[Loss, ...] = ()
    trouble: str | None = None


class Receiver(Protocol):
    """Takes datagrams off a bound socket, on a thread or process of its own.

    ``wait`` and ``take`` belong to one other thread.
    """

    stamps: Stamps
    name: str
    ring: int
    truncated: int
    errors: int
    trouble: Trouble

    def start(self) -> None:
        """Begin to receive."""

    def wait(self) -> bool:
        """Wait a short while for datagrams; False when stopped and nothing more can come."""

    def take(self) -> Datagrams:
        """All that arrived since the last call (bounded), perhaps nothing."""

    def waiting(self) -> int:
        """About how many datagrams ``take`` would give by and by."""

    def stop(self) -> None:
        """End receiving; what has arrived can still be taken. May be called from any thread, and twice."""

    def step_aside(self) -> None:
        """Let what comes from now on go to another listener on the port (Linux)."""

    def clock_steps(self) -> int:
        """How often the system's time of day was seen to step."""

    def now_ns(self) -> int:
        """Now, on the clock that the stamps are given on, and as finely."""

    def close(self) -> None:
        """Give back what is left, after the last ``take``."""
