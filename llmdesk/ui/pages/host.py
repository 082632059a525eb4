"""One page at a time in the conversation's place (GUI thread only). Which pages there are: ``shell/page_list.py``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from llmdesk.ui.kit.keys import scrolls

PageId = Literal["usage", "benchmark", "race", "collections"]


class PageController(Protocol):
    """What a page does."""

    def make_page(self) -> QWidget:
        """Once, at its first showing."""

    def refresh(self) -> None:
        """It is shown: everything as it is now."""


@dataclass(frozen=True, slots=True)
class Page:
    """One entry of the table.

    Attributes:
        id: also that of the action which opens it.
        icon: in assets/icons.
        make: called at its first showing.
        shown: called at each showing, with the page in place.
        is_wide: it takes the live figures' place, too, and stays while somebody presents.
    """

    id: PageId
    title: str
    icon: str
    make: Callable[[], QWidget]
    shown: Callable[[], None] = lambda: None
    is_wide: bool = False


class PageHost(QWidget):
    """The conversation, or a page over its place; Esc leads back.

    Signals:
        changed(str): the page shown now; empty: the conversation.
    """

    changed = Signal(str)

    def __init__(self, conversation: QWidget) -> None:
        super().__init__()
        self._conversation = conversation
        self._pages: dict[str, Page] = {}
        self._widgets: dict[str, QWidget] = {}
        self.page_id = ""
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(conversation)

    def set_pages(self, pages: Sequence[Page]) -> None:
        """The table."""
        self._pages = {page.id: page for page in pages}

    @property
    def page(self) -> QWidget | None:
        """The page shown."""
        return self._widgets.get(self.page_id)

    @property
    def is_wide(self) -> bool:
        """The page shown takes the live figures' place, too."""
        return bool(self.page_id) and self._pages[self.page_id].is_wide

    @Slot(str)
    def show_page(self, page_id: str) -> None:
        """Show it in the conversation's place; it gets the keyboard."""
        page = self._pages[page_id]
        if page_id not in self._widgets:
            self._widgets[page_id] = widget = page.make()
            self._layout().addWidget(widget)
            for area in widget.findChildren(QScrollArea):
                area.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # Tab leads to what can be used; the keys scroll anyway
        self._show(page_id)
        widget = self._widgets[page_id]
        widget.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        widget.setFocus()
        page.shown()

    @Slot()
    def close_page(self) -> None:
        """Back to the conversation. Idempotent."""
        if self.page_id:
            self._show("")
            self._conversation.setFocus()

    def event(self, event: QEvent) -> bool:
        """While a page is shown, Esc in it is no shortcut of the window."""
        is_override = event.type() == QEvent.Type.ShortcutOverride
        if is_override and self.page_id and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc leads back, the keys that move do so."""
        areas = self.page.findChildren(QScrollArea) if self.page is not None else []
        if event.key() == Qt.Key.Key_Escape and self.page_id:
            self.close_page()
        elif not areas or not scrolls(areas[0], event):
            super().keyPressEvent(event)

    def _show(self, page_id: str) -> None:
        is_other = page_id != self.page_id
        self.page_id = page_id
        self._conversation.setVisible(not page_id)
        for other_id, widget in self._widgets.items():
            widget.setVisible(other_id == page_id)
        if is_other:
            self.changed.emit(page_id)

    def _layout(self) -> QVBoxLayout:
        layout = self.layout()
        assert isinstance(layout, QVBoxLayout)
        return layout
