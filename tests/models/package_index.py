"""A package index on loopback: one wheel, as pip asks for it (PEP 503), as fast or as slow as a test wants it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

_PIECE_BYTES = 64 * 1024


class PackageIndex:
    """``may_finish`` is set until a test clears it: then a wheel stops half-way until it is set again."""

    def __init__(self, wheel: Path) -> None:
        self.wheel = wheel
        self.may_finish = threading.Event()
        self.may_finish.set()
        self.fetches = 0
        self.url = ""


@contextmanager
def package_index(wheel: Path) -> Iterator[PackageIndex]:
    """Serves until the end of the block."""
    index = PackageIndex(wheel)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(index))
    server.daemon_threads = True
    index.url = f"http://127.0.0.1:{server.server_port}/simple/"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield index
    finally:
        index.may_finish.set()
        server.shutdown()
        thread.join()
        server.server_close()


def _handler(index: PackageIndex) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            name = index.wheel.name
            if self.path.endswith(".whl"):
                self._send_wheel()
            else:
                project = name.partition("-")[0].replace("_", "-")
                is_known = self.path.strip("/").endswith(project)
                page = f'<!DOCTYPE html><html><body><a href="/files/{name}">{name}</a></body></html>'.encode()
                self._head(200 if is_known else 404, "text/html", len(page))
                self.wfile.write(page)

        def _send_wheel(self) -> None:
            index.fetches += 1
            data = index.wheel.read_bytes()
            self._head(200, "application/octet-stream", len(data))
            try:
                for begin in range(0, len(data), _PIECE_BYTES):
                    if begin > len(data) // 2:
                        index.may_finish.wait(30)
                    self.wfile.write(data[begin : begin + _PIECE_BYTES])
                    self.wfile.flush()
            except OSError:  # pip was stopped
                return

        def _head(self, status: int, kind: str, size: int) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(size))
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            return

    return Handler
