"""What an audience sees of the window: one picture of it, made seldom, whoever looks (any thread reads)."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass, replace

EVERY_S = 0.5
"""A picture is made at most so often; the whole room gets the same one."""
MOST_CHARS = 12_000
RATES = 120


@dataclass(frozen=True, slots=True)
class StagePicture:
    """One moment. ``rates`` are tokens per second, one for each picture of the last minute, the newest last.

    ``number`` grows with each picture. ``is_replay``: what is shown was recorded.
    """

    number: int = 0
    title: str = ""
    prompt: str = ""
    answer: str = ""
    is_writing: bool = False
    is_replay: bool = False
    tps: float | None = None
    rates: tuple[float, ...] = ()
    rss_bytes: int = 0
    bandwidth_percent: float | None = None
    bandwidth_gbps: float | None = None


class Stage:
    """Holds the newest picture. ``show`` by the window's thread, ``picture`` by the server's, which only reads.

    Nothing is shown unless ``is_open``: the user has opened the server to the room.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._picture = StagePicture()
        self._rates: deque[float] = deque(maxlen=RATES)
        self._is_open = False

    @property
    def picture(self) -> StagePicture | None:
        """The newest one; None while nothing is shown."""
        with self._lock:
            return self._picture if self._is_open and self._picture.number else None

    def show(self, picture: StagePicture) -> None:
        """A new one. A long prompt and answer are cut to their ends."""
        with self._lock:
            self._is_open = True
            tps = picture.tps if picture.is_writing and picture.tps is not None else 0.0
            self._rates.append(round(tps, 1))  # all of them go to every phone, twice a second
            self._picture = replace(
                picture,
                number=self._picture.number + 1,
                rates=tuple(self._rates),
                prompt=picture.prompt[:MOST_CHARS],
                answer=picture.answer[-MOST_CHARS:],
            )

    def close(self) -> None:
        """Show nothing more."""
        with self._lock:
            self._is_open = False
            self._rates.clear()
