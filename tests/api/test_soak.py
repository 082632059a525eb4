"""The guests and the judgements of benchmarks/server_soak.py, for a moment, against scripted answers."""

from __future__ import annotations

import time
from collections import Counter

import psutil
import pytest

from benchmarks import server_guests
from benchmarks.server_guests import play, refused, stream_end
from benchmarks.server_soak import grown, late, settled
from tests.api.conftest import Served


def test_guests_find_nothing_wrong_and_leave_nothing(server: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_guests, "MOST_WORDS", 300)  # the scripted model takes 512 tokens
    server.load()
    counts: Counter[str] = Counter()
    until_s = time.monotonic() + 30
    while not any(counts[f"{way}: answered"] for way in ("whole", "stream", "over_a_socket")):
        assert time.monotonic() < until_s
        more, failures = play(server.url, clients=6, seconds=1, seed=len(counts))
        assert failures == []
        counts += more
    held = settled(server.url, psutil.Process(), rest_s=0.2)
    assert held["answers"] == 0


def test_what_is_wrong_is_noticed() -> None:
    before = {"rss_mb": 100.0, "threads": 4.0, "descriptors": 10.0, "answers": 0.0}
    assert grown(before, before) == []
    assert len(grown(before, {"rss_mb": 120.0, "threads": 9.0, "descriptors": 30.0, "answers": 1.0})) == 4
    prompt = [(0.002, 0.001)] * 100
    assert late(prompt) == []
    assert late([*prompt, (0.06, 0.001)]) == ["/health took 60 ms"]
    assert late([*prompt, (0.06, 0.055)]) == []  # the machine ran nobody
    assert refused(503, b'{"error": {"code": "server_busy"}}') == "503 server_busy"
    for status, body in ((500, b'{"error": {"code": "internal_error"}}'), (503, b'{"error": {"code": "odd"}}')):
        with pytest.raises(AssertionError):
            refused(status, body)
    assert stream_end(b"data: {}\n\ndata: [DONE]\n\n") == "answered"
    with pytest.raises(AssertionError):
        stream_end(b'data: {"error": {"code": "internal_error"}}\n\n')
