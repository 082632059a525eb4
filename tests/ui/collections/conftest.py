"""A folder to search, and a window in which it is a collection, on the real service."""

from __future__ import annotations

from pathlib import Path

import pytest

from llmdesk import paths
from llmdesk.services.collections.collection import Collection
from llmdesk.ui.collections.collections_page import CollectionsPage
from tests.ui.conftest import Window


@pytest.fixture(autouse=True)
def words_only(private_home: Path) -> None:
    """The sentence model may or may not be on this machine; what it finds is not what is looked at here."""
    file = paths.config_dir() / "settings.toml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text('[collections]\nmodel = ""\n', encoding="utf-8")


@pytest.fixture
def harbour(tmp_path: Path) -> Path:
    """A folder with three texts and one file that is none."""
    folder = tmp_path / "harbour"
    folder.mkdir()
    (folder / "ferry.md").write_text("# Ferry\n\nThe ferry to the island leaves at noon.\n", encoding="utf-8")
    (folder / "lighthouse.md").write_text(
        "# Lighthouse\n\nThe keeper paints it white every spring.\n", encoding="utf-8"
    )
    (folder / "prices.csv").write_text("ticket;price\nsingle;4\nreturn;7\n", encoding="utf-8")
    (folder / "broken.docx").write_bytes(b"this is no archive")
    return folder


def page_of(window: Window) -> CollectionsPage:
    """Open the page."""
    window.main.action_table["collections"].trigger()
    page = window.main.pages.page
    assert isinstance(page, CollectionsPage)
    return page


def add(window: Window, folder: Path) -> Collection:
    """Have a folder indexed; returns when all of it can be found."""
    service = window.desktop.core.collections
    collection_id = service.add(folder.name, folder)

    def is_ready() -> bool:
        found = service.collection(collection_id)
        return found is not None and bool(found.passages) and found.state not in ("waiting", "indexing")

    window.qtbot.waitUntil(is_ready, timeout=30_000)
    found = service.collection(collection_id)
    assert found is not None
    return found
