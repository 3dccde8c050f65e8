"""Linux ``recvmmsg`` by ctypes: one system call that continues to receive while another thread holds the interpreter.

A Ring is the vector of that call, as numpy columns over memory that the kernel writes. The kernel fills the entries one
after the other and sets an entry's length last, so another thread can read the entries received so far while the call
is still waiting for the next. Layouts: ``struct mmsghdr``, ``iovec``, ``cmsghdr`` of 64-bit Linux (recvmmsg(2),
cmsg(3)).
"""

from __future__ import annotations

import ctypes
import errno
import mmap
import socket
import struct
import sys
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from .child_program import SO_TIMESTAMPNS
from .repeated_memory import MAP_NORESERVE, RepeatedMemory

WAITING = 0xFFFFFFFF
MSG_TRUNC = 0x20
MSG_DONTWAIT = 0x40
NAME_BYTES = 32
CONTROL_BYTES = 64
SMALL_BYTES = 256
DATAGRAM_BYTES = 65_536
ROUNDS = 1_024
VECTORS = 2
STAMP_CONTROL_BYTES = 32
DROPS_CONTROL_BYTES = 52
TOO_MANY_VECTORS = 1025
"""One more than Linux's UIO_MAXIOV."""

HEADER = np.dtype(
    {
        "names": ["name", "name_length", "vectors", "vector_count", "control", "control_length", "flags", "length"],
        "formats": ["u8", "u4", "u8", "u8", "u8", "u8", "i4", "u4"],
        "offsets": [0, 8, 16, 24, 32, 40, 48, 56],
        "itemsize": 64,
    }
)
VECTOR = np.dtype([("base", "u8"), ("length", "u8")])
CONTROL = np.dtype(
    {
        "names": ["level", "type", "seconds", "nanoseconds", "drops"],
        "formats": ["i4", "i4", "i8", "i8", "u4"],
        "offsets": [8, 12, 16, 24, 48],
        "itemsize": CONTROL_BYTES,
    }
)

Call = Callable[[int, int, int, int, None], int]


def load_recvmmsg() -> Call | None:
    """libc's ``recvmmsg``, or None if this way of receiving cannot work (not Linux, not 64-bit little endian)."""
    if sys.platform != "linux" or struct.calcsize("P") != 8 or sys.byteorder != "little":
        return None
    try:
        function = ctypes.CDLL(None, use_errno=True).recvmmsg
    except (OSError, AttributeError):
        return None
    function.argtypes = [ctypes.c_int, ctypes.c_void_p, ctypes.c_uint, ctypes.c_int, ctypes.c_void_p]
    function.restype = ctypes.c_int
    call: Call = function
    return call


