"""The command palette in the real window."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible

from llmdesk.ui.palette.palette import Palette
from tests.ui.conftest import Window
from tests.ui.sidebar.chats import fill, kept_chat

CONTROL = Qt.KeyboardModifier.ControlModifier


def open_palette(window: Window) -> Palette:
    window.main.chat.setFocus()
    window.qtbot.keyClick(window.main.focusWidget(), Qt.Key.Key_K, CONTROL)
    palette = window.desktop.chat_list.palette.palette
    assert palette.isVisible()
    assert palette.field.hasFocus()
    return palette


def texts(palette: Palette) -> list[str]:
    return [item.text for item in palette.model.items]


def test_it_opens_lists_every_action_with_its_key_and_escape_closes(window: Window) -> None:
    palette = open_palette(window)
    by_text = {item.text: item for item in palette.model.items}
    for entry in window.main.action_table:
        if not entry.in_field and entry.id != "palette" and not entry.group:
            assert by_text[entry.text].shortcut == (entry.keys[0] if entry.keys else "")
    window.press_escape()
    assert not palette.isVisible()
    assert window.main.chat.isAncestorOf(window.main.focusWidget())


def test_words_find_an_action_and_enter_runs_it_after_closing(window: Window) -> None:
    palette = open_palette(window)
    window.qtbot.keyClicks(palette.field, "theme dark")
    assert texts(palette)[0] == "Theme: Dark"
    window.qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert not palette.isVisible()
    assert window.desktop.theme.is_dark
    window.main.action_table["theme_light"].trigger()


def test_what_cannot_be_done_is_told_and_not_run(window: Window) -> None:
    palette = open_palette(window)
    window.qtbot.keyClicks(palette.field, "copy conversation")
    assert texts(palette)[0] == "Copy conversation"
    assert not palette.model.items[0].is_enabled
    assert "not possible now" in palette.model.index(0).data(Qt.ItemDataRole.AccessibleTextRole)
    window.qtbot.mouseClick(
        palette.list.viewport(), Qt.MouseButton.LeftButton, pos=palette.list.visualRect(palette.model.index(0)).center()
    )
    assert palette.isVisible()
    window.press_escape()


def test_what_was_used_lately_comes_first_also_after_a_restart(make_window: Callable[..., Window]) -> None:
    window = make_window()
    window.wait_ready()
    palette = open_palette(window)
    window.qtbot.keyClicks(palette.field, "about llm")
    window.qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert window.main.about_panel.isVisible()
    window.press_escape()
    assert texts(open_palette(window))[0] == "About llmdesk"
    window.press_escape()
    window.desktop.close()
    again = make_window()
    assert texts(open_palette(again))[0] == "About llmdesk"


def test_chats_are_found_by_their_titles_and_opened(make_window: Callable[..., Window]) -> None:
    fill([kept_chat("Holiday in the Alps", ago_s=90), kept_chat("Tax return", ago_s=60)])
    window = make_window()
    window.wait_ready()
    window.qtbot.waitUntil(lambda: len(window.main.side_bar.model.infos) == 2)
    palette = open_palette(window)
    window.qtbot.keyClicks(palette.field, "alps hol")
    assert texts(palette)[0] == "Holiday in the Alps"
    tree = QAccessible.queryAccessibleInterface(palette.list)
    assert tree.child(0).text(QAccessible.Text.Name) == "Holiday in the Alps, Chat"
    window.qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    window.qtbot.waitUntil(lambda: window.chat.conversation.title == "Holiday in the Alps")


def test_the_last_entry_searches_all_messages(make_window: Callable[..., Window]) -> None:
    fill([kept_chat("Fruit", [("q", "a pineapple is no apple")])])
    window = make_window()
    window.wait_ready()
    palette = open_palette(window)
    window.qtbot.keyClicks(palette.field, "pineapple")
    assert "pineapple" in texts(palette)[-1]
    window.qtbot.keyClick(palette.field, Qt.Key.Key_Up)  # around the beginning to the end
    window.qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    bar = window.main.side_bar
    window.qtbot.waitUntil(lambda: bar.is_searching and len(bar.hits.found.hits) == 1)
    assert bar.search.hasFocus()


def test_it_does_not_take_ctrl_k_from_nobody_and_closes_with_it(window: Window) -> None:
    palette = open_palette(window)
    window.qtbot.keyClick(palette.field, Qt.Key.Key_K, CONTROL)
    assert not palette.isVisible()
