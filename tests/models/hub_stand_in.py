"""A small hub on loopback: enough of the real one's API to list a repository and fetch its files."""

from __future__ import annotations

import hashlib
import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

COMMIT = "0123456789abcdef0123456789abcdef01234567"
_PIECE_BYTES = 64 * 1024


@dataclass
class Request:
    """One request as it came in. ``target`` is a whole URL when it came through a proxy."""

    method: str
    target: str
    headers: dict[str, str]


@dataclass
class HubStandIn:
    """The repository's files and how the hub behaves; may be changed while it serves."""

    files: dict[str, bytes]
    repository: str = "acme/tiny"
    commit: str = COMMIT
    gated_token: str = ""
    """A token that is needed for files; without it they are refused as the real hub refuses a gated repository."""
    pause_s: float = 0.0
    """Slow mode: waited after each 64 KiB."""
    cut_after_bytes: int | None = None
    """Truncated mode: each answer breaks off after so many bytes."""
    altered: bool = False
    """Serve other bytes than the listing says."""
    ignore_range: bool = False
    requests: list[Request] = field(default_factory=list)
    url: str = ""
    stopping: threading.Event = field(default_factory=threading.Event)

    def fetched(self) -> list[str]:
        """Names of the files that were asked for."""
        return [request.target.rsplit("/", 1)[1] for request in self.requests if "/resolve/" in request.target]

    def ranges(self) -> list[str]:
        """The Range headers that came in."""
        return [request.headers["range"] for request in self.requests if "range" in request.headers]

    def listing(self) -> dict[str, object]:
        """The answer of the models API with ``blobs=true``."""
        siblings = [_sibling(name, data) for name, data in self.files.items()]
        return {"id": self.repository, "sha": self.commit, "siblings": siblings}


def _sibling(name: str, data: bytes) -> dict[str, object]:
    blob = hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()
    entry: dict[str, object] = {"rfilename": name, "size": len(data), "blobId": blob}
    if not name.endswith((".json", ".txt", ".jinja", ".py", ".md")):
        entry["lfs"] = {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data), "pointerSize": 134}
    return entry


@contextmanager
def serve(hub: HubStandIn, certificate: Path | None = None) -> Iterator[HubStandIn]:
    """Serve on a free loopback port until the block is left; with a certificate (and key) by https."""

    class Handler(_Handler):
        stand_in = hub

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = False
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    hub.url = f"{'https' if certificate else 'http'}://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield hub
    finally:
        hub.stopping.set()
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    stand_in: HubStandIn
    timeout = 5

    def log_message(self, *args: object) -> None:
        """Quiet."""

    def handle_one_request(self) -> None:
        try:
            super().handle_one_request()
        except (BrokenPipeError, ConnectionResetError, ssl.SSLError):
            self.close_connection = True

    def do_HEAD(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def _answer(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.stand_in.requests.append(Request(self.command, self.path, headers))
        path = urlsplit(self.path).path
        hub = self.stand_in
        if path == f"/api/models/{hub.repository}" or path.startswith(f"/api/models/{hub.repository}/revision/"):
            self._send(200, json.dumps(hub.listing()).encode(), {"Content-Type": "application/json"})
        elif path.startswith(f"/{hub.repository}/resolve/{hub.commit}/"):
            self._file(path.rsplit(f"{hub.commit}/", 1)[1])
        else:
            self._send(404, b"{}", {"X-Error-Code": "RepoNotFound"})

    def _file(self, name: str) -> None:
        hub = self.stand_in
        token = self.headers.get("Authorization", "")
        if hub.gated_token and token != f"Bearer {hub.gated_token}":
            self._send(403 if token else 401, b"{}", {"X-Error-Code": "GatedRepo"})
            return
        data = hub.files[name]
        if hub.altered:
            data = bytes(reversed(data))
        start = 0
        if (wanted := self.headers.get("Range")) and not hub.ignore_range:
            start = int(wanted.removeprefix("bytes=").rstrip("-"))
        headers = {"ETag": f'"{hashlib.sha256(data).hexdigest()}"', "X-Repo-Commit": hub.commit}
        if start:
            headers["Content-Range"] = f"bytes {start}-{len(data) - 1}/{len(data)}"
        self._send(206 if start else 200, data[start:], headers)

    def _send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command == "HEAD":
            return
        hub = self.stand_in
        for at in range(0, len(body), _PIECE_BYTES):
            if hub.cut_after_bytes is not None and at >= hub.cut_after_bytes:
                self.close_connection = True
                return
            self.wfile.write(body[at : at + _PIECE_BYTES])
            if hub.pause_s:
                hub.stopping.wait(hub.pause_s)
