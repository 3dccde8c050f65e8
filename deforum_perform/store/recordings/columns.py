"""Columns in an npz file, written fast and validated when read: nothing is allocated that the file does not contain."""

from __future__ import annotations

import encodings.cp437  # noqa: F401 - zipfile looks it up when it first reads, which fails without free descriptors
import re
import zipfile
import zlib
from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import IO, Any, BinaryIO

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from ..limits import FOREIGN_BYTES, LARGEST_RATIO, most_unpacked

LEVEL = 1
"""zlib level: for 2,000,000 events level 6 saves 2 % more space in 2.5 times the time (bench/store.py)."""

ZIP_ERRORS = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError)
"""What ``zipfile`` raises if a zip is damaged, locked or compressed with an unknown method."""

_HEADER = re.compile(rb"\{'descr': '([<|]\w\d)', 'fortran_order': (?:False|True), 'shape': \((\d{1,12}),\), \}[ ]*\n")
_MAX_HEADER = 4096
_BLOCK = 1 << 20
_LENGTH = "a column has a different length than it declares"


def write_columns(file: BinaryIO, columns: Mapping[str, NDArray[Any]]) -> None:
    """An npz file of ``columns`` ((N,) each); the same columns always give the same bytes.

    Compressed, unless it is large and its ratio would make a reader doubt it.
    """
    start = file.tell()
    _pack(file, columns, zipfile.ZIP_DEFLATED)
    if sum(column.nbytes for column in columns.values()) > most_unpacked(file.tell() - start, FOREIGN_BYTES - _BLOCK):
        file.seek(start)
        file.truncate()
        _pack(file, columns, zipfile.ZIP_STORED)


def _pack(file: BinaryIO, columns: Mapping[str, NDArray[Any]], packing: int) -> None:
    with zipfile.ZipFile(file, "w", packing, compresslevel=LEVEL) as archive:
        for name, column in columns.items():
            with archive.open(f"{name}.npy", "w", force_zip64=True) as out:
                npy.write_array(out, np.ascontiguousarray(column), allow_pickle=False)


def read_columns(
    file: BinaryIO,
    kinds: Mapping[str, str],
    max_bytes: int,
    optional: Mapping[str, str] = MappingProxyType({}),
    only: Collection[str] | None = None,
) -> dict[str, NDArray[Any]]:
    """The columns named in ``kinds`` (name -> dtype such as "f8"), each (N,) and read-only.

    Those named in ``optional`` may be missing; of all of them, only those in ``only`` are read. ValueError says what is
    wrong.
    """
    try:
        return _read(file, kinds, max_bytes, optional, {*kinds, *optional} if only is None else only)
    except (OSError, *ZIP_ERRORS) as error:
        raise ValueError(f"the archive cannot be read ({error})") from error


def _read(
    file: BinaryIO, kinds: Mapping[str, str], max_bytes: int, optional: Mapping[str, str], only: Collection[str]
) -> dict[str, NDArray[Any]]:
    with zipfile.ZipFile(file) as archive:
        members = {m.filename.removesuffix(".npy"): m for m in archive.infolist() if m.filename.endswith(".npy")}
        if len(members) < len(archive.infolist()) or not set(kinds) <= set(members) <= {*kinds, *optional}:
            raise ValueError("it does not contain the columns of a take")
        if sum(m.file_size for m in members.values()) > max_bytes:
            raise ValueError(f"it needs more than {max_bytes >> 20} MB")
        present = {name: kind for name, kind in {**kinds, **optional}.items() if name in members and name in only}
        return {name: _column(archive, members[name], np.dtype(kind)) for name, kind in present.items()}


def check_member(member: zipfile.ZipInfo) -> None:
    """ValueError for a file in a zip that is compressed as Perform never does, or that declares an impossible size."""
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise ValueError("it is compressed in a way that Perform does not use")
    if member.file_size > _MAX_HEADER + member.compress_size * LARGEST_RATIO:
        raise ValueError("it declares an impossible size")


def _column(archive: zipfile.ZipFile, member: zipfile.ZipInfo, kind: np.dtype[Any]) -> NDArray[Any]:
    check_member(member)
    with archive.open(member) as source:
        start = source.read(10)
        length = int.from_bytes(start[8:], "little")
        if start[:8] != b"\x93NUMPY\x01\x00" or length > _MAX_HEADER:
            raise ValueError("a column is not a numpy array of version 1")
        header = _HEADER.fullmatch(source.read(length))
        if header is None or header[1].decode() != kind.str:
            raise ValueError("a column has the wrong type")
        count = int(header[2])
        if member.file_size != len(start) + length + count * kind.itemsize:
            raise ValueError(_LENGTH)
        column = np.empty(count, dtype=kind)
        _fill(column.view(np.uint8), source)
    column.flags.writeable = False
    return column


def _fill(room: NDArray[np.uint8], source: IO[bytes]) -> None:
    """The rest of ``source``, block by block; ValueError if its size differs from the array's."""
    place = 0
    while block := source.read(_BLOCK):  # the last one verifies the checksum of the file
        if place + len(block) > room.size:
            raise ValueError(_LENGTH)
        room[place : place + len(block)] = np.frombuffer(block, np.uint8)
        place += len(block)
    if place != room.size:
        raise ValueError(_LENGTH)
