"""A real server over TLS that versions are published on, and what it tells of them."""

from __future__ import annotations

import datetime
import http.server
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from llmdesk.services.updates import looking


def release(**values: object) -> dict[str, object]:
    usual: dict[str, object] = {
        "version": "99.1",
        "published": "2026-12-01",
        "good_until_s": time.time() + 1000,
        "news": ["Everything is better."],
        "page": "https://example.org/llmdesk",
        "files": [],
    }
    return usual | values


class Site:
    """A server for files over TLS, with what was asked of it."""

    def __init__(self, certificate: Path) -> None:
        self.files: dict[str, bytes] = {}
        self.moved: dict[str, str] = {}
        self.breaks_off = False
        self.asked: list[tuple[str, dict[str, str]]] = []
        site = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append((self.path, dict(self.headers)))
                content = site.files.get(self.path)
                self.send_response(302 if self.path in site.moved else 404 if content is None else 200)
                if self.path in site.moved:
                    self.send_header("Location", site.moved[self.path])
                if site.breaks_off:
                    self.send_header("Transfer-Encoding", "chunked")
                self.end_headers()
                self.wfile.write(b"ff\r\nonly this" if site.breaks_off else content or b"")

            def log_message(self, *_: object) -> None:
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
        self.address = f"https://localhost:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def certificate(file: Path) -> Path:
    """For localhost, signed by itself."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    encoding, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    secret = key.private_bytes(encoding, form, serialization.NoEncryption())
    file.write_bytes(secret + made.public_bytes(encoding))
    return file


@contextmanager
def running_site(folder: Path, patch: pytest.MonkeyPatch) -> Iterator[Site]:
    """One whose certificate is believed; it is asked without a proxy."""
    file = certificate(folder / "localhost.pem")
    patch.setattr(looking, "_context", lambda: ssl.create_default_context(cafile=str(file)))
    patch.setenv("NO_PROXY", "localhost")
    site = Site(file)
    try:
        yield site
    finally:
        site.close()
