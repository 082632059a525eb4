"""What the local server tells of itself: its state, what it does now, and the requests it has answered (pure data)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from llmdesk.datatypes.model import ErrorInfo

ServerState = Literal["off", "starting", "on", "stopping", "failed"]


@dataclass(frozen=True, slots=True)
class ServerStatus:
    """Whether the local server runs, and where.

    Attributes:
        urls: where it answers, as ``http://192.168.1.5:8765``; the network's addresses first, if it is open to it.
        is_open: others in the network can reach it.
        error: why it does not run (``failed``).
        free_port: if another program has its port: one that nobody has; 0: none was found, or that is not the reason.
    """

    state: ServerState = "off"
    urls: tuple[str, ...] = ()
    is_open: bool = False
    error: ErrorInfo | None = None
    free_port: int = 0


@dataclass(frozen=True, slots=True)
class ServerLoad:
    """What it does now: answers being given, requests that wait, tokens per second of all of them (None: none yet)."""

    running: int = 0
    waiting: int = 0
    decode_tps: float | None = None


@dataclass(frozen=True, slots=True)
class ServedRequest:
    """One request that was answered: a line of the log, without a word of its prompt or its answer.

    Attributes:
        ended_s: when (Unix seconds).
        client: its address.
        key: the name of its key; empty: it had none.
        method: of HTTP; ``WS`` for an answer over a WebSocket.
        status: of HTTP; 101 for what came over a WebSocket.
        model, end: of an answer: who gave it, and why it ended (``stop``, ``failed``, ``client_gone``); else empty.
        new_tokens, decode_tps: of an answer; else 0.
        duration_s: from the request to the end of its answer.
    """

    ended_s: float
    client: str
    key: str
    method: str
    path: str
    status: int
    model: str = ""
    end: str = ""
    new_tokens: int = 0
    decode_tps: float = 0.0
    duration_s: float = 0.0
