"""Files that are complete or absent: atomic writing, bounded reading, and disk errors in plain words.

No message contains a path: ``what`` names the file for the user ("The song", "Take 3").
"""

from __future__ import annotations

import contextlib
import errno
import json
import math
import os
import re
import secrets
import shutil
from codecs import BOM_UTF8
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

from ..core.errors import DamagedFileError, FolderError, NotFoundError, StorageError
from ..core.nesting import is_too_deep

TEMPORARY = ".tmp"
"""The suffix of a file that is still being written."""

MAX_JSON_BYTES = 32 << 20
_MAX_DIGITS = 400
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|NaN|-?Infinity|-?\d[\d.eE+-]*')
"""Texts, which may look like a number, and the numbers of JSON."""

_DEEP = "{what} is refused: it is nested too deeply."
_FULL = {errno.ENOSPC, errno.EDQUOT}
_REFUSED = {errno.EACCES, errno.EPERM, errno.EROFS}
_TOO_MANY = {errno.EMFILE, errno.ENFILE}
_GONE = {errno.ENOENT, errno.ENOTDIR, errno.EEXIST, errno.EISDIR}


def storage_error(error: OSError, what: str, verb: str = "saved") -> StorageError:
    """``error`` in plain words, with a remedy; the caller raises it."""
    if error.errno in _FULL:
        return StorageError(f"{what} could not be {verb}: the disk is full. Free some space and try again.")
    if error.errno in _REFUSED:
        return FolderError(
            f"{what} could not be {verb}: access to the folder was denied. Check its permissions, or choose another."
        )
    if error.errno in _GONE:
        return FolderError(f"{what} could not be {verb}: its folder is missing. Put the folder back.")
    if error.errno in _TOO_MANY:
        return StorageError(
            f"{what} could not be {verb}: too many files are open. Close other programs, or raise the limit."
        )
    return StorageError(f"{what} could not be {verb}: {error.strerror or type(error).__name__}. Check the disk.")


@contextlib.contextmanager
def explained(what: str, verb: str = "read") -> Iterator[None]:
    """Errors of the system in the block in plain words: NotFoundError for a missing file, otherwise StorageError."""
    try:
        yield
    except FileNotFoundError as error:
        raise NotFoundError(f"{what} no longer exists.") from error
    except OSError as error:
        raise storage_error(error, what, verb) from error


@contextlib.contextmanager
def replacing(path: Path, what: str, *, sync: bool = True) -> Iterator[BinaryIO]:
    """A file to write, and to read back, that replaces ``path`` when the block ends normally, and leaves nothing behind
    otherwise.

    A reader sees the old file or the new one, also after a crash; with ``sync`` also after a power cut. StorageError if
    it cannot be written.
    """
    temporary = path.with_name(f"{path.name}.{secrets.token_hex(4)}{TEMPORARY}")
    try:
        with temporary.open("x+b") as file:
            yield file
            file.flush()
            if sync:
                os.fsync(file.fileno())
        os.replace(temporary, path)
        if sync:
            sync_folder(path.parent)
    except OSError as error:
        raise storage_error(error, what) from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


def write_bytes(path: Path, data: bytes, what: str, *, sync: bool = True) -> None:
    """``data`` in place of ``path``, all of it or nothing. StorageError if it cannot be written."""
    with replacing(path, what, sync=sync) as file:
        file.write(data)


def copy_file(path: Path, copy: Path, what: str) -> None:
    """A copy of the file, complete or absent; its folder is created. StorageError if it cannot be written."""
    with explained(what, "saved"):
        copy.parent.mkdir(parents=True, exist_ok=True)
    with path.open("rb") as old, replacing(copy, what) as new:
        shutil.copyfileobj(old, new, 1 << 20)


def second_name(path: Path, name: Path) -> bool:
    """Make ``name`` another name of the file ``path``, replacing an existing file; False if the file system has no hard
    links. The content stays under ``name`` when ``path`` is replaced."""
    temporary = name.with_name(f"{name.name}.{secrets.token_hex(4)}{TEMPORARY}")
    try:
        os.link(path, temporary)
        os.replace(temporary, name)
    except OSError:
        return False
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)  # both may already be names of one file: then nothing was replaced
    return True


