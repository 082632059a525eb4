"""A repository: what it is, whose consent it needs, the ways to fetch it, its card (GUI thread only)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QRectF, Qt, QUrl, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from llmdesk.memory_need import Fit
from llmdesk.models.hub_data import RemoteChoice, Repository
from llmdesk.ui.chat.markdown.links import confirm_and_open
from llmdesk.ui.chat.markdown.view import MarkdownView
from llmdesk.ui.chat.style import ChatStyle
from llmdesk.ui.hub.choice_row import ChoiceRow
from llmdesk.ui.hub.hub_words import facts_text, problem_text
from llmdesk.ui.kit.buttons import Button
from llmdesk.ui.kit.labels import MEDIUM, Label
from llmdesk.ui.kit.spacing import column, row
from llmdesk.ui.kit.styled import FieldStyle
from llmdesk.ui.kit.surfaces import Hairline
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.words import tr


@dataclass(frozen=True, slots=True)
class Offer:
    """A repository as it is shown here: the ways to fetch it with how each fits (empty where it cannot be used anyway),
    and the one that is recommended."""

    repository: Repository
    choices: tuple[tuple[RemoteChoice, Fit | Literal[""]], ...]
    best: RemoteChoice | None
    address: str


class _CardGround(QWidget):
    """The conversation's colour, on which its words are drawn."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme

    def paintEvent(self, event: QPaintEvent) -> None:
        """A rounded ground."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color("window"))
        radius = self._theme.px(8)
        painter.drawRoundedRect(QRectF(self.rect()), radius, radius)


class RepositoryView(QWidget):
    """See the module. Card and names are somebody's text: shown as the answers of models are, no picture is loaded.

    Signals:
        chosen(RemoteChoice): to be fetched.
        token_entered(str): to be kept in the keyring.
    """

    chosen = Signal(object)
    token_entered = Signal(str)

    def __init__(self, theme: Theme, style: ChatStyle, offer: Offer) -> None:
        super().__init__()
        self._theme, self.offer = theme, offer
        found = offer.repository.found
        self.title = Label(theme, found.repository, step="body", weight=MEDIUM, wraps=True)
        self.facts = Label(theme, facts_text(found), "secondary", "small", wraps=True)
        self._lines = column(theme, self.title, self.facts, margins=(20, 4, 20, 16), spacing=6)
        self.setLayout(self._lines)
        self.token: QLineEdit | None = None
        if found.gated:
            self._explain_consent()
        self.rows = [ChoiceRow(theme, each, fit, is_recommended=each == offer.best) for each, fit in offer.choices]
        self._add_choices()
        self.page = Button(theme, tr("Open its page…"), bordered=True)
        self.page.clicked.connect(self._open_page)
        self._lines.addLayout(row(theme, self.page, 1))
        self.card: MarkdownView | None = None
        if offer.repository.card:
            self._add_card(style)
        self._lines.addStretch(1)

    @property
    def address(self) -> str:
        """Of its page."""
        return f"{self.offer.address}/{self.offer.repository.found.repository}"

    def _explain_consent(self) -> None:
        theme = self._theme
        words = tr(
            "Its owner asks for consent to the licence first: open its page, log in there and accept, make a token of "
            "yours (it only has to read), and enter it here. It is kept in the system's keyring."
        )
        if self.offer.repository.found.gated == "manual":
            words += " " + tr("The owner looks at each request, so it may take days.")
        self._lines.addWidget(Label(theme, words, "warning", "note", wraps=True))
        self.token = QLineEdit()
        self.token.setEchoMode(QLineEdit.EchoMode.Password)
        self.token.setPlaceholderText(tr("Token for the hub"))
        self.token.setAccessibleName(tr("Token for the hub"))
        FieldStyle(theme, self.token)
        keep = Button(theme, tr("Keep it"), bordered=True)
        keep.clicked.connect(self._enter_token)
        self.token.returnPressed.connect(self._enter_token)
        line = row(theme, keep)
        line.insertWidget(0, self.token, 1)
        self._lines.addLayout(line)

    def _add_choices(self) -> None:
        theme, found = self._theme, self.offer.repository.found
        why = problem_text(found)
        if not why and not self.rows:
            why = tr("It has no files that are read here.")
        elif not why and self.offer.best is None:
            why = tr("Nothing of it fits into this machine's memory.")
        if why:
            self._lines.addWidget(Label(theme, why, "warning", "note", wraps=True))
        for each in self.rows:
            each.chosen.connect(self.chosen)
            each.button.setEnabled(not problem_text(found))
            self._lines.addWidget(each)

    def _add_card(self, style: ChatStyle) -> None:
        theme = self._theme
        self._lines.addWidget(Hairline(theme))
        self._lines.addWidget(Label(theme, tr("As its owner describes it"), "secondary", "small"))
        self.card = MarkdownView(style)
        self.card.append(self.offer.repository.card)
        self.card.finish()
        ground = _CardGround(theme)
        ground.setLayout(column(theme, self.card, margins=(14, 10, 14, 10)))
        self._lines.addWidget(ground)

    @Slot()
    def _enter_token(self) -> None:
        if self.token is not None and self.token.text().strip():
            self.token_entered.emit(self.token.text())
            self.token.clear()

    @Slot()
    def _open_page(self) -> None:
        confirm_and_open(self, QUrl(self.address))
