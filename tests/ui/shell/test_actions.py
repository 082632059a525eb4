"""The one table of actions: menu, keys, F1's list and tool tips come from it, and each entry does its work."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from llmdesk import paths
from llmdesk.ui.demo.pin_panel import PinPanel
from llmdesk.ui.kit import files
from llmdesk.ui.kit.labels import Label
from llmdesk.ui.kit.popover import Popover
from llmdesk.ui.kit.styled import Menu
from llmdesk.ui.shell.actions import ActionId, entries
from tests.ui.conftest import Window

MakeWindow = Callable[..., Window]
Check = Callable[[Window], bool]


def leaves(menu: QMenu) -> list[QAction]:
    """All entries of a menu, those of its submenus included."""
    found: list[QAction] = []
    for action in menu.actions():
        below = action.menu()
        if isinstance(below, QMenu):
            found += leaves(below)
        elif not action.isSeparator():
            found.append(action)
    return found


def test_no_key_and_no_id_is_given_twice(window: Window) -> None:
    table = entries()
    keys = [QKeySequence(key) for entry in table for key in entry.keys]
    assert len({key.toString() for key in keys}) == len(keys)
    assert len({entry.id for entry in table}) == len(table)
    bound = [entry for entry in table if not entry.in_field]
    assert all(window.main.action_table[entry.id].text() == entry.text for entry in bound)


def test_f1_lists_every_key_and_what_it_does(window: Window) -> None:
    window.qtbot.keyClick(window.main, Qt.Key.Key_F1)
    panel = window.main.shortcuts_panel
    assert panel.isVisible()
    shown = [label.text() for label in panel.findChildren(Label)]
    for key, text in (
        ("Enter", "Send the prompt"),
        ("Shift+Enter", "Break the line"),
        ("Esc", "Stop the answer, or close what is open"),
        ("Ctrl+L", "Go to the prompt"),
        ("Ctrl+N", "New chat"),
        ("Ctrl+M", "Models"),
        ("Ctrl+D", "Show or hide the dashboard"),
        ("Ctrl+Shift+S", "Local server"),
        ("Ctrl++", "Larger"),
        ("Ctrl+-", "Smaller"),
        ("Ctrl+0", "Actual size"),
        ("F1", "Shortcuts"),
        ("Ctrl+Q", "Quit"),
    ):
        assert shown[shown.index(key) + 1] == text
    assert [entry.keys[0] for entry in entries() if entry.keys] == [text for text in shown if text in _all_keys()]


def _all_keys() -> set[str]:
    return {entry.keys[0] for entry in entries() if entry.keys}


def test_tool_tips_name_the_keys(window: Window) -> None:
    bar = window.main.top_bar
    assert bar.new_chat.toolTip() == "New chat (Ctrl+N)"
    assert bar.dashboard.toolTip() == "Show or hide the dashboard (Ctrl+D)"
    assert bar.pill.toolTip().splitlines()[-1] == "Models (Ctrl+M)"  # below the whole title


ASKED: list[str] = []
"""Titles of the system's dialogs that were asked for."""