def json_bytes(value: Any, indent: int = 1) -> bytes:
    """``value`` as the JSON that the store writes: UTF-8, indented, in the given order."""
    text = json.dumps(value, ensure_ascii=False, indent=indent, allow_nan=False)
    try:
        return text.encode()
    except UnicodeEncodeError:  # half of a surrogate pair, from a sender or a damaged file
        return json.dumps(value, indent=indent, allow_nan=False).encode()


def sync_folder(folder: Path) -> None:
    """Make renames in ``folder`` durable, if the system can (Windows cannot open a folder)."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def read_bytes(path: Path, what: str, max_bytes: int) -> bytes:
    """The whole file. NotFoundError if it is missing, DamagedFileError above ``max_bytes``, StorageError otherwise."""
    with explained(what), path.open("rb") as file:
        wanted = min(os.fstat(file.fileno()).st_size, max_bytes) + 1
        data = file.read(wanted)
        while len(data) == wanted <= max_bytes:  # the file has grown, or the system does not give its size
            wanted = min(2 * wanted, max_bytes + 1)
            data += file.read(wanted - len(data))
    if len(data) > max_bytes:
        raise DamagedFileError(f"{what} is refused: the file is larger than {max_bytes >> 20} MB.")
    return data


def read_json(path: Path, what: str, max_bytes: int = MAX_JSON_BYTES) -> Any:
    """The JSON value in the file; errors as ``read_bytes``, and DamagedFileError if it is not JSON."""
    return parse_json(read_bytes(path, what, max_bytes), what)


def parse_json(data: bytes | str, what: str, repeated: list[str] | None = None) -> Any:
    """The JSON value in ``data`` (UTF-8, a byte order mark is allowed); DamagedFileError with the place of the error.
    ``repeated``: gets the names that an object has more than once, of which the last value counts.

    NaN, infinities and numbers of hundreds of digits are refused: Perform and Deforum never write them, and no schedule
    or setting can use them.
    """
    text = ""
    try:
        text = data.removeprefix(BOM_UTF8).decode() if isinstance(data, bytes) else data.removeprefix("\ufeff")
        pairs = None if repeated is None else _noting(repeated)
        value = json.loads(
            text, parse_constant=_refuse_constant, parse_int=_whole, parse_float=_finite, object_pairs_hook=pairs
        )
    except UnicodeDecodeError as error:
        raise DamagedFileError(f"{what} is damaged: byte {error.start} is not UTF-8 text.") from error
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise DamagedFileError(f"{what} is damaged at {place}: {error.msg}.") from error
    except RecursionError as error:
        raise DamagedFileError(_DEEP.format(what=what)) from error
    except ValueError as error:
        raise DamagedFileError(f"{what} is damaged{_place_of_number(text)}: {error}.") from error
    if is_too_deep(value):
        raise DamagedFileError(_DEEP.format(what=what))
    return value


def _noting(repeated: list[str]) -> Callable[[list[tuple[str, Any]]], dict[str, Any]]:
    """Makes objects of their pairs, and adds the names that one has more than once to ``repeated``."""

    def made(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            counts = Counter(name for name, _ in pairs)
            repeated.extend(name for name, count in counts.items() if count > 1 and name not in repeated)
        return found

    return made


def _place_of_number(text: str) -> str:
    """The place of the first number that is refused."""
    for token in _TOKEN.finditer(text):
        digits = token[0]
        try:
            if digits.endswith(("NaN", "Infinity")):
                _refuse_constant(digits)
            elif not digits.startswith('"'):
                _whole(digits) if digits.lstrip("-").isdigit() else _finite(digits)
        except ValueError:
            line, start = text.count("\n", 0, token.start()) + 1, text.rfind("\n", 0, token.start())
            return f" at line {line}, column {token.start() - start}"
    return ""


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number. Write a plain number in its place")


def _finite(digits: str) -> float:
    value = float(digits)
    if math.isinf(value):
        raise ValueError(f"{digits[:20]} is too large a number. Write a smaller one in its place")
    return value


def _whole(digits: str) -> int:
    if len(digits) > _MAX_DIGITS:
        raise ValueError(f"a number has {len(digits)} digits. Write a smaller one in its place")
    return int(digits)
