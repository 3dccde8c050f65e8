"""The limit: every datagram straight from a bare asyncio socket into a websocket, without decoding, keeping or waiting.

Prints ``PAGE_PORT OSC_PORT``, then serves until it is killed.
"""

from __future__ import annotations

import asyncio
import json
import socket
import struct

import uvicorn
from fastapi import FastAPI, WebSocket


class Forwarder(asyncio.DatagramProtocol):
    """Puts what arrives into the queue of the page."""

    def __init__(self, queue: asyncio.Queue[str]) -> None:
        self._queue = queue

    def datagram_received(self, data: bytes, addr: object) -> None:
        """One message of ``_stream_sender``."""
        name = data.partition(b"\0")[0].decode()
        self._queue.put_nowait(json.dumps([name, struct.unpack_from(">d", data, len(data) - 8)[0]]))


async def main() -> None:
    """Serve one page."""
    queue: asyncio.Queue[str] = asyncio.Queue()
    app = FastAPI()

    async def stream(page: WebSocket) -> None:
        await page.accept()
        while True:
            await page.send_text(await queue.get())

    app.add_api_websocket_route("/stream", stream)
    page_socket = socket.create_server(("127.0.0.1", 0))
    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(lambda: Forwarder(queue), ("127.0.0.1", 0))
    osc_port = transport.get_extra_info("sockname")[1]
    print(page_socket.getsockname()[1], osc_port, flush=True)
    await uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off")).serve([page_socket])


if __name__ == "__main__":
    asyncio.run(main())
