"""What a screen reader finds in the window, and where the keyboard can be seen."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import product

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QAccessibleEvent,
    QAccessibleInterface,
    QColor,
    QImage,
    QPalette,
)
from PySide6.QtWidgets import QAbstractScrollArea, QLineEdit, QPlainTextEdit, QWidget

from llmdesk.ui.kit.colors import contrast_of
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.shell.actions import ActionId
from tests.ui.conftest import Window

Role = QAccessible.Role
CONTROLS = {
    Role.Button,
    Role.ButtonMenu,
    Role.ButtonDropDown,
    Role.CheckBox,
    Role.RadioButton,
    Role.ComboBox,
    Role.EditableText,
    Role.SpinBox,
    Role.Slider,
    Role.ProgressBar,
    Role.List,
    Role.Tree,
    Role.Table,
    Role.Link,
    Role.Graphic,
    Role.Chart,
    Role.Canvas,
    Role.Dialog,
    Role.MenuItem,
    Role.ListItem,
    Role.PageTab,
    Role.Switch,
}
"""Who meets one of these without a name does not know what it is."""


def tree(root: QAccessibleInterface) -> Iterator[QAccessibleInterface]:
    """All that is in sight, as a screen reader walks it; of a list, its first items."""
    for number in range(min(root.childCount(), 200)):
        child = root.child(number)
        if child is not None and child.isValid() and not child.state().invisible:
            yield child
            yield from tree(child)


def name_of(found: QAccessibleInterface) -> str:
    return found.text(QAccessible.Text.Name).strip()


def described(found: QAccessibleInterface) -> str:
    made: QObject | None = found.object()
    above = []
    while made is not None:
        above.append(type(made).__name__)
        made = made.parent()
    return f"{found.role().name} of {' in '.join(above[:5])}"


def nameless(root: QWidget) -> list[str]:
    """Every control in sight that says nothing of itself, and everything that takes the keyboard without a name."""
    top = QAccessible.queryAccessibleInterface(root)
    assert top is not None
    return [
        described(each)
        for each in (top, *tree(top))
        if not name_of(each) and (each.role() in CONTROLS or each.state().focusable) and not is_scrolled_part(each)
    ]


def is_scrolled_part(found: QAccessibleInterface) -> bool:
    """A scroll area that only brings into view what its controls need."""
    return isinstance(found.object(), QAbstractScrollArea) and found.role() == Role.Client


def open_settings(window: Window) -> QWidget:
    window.main.action_table["settings"].trigger()
    return window.main.settings_dialog


def open_picker(window: Window) -> QWidget:
    window.open_picker()
    return window.main.picker


def open_by(action: ActionId, find: Callable[[Window], QWidget]) -> Callable[[Window], QWidget]:
    def open_it(window: Window) -> QWidget:
        window.main.action_table[action].trigger()
        return find(window)

    return open_it


def open_sampling(window: Window) -> QWidget:
    window.desktop.tools.sampling.choose("Custom")
    return window.main.sampling_panel


PANELS: dict[str, Callable[[Window], QWidget]] = {
    "settings": open_settings,
    "picker": open_picker,
    "server": open_by("server", lambda window: window.main.server_panel),
    "palette": open_by("palette", lambda window: window.desktop.chat_list.palette.palette),
    "shortcuts": open_by("shortcuts", lambda window: window.main.shortcuts_panel),
    "about": open_by("about", lambda window: window.main.about_panel),
    "system prompt": open_by("system_prompt", lambda window: window.desktop.tools.system_prompt),
    "prompts": open_by("prompts", lambda window: window.desktop.tools.prompts.panel),
    "context": open_by("context", lambda window: window.desktop.tools.context),
    "sampling": open_sampling,
}


def test_every_control_has_a_name(window: Window) -> None:
    """The real window with a chat, side bar and dashboard; then each panel over it."""
    window.ask("[tokens=20] # A heading\n\n```python\nprint(1)\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n")
    window.wait_settled()
    missing = {"window": nameless(window.main)}
    for name, open_panel in PANELS.items():
        panel = open_panel(window)
        window.qtbot.waitUntil(panel.isVisible)
        assert len(list(tree(QAccessible.queryAccessibleInterface(panel)))) > 3, name
        missing[name] = nameless(panel)
        panel.hide()
    assert {name: found for name, found in missing.items() if found} == {}


def test_painted_controls_have_fitting_roles(window: Window) -> None:
    roles: dict[str, set[Role]] = {}
    for made in (*open_settings(window).findChildren(QWidget), *window.main.dashboard.findChildren(QWidget)):
        found = QAccessible.queryAccessibleInterface(made)
        roles.setdefault(type(made).__name__, set()).add(found.role())
    assert roles["Switch"] == {Role.CheckBox}
    assert roles["Button"] <= {Role.Button, Role.ButtonMenu}
    assert roles["SearchField"] == {Role.EditableText}


def test_a_graph_says_its_value_in_words(window: Window) -> None:
    window.ask("[tokens=60] some")

    def graphs() -> list[QWidget]:
        found = window.main.dashboard.findChildren(QWidget)
        return [each for each in found if type(each).__name__ == "Graph" and each.isVisible()]

    window.qtbot.waitUntil(lambda: bool(graphs()))
    found = [QAccessible.queryAccessibleInterface(each) for each in graphs()]
    assert {each.role() for each in found} == {Role.Chart}
    assert {each.childCount() for each in found} == {0}
    window.qtbot.waitUntil(lambda: all(re.search(r"\d", name_of(each)) for each in found))


@pytest.fixture
def announced(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    told: list[str] = []

    def update(event: QAccessibleEvent) -> None:
        if isinstance(event, QAccessibleAnnouncementEvent):
            told.append(event.message())

    monkeypatch.setattr(QAccessible, "updateAccessibility", update)
    return told


def test_a_finished_answer_is_announced_once(window: Window, announced: list[str]) -> None:
    answer = window.ask("[tokens=40] words")
    window.wait_settled()
    assert len(announced) == 1
    assert answer.strip()[:30] in announced[0]
    window.send("[tokens=5000 tps=200] more")
    window.wait_tokens()
    assert len(announced) == 1
    window.press_escape()
    window.wait_idle()
    window.qtbot.waitUntil(lambda: len(announced) == 2)
    assert "stopped" in announced[1].lower()


def stops(root: QWidget) -> list[QWidget]:
    """Where Tab leads to."""
    found: list[QWidget] = []
    widget = root.nextInFocusChain()
    while widget is not None and widget is not root:
        takes_tab = widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        if takes_tab and widget.isVisible() and widget.isEnabled() and widget.focusProxy() is None:
            found.append(widget)
        widget = widget.nextInFocusChain()
    return found


def picture(widget: QWidget) -> QImage:
    return widget.grab().toImage()


def looks(theme: Theme) -> Iterator[str]:
    """Each in turn, by its name."""
    for scheme, is_high in product((Qt.ColorScheme.Light, Qt.ColorScheme.Dark), (False, True)):
        theme.force(scheme)
        theme.set_contrast(is_high)
        yield f"{scheme.name}{', high contrast' if is_high else ''}"


def test_the_keyboard_can_be_seen_on_every_control(window: Window) -> None:
    """Each stop of the Tab key looks otherwise with the keyboard than without."""
    window.ask("[tokens=20] some words")
    window.wait_settled()
    window.main.activateWindow()
    window.qtbot.waitUntil(window.main.isActiveWindow)
    for number, look in enumerate(looks(window.desktop.theme)):
        assert unseen_stops(window, one_of_a_kind=number > 0) == [], look
        window.main.settings_dialog.close_panel()


def unseen_stops(window: Window, *, one_of_a_kind: bool) -> list[str]:
    """In the window, and in the settings over it; all of them, or one of each kind."""
    unseen = []
    for panel in (window.main, open_settings(window)):
        kinds: set[type[QWidget]] = set()
        for stop in stops(window.main):
            if not panel.isAncestorOf(stop) or (one_of_a_kind and type(stop) in kinds):
                continue
            kinds.add(type(stop))
            around = stop.parentWidget() or stop
            other = window.main.chat.composer.edit if panel is window.main else window.main.settings_dialog.open_file
            (other if other is not stop else window.main.settings_dialog.search).setFocus()
            before = picture(around)
            stop.setFocus(Qt.FocusReason.TabFocusReason)
            if stop.hasFocus() and picture(around) == before:
                unseen.append(f"{type(stop).__name__} {stop.accessibleName()!r}")
    return unseen


def test_the_hints_in_empty_fields_can_be_read(window: Window) -> None:
    open_settings(window)
    open_sampling(window)
    window.main.action_table["system_prompt"].trigger()
    fields: list[QLineEdit | QPlainTextEdit] = [
        *window.main.findChildren(QLineEdit),
        *window.main.findChildren(QPlainTextEdit),
    ]
    found = [field for field in fields if field.placeholderText()]
    assert len(found) > 5

    def pale() -> list[QWidget]:
        ground = QColor(window.desktop.theme.colors.window)
        inks = {field: field.palette().color(QPalette.ColorRole.PlaceholderText) for field in found}
        return [f for f, ink in inks.items() if ink.alpha() < 255 or contrast_of(ink.name(), ground.name()) < 4.5]

    for _ in looks(window.desktop.theme):
        window.qtbot.waitUntil(lambda: pale() == [])
