"""A collection on the way to being up to date (the thread of the index; what changes it from others holds its lock)."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from llmdesk.services.collections.index import FileState


@dataclass(slots=True)
class Scan:
    """See the module.

    Attributes:
        is_begun: its folders are being looked at, or were: what changes from now on may be missed.
        to_read: None until they were.
        reading: documents that are being read, the oldest first.
    """

    collection_id: str
    tries_again: bool
    is_fresh: threading.Event = field(default_factory=threading.Event)
    is_begun: bool = False
    to_read: list[tuple[str, FileState]] | None = None
    reading: list[str] = field(default_factory=list)
    total: int = 0
    is_stopped: bool = False
