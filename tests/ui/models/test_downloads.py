"""Fetching a model from the picker, against a small hub on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from llmdesk import paths
from llmdesk.ui.models.row import ModelRow
from tests.models.builders import model_files
from tests.models.hub_stand_in import HubStandIn, serve
from tests.ui.conftest import Window

_ENTRY = """
[[model]]
id = "tiny"
title = "Tiny"
source = "hub"
location = "acme/tiny"
licence = "MIT"
download_bytes = 3000000
memory_bytes = 1000000
context_tokens = 2048
"""
_TIMEOUT_MS = 20_000


@pytest.fixture(autouse=True)
def entry(catalogue_file: Path, no_proxy_no_login: None) -> None:
    """Tiny is in the list."""
    with catalogue_file.open("a", encoding="utf-8") as file:
        file.write(_ENTRY)


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[HubStandIn]:
    with serve(HubStandIn(model_files(3_000_000))) as stand_in:
        monkeypatch.setenv("HF_ENDPOINT", stand_in.url)
        yield stand_in


def row(window: Window) -> ModelRow:
    found = window.main.picker.row("tiny")
    assert found is not None
    return found


def press(window: Window, text: str) -> None:
    button = next(button for button in row(window).answers() if button.text() == text)
    window.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_fetching_asks_shows_bytes_and_ends_in_use(hub: HubStandIn, window: Window) -> None:
    hub.pause_s = 0.03
    window.open_picker()
    window.qtbot.mouseClick(row(window).button, Qt.MouseButton.LeftButton)
    assert row(window).message == f"Fetch 3 MB from {hub.url.removeprefix('http://')}? Licence: MIT."
    seen: list[str] = []
    press(window, "Fetch")
    window.qtbot.waitUntil(
        lambda: seen.append(row(window).message) or "is on this machine" in seen[-1],  # type: ignore[func-returns-value]
        timeout=_TIMEOUT_MS,
    )
    assert any(" of 3 MB" in text for text in seen)
    assert any(text.endswith(" left") for text in seen)
    window.qtbot.waitUntil(lambda: row(window).entry.is_installed)
    assert "Fetching" not in window.main.status_line.text

    window.qtbot.mouseClick(row(window).button, Qt.MouseButton.LeftButton)
    window.wait_ready("Tiny")
    assert "fetched" in window.ask("fetched")


def test_a_download_can_be_stopped_and_taken_up_again(hub: HubStandIn, window: Window) -> None:
    hub.pause_s = 0.05
    window.open_picker()
    window.main.picker.chosen.emit("tiny")
    press(window, "Fetch")
    window.qtbot.waitUntil(lambda: " of 3 MB" in row(window).message, timeout=_TIMEOUT_MS)
    window.main.picker.close_panel()
    assert "Fetching Tiny" in window.main.status_line.text
    window.open_picker()
    assert row(window).button.text() == "Cancel"
    window.qtbot.mouseClick(row(window).button, Qt.MouseButton.LeftButton)
    window.qtbot.waitUntil(lambda: "Stopped" in row(window).message, timeout=_TIMEOUT_MS)
    window.main.picker.close_panel()
    window.open_picker()
    assert "partly fetched" in row(window).words.texts[1]

    hub.pause_s = 0.0
    window.main.picker.chosen.emit("tiny")
    press(window, "Fetch")
    window.qtbot.waitUntil(lambda: "is on this machine" in row(window).message, timeout=_TIMEOUT_MS)


def test_the_next_one_waits_and_says_for_what(hub: HubStandIn, window: Window, catalogue_file: Path) -> None:
    with catalogue_file.open("a", encoding="utf-8") as file:
        file.write(_ENTRY.replace("tiny", "later", 1).replace("Tiny", "Later"))
    hub.pause_s = 0.05
    window.open_picker()
    window.main.picker.chosen.emit("tiny")
    press(window, "Fetch")
    later = window.main.picker.row("later")
    assert later is not None
    window.main.picker.chosen.emit("later")
    next(button for button in later.answers() if button.text() == "Fetch").click()
    assert later.message == "Waits until Tiny is fetched."
    hub.pause_s = 0.0
    window.qtbot.waitUntil(lambda: later.entry.is_installed, timeout=_TIMEOUT_MS)
    assert (paths.models_dir() / "tiny" / "model.safetensors").exists()


def test_a_failed_download_says_why_and_can_be_tried_again(window: Window, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    window.open_picker()
    window.main.picker.chosen.emit("tiny")
    press(window, "Fetch")
    window.qtbot.waitUntil(lambda: "cannot be reached" in row(window).message, timeout=_TIMEOUT_MS)
    assert [button.text() for button in row(window).answers()] == ["Try again", "Close"]

    with serve(HubStandIn(model_files(3_000_000))) as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.url)
        press(window, "Try again")
        window.qtbot.waitUntil(lambda: "is on this machine" in row(window).message, timeout=_TIMEOUT_MS)


def test_fetched_files_can_be_removed(hub: HubStandIn, window: Window) -> None:
    window.open_picker()
    window.main.picker.chosen.emit("tiny")
    press(window, "Fetch")
    window.qtbot.waitUntil(lambda: row(window).entry.is_installed, timeout=_TIMEOUT_MS)
    window.main.picker.remove_requested.emit("tiny")
    press(window, "Remove")
    window.qtbot.waitUntil(lambda: not (paths.models_dir() / "tiny").exists())


def test_closing_the_window_ends_a_download(hub: HubStandIn, window: Window) -> None:
    hub.pause_s = 0.2
    window.open_picker()
    window.main.picker.chosen.emit("tiny")
    press(window, "Fetch")
    window.qtbot.waitUntil(lambda: " of 3 MB" in row(window).message, timeout=_TIMEOUT_MS)
    assert window.desktop.close()
