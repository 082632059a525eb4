"""How all tests of sight compute."""

from __future__ import annotations

from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def exact(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """In float32, and on one thread: some that wait for each other take a hundred times as long for small matrices."""
    torch = pytest.importorskip("torch")
    monkeypatch.setattr("llmdesk.engine.sight.sight.default_threads", lambda: 1)
    monkeypatch.setattr("llmdesk.engine.sight.tower.number_type", lambda: torch.float32)
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)
