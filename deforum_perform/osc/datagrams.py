"""What the receivers deliver, and their statistics."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol, TypeAlias

from .trouble import Trouble

Sender: TypeAlias = "tuple[str, int]"
Stamps: TypeAlias = Literal["kernel", "python"]


@dataclass(frozen=True)
class Loss:
    """``count`` datagrams were not received: ``kind`` lost, dropped by the system, or limited, because ``who`` (a host)
    sent too many.

    ``kind`` failed: they were received, but an error prevented their use. All of it happened up to ``noticed_ns`` and
    not before ``since_ns`` (monotonic; None: unknown).
    """

    noticed_ns: int
    count: int
    kind: str = "lost"
    who: str = ""
    since_ns: int | None = None

    @property
    def earliest_ns(self) -> int:
        """The earliest moment at which it can have happened, as far as is known."""
        return self.noticed_ns if self.since_ns is None else min(self.since_ns, self.noticed_ns)


@dataclass(frozen=True)
class Datagrams:
    """A batch in order of arrival: three lists of one length.

    ``received_ns`` on the clock of ``time.monotonic_ns``. ``losses`` are the drops that the system reported with this
    batch, which may be empty otherwise.
    """

    received_ns: list[int] = field(default_factory=list)
    payloads: list[bytes] = field(default_factory=list)
    senders: list[Sender] = field(default_factory=list)
    losses: tuple[Loss, ...] = ()

    def __len__(self) -> int:
        return len(self.payloads)

    def only(self, places: Sequence[int]) -> Datagrams:
        """The datagrams at ``places``, with all losses. All three lists must be filled."""
        return Datagrams(
            [self.received_ns[place] for place in places],
            [self.payloads[place] for place in places],
            [self.senders[place] for place in places],
            self.losses,
        )


@dataclass(frozen=True)
class IntakeStatistics:
    """Statistics since the intake was opened.

    ``lost`` were dropped before they could be read, ``truncated`` were longer than the receiver's buffer and left out;
    ``buffered`` small datagrams fit into the socket's buffer of ``receive_buffer_bytes`` while nothing is read; the
    kernel itself receives ``ring`` more while the interpreter is blocked. ``stamp_error_ns`` is the 99th percentile of
    the delay with which the listener's own probes were stamped, None before the first. ``sink_errors`` batches raised
    in the sink. ``losses`` are the last 256 losses. ``trouble`` says which thread is failing now, or None.
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
    """Reads datagrams from a bound socket, on a thread or process of its own.

    ``wait`` and ``take`` are called from one other thread.
    """

    stamps: Stamps
    name: str
    ring: int
    truncated: int
    errors: int
    trouble: Trouble

    def start(self) -> None:
        """Start to receive."""

    def wait(self) -> bool:
        """Wait a short while for datagrams; False when stopped and nothing more can arrive."""

    def take(self) -> Datagrams:
        """Everything that arrived since the last call (bounded), possibly nothing."""

    def waiting(self) -> int:
        """About how many datagrams further calls of ``take`` would return."""

    def stop(self) -> None:
        """Stop receiving; ``take`` still returns what has arrived. May be called from any thread, and twice."""

    def step_aside(self) -> None:
        """From now on, leave new datagrams to another listener on the port (Linux)."""

    def clock_steps(self) -> int:
        """How many steps of the system's time of day were detected."""

    def now_ns(self) -> int:
        """Now, on the clock of the stamps, with the same resolution."""

    def close(self) -> None:
        """Release resources, after the last ``take``."""