class Ring:
    """Space for ``entries`` datagrams of up to ``datagram_bytes`` bytes, reused in a circle.

    The vector of the call is the ring repeated many times, so one call lasts for ``rounds`` rounds: at 5,000 datagrams
    a second for hours. After the entry that was read last there is always a barrier, at which the call ends if nothing
    was read for a whole round; unread entries are never overwritten. One thread receives, one other reads: ``taken``
    datagrams so far, the next one at entry ``taken`` modulo ``entries``.

    The first 256 bytes of each are stored densely; the rest has a sparse area of its own, which uses memory only where
    a longer datagram has been. Raises OSError if the system has no memory for it.
    """

    def __init__(self, entries: int, datagram_bytes: int = DATAGRAM_BYTES, rounds: int = ROUNDS) -> None:
        entries = -(-entries * HEADER.itemsize // mmap.PAGESIZE) * mmap.PAGESIZE // HEADER.itemsize
        self.entries, self.rounds = entries, rounds
        self.taken = self._received = 0
        self._rest_bytes = max(datagram_bytes - SMALL_BYTES, 0)
        self._rest_place = max(-(-self._rest_bytes // mmap.PAGESIZE), 1) * mmap.PAGESIZE
        self.small = np.zeros((entries, min(SMALL_BYTES, datagram_bytes)), dtype=np.uint8)
        self.names = np.zeros(entries, dtype=f"V{NAME_BYTES}")
        self.control = np.zeros(entries, dtype=CONTROL)
        self._rest_map = _sparse_memory(entries * self._rest_place)
        self.rest = np.frombuffer(self._rest_map, dtype=np.uint8)
        self._vectors = self._make_vectors()
        self._memory = RepeatedMemory(entries * HEADER.itemsize, rounds)
        self.headers = np.frombuffer(self._memory.first, dtype=HEADER)
        self.headers[:] = self._make_headers()
        self.headers["vector_count"][-1] = TOO_MANY_VECTORS
        self.lengths: npt.NDArray[np.uint32] = self.headers["length"]
        self._name_lengths, self._control_lengths = self.headers["name_length"], self.headers["control_length"]
        self._vector_counts = self.headers["vector_count"]

    def _make_vectors(self) -> npt.NDArray[np.void]:
        vectors = np.zeros((self.entries, 2), dtype=VECTOR)
        steps = np.arange(self.entries, dtype=np.uint64)
        small_bytes = self.small.shape[1]
        vectors["base"][:, 0] = self.small.ctypes.data + steps * np.uint64(small_bytes)
        vectors["length"][:, 0] = small_bytes
        vectors["base"][:, 1] = self.rest.ctypes.data + steps * np.uint64(self._rest_place)
        vectors["length"][:, 1] = self._rest_bytes
        return vectors

    def _make_headers(self) -> npt.NDArray[np.void]:
        headers = np.zeros(self.entries, dtype=HEADER)
        steps = np.arange(self.entries, dtype=np.uint64)
        headers["name"] = self.names.ctypes.data + steps * np.uint64(NAME_BYTES)
        headers["name_length"] = NAME_BYTES
        headers["vectors"] = self._vectors.ctypes.data + steps * np.uint64(2 * VECTOR.itemsize)
        headers["vector_count"] = VECTORS
        headers["control"] = self.control.ctypes.data + steps * np.uint64(CONTROL_BYTES)
        headers["control_length"] = CONTROL_BYTES
        headers["length"] = WAITING
        return headers

    def receive(self, call: Call, descriptor: int) -> None:
        """Receive until the barrier is reached, the rounds are over or the socket is shut down.

        The interpreter is released meanwhile. Raises OSError if nothing was received at all: EMSGSIZE at the barrier.
        """
        entry = self._received % self.entries
        address = self._memory.address + entry * HEADER.itemsize
        count = call(descriptor, address, self.rounds * self.entries - entry, 0, None)
        if count < 0:
            number = ctypes.get_errno()
            raise OSError(number, errno.errorcode.get(number, "unknown"))
        self._received += count

    @property
    def is_full(self) -> bool:
        """Whether the barrier was reached, for the receiving thread."""
        return self._received - self.taken >= self.entries - 1

    def ready(self, limit: int) -> slice:
        """The entries that contain an unread datagram now, up to the end of the ring, ``limit`` at most."""
        start = self.taken % self.entries
        low, high = start, min(start + limit, self.entries)
        while low < high:
            middle = (low + high) // 2
            if self.lengths[middle] == WAITING:
                high = middle
            else:
                low = middle + 1
        return slice(start, low)

    def release(self, entries: slice) -> None:
        """Release the entries that ``ready`` returned, after they were read; the barrier moves behind the last of them.

        The kernel reads an entry's header when it reaches that entry, and refuses one with too many vectors (EMSGSIZE)
        before it receives anything into it. (A negative name length would be read again after receiving, and lose that
        datagram.)
        """
        start, stop = entries.start, entries.stop
        if start == stop:
            return
        if (self.lengths[entries] > SMALL_BYTES).any():  # before the barrier moves and the kernel may write there again
            self._rest_map.madvise(mmap.MADV_DONTNEED, start * self._rest_place, (stop - start) * self._rest_place)
        self._name_lengths[entries] = NAME_BYTES  # what the kernel wrote, and will read again
        self._control_lengths[entries] = CONTROL_BYTES
        self.lengths[entries] = WAITING
        self._vector_counts[stop - 1] = TOO_MANY_VECTORS
        self._vector_counts[start - 1] = VECTORS  # the old barrier; for entry 0 it is the last entry
        self.taken += stop - start
        if stop == self.entries:
            self._memory.forget()

    def payloads(self, entries: slice) -> list[bytes]:
        """The bytes of the datagrams of the entries."""
        lengths: list[int] = self.lengths[entries].tolist()
        width = max(1, min(max(lengths), self.small.shape[1]))  # no more memory is used than was written
        dense = self.small[entries, :width].tobytes()
        found = [dense[place : place + length] for place, length in zip(range(0, len(dense), width), lengths)]
        if max(lengths) > width:
            for offset, length in enumerate(lengths):
                if length > width:
                    beginning = dense[offset * width : (offset + 1) * width]
                    found[offset] = beginning + self._rest(entries.start + offset, length - width)
        return found

    def _rest(self, entry: int, length: int) -> bytes:
        place = entry * self._rest_place
        return self.rest[place : place + min(length, self._rest_bytes)].tobytes()

    def stamps(self, entries: slice) -> npt.NDArray[np.int64]:
        """CLOCK_REALTIME nanoseconds of the entries; 0 if the kernel gave none."""
        control = self.control[entries]
        stamped = (self._control_lengths[entries] >= STAMP_CONTROL_BYTES) & (control["type"] == SO_TIMESTAMPNS)
        return np.where(stamped, control["seconds"] * 1_000_000_000 + control["nanoseconds"], 0)

    def drops(self, entries: slice) -> npt.NDArray[np.uint32]:
        """The kernel's running count of drops before each entry (modulo 2^32); 0 if it gave none."""
        counted = self._control_lengths[entries] >= DROPS_CONTROL_BYTES
        return np.where(counted, self.control["drops"][entries], np.uint32(0))

    def are_cut(self, entries: slice) -> npt.NDArray[np.bool_]:
        """Which of the entries contain the beginning of a datagram that is too long."""
        cut: npt.NDArray[np.bool_] = (self.headers["flags"][entries] & MSG_TRUNC) != 0
        return cut


def _sparse_memory(size: int) -> mmap.mmap:
    """Memory that is allocated when it is written, small pages only. Raises OSError if there is no space for it."""
    memory = mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | MAP_NORESERVE)
    if hasattr(mmap, "MADV_NOHUGEPAGE"):
        memory.madvise(mmap.MADV_NOHUGEPAGE)
    return memory


def works(call: Call, listener: socket.socket) -> bool:
    """Whether the system lets this process use ``recvmmsg`` at all; reads nothing from the socket."""
    if call(listener.fileno(), 0, 0, MSG_DONTWAIT, None) >= 0:
        return True
    return ctypes.get_errno() not in (errno.ENOSYS, errno.EPERM, errno.EACCES)
