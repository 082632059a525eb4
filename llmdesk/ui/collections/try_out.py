"""A search to try out what is found, without a model that answers (GUI thread only)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QVBoxLayout, QWidget

from llmdesk.services.collections.passage import Passage
from llmdesk.ui.chat.sources.source_row import place_of
from llmdesk.ui.kit.keys import presses
from llmdesk.ui.kit.labels import MEDIUM, SEMIBOLD, Label
from llmdesk.ui.kit.search_field import SearchField
from llmdesk.ui.kit.spacing import space
from llmdesk.ui.kit.surfaces import draw_focus_ring
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.words import tr

_PAUSE_MS = 250
_EXCERPT_CHARS = 260


class HitCard(QAbstractButton):
    """A passage that was found: file, place, its beginning. Enter or a click opens it."""

    def __init__(self, theme: Theme, passage: Passage) -> None:
        super().__init__()
        self._theme, self.passage = theme, passage
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        where, words = place_of(passage), " ".join(passage.text.split())
        excerpt = words if len(words) <= _EXCERPT_CHARS else f"{words[:_EXCERPT_CHARS].rstrip()}…"
        self.setAccessibleName(f"{passage.number}. {where}: {excerpt}")
        title = f"{passage.number}  {where}" + (f"  ·  {passage.heading}" if passage.heading else "")
        layout = QVBoxLayout(self)
        space(theme, layout, (14, 10, 14, 12), spacing=4)
        for label in (
            Label(theme, title, weight=MEDIUM, wraps=True),
            Label(theme, excerpt, "secondary", "small", wraps=True),
        ):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            layout.addWidget(label)
        theme.changed.connect(self.update)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses, too."""
        if not presses(self, event):
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Ground, edge, focus ring."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._theme.color("line")))
        painter.setBrush(self._theme.color("raised" if self.underMouse() else "surface"))
        radius = self._theme.px(10)
        painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), radius, radius)
        draw_focus_ring(painter, self, self._theme, radius)


class TryOut(QWidget):
    """A field, and what was found below it.

    Signals:
        search_requested(str): what to look for; empty: nothing.
        chosen(Passage, QWidget): a hit is to be shown, below this card.
    """

    search_requested = Signal(str)
    chosen = Signal(object, object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.field = SearchField(theme, tr("Ask your files something"))
        self._note = Label(theme, "", "secondary", "small", wraps=True)
        self._note.hide()
        self.cards: list[HitCard] = []
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE_MS)
        self._timer.timeout.connect(self._ask)
        self.field.textChanged.connect(self._on_typed)
        self.field.returnPressed.connect(self._ask)
        self._list = QVBoxLayout()
        space(theme, self._list, spacing=8)
        layout = QVBoxLayout(self)
        space(theme, layout, spacing=10)
        layout.addWidget(Label(theme, tr("Try a search"), "text", "body", SEMIBOLD))
        layout.addWidget(self.field)
        layout.addWidget(self._note)
        layout.addLayout(self._list)

    @property
    def note(self) -> str:
        """What is said of the search."""
        return self._note.text()

    def show_hits(self, passages: Sequence[Passage], note: str) -> None:
        """What was found, and what is to be said of it."""
        for card in self.cards:
            self._list.removeWidget(card)
            card.hide()
            card.deleteLater()
        self.cards = []
        for passage in passages:
            card = HitCard(self._theme, passage)
            card.clicked.connect(partial(self.chosen.emit, passage, card))
            self._list.addWidget(card)
            self.cards.append(card)
        self.show_note(note)

    def show_note(self, note: str) -> None:
        """A line below the field."""
        self._note.setText(note)
        self._note.setVisible(bool(note))

    @Slot()
    def _on_typed(self) -> None:
        self._timer.start()

    @Slot()
    def _ask(self) -> None:
        self._timer.stop()
        self.search_requested.emit(self.field.text().strip())
