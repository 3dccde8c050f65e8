"""Receiving uploads: bounded in size, in memory, in number and in time.

A body may arrive arbitrarily slowly, or never end, and all that are kept in memory add up. All bodies of an app
therefore share one limit, large files go to disk, a few at a time, and none may stall.
"""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import IO, TypeVar

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from ..core.errors import BusyError, ContentTypeError, SlowRequestError, StorageError, TooLargeError

HELD_BYTES = 96 << 20
"""The memory limit for all bodies together."""

FILES_AT_ONCE = 2
IN_MEMORY_BYTES = 4 << 20
"""A file up to this size is kept in memory."""

BLOCK_BYTES = 1 << 20
LEFT_FREE_BYTES = 256 << 20
"""How much disk space an upload leaves for recordings."""

IDLE_S = 20.0
GRACE_S = 30.0
SLOWEST_BYTES_S = 10_000
LONGEST_S = 1800.0

T = TypeVar("T")


class Uploads:
    """The current uploads to one app. For the tasks of its event loop.

    ``folder``: where files wait until they are read, or None for the system's folder of temporary files.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._held = self._files = 0

    @contextlib.asynccontextmanager
    async def body(self, request: Request, limit_bytes: int, media_type: str) -> AsyncIterator[bytes]:
        """The body. ContentTypeError or TooLargeError before more than ``limit_bytes`` are kept, SlowRequestError if it
        stalls, BusyError while too much is being uploaded in total."""
        check_announced(request, limit_bytes, media_type)
        body = bytearray()
        try:
            async for piece in pieces(request, limit_bytes):
                if self._held + len(piece) > HELD_BYTES:
                    raise BusyError("Too much data is being sent to Perform at the same time. Try again in a moment.")
                self._held += len(piece)
                body += piece
            yield bytes(body)
        finally:
            self._held -= len(body)

    @contextlib.asynccontextmanager
    async def file(self, request: Request, limit_bytes: int, media_type: str) -> AsyncIterator[bytes | IO[bytes]]:
        """The body as bytes if it is small, otherwise as a file on disk that is deleted afterwards. Errors as ``body``,
        and StorageError if the disk is full."""
        check_announced(request, limit_bytes, media_type)
        if self._files >= FILES_AT_ONCE:
            raise BusyError("Other files are being uploaded. Try again when they are complete.")
        self._files += 1
        try:
            with contextlib.ExitStack() as files:
                yield await self._received(request, limit_bytes, files)
        finally:
            self._files -= 1

    async def _received(
        self, request: Request, limit_bytes: int, files: contextlib.ExitStack
    ) -> bytes | IO[bytes]:
        block, file = bytearray(), None
        async for piece in pieces(request, limit_bytes):
            block += piece
            if len(block) > (IN_MEMORY_BYTES if file is None else BLOCK_BYTES):
                if file is None:
                    file = files.enter_context(await _on_disk(self._temporary))
                await _on_disk(self._write, file, bytes(block))
                block.clear()
        if file is None:
            return bytes(block)
        await _on_disk(self._write, file, bytes(block))
        file.seek(0)
        return file

    def _temporary(self) -> IO[bytes]:
        return tempfile.TemporaryFile(dir=self._folder)

    def _write(self, file: IO[bytes], data: bytes) -> None:
        if shutil.disk_usage(self._folder or tempfile.gettempdir()).free < LEFT_FREE_BYTES + len(data):
            raise StorageError("The file could not be received: the disk is nearly full. Free some space.")
        file.write(data)


async def _on_disk(work: Callable[..., T], *arguments: object) -> T:
    """``work`` on a thread, so that a slow disk blocks nothing; StorageError on a disk error."""
    try:
        return await run_in_threadpool(work, *arguments)
    except OSError as error:
        raise StorageError(f"The file could not be received: {error.strerror or type(error).__name__}.") from error


def check_announced(request: Request, limit_bytes: int, media_type: str) -> None:
    """ContentTypeError or TooLargeError according to the headers."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != media_type:
        raise ContentTypeError(f"Send it with the header Content-Type: {media_type}.")
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced[:20]) > limit_bytes:
        raise too_large(limit_bytes)


async def pieces(request: Request, limit_bytes: int) -> AsyncIterator[bytes]:
    """The body as it arrives. TooLargeError above ``limit_bytes``; SlowRequestError if nothing arrives for 20 s, or so
    little that it would never end."""
    clock_s, stream, received = asyncio.get_running_loop().time, request.stream().__aiter__(), 0
    begun_s = clock_s()
    while True:
        try:
            piece = await asyncio.wait_for(stream.__anext__(), IDLE_S)
        except StopAsyncIteration:
            return
        except asyncio.TimeoutError:
            raise _slow() from None
        received += len(piece)
        if received > limit_bytes:
            raise too_large(limit_bytes)
        took_s = clock_s() - begun_s
        if took_s > LONGEST_S or (took_s > GRACE_S and received < SLOWEST_BYTES_S * took_s):
            raise _slow()
        yield piece


def too_large(limit_bytes: int) -> TooLargeError:
    """The error for more than ``limit_bytes``."""
    return TooLargeError(f"The request is too large: at most {limit_bytes / 1e6:g} MB are accepted.")


def _slow() -> SlowRequestError:
    return SlowRequestError("The request stopped or was too slow, so it was aborted. Send it again.")
