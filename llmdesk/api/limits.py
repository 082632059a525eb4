"""What clients may ask of the server at most, and how long it is patient with them."""

from __future__ import annotations

from dataclasses import dataclass

from llmdesk.services.settings.definition import ServerGroup

_MB = 1_000_000


@dataclass(frozen=True, slots=True)
class Limits:
    """Bytes, counts and seconds.

    Attributes:
        max_items: commas and brackets of a body: while it is read nobody else is answered.
        max_head_bytes: of the request line and the headers together.
        head_s, body_s: until a request's head and its body have come.
        stall_s: a client that takes nothing for so long is cut off.
        keep_alive_s: after so long without a word, a stream gets a comment line.
        first_word_s: so long a stream's status waits for the engine's first word, to tell errors by it.
        retry_after_s: what clients are told when the queue is full.
    """

    max_body_bytes: int = 4 * _MB
    max_items: int = 300_000
    max_messages: int = 1000
    max_connections: int = 100
    max_request_s: float = 3600.0
    max_head_bytes: int = 32_768
    head_s: float = 10.0
    body_s: float = 30.0
    stall_s: float = 30.0
    keep_alive_s: float = 5.0
    first_word_s: float = 0.5
    retry_after_s: int = 5


def items_in(body: bytes) -> int:
    """About so many values are in JSON."""
    return sum(map(body.count, (b",", b"[", b"{")))


def limits_of(settings: ServerGroup) -> Limits:
    """Those that the user has set."""
    return Limits(
        max_body_bytes=int(settings.max_body_mb * _MB),
        max_messages=settings.max_messages,
        max_connections=settings.max_connections,
        max_request_s=settings.max_request_s,
    )
