"""A models.toml that cannot be read: the log and the list of models work when they are needed most."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from llmdesk import paths
from llmdesk.models import catalogue
from llmdesk.ui.kit import files
from tests.ui.conftest import Window

MakeWindow = Callable[..., Window]
BROKEN = '[[model]]\nid = "unfinished\n'


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Files that were shown in the system's editor."""
    seen: list[Path] = []

    def show(path: Path) -> bool:
        seen.append(path)
        return True

    monkeypatch.setattr(files, "show_in_system", show)
    return seen


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A shipped file with a mistake in its place."""
    file = tmp_path / "shipped-models.toml"
    file.write_text(BROKEN, encoding="utf-8")
    monkeypatch.setattr(catalogue, "SHIPPED", file)
    return file


def open_log(window: Window) -> None:
    window.main.action_table["open_log"].trigger()


def press_ctrl_m(window: Window) -> None:
    window.qtbot.keyClick(window.main, Qt.Key.Key_M, Qt.KeyboardModifier.ControlModifier)


def test_without_any_catalogue_log_and_list_open_and_say_what_to_do(
    make_window: MakeWindow, shipped: Path, opened: list[Path]
) -> None:
    window = make_window(has_catalogue=False)
    open_log(window)  # before anything was read
    assert opened == [paths.log_file()]
    window.qtbot.waitUntil(lambda: window.main.notice.key == "catalogue")
    assert window.desktop.models is None
    assert "shipped-models.toml" in window.main.notice.text
    open_log(window)
    assert opened == [paths.log_file()] * 2

    press_ctrl_m(window)
    picker = window.main.picker
    assert picker.isVisible()
    assert "shipped-models.toml" in picker.problem
    assert "line" in picker.problem
    assert "install llmdesk again" in picker.problem
    assert window.button("Try again").isVisible()
    window.press_escape()
    assert not picker.isVisible()
    window.main.top_bar.pill.click()
    assert picker.isVisible()


def test_once_it_is_mended_the_list_fills_without_a_restart(make_window: MakeWindow, shipped: Path) -> None:
    original = paths.shipped("models.toml").read_text(encoding="utf-8")
    window = make_window(has_catalogue=False)
    window.qtbot.waitUntil(lambda: window.main.notice.key == "catalogue")
    press_ctrl_m(window)
    shipped.write_text(original, encoding="utf-8")
    window.qtbot.mouseClick(window.main.picker.retry, Qt.MouseButton.LeftButton)
    window.qtbot.waitUntil(lambda: window.desktop.models is not None)
    window.wait_ready()
    assert window.main.notice.key == ""
    press_ctrl_m(window)
    window.qtbot.waitUntil(lambda: bool(window.main.picker.shown_ids))
    assert window.main.picker.problem == ""
    assert "hello" in window.ask("hello")


def test_a_file_that_is_not_there_is_told_as_well(make_window: MakeWindow, shipped: Path) -> None:
    shipped.unlink()
    window = make_window(has_catalogue=False)
    window.qtbot.waitUntil(lambda: window.main.notice.key == "catalogue")
    press_ctrl_m(window)
    assert window.main.picker.problem


@pytest.mark.parametrize("content", [BROKEN.encode(), b"\xff\xfe not utf-8", b"[[model]]\nid = 7\n"])
def test_a_users_file_with_a_mistake_leaves_the_rest_working(
    make_window: MakeWindow, catalogue_file: Path, opened: list[Path], content: bytes
) -> None:
    catalogue_file.write_bytes(content)
    window = make_window(model_id="")
    window.qtbot.waitUntil(lambda: window.main.notice.key in ("catalogue", "load"))
    open_log(window)
    assert opened == [paths.log_file()]
    press_ctrl_m(window)
    picker = window.main.picker
    window.qtbot.waitUntil(lambda: bool(picker.shown_ids) and bool(picker.problem))
    assert "models.toml" in picker.problem
    picker.open_user_file.click()
    assert opened[-1] == catalogue_file


def test_a_prompt_that_cannot_be_sent_stays(make_window: MakeWindow, shipped: Path) -> None:
    window = make_window(has_catalogue=False)
    window.qtbot.waitUntil(lambda: window.main.notice.key == "catalogue")
    window.send("hello")
    assert window.main.chat.prompt() == "hello"
    assert "no model" in window.main.notice.text


def test_a_log_that_cannot_be_opened_is_told(window: Window, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "show_in_system", lambda path: False)
    open_log(window)
    assert str(paths.log_file()) in window.main.notice.text
    (paths.log_file().parent.parent / "no-folder").write_text("a file", encoding="utf-8")
    monkeypatch.setattr(paths, "log_file", lambda: paths.config_dir().parent / "no-folder" / "llmdesk.log")
    open_log(window)
    assert "cannot be opened" in window.main.notice.text
