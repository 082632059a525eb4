"""The window's shape: sizes, folds, theme, what it remembers, and its end."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QLabel

from tests.quiet import until_quiet
from tests.ui.conftest import Window
from tests.ui.layout_checks import assert_nothing_is_cut

MakeWindow = Callable[..., Window]


def test_the_smallest_size_fits_and_folds_the_dashboard_to_a_strip(make_window: MakeWindow, ui_family: str) -> None:
    window = make_window(size=(900, 600))

    assert (window.main.width(), window.main.height()) == (900, 600)
    assert window.main.is_strip_shown
    assert not window.main.is_dashboard_shown
    window.main.resize(1400, 800)
    window.qtbot.waitUntil(lambda: window.main.is_dashboard_shown)
    assert not window.main.is_strip_shown


def test_all_samples_are_there_in_the_smallest_window_and_nothing_touches_its_edge(make_window: MakeWindow) -> None:
    window = make_window(size=(720, 480))
    window.wait_ready()
    empty = window.main.chat.empty_state
    window.qtbot.waitUntil(lambda: all(card.isVisible() for card in empty.cards))
    greeting = next(label for label in empty.findChildren(QLabel) if label.text().startswith("What would"))
    window.qtbot.waitUntil(lambda: greeting.y() >= 12)
    assert greeting.geometry().bottom() + 12 <= empty.cards[0].y()


def test_no_word_is_cut_in_any_size_and_type(window: Window, ui_family: str) -> None:
    for _ in range(2):
        for size in ((720, 480), (900, 600), (1100, 700), (1440, 900)):
            window.main.resize(*size)
            window.qtbot.wait(50)
            for part in (window.main.top_bar, window.main.status_line, window.main.dashboard, window.main.chat):
                assert_nothing_is_cut(part)
        window.ask("[tokens=20] hello")


def test_folding_the_dashboard_is_remembered(make_window: MakeWindow) -> None:
    window = make_window()
    window.qtbot.keyClick(window.main, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    window.qtbot.waitUntil(lambda: not window.main.is_dashboard_shown)
    window.desktop.close()

    assert not make_window().main.is_dashboard_shown


def test_a_folded_dashboard_unfolds_again(make_window: MakeWindow, ui_family: str) -> None:
    window = make_window()
    side = window.main.dashboard.parentWidget()
    assert side is not None
    width_px = side.width()
    window.main.toggle_dashboard()
    window.qtbot.waitUntil(lambda: not window.main.is_dashboard_shown)
    window.main.toggle_dashboard()
    window.qtbot.waitUntil(lambda: side.width() == width_px)
    assert window.main.is_dashboard_shown


def test_the_theme_can_be_chosen_and_is_remembered(make_window: MakeWindow) -> None:
    window = make_window()
    window.main.action_table["theme_dark"].trigger()
    assert window.desktop.theme.is_dark
    window.desktop.close()

    again = make_window()
    assert again.desktop.theme.is_dark
    again.desktop.theme.force(Qt.ColorScheme.Light)
    assert not again.desktop.theme.is_dark


def test_every_word_of_the_empty_chat_changes_with_the_theme(make_window: MakeWindow) -> None:
    """From dark to light, and back."""
    window = make_window(before_show=lambda desktop: desktop.theme.force(Qt.ColorScheme.Dark))
    labels = [label for label in window.main.chat.findChildren(QLabel) if label.isVisible() and label.text()]
    assert len(labels) >= 9
    for scheme in (Qt.ColorScheme.Dark, Qt.ColorScheme.Light, Qt.ColorScheme.Dark):
        window.desktop.theme.force(scheme)
        is_readable = _has_light if scheme == Qt.ColorScheme.Dark else _has_dark
        picture = window.main.chat.grab().toImage()
        for label in labels:
            place = QRect(label.mapTo(window.main.chat, QPoint(0, 0)), label.size())
            assert is_readable(picture.copy(place)), f"{label.text()} cannot be read in {scheme}"


def _lightness(image: QImage) -> list[int]:
    return [image.pixelColor(x, y).lightness() for x in range(image.width()) for y in range(image.height())]


def _has_dark(image: QImage) -> bool:
    return min(_lightness(image)) < 115


def _has_light(image: QImage) -> bool:
    return max(_lightness(image)) > 140


def test_keys_reach_composer_models_and_help(window: Window) -> None:
    control = Qt.KeyboardModifier.ControlModifier
    window.qtbot.keyClick(window.main, Qt.Key.Key_M, control)
    assert window.main.picker.isVisible()
    window.press_escape()
    assert not window.main.picker.isVisible()
    window.qtbot.keyClick(window.main, Qt.Key.Key_F1)
    window.press_escape()
    window.main.top_bar.more.setFocus()
    window.qtbot.keyClick(window.main, Qt.Key.Key_L, control)
    assert window.main.chat.isAncestorOf(window.main.focusWidget())


def test_the_conversation_can_be_copied(window: Window) -> None:
    window.ask("copy me")
    window.main.copy_requested.emit()

    assert "copy me" in QGuiApplication.clipboard().text()
    assert window.main.notice.key == "copied"


@pytest.mark.timing
@pytest.mark.parametrize("load_s", [0.02, 5.0])
@until_quiet
def test_closing_ends_all_threads_fast_while_busy(make_window: MakeWindow, load_s: float) -> None:
    window = make_window(load_s=load_s)
    window.qtbot.waitUntil(lambda: bool(window.desktop.sessions.options.model_id))
    window.send("[tokens=100000 tps=100] long")
    if load_s < 1:
        window.wait_tokens()
    started_s = time.monotonic()
    window.main.close()
    assert window.desktop.close()

    assert time.monotonic() - started_s < 2.5
    assert window.desktop.engine.isFinished()
    assert not [thread for thread in threading.enumerate() if thread.name in ("resource-monitor", "files")]


@pytest.mark.logs("uncaught exception")
@pytest.mark.qt_log_ignore("This plugin does not support propagateSizeHints", extend=True)
def test_an_uncaught_exception_is_logged_and_shown_once(window: Window, caplog: pytest.LogCaptureFixture) -> None:
    error = ValueError("boom")

    def report() -> None:
        for _ in range(3):
            window.desktop.reporter.report(error)

    thread = threading.Thread(target=report)
    thread.start()
    thread.join()
    window.qtbot.waitUntil(lambda: "(3 times)" in window.desktop.reporter.window.text)

    assert window.desktop.reporter.window.text.count("boom") == 1
    assert "boom" in caplog.text
    window.desktop.reporter.window.close()
