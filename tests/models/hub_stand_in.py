"""A small hub on loopback: as much of the real one's API as searching, looking and fetching need.

Fields, headers and codes are those of huggingface.co as its own library reads them: lists with ``expand`` and pages by
``Link``, a repository that is not there (401 without a token, 404 with one), gated ones, large files elsewhere (302).
"""

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
from urllib.parse import parse_qs, urlsplit

COMMIT = "0123456789abcdef0123456789abcdef01234567"
_PIECE_BYTES = 64 * 1024


@dataclass
class Request:
    """One request as it came in. ``target`` is a whole URL when it came through a proxy."""

    method: str
    target: str
    headers: dict[str, str]


@dataclass
class Listed:
    """Another repository. ``facts`` are fields of the API; ``sizes`` are listed in place of the files' own."""

    files: dict[str, bytes] = field(default_factory=dict)
    facts: dict[str, object] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)


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
    is_silent: bool = False
    """Takes requests and never answers."""
    cut_after_bytes: int | None = None
    """Truncated mode: each answer breaks off after so many bytes."""
    altered: bool = False
    """Serve other bytes than the listing says."""
    ignore_range: bool = False
    redirects: bool = False
    """Large files are elsewhere, on another host, as those of the real hub."""
    facts: dict[str, object] = field(default_factory=dict)
    """More fields of the repository's answer."""
    others: dict[str, Listed] = field(default_factory=dict)
    """More repositories, by name."""
    answers_with: bytes | None = None
    """Something else that answers to everything, and what it says; ``next_page``: where it says that more is."""
    next_page: str = ""
    page: int = 100
    """The most repositories in one answer."""
    requests: list[Request] = field(default_factory=list)
    url: str = ""
    stopping: threading.Event = field(default_factory=threading.Event)

    def fetched(self) -> list[str]:
        """Names of the files that were asked for."""
        return [request.target.rsplit("/", 1)[1] for request in self.requests if "/resolve/" in request.target]

    def ranges(self) -> list[str]:
        """The Range headers that came in."""
        return [request.headers["range"] for request in self.requests if "range" in request.headers]

    def repositories(self) -> dict[str, Listed]:
        """All of them."""
        return {self.repository: Listed(self.files, self.facts), **self.others}

    def listing(self, name: str) -> dict[str, object]:
        """The answer of the models API with ``blobs=true``."""
        found = self.repositories()[name]
        names = {**dict.fromkeys(found.files), **dict.fromkeys(found.sizes)}
        siblings = [_sibling(each, found.files.get(each, b""), found.sizes.get(each)) for each in names]
        usual = {"gated": False, "downloads": 0, "likes": 0, "lastModified": "2026-11-01T10:00:00.000Z"}
        return {**usual, "id": name, "modelId": name, "sha": self.commit, "siblings": siblings, **found.facts}

    def found(self, query: dict[str, list[str]]) -> list[dict[str, object]]:
        """The answer of a search: names that hold all words, with all of the tags, and what was asked to be told."""
        words = query.get("search", [""])[0].lower().split()
        filters = query.get("filter", [])
        listings = [self.listing(name) for name in self.repositories() if all(word in name.lower() for word in words)]
        matching = [each for each in listings if set(filters) <= set(each.get("tags", ()))]  # type: ignore[call-overload]
        wanted = {"id", "modelId", *query.get("expand", [])}
        if "downloads" in query.get("sort", []):
            matching.sort(key=lambda each: -int(str(each["downloads"])))
        return [{key: value for key, value in each.items() if key in wanted} for each in matching]


def _sibling(name: str, data: bytes, size: int | None = None) -> dict[str, object]:
    blob = hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()
    length = len(data) if size is None else size
    entry: dict[str, object] = {"rfilename": name, "size": length, "blobId": blob}
    if not name.endswith((".json", ".txt", ".jinja", ".py", ".md")):
        entry["lfs"] = {"sha256": hashlib.sha256(data).hexdigest(), "size": length, "pointerSize": 134}
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
        address, hub = urlsplit(self.path), self.stand_in
        if hub.is_silent:
            hub.stopping.wait()
            self.close_connection = True
            return
        if hub.answers_with is not None:
            self._send(200, hub.answers_with, {"Link": f'<{hub.next_page}>; rel="next"'} if hub.next_page else {})
            return
        path = address.path
        if path == "/api/models":
            self._list(parse_qs(address.query))
            return
        names = hub.repositories()
        begins = ("/api/models/{}", "/api/models/{}/revision/", f"/{{}}/resolve/{hub.commit}/")
        name = next((name for name in names if path.startswith(tuple(begin.format(name) for begin in begins))), "")
        if not name:
            self._not_there()
        elif path.startswith("/api/"):
            self._send(200, json.dumps(hub.listing(name)).encode(), {"Content-Type": "application/json"})
        else:
            self._file(name, path.rsplit(f"{hub.commit}/", 1)[1])

    def _list(self, query: dict[str, list[str]]) -> None:
        found = self.stand_in.found(query)
        begin = int(query.get("cursor", ["0"])[0])
        limit = min(int(query.get("limit", ["1000"])[0]), self.stand_in.page)
        headers = {"Content-Type": "application/json"}
        if begin + limit < len(found):
            rest = urlsplit(self.path).query.split("&cursor=")[0]
            headers["Link"] = f'<{self.stand_in.url}/api/models?{rest}&cursor={begin + limit}>; rel="next"'
        self._send(200, json.dumps(found[begin : begin + limit]).encode(), headers)

    def _not_there(self) -> None:
        if self.headers.get("Authorization"):
            self._send(404, b'{"error": "Repository not found"}', {"X-Error-Code": "RepoNotFound"})
        else:
            text = "Invalid username or password."
            self._send(401, json.dumps({"error": text}).encode(), {"X-Error-Message": text})

    def _file(self, repository: str, name: str) -> None:
        hub = self.stand_in
        token, is_elsewhere = (
            self.headers.get("Authorization", ""),
            self.headers.get("Host", "").startswith("localhost"),
        )
        if hub.gated_token and token != f"Bearer {hub.gated_token}" and not is_elsewhere:
            self._send(403 if token else 401, b"{}", {"X-Error-Code": "GatedRepo"})
            return
        data = hub.repositories()[repository].files.get(name)
        if data is None:
            self._send(404, b"{}", {"X-Error-Code": "EntryNotFound"})
            return
        if hub.redirects and not is_elsewhere and "lfs" in _sibling(name, data):
            self._send(302, b"", {"Location": hub.url.replace("127.0.0.1", "localhost") + self.path})
            return
        self._data(bytes(reversed(data)) if hub.altered else data)

    def _data(self, data: bytes) -> None:
        hub, start, end = self.stand_in, 0, len(data)
        is_part = bool((wanted := self.headers.get("Range")) and not hub.ignore_range)
        if is_part:
            first, _, last = str(wanted).removeprefix("bytes=").partition("-")
            start, end = int(first), int(last) + 1 if last else len(data)
        headers = {"ETag": f'"{hashlib.sha256(data).hexdigest()}"', "X-Repo-Commit": hub.commit}
        if is_part:
            headers["Content-Range"] = f"bytes {start}-{end - 1}/{len(data)}"
        self._send(206 if is_part else 200, data[start:end], headers)

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
