"""Memory that is mapped many times in a row, so that reading along it goes in a circle (Linux).

The pages exist once, in a file without a name (memfd_create(2)); the repetitions cost only address space.
"""

from __future__ import annotations

import ctypes
import errno
import mmap
import os
import sys
import weakref

MAP_FIXED = 0x10
MAP_NORESERVE = 0x4000
MADV_DONTNEED = 4
_FAILED = ctypes.c_void_p(-1).value


class RepeatedMemory:
    """``size`` bytes, a multiple of the page size, mapped ``count`` times from ``address`` on.

    ``first`` is another view of the same bytes, for this program's own use. Raises OSError if the system has no such
    memory.
    """

    def __init__(self, size: int, count: int) -> None:
        self.size, self.count = size, count
        self._libc = _libc()
        descriptor = _nameless_file(size)
        try:
            self.first = mmap.mmap(descriptor, size)
            self.address = self._map(0, size * count, -1, mmap.PROT_READ, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
            self._end = weakref.finalize(self, self._libc.munmap, self.address, size * count)
            self._end.atexit = False  # the kernel may be using it until the very end
            for place in range(self.address, self.address + size * count, size):
                self._map(place, size, descriptor, mmap.PROT_READ | mmap.PROT_WRITE, mmap.MAP_SHARED | MAP_FIXED)
        finally:
            os.close(descriptor)

    def forget(self) -> None:
        """Let the system free its page tables for the repetitions that were used; the bytes stay."""
        self._libc.madvise(self.address, self.size * self.count, MADV_DONTNEED)

    def _map(self, place: int, size: int, descriptor: int, rights: int, flags: int) -> int:
        address: int | None = self._libc.mmap(place, size, rights, flags | MAP_NORESERVE, descriptor, 0)
        if address is None or address == _FAILED:
            raise OSError(ctypes.get_errno(), "no address space for a ring")
        return address


def _nameless_file(size: int) -> int:
    if sys.platform != "linux":
        raise OSError(errno.ENOSYS, "only Linux has files without a name")
    descriptor = os.memfd_create("perform-osc")
    os.ftruncate(descriptor, size)
    return descriptor


def _libc() -> ctypes.CDLL:
    libc = ctypes.CDLL(None, use_errno=True)
    pointer, size, number = ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int
    libc.mmap.restype = pointer
    libc.mmap.argtypes = [pointer, size, number, number, number, ctypes.c_long]
    libc.munmap.argtypes = [pointer, size]
    libc.madvise.argtypes = [pointer, size, number]
    return libc
