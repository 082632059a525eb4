"""Everything by keyboard: Tab is pressed in the real window until it comes around, and must have been everywhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Literal

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QHeaderView,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QScrollBar,
    QTextEdit,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from llmdesk.ui.pages.host import Page, PageHost
from tests.ui.conftest import Window
from tests.ui.shell.test_access import PANELS, nameless
from tests.ui.sidebar.chats import fill, kept_chat

_INTERACTIVE = (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
)
_MOST_STOPS = 400
_RING_PX = 4
ANSWER = """[say tps=5000] # A heading

Words with a [link](https://example.com/there).

```python
print(1)
```

| a | b |
|---|---|
| 1 | 2 |
"""


@dataclass(slots=True)
class Stop:
    """A widget that has the keyboard, and what it looked like."""

    widget: QWidget
    picture: QImage
    place: QRect


def is_interactive(widget: QWidget) -> bool:
    """Something that the mouse can use: what only shows, and what is a part of another control, is not."""
    if isinstance(widget, QTextEdit):  # an answer's words are selected by Ctrl+A from the composer; links are stops
        return not widget.isReadOnly() or bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
    if isinstance(widget, QAbstractItemView) and widget.focusPolicy() == Qt.FocusPolicy.NoFocus:
        return False  # the keys of a field move in it
    is_part = isinstance(widget.parentWidget(), QAbstractSpinBox | QComboBox)
    return isinstance(widget, _INTERACTIVE) and not isinstance(widget, QScrollBar | QHeaderView) and not is_part


def usable(root: QWidget) -> list[QWidget]:
    """All that can be used now."""
    found = [each for each in root.findChildren(QWidget) if is_interactive(each)]
    return [each for each in found if each.isVisible() and each.isEnabled() and has_room(each)]


def has_room(widget: QWidget) -> bool:
    """A list without rows has no place for the keyboard."""
    return widget.width() > 1 and widget.height() > 1


def named(widget: QWidget) -> str:
    text = getattr(widget, "text", str)()
    return f"{type(widget).__name__} {widget.accessibleName() or text or widget.toolTip()!r}"


def picture_of(stop: QWidget) -> tuple[QImage, QRect]:
    """It and what stands close around it, where a ring is drawn; a field's ring is that of its card."""
    card = stop.parentWidget() or stop
    if isinstance(stop, QPlainTextEdit):
        return card.grab().toImage(), card.rect()
    place = stop.geometry().adjusted(-_RING_PX, -_RING_PX, _RING_PX, _RING_PX) if card is not stop else stop.rect()
    return card.grab(place).toImage(), place


def look_now(stop: Stop) -> QImage:
    card = stop.widget.parentWidget() or stop.widget
    return card.grab(stop.place).toImage()


def walk(window: Window, key: Qt.Key = Qt.Key.Key_Tab) -> Iterator[Stop]:
    """Where the Tab key leads to, until it comes around."""
    window.qtbot.keyClick(window.main.focusWidget(), key)  # what has it by a click need be no stop of Tab
    first = window.main.focusWidget()
    for _ in range(_MOST_STOPS):
        widget = window.main.focusWidget()
        assert widget is not None
        yield Stop(widget, *picture_of(widget))
        window.qtbot.keyClick(widget, key)
        if window.main.focusWidget() is first:
            return
    raise AssertionError(f"the Tab key never comes around to {first and named(first)}")


def check(window: Window, room: QWidget) -> None:
    """Everything in it is reached, forwards and backwards, and the keyboard is seen everywhere."""
    forwards = list(walk(window))
    unseen = [stop for stop in forwards if stop.widget.isVisible() and look_now(stop) == stop.picture]
    # Where the walk began it has ended, too: seen if it looked otherwise while the keyboard was at the second stop.
    hidden = [named(stop.widget) for stop in unseen if stop is not forwards[0]]
    reached = {stop.widget for stop in forwards}
    missed = [each for each in usable(room) if each not in reached and each.focusProxy() not in reached]
    missed = [each for each in missed if not is_reached_by_arrows(window, each, reached)]
    assert not missed, f"not reached by Tab: {[*map(named, missed)]}"
    assert not hidden, f"the keyboard is not seen on {hidden}"
    backwards = {stop.widget for stop in walk(window, Qt.Key.Key_Backtab)}
    assert not reached - backwards, f"not reached by Shift+Tab: {[*map(named, reached - backwards)]}"


def is_reached_by_arrows(window: Window, widget: QWidget, reached: set[QWidget]) -> bool:
    """Of buttons of which one is down, Tab leads to that one and the arrows to the others."""
    group = widget.group() if isinstance(widget, QAbstractButton) else None
    begin = next((button for button in group.buttons() if button in reached), None) if group is not None else None
    had = window.main.focusWidget()
    if group is None or begin is None or had is None:
        return False
    begin.setFocus()
    for _ in group.buttons():
        window.qtbot.keyClick(window.main.focusWidget(), Qt.Key.Key_Right)
        if window.main.focusWidget() is widget:
            break
    is_reached = window.main.focusWidget() is widget
    begin.setFocus()  # where Tab leads to from now on
    begin.click()
    had.setFocus()
    return is_reached


@pytest.fixture
def busy_window(make_window: Callable[..., Window]) -> Window:
    """With a chat, other chats and a notice."""
    fill([kept_chat(f"Chat {number}", ago_s=90_000 * number, folder="F" if number == 2 else "") for number in range(3)])
    window = make_window(size=(1440, 900))
    window.wait_ready()
    window.qtbot.waitUntil(lambda: len(window.main.side_bar.model.infos) == 3)
    window.ask(ANSWER)
    window.wait_settled()
    window.main.notice.show_notice("x", "Something is told.", "What to do.")
    window.main.chat.set_prompt("a draft")
    window.main.activateWindow()
    window.qtbot.waitUntil(window.main.isActiveWindow)
    window.main.chat.setFocus()
    return window


def test_the_tab_key_leads_everywhere_in_the_window(busy_window: Window) -> None:
    check(busy_window, busy_window.main)


def test_and_everywhere_on_a_page(busy_window: Window) -> None:
    pages: tuple[Literal["benchmark", "race", "usage"], ...] = ("benchmark", "race", "usage")
    for page in pages:
        busy_window.main.action_table[page].trigger()
        shown = busy_window.main.pages.page
        assert shown is not None
        busy_window.qtbot.waitUntil(partial(is_usable, shown))
        assert nameless(shown) == []
        check(busy_window, shown)


def is_usable(page: QWidget) -> bool:
    """In sight, with something that takes the keyboard."""
    return page.isVisible() and bool(usable(page))


def test_keys_scroll_a_page(qtbot: QtBot) -> None:
    page, area, long = QWidget(), QScrollArea(), QWidget()
    long.setFixedHeight(5000)
    area.setWidget(long)
    QVBoxLayout(page).addWidget(area)
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(400, 300)
    host = PageHost(QWidget())
    host.setParent(window)
    host.resize(400, 300)
    host.set_pages([Page("usage", "Long", "clock", lambda: page)])
    window.show()
    host.show_page("usage")
    bar = area.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0)
    qtbot.keyClick(host, Qt.Key.Key_End)
    assert bar.value() == bar.maximum()
    qtbot.keyClick(host, Qt.Key.Key_PageUp)
    assert 0 < bar.value() < bar.maximum()


def test_keys_scroll_a_panel(busy_window: Window) -> None:
    busy_window.main.resize(700, 420)
    busy_window.main.action_table["shortcuts"].trigger()
    panel = busy_window.main.shortcuts_panel
    bar = panel.scroll_area.verticalScrollBar()
    busy_window.qtbot.waitUntil(lambda: bar.maximum() > 0)
    busy_window.qtbot.keyClick(panel, Qt.Key.Key_Tab)
    busy_window.qtbot.keyClick(busy_window.main.focusWidget(), Qt.Key.Key_PageDown)
    assert bar.value() > 0
    busy_window.press_escape()


def test_and_everywhere_in_the_panels(busy_window: Window) -> None:
    """Each by itself, for the keyboard stays in an open panel."""
    for name, open_panel in PANELS.items():
        panel = open_panel(busy_window)
        busy_window.qtbot.waitUntil(panel.isVisible)
        try:
            check(busy_window, panel)
        except AssertionError as error:
            raise AssertionError(f"{name}: {error}") from error
        busy_window.press_escape()
        assert not panel.isVisible(), f"Esc does not close: {name}"