DOES: dict[ActionId, Check] = {
    "new_chat": lambda window: not window.main.chat.has_turns,
    "new_private_chat": lambda window: window.desktop.sessions.current.is_private,
    "palette": lambda window: window.desktop.chat_list.palette.palette.isVisible(),
    "side_bar": lambda window: not window.main.side_bar.isVisible(),
    "models": lambda window: window.main.picker.isVisible(),
    "copy_conversation": lambda window: "copy me" in QGuiApplication.clipboard().text(),
    "export_chat": lambda window: ASKED == ["Export 1 chat"],
    "export_all": lambda window: len(ASKED) == 1 and ASKED[0].startswith("Export "),
    "import_chats": lambda window: ASKED == ["Import chats"],
    "backup": lambda window: ASKED == ["Back up chats and settings"],
    "theme_dark": lambda window: window.desktop.theme.is_dark,
    "theme_light": lambda window: not window.desktop.theme.is_dark,
    "theme_system": lambda window: not window.desktop.theme.is_dark,
    "larger": lambda window: window.desktop.theme.zoom_percent == 110,
    "smaller": lambda window: window.desktop.theme.zoom_percent == 90,
    "actual_size": lambda window: window.desktop.theme.zoom_percent == 100,
    "dashboard": lambda window: not window.main.is_dashboard_shown,
    "live_window": lambda window: window.desktop.machine.screen is not None,
    "settings": lambda window: window.main.settings_dialog.isVisible(),
    "system_prompt": lambda window: window.desktop.tools.system_prompt.isVisible(),
    "prompts": lambda window: window.desktop.tools.prompts.panel.isVisible(),
    "attach": lambda window: ASKED == ["Attach files or images"],
    "context": lambda window: window.desktop.tools.context.isVisible(),
    "server": lambda window: window.main.server_panel.isVisible(),
    "shortcuts": lambda window: window.main.shortcuts_panel.isVisible(),
    "about": lambda window: window.main.about_panel.isVisible(),
    "presenter": lambda window: window.main.isFullScreen(),
    "stand": lambda window: any(panel.isVisible() for panel in window.main.findChildren(PinPanel)),
    "record": lambda window: "Recording" in window.main.windowTitle(),
    "open_recording": lambda window: ASKED == ["Play a recording"],
    "audience": lambda window: window.desktop.core.stage.picture is not None,
    "choose_collections": lambda _: _closed_menu_with("Add a folder…"),
    "collections": lambda window: window.main.pages.page_id == "collections",
    "benchmark": lambda window: window.main.pages.page_id == "benchmark",
    "race": lambda window: window.main.pages.page_id == "race",
    "usage": lambda window: window.main.pages.page_id == "usage",
}
BEFORE: dict[str, Callable[[Window], object]] = {
    "theme_light": lambda window: window.main.theme_chosen.emit("dark"),
    "theme_system": lambda window: window.main.theme_chosen.emit("dark"),
    "actual_size": lambda window: window.main.zoom_chosen.emit(150),
}


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # windows of their own, without a screen
def test_every_entry_of_the_menu_does_its_work(window: Window, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[Path] = []

    def show(path: Path) -> bool:
        opened.append(path)
        return True

    def none_chosen(_parent: QWidget, title: str, _kinds: str) -> list[Path]:
        ASKED.append(title)
        return []

    monkeypatch.setattr(files, "show_in_system", show)
    monkeypatch.setattr(files, "ask_where_to_write", lambda _parent, title, *_: ASKED.append(title))
    monkeypatch.setattr(files, "ask_for_file", lambda _parent, title, _kinds: ASKED.append(title))
    monkeypatch.setattr(files, "ask_for_files", none_chosen)
    window.ask("copy me")
    in_menu = {action.objectName(): action for action in leaves(window.main.top_bar.menu) if action.objectName()}
    assert {*DOES, "open_log", "quit"} == set(in_menu)
    for action_id, is_done in DOES.items():
        if action_id != "copy_conversation" and not window.main.chat.has_turns:
            window.ask("copy me")
        BEFORE.get(action_id, lambda _: None)(window)
        QApplication.processEvents()
        window.main.action_table.refresh()
        assert in_menu[action_id].isEnabled(), action_id
        in_menu[action_id].trigger()
        window.qtbot.waitUntil(partial(is_done, window))
        _tidy(window)
    in_menu["open_log"].trigger()
    assert opened == [paths.log_file()]
    with window.qtbot.waitSignal(window.main.closed):
        in_menu["quit"].trigger()


def test_the_menu_fits_a_small_screen(window: Window) -> None:
    """Of 768 lines, with a panel: else Qt breaks it into columns."""
    menu = window.main.top_bar.menu
    menu.ensurePolished()
    menu.sizeHint()
    assert sum(menu.actionGeometry(action).height() for action in menu.actions()) < 700


def _closed_menu_with(words: str) -> bool:
    """True if a menu with these words was open."""
    menu = QApplication.activePopupWidget()
    if not isinstance(menu, Menu) or words not in [action.text() for action in menu.actions()]:
        return False
    menu.close()
    return True


def _tidy(window: Window) -> None:
    main = window.main
    palette = window.desktop.chat_list.palette.palette
    for panel in (palette, *main.findChildren(Popover)):
        panel.close_panel()
    if main.isFullScreen():
        main.action_table["presenter"].trigger()
    main.pages.close_page()
    window.desktop.settings.set("appearance.zoom_percent", 100)
    ASKED.clear()
    QApplication.processEvents()


def test_sampling_is_in_the_menu_too(window: Window) -> None:
    creative = next(action for action in leaves(window.main.top_bar.menu) if action.data() == "Creative")
    creative.trigger()
    QApplication.processEvents()
    assert window.main.top_bar.sampling.text() == "Creative"


@pytest.mark.parametrize("name", ["new_chat", "dashboard"])
def test_buttons_of_the_top_bar_do_what_the_table_says(window: Window, name: ActionId) -> None:
    window.ask("hello")
    getattr(window.main.top_bar, name).click()
    window.qtbot.waitUntil(lambda: DOES[name](window))


def test_escape_stops_the_answer_and_only_then(window: Window) -> None:
    stop = window.main.action_table["stop"]
    assert not stop.isEnabled()
    window.send("[tokens=100000 tps=50] long")
    window.wait_tokens()
    assert stop.isEnabled()
    window.press_escape()
    window.wait_idle()
    assert not stop.isEnabled()


def test_what_cannot_be_done_is_disabled(window: Window) -> None:
    copy = window.main.action_table["copy_conversation"]
    window.main.action_table.refresh()
    assert not copy.isEnabled()
    window.ask("hello")
    window.main.action_table.refresh()
    assert copy.isEnabled()
