"""Newer versions in the window: nothing is asked unless it is wanted, nothing is fetched without a click."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import release as release_script
from PySide6.QtCore import QStandardPaths

from llmdesk.services.updates import looking, version_file
from llmdesk.services.updates.version_file import Publisher
from llmdesk.ui.kit import files
from tests.services.updates.site import Site, release, running_site
from tests.ui.conftest import Window

CONTENT = bytes(range(256)) * 1000


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """Publishes version 99.1 for an installation like this one."""
    with running_site(tmp_path, monkeypatch) as made:
        dist = tmp_path / "dist"
        dist.mkdir()
        (dist / "llmdesk_99.1.whl").write_bytes(CONTENT)
        made.files["/llmdesk_99.1.whl"] = CONTENT
        key = release_script.new_key(tmp_path / "secret")
        told = json.dumps(release(files=release_script.files(dist, made.address)))
        made.files["/versions.json"] = release_script.signed(told, tmp_path / "secret").encode()
        monkeypatch.setattr(looking, "publisher", lambda: Publisher(f"{made.address}/versions.json", key))
        monkeypatch.setattr(version_file, "own_kind", lambda: "wheel")
        monkeypatch.setattr(QStandardPaths, "writableLocation", lambda _: str(tmp_path / "Downloads"))
        yield made


def test_nothing_is_asked_unless_it_is_wanted(site: Site, window: Window) -> None:
    window.qtbot.waitUntil(lambda: window.desktop._start.is_over)
    window.qtbot.wait(100)
    assert site.asked == []
    assert looking.is_due()


def test_nothing_is_asked_in_offline_mode(
    site: Site, make_window: Callable[..., Window], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    window = make_window()
    window.qtbot.waitUntil(lambda: window.desktop._start.is_over)
    window.desktop.settings.set("updates.look", True)
    window.qtbot.wait(300)
    assert site.asked == []


def test_it_is_told_once_a_day_and_fetched_after_a_click(
    site: Site, window: Window, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[Path] = []
    monkeypatch.setattr(files, "show_in_system", shown.append)
    window.desktop.settings.set("updates.look", True)
    window.qtbot.waitUntil(lambda: window.main.notice.key == "update")
    assert window.main.notice.text == "llmdesk 99.1 is there. Everything is better."
    assert [path for path, _ in site.asked] == ["/versions.json"]
    window.button("Fetch it").click()
    window.qtbot.waitUntil(lambda: "is fetched and checked" in window.main.notice.text)
    assert (tmp_path / "Downloads" / "llmdesk_99.1.whl").read_bytes() == CONTENT
    window.button("Show it").click()
    assert shown == [tmp_path / "Downloads"]
    window.desktop.settings.set("updates.look", False)
    window.desktop.settings.set("updates.look", True)  # it was looked today
    window.qtbot.wait(100)
    assert len(site.asked) == 2


def test_a_file_that_was_changed_is_told_and_gone(site: Site, window: Window, tmp_path: Path) -> None:
    site.files["/llmdesk_99.1.whl"] = CONTENT[:-1] + b"x"
    window.desktop.settings.set("updates.look", True)
    window.qtbot.waitUntil(lambda: window.main.notice.key == "update")
    window.button("Fetch it").click()
    window.qtbot.waitUntil(lambda: "checksum" in window.main.notice.text)
    assert list((tmp_path / "Downloads").iterdir()) == []


def test_a_look_that_fails_says_nothing(site: Site, make_window: Callable[..., Window]) -> None:
    site.files.clear()
    window = make_window(before_show=lambda desktop: desktop.settings.set("updates.look", True))
    window.qtbot.waitUntil(lambda: len(site.asked) == 1)
    window.qtbot.wait(100)
    assert window.main.notice.key == ""
