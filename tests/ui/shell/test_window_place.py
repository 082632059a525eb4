"""The window stands inside of the screen with its frame, wherever it was before; long names push nothing out."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Literal

import pytest
from PySide6.QtCore import QMargins, QPoint, QRect, QSize
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from llmdesk.datatypes.model import ModelInfo, ModelStatus
from llmdesk.ui.shell.window_place import DEFAULT_SIZE, WindowPlace, fitted
from llmdesk.ui.shell.window_state import WindowState
from tests.ui.conftest import Window
from tests.ui.layout_checks import assert_parts_fit

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support (propagateSizeHints|raise)", extend=True)

FRAME = QMargins(2, 28, 2, 2)


@pytest.mark.parametrize("screen", [(1366, 768), (1024, 600), (1280, 800), (720, 480), (683, 384), (3840, 2160)])
@pytest.mark.parametrize("corner", [(0, 0), (-500, -500), (5000, 40), (100, 3000), (-1400, 100)])
def test_any_place_becomes_one_on_the_screen(screen: tuple[int, int], corner: tuple[int, int]) -> None:
    available = QRect(0, 24, screen[0], screen[1] - 24)  # under a panel
    found = fitted(QRect(QPoint(*corner), DEFAULT_SIZE), available, FRAME)
    assert available.contains(found.marginsAdded(FRAME))
    room = available.marginsRemoved(FRAME).size()
    assert found.size() == DEFAULT_SIZE.boundedTo(room)


def test_a_place_that_fits_stays() -> None:
    rect = QRect(100, 100, 800, 600)
    assert fitted(rect, QRect(0, 0, 1366, 768), FRAME) == rect


def test_a_window_of_a_screen_that_is_gone_comes_back_to_one_that_is_there(tmp_path: Path, qapp: object) -> None:
    before = QWidget()
    before.setGeometry(QRect(5000, 3000, 2500, 1400))
    state = WindowState(tmp_path / "window.ini")
    state.geometry = before.saveGeometry()
    window = QWidget()
    WindowPlace(window).restore(state)
    available = QGuiApplication.primaryScreen().availableGeometry()
    assert available.contains(window.geometry())
    assert window.geometry().top() >= 28, "the frame has its room, too"


def test_the_first_start_leaves_room_for_the_frame(tmp_path: Path, qapp: object) -> None:
    window = QWidget()
    WindowPlace(window).restore(WindowState(tmp_path / "window.ini"))
    available = QGuiApplication.primaryScreen().availableGeometry()
    assert available.marginsRemoved(QMargins(4, 32, 4, 4)).contains(window.geometry())


def test_a_size_that_was_chosen_meanwhile_is_left_alone(tmp_path: Path, qapp: object) -> None:
    window = QWidget()
    place = WindowPlace(window)
    place.restore(WindowState(tmp_path / "window.ini"))
    window.resize(2000, 1500)
    window.show()
    place.adjust()
    assert window.size() == QSize(2000, 1500)
    window.close()


def test_a_long_title_pushes_no_button_out_of_the_top_bar(window: Window) -> None:
    top_bar = window.main.top_bar
    title = "A model with a name that does not end, " * 6
    info = ModelInfo("x", title, "native", "int4", 2, 4096, 10**9, 1.0)
    for percent, size in product((70, 100), ((720, 480), (1024, 600), (1280, 800))):
        window.desktop.theme.set_zoom(percent)
        window.main.resize(*size)
        states: tuple[Literal["loading", "failed", "ready"], ...] = ("loading", "failed", "ready")
        for state in states:
            top_bar.show_status(ModelStatus(state, "x", title, "reading weights", 0.4, info))
            window.main.status_line.show_status(ModelStatus(state, "x", title, "reading weights", 0.4, info))
            window.qtbot.wait(20)
            new_chat = (window.main.side_bar if window.main.side_bar_place.is_beside else top_bar).new_chat
            for button in (top_bar.sampling, new_chat, top_bar.dashboard, top_bar.more):
                assert button.isVisible()
            assert_parts_fit(window.main)
            assert title.strip() in top_bar.pill.toolTip()
    assert top_bar.pill.precision.isVisible()
    assert top_bar.pill.detail == "int4"


def test_each_fact_stands_in_one_place(window: Window) -> None:
    """Model and precision in the pill, engine and threads in its tags, context at the composer."""
    assert window.main.top_bar.pill.text() == "Alpha"
    assert window.main.top_bar.pill.detail == "int8"
    assert window.main.top_bar.threads_tag.text() == "1 thread"
    assert "of 4,096 tokens" in window.main.chat.composer.context_text
    assert window.main.status_line.text == ""
    assert window.main.status_line.isHidden()


def test_what_stands_nowhere_else_is_told_below(window: Window) -> None:
    line = window.main.status_line
    window.main.status_line.show_download("Fetching Beta, 40 %")
    assert not line.isHidden()
    window.main.status_line.show_download("")
    assert line.isHidden()
    server = ModelInfo("x", "X", "remote", "bf16", 0, 4096, 0, 0.0, server="gpu-box:8000")
    window.main.top_bar.show_status(ModelStatus("ready", "x", "X", "ready", 1.0, server))
    line.show_status(window.main.top_bar.status)
    assert line.text == "This chat goes to gpu-box:8000"
    assert "gpu-box" not in window.main.top_bar.pill.detail
    for title in ("X", "X on gpu-box:8000"):  # added servers have it in their titles
        window.chat.on_model_status(ModelStatus("ready", "x", title, "ready", 1.0, replace(server, title=title)))
        assert window.main.chat.composer.edit.placeholderText() == "Message X on gpu-box:8000"
