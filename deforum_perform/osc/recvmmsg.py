"""Linux ``recvmmsg`` by ctypes: one system call that goes on receiving while another thread holds the interpreter.

A Bank is the vector of that call, as numpy columns over memory that the kernel writes. The kernel fills the entries
one after the other and sets an entry's length last, so another thread can read the entries received so far while the
call is still waiting for the next. Layouts: ``struct mmsghdr``, ``iovec``, ``cmsghdr`` of 64-bit Linux (recvmmsg(2),
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

WAITING = 0xFFFFFFFF
MSG_TRUNC = 0x20
MSG_DONTWAIT = 0x40
NAME_BYTES = 32
CONTROL_BYTES = 64
SMALL_BYTES = 256
DATAGRAM_BYTES = 65_536
BARRED_ENTRIES = 2_048
KEPT_REST_BYTES = 4 * 1024 * 1024
STAMP_CONTROL_BYTES = 32
DROPS_CONTROL_BYTES = 52
MAP_NORESERVE = 0x4000
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
    """libc's ``recvmmsg``, or None where this way of receiving cannot work (not Linux, not 64-bit little endian)."""
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


class Bank:
    """Room for ``entries`` datagrams of up to ``datagram_bytes`` bytes.

    The first 256 bytes of each lie densely; the rest has a sparse place of its own, which costs memory only where a
    longer datagram has been. ``taken`` entries were read; ``finished`` is the count the call returned, None while it
    runs.
    """

    def __init__(self, entries: int, datagram_bytes: int = DATAGRAM_BYTES) -> None:
        self.entries = entries
        self.taken = 0
        self.finished: int | None = None
        self.ending = False
        self._barred = 0
        self._long_bytes = 0
        self._rest_bytes = max(datagram_bytes - SMALL_BYTES, 0)
        self.small = np.zeros((entries, min(SMALL_BYTES, datagram_bytes)), dtype=np.uint8)
        self.names = np.zeros(entries, dtype=f"V{NAME_BYTES}")
        self.control = np.zeros(entries, dtype=CONTROL)
        self._rest_map = _sparse_memory(entries * max(self._rest_bytes, 1))
        self.rest = np.frombuffer(self._rest_map, dtype=np.uint8)
        self._vectors = self._make_vectors()
        self._fresh = self._make_headers()
        self.headers = self._fresh.copy()
        self.lengths: npt.NDArray[np.uint32] = self.headers["length"]

    def _make_vectors(self) -> npt.NDArray[np.void]:
        vectors = np.zeros((self.entries, 2), dtype=VECTOR)
        steps = np.arange(self.entries, dtype=np.uint64)
        small_bytes = self.small.shape[1]
        vectors["base"][:, 0] = self.small.ctypes.data + steps * np.uint64(small_bytes)
        vectors["length"][:, 0] = small_bytes
        vectors["base"][:, 1] = self.rest.ctypes.data + steps * np.uint64(self._rest_bytes)
        vectors["length"][:, 1] = self._rest_bytes
        return vectors

    def _make_headers(self) -> npt.NDArray[np.void]:
        headers = np.zeros(self.entries, dtype=HEADER)
        steps = np.arange(self.entries, dtype=np.uint64)
        headers["name"] = self.names.ctypes.data + steps * np.uint64(NAME_BYTES)
        headers["name_length"] = NAME_BYTES
        headers["vectors"] = self._vectors.ctypes.data + steps * np.uint64(2 * VECTOR.itemsize)
        headers["vector_count"] = 2
        headers["control"] = self.control.ctypes.data + steps * np.uint64(CONTROL_BYTES)
        headers["control_length"] = CONTROL_BYTES
        headers["length"] = WAITING
        return headers

    def receive(self, call: Call, descriptor: int) -> int:
        """Receive until every entry is filled, ``end`` was called or the socket is shut down; gives the count.

        The interpreter is free meanwhile. Raises OSError when nothing was received at all.
        """
        count = call(descriptor, self.headers.ctypes.data, self.entries, 0, None)
        if count < 0:
            number = ctypes.get_errno()
            raise OSError(number, errno.errorcode.get(number, "unknown"))
        return count

    def available(self, limit: int) -> int:
        """How many entries behind ``taken`` hold a datagram now, ``limit`` at most; they fill up in order."""
        start = self.taken
        if self.finished is not None:
            return min(self.finished - start, limit)
        low, high = start, min(start + limit, self.entries)
        while low < high:
            middle = (low + high) // 2
            if self.lengths[middle] == WAITING:
                high = middle
            else:
                low = middle + 1
        return low - start

    def end(self) -> None:
        """Make a running call return with the next datagram, losing none.

        The kernel reads an entry's header when it comes to that entry, and refuses one with too many vectors
        (EMSGSIZE) before it receives anything into it. The entry it waits in is not harmed: its vectors are read
        already. (A negative name length would be read again after receiving, and lose that datagram.) Should the
        kernel have passed the barred entries meanwhile, the call ends when all are full.
        """
        self.ending = True
        self._barred = min(self.taken + BARRED_ENTRIES, self.entries)
        self.headers["vector_count"][self.taken : self._barred] = TOO_MANY_VECTORS

    def payloads(self, start: int, stop: int) -> list[bytes]:
        """The bytes of the datagrams of the entries ``start`` to ``stop``."""
        dense = self.small[start:stop].tobytes()
        width = self.small.shape[1]
        lengths: list[int] = self.lengths[start:stop].tolist()
        found = [dense[place : place + length] for place, length in zip(range(0, len(dense), width), lengths)]
        if lengths and max(lengths) > width:
            for offset, length in enumerate(lengths):
                if length > width:
                    beginning = dense[offset * width : (offset + 1) * width]
                    found[offset] = beginning + self._rest(start + offset, length - width)
        return found

    def _rest(self, entry: int, length: int) -> bytes:
        self._long_bytes += length
        place = entry * self._rest_bytes
        return self.rest[place : place + min(length, self._rest_bytes)].tobytes()

    def stamps(self, start: int, stop: int) -> npt.NDArray[np.int64]:
        """CLOCK_REALTIME nanoseconds of the entries; 0 where the kernel gave none."""
        control = self.control[start:stop]
        stamps: npt.NDArray[np.int64] = control["seconds"] * 1_000_000_000 + control["nanoseconds"]
        given = self.headers["control_length"][start:stop] >= STAMP_CONTROL_BYTES
        return np.where(given & (control["type"] == SO_TIMESTAMPNS), stamps, 0)

    def drops(self, start: int, stop: int) -> npt.NDArray[np.int64]:
        """The kernel's running count of drops before each entry (modulo 2^32); 0 where it said none."""
        counted = self.headers["control_length"][start:stop] >= DROPS_CONTROL_BYTES
        return np.where(counted, self.control["drops"][start:stop], 0).astype(np.int64)

    def recycle(self) -> None:
        """Make every entry that was used fresh again."""
        used = max(self.finished or 0, self._barred)
        self.headers[:used] = self._fresh[:used]
        if self._long_bytes > KEPT_REST_BYTES:
            self._rest_map.madvise(mmap.MADV_DONTNEED)
            self._long_bytes = 0
        self.taken, self.finished, self.ending, self._barred = 0, None, False, 0


def _sparse_memory(size: int) -> mmap.mmap:
    """Memory that costs nothing until it is written, small pages only. Raises OSError where there is no room for it."""
    memory = mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | MAP_NORESERVE)
    if hasattr(mmap, "MADV_NOHUGEPAGE"):
        memory.madvise(mmap.MADV_NOHUGEPAGE)
    return memory


def works(call: Call, listener: socket.socket) -> bool:
    """Whether the system lets this process use ``recvmmsg`` at all; takes nothing off the socket."""
    if call(listener.fileno(), 0, 0, MSG_DONTWAIT, None) >= 0:
        return True
    return ctypes.get_errno() not in (errno.ENOSYS, errno.EPERM, errno.EACCES)
