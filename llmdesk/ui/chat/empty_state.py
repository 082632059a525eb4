"""An empty chat: a greeting, sample prompts, what this machine can do (GUI thread only)."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QGridLayout, QSizePolicy, QVBoxLayout, QWidget

from llmdesk.ui.chat.style import ChatStyle
from llmdesk.ui.kit.buttons import Button
from llmdesk.ui.kit.labels import MEDIUM, SEMIBOLD, Label
from llmdesk.ui.kit.spacing import FlowLayout, column, gap, settle, space
from llmdesk.ui.kit.surfaces import draw_focus_ring
from llmdesk.ui.kit.words import tr

_RADIUS_PX = 12
_LEAST_CARD_PX = 220  # narrower cards stand below each other
_ABOVE_PX = 12


def samples() -> list[tuple[str, str]]:
    """Title and prompt of each card."""
    return [
        (tr("Explain simply"), tr("Explain in three sentences why the sky is blue.")),
        (tr("Write code"), tr("Write a Python function that returns the moving average of a list.")),
        (tr("Make a list"), tr("List five things to check before buying a used laptop.")),
        (tr("Rewrite"), tr("Rewrite this politely: I need the report today, why is it late?")),
    ]


class SampleCard(QAbstractButton):
    """A title and the prompt that a click sends."""

    def __init__(self, style: ChatStyle, title: str, prompt: str) -> None:
        super().__init__()
        self._theme = style.theme
        self.prompt = prompt
        self.setAccessibleName(f"{title}: {prompt}")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        labels = (
            Label(style.theme, title, weight=MEDIUM, wraps=True),
            Label(style.theme, prompt, "secondary", "note", wraps=True),
        )
        for label in labels:
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._layout = column(style.theme, *labels, 1, margins=(16, 12, 16, 14), spacing=4)
        self.setLayout(self._layout)
        style.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """Room for the words."""
        return self._layout.totalSizeHint()

    def minimumSizeHint(self) -> QSize:
        """The longest word."""
        return self._layout.totalMinimumSize()

    def hasHeightForWidth(self) -> bool:
        """Narrower is higher."""
        return True

    def heightForWidth(self, width: int) -> int:
        """See QWidget."""
        return self._layout.totalHeightForWidth(width)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Ground, border, focus ring."""
        theme, radius = self._theme, self._theme.px(_RADIUS_PX)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.color("line")))
        painter.setBrush(theme.color("raised" if self.underMouse() or self.isDown() else "surface"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
        draw_focus_ring(painter, self, theme, radius)


class EmptyState(QWidget):
    """Signals: sample_chosen(prompt), chat_chosen(number in what ``show_chats`` was given)."""

    sample_chosen = Signal(str)
    chat_chosen = Signal(int)

    def __init__(self, style: ChatStyle) -> None:
        super().__init__()
        self._theme = style.theme
        greeting = tr("What would you like to try?")
        self._greeting = Label(style.theme, greeting, step="greeting", weight=SEMIBOLD, wraps=True)
        self._machine = Label(style.theme, "", "secondary", "note", wraps=True)
        self._machine.hide()
        self._chats = QWidget()
        self._chats_flow = FlowLayout(style.theme, margins=(0, 20, 0, 0))
        self._chats.setLayout(self._chats_flow)
        self._chats.hide()
        self._leads_back = True
        self.chat_buttons: list[Button] = []
        self._style = style
        self.cards = [SampleCard(style, title, prompt) for title, prompt in samples()]
        self._columns = 0
        self._grid = QGridLayout()
        self._build()
        style.changed.connect(self.restyle)

    def set_machine_summary(self, text: str) -> None:
        """The line below the samples."""
        self._machine.setText(text)
        self._leave_out()

    def set_leads_back(self, leads_back: bool) -> None:
        """Whether the ways back to other chats are shown."""
        self._leads_back = leads_back
        self._leave_out()

    def show_samples(self, wanted: Sequence[tuple[str, str]]) -> None:
        """Other cards, title and prompt of each; none: those of llmdesk."""
        for old in self.cards:
            self._grid.removeWidget(old)
            old.hide()
            old.deleteLater()
        self.cards = [SampleCard(self._style, title, prompt) for title, prompt in wanted or samples()]
        for card in self.cards:
            card.clicked.connect(self._on_clicked)
        self._columns = 0  # they are laid out anew
        self.restyle()

    def show_chats(self, titles: Sequence[str]) -> None:
        """The ways back to other chats."""
        for old in self.chat_buttons:
            self._chats_flow.removeWidget(old)
            old.hide()
            old.deleteLater()
        self.chat_buttons = []
        for number, title in enumerate(titles):
            button = Button(self._theme, title, bordered=True, elides=True)
            button.setAccessibleName(tr("Go back to the chat: {title}", title=title))
            button.setToolTip(tr("Go back to: {title}", title=title))
            button.setProperty("number", number)
            button.clicked.connect(self._on_chat)
            self._chats_flow.addWidget(button)
            self.chat_buttons.append(button)
        self._leave_out()

    def hasHeightForWidth(self) -> bool:
        """It makes do with any height."""
        return False

    def minimumSizeHint(self) -> QSize:
        """What does not fit is left out."""
        return QSize(0, 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out what does not fit."""
        super().resizeEvent(event)
        self.restyle()

    @Slot()
    def restyle(self) -> None:
        """Sizes changed: two cards side by side, or one where they would be narrow."""
        columns = 2 if self.width() >= 2 * self._theme.px(_LEAST_CARD_PX) else 1
        if columns != self._columns:
            self._columns = columns
            for number, card in enumerate(self.cards):
                self._grid.addWidget(card, number // columns, number % columns)
            for number in range(2):
                self._grid.setColumnStretch(number, 1 if number < columns else 0)
        settle(self)
        self._leave_out()

    def _leave_out(self) -> None:
        """In a low window fewer samples are shown, rather than parts of all."""
        rows: list[list[QWidget]] = [
            [*self.cards[i : i + self._columns]] for i in range(0, len(self.cards), self._columns)
        ]
        groups: list[list[QWidget]] = [[self._machine], *reversed(rows), [self._greeting]]
        for part in (part for group in groups for part in group):
            part.setVisible(part is not self._machine or bool(self._machine.text()))
        self._chats.setVisible(bool(self.chat_buttons) and self._leads_back)
        layout = self.layout()
        if layout is None:
            return
        for group in groups:
            self._grid.invalidate()  # Qt would do that later
            layout.invalidate()
            if layout.totalMinimumHeightForWidth(self.width()) <= self.height():
                break
            for part in group:
                part.hide()

    def _build(self) -> None:
        space(self._theme, self._grid, spacing=12, down=12)
        for card in self.cards:
            card.clicked.connect(self._on_clicked)
        layout = QVBoxLayout(self)
        space(self._theme, layout, (0, _ABOVE_PX, 0, 0))
        layout.addStretch(2)
        self._greeting.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        layout.addWidget(self._greeting)
        gap(self._theme, layout, 28, least_px=12)
        layout.addLayout(self._grid)
        layout.addWidget(self._chats)
        gap(self._theme, layout, 20)
        self._machine.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        layout.addWidget(self._machine)
        layout.addStretch(3)
        self.restyle()

    @Slot()
    def _on_clicked(self) -> None:
        card = self.sender()
        assert isinstance(card, SampleCard)
        self.sample_chosen.emit(card.prompt)

    @Slot()
    def _on_chat(self) -> None:
        self.chat_chosen.emit(self.sender().property("number"))
