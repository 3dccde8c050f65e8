"""The contenders, each in a separate process: ``python -m bench._intake_receivers KIND``.

Prints its port, then obeys lines on its standard input: ``load N`` starts N computing threads, ``hold S`` keeps the
interpreter for S seconds, ``report COUNT`` waits for COUNT messages or for silence and prints what came, as JSON.
"""

from __future__ import annotations

import asyncio
import ctypes
import json
import socket
import struct
import sys
import threading
import time
from array import array
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial

import numpy as np
import psutil
from pythonosc.dispatcher import Dispatcher
from pythonosc.osc_server import AsyncIOOSCUDPServer, BlockingOSCUDPServer, ThreadingOSCUDPServer

from deforum_perform.osc.datagrams import Datagrams
from deforum_perform.osc.decode.events import EventDecoder
from deforum_perform.osc.receive.intake import Intake, ReceiverKind

SILENCE_S = 0.6
LOOPBACK = "127.0.0.1"


@dataclass
class Arrivals:
    """Receive stamp minus send time of every message, in ns."""

    errors_ns: array[int] = field(default_factory=lambda: array("q"))

    def handler(self, _address: str, *arguments: int) -> None:
        """What python-osc's dispatcher calls."""
        self.errors_ns.append(time.monotonic_ns() - arguments[-1])


def bare_socket(arrivals: Arrivals) -> int:
    """A loop of ``recv`` and ``struct``, nothing else: the limit for Python."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    listener.bind((LOOPBACK, 0))

    def run() -> None:
        receive, unpack, add = listener.recv, struct.Struct(">q").unpack_from, arrivals.errors_ns.append
        while True:
            data = receive(65_536)
            add(time.monotonic_ns() - unpack(data, 20)[0])

    threading.Thread(target=run, daemon=True).start()
    return int(listener.getsockname()[1])


def _dispatcher(arrivals: Arrivals) -> Dispatcher:
    dispatcher = Dispatcher()
    dispatcher.map("/nts1/cutoff", arrivals.handler)
    return dispatcher


def blocking(arrivals: Arrivals) -> int:
    """python-osc's BlockingOSCUDPServer on a thread."""
    server = BlockingOSCUDPServer((LOOPBACK, 0), _dispatcher(arrivals))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return int(server.server_address[1])


def threaded(arrivals: Arrivals) -> int:
    """python-osc's ThreadingOSCUDPServer."""
    server = ThreadingOSCUDPServer((LOOPBACK, 0), _dispatcher(arrivals))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return int(server.server_address[1])


def asynchronous(arrivals: Arrivals) -> int:
    """python-osc's AsyncIOOSCUDPServer on a loop in a thread."""
    ports: list[int] = []
    ready = threading.Event()

    async def serve() -> None:
        loop = asyncio.get_running_loop()
        if not isinstance(loop, asyncio.BaseEventLoop):
            raise TypeError("python-osc wants one of asyncio's own loops")
        transport, _ = await AsyncIOOSCUDPServer((LOOPBACK, 0), _dispatcher(arrivals), loop).create_serve_endpoint()
        ports.append(transport.get_extra_info("sockname")[1])
        ready.set()
        await asyncio.Event().wait()

    threading.Thread(target=lambda: asyncio.run(serve()), daemon=True).start()
    ready.wait()
    return ports[0]


def perform(arrivals: Arrivals, receiver: ReceiverKind = "auto", default_buffer: bool = False) -> int:
    """Perform's intake with its event decoder, down to columns of events."""
    decoder = EventDecoder()

    def sink(batch: Datagrams) -> None:
        decoder.feed_many(batch.payloads, batch.received_ns)
        found = decoder.drain()
        arrivals.errors_ns.frombytes((found.received_ns - found.values.astype(np.int64)).tobytes())

    intake = Intake(LOOPBACK, 0, sink, receiver)
    intake.open()
    if default_buffer:
        keep_default_buffer(intake)
    intake.start()
    return intake.address[1]


def keep_default_buffer(intake: Intake) -> None:
    """As on a machine that gives no more than its default. Linux gives twice what it is asked for."""
    listener = intake._opened()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as plain:
        default_bytes = plain.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF)
    asked = default_bytes // 2 if sys.platform == "linux" else default_bytes
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, asked)


KINDS: Mapping[str, Callable[[Arrivals], int]] = {
    "bare socket": bare_socket,
    "python-osc Blocking": blocking,
    "python-osc AsyncIO": asynchronous,
    "python-osc Threading": threaded,
    "Perform": perform,
    "Perform, default buffer": partial(perform, default_buffer=True),
    "Perform, process": partial(perform, receiver="process"),
    "Perform, process, default buffer": partial(perform, receiver="process", default_buffer=True),
    "Perform, thread": partial(perform, receiver="thread"),
}


def _compute() -> None:
    total = 0
    while True:
        total = (total * 31 + 7) % 1_000_003


def _wait(arrivals: Arrivals, count: int) -> None:
    seen, since = -1, time.monotonic()
    while len(arrivals.errors_ns) < count and time.monotonic() - since < SILENCE_S:
        if len(arrivals.errors_ns) != seen:
            seen, since = len(arrivals.errors_ns), time.monotonic()
        time.sleep(0.02)


def _report(arrivals: Arrivals, cpu_s: float) -> dict[str, float]:
    errors = np.array(arrivals.errors_ns, dtype=np.int64)
    p50, p99, most = np.percentile(errors, [50, 99, 100]).tolist() if len(errors) else (0.0, 0.0, 0.0)
    del arrivals.errors_ns[:]
    return {"received": len(errors), "cpu_s": cpu_s, "p50_ms": p50 / 1e6, "p99_ms": p99 / 1e6, "max_ms": most / 1e6}


def _cpu_s() -> float:
    """CPU time of this process and of the process that receives for it, if there is one."""
    children = sum(sum(child.cpu_times()[:2]) for child in psutil.Process().children(recursive=True))
    return time.process_time() + children


def main(kind: str) -> None:
    """Obey until the input ends."""
    arrivals = Arrivals()
    print(KINDS[kind](arrivals), flush=True)
    cpu_before = _cpu_s()
    for line in sys.stdin:
        command, number = line.split()
        if command == "load":
            for _ in range(int(number)):
                threading.Thread(target=_compute, daemon=True).start()
        elif command == "hold":
            print("holding", flush=True)
            ctypes.PyDLL(None).usleep(int(float(number) * 1e6))
        elif command == "report":
            _wait(arrivals, int(number))
            cpu_now = _cpu_s()
            print(json.dumps(_report(arrivals, cpu_now - cpu_before)), flush=True)
            cpu_before = cpu_now


if __name__ == "__main__":
    main(sys.argv[1])
