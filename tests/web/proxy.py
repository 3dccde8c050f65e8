"""A reverse proxy as people put before a server: it serves it below a path, and takes the path off."""

from __future__ import annotations

import contextlib
import socket
import socketserver
import threading
from collections.abc import Iterator

HEAD_END = b"\r\n\r\n"
PIECE_BYTES = 65536


@contextlib.contextmanager
def proxied(port: int, path: str) -> Iterator[str]:
    """Serve what listens at ``port`` of this machine below ``path``, such as ``/studio``; gives the address
    ``http://127.0.0.1:PORT/studio``. Anything beside the path is 404."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            head = _read_head(self.request)
            asked = head.split(b" ", 2)[1] if head.count(b" ") > 1 else b""
            if not asked.startswith(f"{path}/".encode()):
                self.refuse(b"404 Not Found")
                return
            head = head.replace(asked, asked[len(path) :], 1)
            if b"\r\nupgrade:" not in head.lower():
                head = head.replace(b"\r\n", b"\r\nConnection: close\r\n", 1)
            try:
                server = socket.create_connection(("127.0.0.1", port))
            except OSError:
                self.refuse(b"502 Bad Gateway")
                return
            with server:
                server.sendall(head)
                back = threading.Thread(target=_pump, args=(server, self.request), daemon=True)
                back.start()
                _pump(self.request, server)
                back.join()

        def refuse(self, status: bytes) -> None:
            self.request.sendall(b"HTTP/1.1 " + status + b"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

    class Server(socketserver.ThreadingTCPServer):
        allow_reuse_address = True
        daemon_threads = True

    with Server(("127.0.0.1", 0), Handler) as proxy:
        thread = threading.Thread(target=proxy.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{proxy.server_address[1]}{path}"
        finally:
            proxy.shutdown()
            thread.join()


def _read_head(link: socket.socket) -> bytes:
    head = b""
    while HEAD_END not in head:
        piece = link.recv(PIECE_BYTES)
        if not piece:
            return b""
        head += piece
    return head


def _pump(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while piece := source.recv(PIECE_BYTES):
            target.sendall(piece)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_WR)
