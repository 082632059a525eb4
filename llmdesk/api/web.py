"""The web page at ``/``: files that llmdesk ships, which load nothing from elsewhere and hold no secret."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import Response

from llmdesk import paths

PAGE_PATH = "/"
_SCRIPTS = (
    "app", "blocks", "cards", "chat", "clipboard", "conversation", "inline", "key", "languages", "markdown", "models",
    "server", "speed", "stage", "store", "words",
)  # fmt: skip
_PARTS = {
    "/web/style.css": ("web/style.css", "text/css"),
    "/web/text.css": ("web/text.css", "text/css"),
    "/web/icon.svg": ("app/llmdesk.svg", "image/svg+xml"),
    **{f"/web/{name}.js": (f"web/{name}.js", "text/javascript") for name in _SCRIPTS},
}
_FILES = {PAGE_PATH: ("web/index.html", "text/html"), **_PARTS}
PAGE_PATHS = frozenset(_FILES)
"""They need no key: the page asks for it. What a request names is looked up here and never opened."""

_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-cache",
    "Connection": "close",
}
"""Scripts and styles from here only, no HTML out of texts (trusted types), in no frame, and no other page learns of
this one's address. Connections are closed: a room of phones that open the page at once would take them all."""


def routes() -> APIRouter:
    """The page and its parts."""
    router = APIRouter(include_in_schema=False)
    for path, (name, kind) in _FILES.items():
        router.add_api_route(path, _Part(paths.shipped("assets") / name, kind).answer, methods=["GET", "HEAD"])
    return router


class _Part:
    """A file, read once, when it is first asked for: the server starts without it."""

    def __init__(self, file: Path, kind: str) -> None:
        self._file, self._kind = file, kind
        self._content: bytes | None = None

    async def answer(self) -> Response:
        """The file with its headers."""
        if self._content is None:
            self._content = self._file.read_bytes()
        return Response(self._content, headers=_HEADERS, media_type=self._kind)
