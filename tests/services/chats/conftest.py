"""A store of chats on a file of the test's own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from llmdesk.services.chats.store import ChatStore
from tests.services.chats.kept import Owner, opened, working


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "chats.sqlite"


@pytest.fixture
def store(file: Path) -> Iterator[ChatStore]:
    with opened(file) as store:
        yield store


@pytest.fixture
def keeper(store: ChatStore) -> Iterator[Owner]:
    """Sessions whose first one is followed."""
    with working(store) as owner:
        store.follow(owner.sessions.current)
        yield owner
