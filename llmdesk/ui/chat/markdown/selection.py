"""One selection over all blocks of the conversation (GUI thread only). See docs/decisions/0021."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

import shiboken6
from PySide6.QtCore import QObject, QPoint, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QClipboard, QGuiApplication, QMouseEvent
from PySide6.QtWidgets import QScrollArea, QWidget

from llmdesk.ui.chat.markdown.citations import is_source
from llmdesk.ui.chat.markdown.export import SelectedLeaf, markdown, plain_text
from llmdesk.ui.chat.markdown.leaves import RuleLeaf
from llmdesk.ui.kit.styled import Menu
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.words import tr

if TYPE_CHECKING:
    from llmdesk.ui.chat.markdown.document_view import DocumentView

Part: TypeAlias = "DocumentView | RuleLeaf"
SCROLL_MS = 30
SCROLL_PX = 18


class Selection(QObject):
    """Each view shows its part of the selection as its own; here is which part that is.

    Args:
        area: what scrolls when the mouse leaves it.
        messages: the parts of each message, in the order of reading.

    Signals:
        quote_requested(): what is selected is to be quoted in the prompt.
    """

    quote_requested = Signal()

    def __init__(self, theme: Theme, area: QScrollArea, messages: Callable[[], list[list[Part]]]) -> None:
        super().__init__(area)
        self._theme = theme
        self._area = area
        self._messages = messages
        self._anchor: tuple[DocumentView, int, int] | None = None  # what was pressed: a place, or a word
        self._by_words = False
        self._shown: list[DocumentView] = []
        self._mouse = QPoint()
        self._timer = QTimer(self)
        self._timer.setInterval(SCROLL_MS)
        self._timer.timeout.connect(self._on_scroll)

    # -- mouse ------------------------------------------------------------------------------------------------------

    def begin(self, view: DocumentView, event: QMouseEvent) -> bool:
        """The button went down. True if this makes the selection longer, so that the view has nothing to do."""
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier and self._is_alive() and view in self._views():
            self._by_words = False
            self.extend(event.globalPosition().toPoint())
            return True
        self.clear()
        return False

    def set_anchor(self, view: DocumentView, by_words: bool = False) -> None:
        """The view has placed its cursor, or selected a word or a paragraph."""
        if view not in self._views():
            self._anchor = None
            return
        cursor = view.textCursor()
        self._anchor = (view, cursor.selectionStart(), cursor.selectionEnd())
        self._by_words = by_words
        self._shown = [view]

    def drag(self, view: DocumentView, place: QPoint) -> bool:
        """The mouse moved with its button down. False where it is still in the view, which knows what to do."""
        if not self._is_alive():
            return False
        self._mouse = place
        is_outside = not self._area.viewport().rect().contains(self._area.viewport().mapFromGlobal(place))
        if is_outside != self._timer.isActive():
            (self._timer.start if is_outside else self._timer.stop)()
        if self._view_at(place) is view and self._shown == [view]:
            return False
        self.extend(place)
        return True

    def end(self) -> None:
        """The button went up."""
        self._timer.stop()
        clipboard = QGuiApplication.clipboard()
        if clipboard.supportsSelection() and (text := self.text()):
            clipboard.setText(text, QClipboard.Mode.Selection)

    def extend(self, place: QPoint) -> None:
        """Select from where the button went down to a place on the screen."""
        views, anchor = self._views(), self._anchor
        view = self._view_at(place)
        if anchor is None or view is None or anchor[0] not in views:
            return
        first, begin, end = anchor
        position, word_end = view.position_at(place, self._by_words)
        start, stop = views.index(first), views.index(view)
        if start == stop:
            is_back = position < begin
            view.select(end if is_back else begin, position if is_back else max(word_end, end))
        elif start < stop:
            first.select(*first.from_to_edge(begin, is_end=True))
            view.select(*view.from_to_edge(word_end, is_end=False))
        else:
            first.select(*first.from_to_edge(end, is_end=False))
            view.select(*view.from_to_edge(position, is_end=True))
        between = views[min(start, stop) + 1 : max(start, stop)]
        for each in between:
            each.select(*each.whole())
        self._show([first, view, *between])

    @Slot()
    def _on_scroll(self) -> None:
        inside = self._area.viewport().mapFromGlobal(self._mouse)
        step = -SCROLL_PX if inside.y() < 0 else SCROLL_PX if inside.y() > self._area.viewport().height() else 0
        bar = self._area.verticalScrollBar()
        if step:
            bar.setValue(bar.value() + step)
            self.extend(self._mouse)

    # -- what is selected -------------------------------------------------------------------------------------------

    def has(self, view: DocumentView) -> bool:
        """True if the view is one of a message."""
        return view in self._views()

    def reaches_into(self, widget: QWidget) -> bool:
        """True if something in a widget is selected."""
        shown = [view for view in self._shown if shiboken6.isValid(view)]
        return any(widget.isAncestorOf(view) and view.has_selection for view in shown)

    def select_message(self, view: DocumentView) -> None:
        """All of the answer or prompt that a view belongs to."""
        message = next((each for each in self._messages() if view in each), [])
        views = [part for part in message if not isinstance(part, RuleLeaf)]
        for each in views:
            each.select(*each.whole())
        self._anchor = (views[0], 0, 0) if views else None
        self._show(views)

    @Slot()
    def clear(self) -> None:
        """Nothing is selected any more."""
        self._show([])
        self._anchor = None

    def text(self) -> str:
        """Words for other programs."""
        return "\n\n".join(plain_text(leaves) for leaves in self._leaves())

    def markdown(self) -> str:
        """The same with its marks."""
        return "\n\n".join(markdown(leaves) for leaves in self._leaves())

    def copy(self, as_markdown: bool = False) -> bool:
        """To the clipboard. False if nothing is selected."""
        text = self.markdown() if as_markdown else self.text()
        if text:
            QGuiApplication.clipboard().setText(text)
        return bool(text)

    def make_menu(self, view: DocumentView, link: str) -> Menu:
        """What can be done with what is selected; ``link`` is the address under the mouse."""
        menu = Menu(self._theme, view)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        is_empty = not self._leaves()
        for name, words, slot in (
            ("copy", tr("Copy"), self.copy),
            ("copy_markdown", tr("Copy as Markdown"), lambda: self.copy(as_markdown=True)),
            ("quote", tr("Quote in the prompt"), self.quote_requested.emit),
        ):
            action = menu.addAction(words)
            action.setObjectName(name)
            action.setDisabled(is_empty)
            action.triggered.connect(lambda _checked=False, do=slot: do())
        if link and not is_source(link):
            menu.addAction(tr("Copy link address")).triggered.connect(lambda: QGuiApplication.clipboard().setText(link))
        menu.addSeparator()
        menu.addAction(tr("Select the whole message")).triggered.connect(lambda: self.select_message(view))
        return menu

    def _leaves(self) -> list[list[SelectedLeaf]]:
        """Of each message of which something is selected."""
        result: list[list[SelectedLeaf]] = []
        for message in self._messages():
            leaves: list[SelectedLeaf] = []
            rules: list[SelectedLeaf] = []
            for part in message:
                if isinstance(part, RuleLeaf):
                    rules += [part] if leaves else []
                elif part.has_selection:
                    leaves += [*rules, *part.selected_leaves()]
                    rules = []
            if leaves:
                result.append(leaves)
        return result

    def _views(self) -> list[DocumentView]:
        return [part for message in self._messages() for part in message if not isinstance(part, RuleLeaf)]

    def _is_alive(self) -> bool:
        return self._anchor is not None and shiboken6.isValid(self._anchor[0])

    def _show(self, views: list[DocumentView]) -> None:
        for view in self._shown:
            if view not in views and shiboken6.isValid(view):
                view.select(view.textCursor().position(), view.textCursor().position())
        self._shown = views

    def _view_at(self, place: QPoint) -> DocumentView | None:
        """The view at a height on the screen, or the next one below."""
        views = self._views()
        for view in views:
            if view.mapToGlobal(QPoint(0, view.height())).y() > place.y():
                return view
        return views[-1] if views else None


def selection_of(widget: QWidget) -> Selection | None:
    """That of the conversation around a widget."""
    parent = widget.parentWidget()
    while parent is not None:
        found = getattr(parent, "selection", None)
        if isinstance(found, Selection):
            return found
        parent = parent.parentWidget()
    return None
