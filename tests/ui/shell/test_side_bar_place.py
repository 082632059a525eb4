"""The side bar beside the conversation, over it, folded, and at all zooms."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from tests.ui.conftest import Window
from tests.ui.layout_checks import assert_nothing_is_cut

CONTROL = Qt.KeyboardModifier.ControlModifier
MakeWindow = Callable[..., Window]


def test_ctrl_b_folds_it_and_that_is_remembered(make_window: MakeWindow) -> None:
    window = make_window()
    bar = window.main.side_bar
    assert bar.isVisible()
    assert not window.main.top_bar.side_bar.isVisible()
    window.qtbot.keyClick(window.main, Qt.Key.Key_B, CONTROL)
    window.qtbot.waitUntil(lambda: not bar.isVisible())
    assert window.main.top_bar.side_bar.isVisible()
    assert window.main.top_bar.new_chat.isVisible()
    window.desktop.close()
    again = make_window()
    assert not again.main.side_bar.isVisible()
    again.qtbot.mouseClick(again.main.top_bar.side_bar, Qt.MouseButton.LeftButton)
    again.qtbot.waitUntil(lambda: again.main.chat.mapTo(again.main, QPoint(0, 0)).x() == 256)
    assert again.main.side_bar.width() == 256


def test_in_a_narrow_window_it_opens_over_the_conversation(make_window: MakeWindow) -> None:
    window = make_window(size=(720, 480))
    bar, place = window.main.side_bar, window.main.side_bar_place
    assert not bar.isVisible()
    chat_width = window.main.chat.width()
    window.qtbot.keyClick(window.main, Qt.Key.Key_B, CONTROL)
    assert place.is_over
    assert bar.isVisible()
    assert window.main.chat.width() == chat_width
    assert bar.isAncestorOf(window.main.focusWidget())
    window.press_escape()
    assert not place.is_over
    assert window.main.chat.isAncestorOf(window.main.focusWidget())
    window.main.top_bar.side_bar.click()
    window.qtbot.mouseClick(bar.parentWidget(), Qt.MouseButton.LeftButton, pos=QPoint(600, 200))
    assert not place.is_over
    window.main.resize(1200, 700)
    window.qtbot.waitUntil(lambda: bar.isVisible() and place.is_beside)  # narrowness folds nothing for good


def test_over_the_conversation_it_goes_when_a_letter_is_typed(make_window: MakeWindow) -> None:
    window = make_window(size=(720, 480))
    window.main.side_bar_place.toggle()
    window.qtbot.keyClick(window.main.focusWidget(), Qt.Key.Key_A)
    assert window.main.chat.prompt() == "a"
    assert not window.main.side_bar_place.is_over


def test_undo_in_the_notice_works_at_the_first_click_while_it_stands_over(make_window: MakeWindow) -> None:
    window = make_window(size=(720, 480))
    window.wait_ready()
    window.qtbot.waitUntil(lambda: window.desktop.kept.store is not None)
    window.ask("[tokens=5] apples")
    chat_id = window.chat.conversation.id
    window.main.side_bar_place.toggle()
    window.desktop.chat_list.controller.deeds.delete([chat_id])
    undo = window.button("Undo")
    window.qtbot.waitUntil(lambda: window.main.childAt(place_in(window, undo)) is undo)
    QTest.mouseClick(
        window.main.windowHandle(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place_in(window, undo)
    )
    window.qtbot.waitUntil(lambda: window.chat.conversation.id == chat_id)
    assert window.main.notice.key == ""


def place_in(window: Window, button: QWidget) -> QPoint:
    """In the window, where the hit test of the system's clicks begins."""
    return button.mapTo(window.main, button.rect().center())


def test_its_width_follows_the_zoom_and_no_word_is_cut(window: Window, ui_family: str) -> None:
    theme, bar = window.desktop.theme, window.main.side_bar
    for percent in (70, 100, 150, 250):
        with window.qtbot.waitSignal(theme.changed):
            window.desktop.settings.set("appearance.zoom_percent", percent)
        assert theme.zoom_percent == percent
        window.main.side_bar_place.show()
        window.qtbot.waitUntil(lambda: bar.isVisible() and bar.width() == theme.px(256))
        window.qtbot.wait(50)  # what is inside of it follows
        assert_nothing_is_cut(bar)


def test_the_dashboard_is_a_strip_where_chats_and_figures_leave_the_conversation_too_little(
    make_window: MakeWindow,
) -> None:
    window = make_window(size=(1120, 800))
    assert window.main.side_bar_place.is_beside
    assert window.main.is_strip_shown
    window.main.side_bar_place.toggle()
    window.qtbot.waitUntil(lambda: window.main.is_dashboard_shown)
