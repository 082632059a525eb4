"""What ``/`` at the beginning of the composer lists: prompts and commands (GUI thread only).

The keyboard stays in the composer. A command is chosen with Enter only where the typed letters begin one of its words,
else arrows choose first: a path or code that begins with a slash is sent as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QListWidget, QListWidgetItem, QWidget

from llmdesk.ui.chat.composer import Composer
from llmdesk.ui.chat.prompts.fuzzy import fit, is_beginning
from llmdesk.ui.kit.spacing import column
from llmdesk.ui.kit.styled import current_css, scroll_bar_css
from llmdesk.ui.kit.surfaces import Panel
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.words import tr

_TYPED = re.compile(r"/([^/\n]{0,40})\Z")
_MOST_ROWS = 7
_ROW_PX = 34
_KEYPAD = Qt.KeyboardModifier.KeypadModifier


@dataclass(frozen=True, slots=True)
class SlashEntry:
    """One line: ``/name  text``. ``run`` is called once the typed command is out of the composer."""

    name: str
    text: str
    run: Callable[[], None]


Entries = Callable[[], Sequence[SlashEntry]]


class SlashMenu(Panel):
    """Over the conversation, above the composer.

    Args:
        entries: asked whenever a slash is typed.
    """

    def __init__(self, theme: Theme, window: QWidget, composer: Composer, entries: Entries) -> None:
        super().__init__(theme, 12)
        self.setParent(window)
        self._window, self._composer, self._make_entries = window, composer, entries
        self._entries: list[SlashEntry] = []
        self._all: Sequence[SlashEntry] = ()
        self._is_refused = False
        self.list = QListWidget()
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setAccessibleName(tr("Prompts and commands"))
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.itemClicked.connect(self._on_clicked)
        self.setLayout(column(theme, self.list, margins=(6, 6, 6, 6)))
        composer.edit.textChanged.connect(self._on_text)
        composer.edit.installEventFilter(self)
        composer.installEventFilter(self)
        theme.changed.connect(self.restyle)
        self.restyle()
        self.hide()
        self._on_text()  # made for the first slash, it stands there already

    @property
    def names(self) -> list[str]:
        """The commands listed."""
        return [entry.name for entry in self._entries]

    @Slot()
    def refresh(self) -> None:
        """There are other entries now; the one that was chosen stays chosen."""
        row = self.list.currentRow()
        chosen = self._entries[row].name if self.isVisible() and row >= 0 else ""
        self.hide()
        self._on_text()
        if chosen in self.names:
            self.list.setCurrentRow(self.names.index(chosen))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The composer's keys, while the list is open."""
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        if watched is not self._composer.edit or self.isHidden() or not isinstance(event, QKeyEvent):
            if event.type() == QEvent.Type.FocusOut and watched is self._composer.edit:
                self.hide()
            return False
        if event.type() == QEvent.Type.ShortcutOverride and event.key() == Qt.Key.Key_Escape:
            event.accept()
            return True
        return event.type() == QEvent.Type.KeyPress and self._take_key(event)

    def _take_key(self, event: QKeyEvent) -> bool:
        row, count = self.list.currentRow(), self.list.count()
        match event.key():
            case Qt.Key.Key_Escape:
                self._is_refused = True
                self.hide()
            case Qt.Key.Key_Down:
                self.list.setCurrentRow((row + 1) % count)
            case Qt.Key.Key_Up:
                self.list.setCurrentRow(row - 1 if row > 0 else count - 1)
            case Qt.Key.Key_Tab:
                self._choose(max(row, 0))
            case Qt.Key.Key_Return | Qt.Key.Key_Enter if row >= 0 and not event.modifiers() & ~_KEYPAD:
                self._choose(row)
            case _:
                return False
        return True

    @Slot()
    def _on_text(self) -> None:
        text = self._composer.text()
        found = _TYPED.match(text)
        if found is None or not self._composer.edit.hasFocus():
            self._is_refused = self._is_refused and text.startswith("/")
            self.hide()
            return
        if self._is_refused:
            return
        if self.isHidden():
            self._all = self._make_entries()
        self._list(found[1])

    def _list(self, typed: str) -> None:
        fits = [(max(fit(typed, entry.name), 0.9 * fit(typed, entry.text)), entry) for entry in self._all]
        found = sorted((each for each in fits if each[0] > 0), key=lambda each: -each[0])
        self._entries = [entry for _, entry in found]
        self.list.clear()
        for entry in self._entries:
            item = QListWidgetItem(f"/{entry.name}    {entry.text}")
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{entry.name}, {entry.text}")
            item.setSizeHint(QSize(10, self._theme.px(_ROW_PX)))
            self.list.addItem(item)
        if not found:
            self.hide()
            return
        is_meant = any(is_beginning(fit(typed, entry.name)) for entry in self._entries[:1])
        self.list.setCurrentRow(0 if is_meant else -1)
        self._place()
        self.show()
        self.raise_()

    def _choose(self, row: int) -> None:
        entry = self._entries[row]
        self.hide()
        self._composer.set_text("")
        entry.run()

    @Slot(QListWidgetItem)
    def _on_clicked(self, item: QListWidgetItem) -> None:
        self._choose(self.list.row(item))

    def _place(self) -> None:
        px = self._theme.px
        corner = self._composer.mapTo(self._window, QPoint(0, 0))
        rows = min(_MOST_ROWS, max(1, self.list.count()))
        height = min(rows * px(_ROW_PX) + px(12) + 2, max(px(_ROW_PX), corner.y() - px(8)))
        width = min(px(520), self._composer.width())
        self.setGeometry(corner.x(), corner.y() - height - px(6), width, height)

    @Slot()
    def restyle(self) -> None:
        """Colours or sizes changed."""
        c, px = self._theme.colors, self._theme.px
        self.list.setFont(self._theme.font())
        self.list.setStyleSheet(
            f"QListWidget {{ background: transparent; color: {c.text}; border: none; }}"
            f"QListWidget::item {{ padding: 0 {px(10)}px; border-radius: {px(8)}px; }}"
            f"QListWidget::item:selected {{ color: {c.text}; {current_css(self._theme)} }}"
            f"QListWidget::item:hover {{ background: {c.raised}; }}" + scroll_bar_css(self._theme)
        )
