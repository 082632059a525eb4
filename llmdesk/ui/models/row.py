"""One model in the picker: what it is, how it fits, what can be done with it (GUI thread only)."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt, Signal, Slot
from PySide6.QtGui import QContextMenuEvent, QEnterEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from llmdesk.datatypes.model import ErrorInfo
from llmdesk.models.survey import Entry
from llmdesk.ui.kit.buttons import Button
from llmdesk.ui.kit.labels import MEDIUM, Label
from llmdesk.ui.kit.notice import Action
from llmdesk.ui.kit.spacing import FlowLayout, column, row
from llmdesk.ui.kit.surfaces import ThinBar
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.wording import size_text
from llmdesk.ui.kit.words import told, tr

_FIT_COLORS = {"fits": "secondary", "tight": "warning", "too_large": "bad"}


class ModelRow(QWidget):
    """See the module.

    Signals:
        activated(str), hovered(str), menu_requested(str): model id.
        asked(str): a question appeared; the row should be seen whole.
    """

    activated = Signal(str)
    hovered = Signal(str)
    menu_requested = Signal(str)
    asked = Signal(str)

    def __init__(self, theme: Theme, entry: Entry) -> None:
        super().__init__()
        self._theme = theme
        self.entry = entry
        self._is_selected = False
        self._is_busy = False
        self._title = Label(theme, weight=MEDIUM, wraps=True)
        self._facts = Label(theme, "", "secondary", "small", wraps=True)
        self._fit = Label(theme, "", "secondary", "small", wraps=True)
        self._state = Label(theme, tr("In use"), "good", "small", MEDIUM)
        self.button = Button(theme, tr("Use"), bordered=True)
        self.more = Button(theme, "", "more", name=tr("More for this model"))
        self._progress = ThinBar(theme, tr("Download"), height=4)
        self._question = Label(theme, "", step="note", wraps=True)
        self._answers = FlowLayout(theme)
        self._answer_buttons: list[Button] = []
        self._build()

    @property
    def is_selected(self) -> bool:
        """True for the row the keyboard is on."""
        return self._is_selected

    @property
    def message(self) -> str:
        """The question or message shown under the facts, empty if none."""
        return self._question.text()

    def answers(self) -> list[Button]:
        """The buttons under the question."""
        return list(self._answer_buttons)

    def select(self, value: bool) -> None:
        """Show the row as the one that Enter picks."""
        self._is_selected = value
        self.update()

    def show_entry(self, entry: Entry, *, is_current: bool) -> None:
        """Fill the row; a question or a running download stays."""
        self.entry = entry
        self._title.setText(entry.spec.title)
        self._facts.setText(facts_text(entry))
        self._fit.setText(told(entry.fit.text))
        self._fit.set_color(_FIT_COLORS[entry.fit.kind])
        self._state.setVisible(is_current)
        if not self._is_busy:
            self.button.set_text(_button_text(entry))
        self.button.setVisible(not is_current or self._is_busy)
        self.setToolTip(entry.spec.notes)
        self.setAccessibleName(f"{entry.spec.title}, {facts_text(entry)}. {told(entry.fit.text)}")

    def ask(self, question: str, answers: Sequence[Action]) -> None:
        """Put a question under the facts; each answer closes it, then does its work."""
        self.clear_message()
        self._question.setText(question)
        self._question.set_color("text")
        self._question.show()
        self._answer_buttons = [self._answer_button(answer, number == 0) for number, answer in enumerate(answers)]
        for number, button in enumerate(self._answer_buttons):
            self._answers.insertWidget(number, button)
        if self._answer_buttons:
            self._answer_buttons[0].setFocus()
        self.asked.emit(self.entry.spec.id)

    def show_download(self, text: str, fraction: float | None) -> None:
        """Bytes are coming; the button stops them."""
        self.clear_message()
        self._is_busy = True
        self._question.setText(text)
        self._question.set_color("secondary")
        self._question.show()
        self._progress.set_fraction(fraction)
        self._progress.show()
        self.button.set_text(tr("Cancel"))

    def end_download(self, message: str = "") -> None:
        """The download is over; a message stays under the facts (also where it can be taken up again)."""
        self._is_busy = False
        self._progress.hide()
        self.clear_message()
        if message:
            self._question.setText(message)
            self._question.set_color("secondary")
            self._question.show()
        self.button.set_text(_button_text(self.entry))

    def show_error(self, error: ErrorInfo, answers: Sequence[Action] = ()) -> None:
        """What went wrong and what to do."""
        self.end_download()
        self.ask(f"{told(error.user_message)} {told(error.hint)}".strip(), answers)
        self._question.set_color("bad")

    def clear_message(self) -> None:
        """Take the question or message away."""
        self._question.clear()
        self._question.hide()
        for button in self._answer_buttons:
            self._answers.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._answer_buttons = []

    @property
    def is_busy(self) -> bool:
        """True while its files are being fetched."""
        return self._is_busy

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click anywhere picks the model."""
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self._activate()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """The right button opens the row's menu."""
        self.menu_requested.emit(self.entry.spec.id)

    def enterEvent(self, event: QEnterEvent) -> None:
        """The mouse moves the selection."""
        self.hovered.emit(self.entry.spec.id)

    def paintEvent(self, event: QPaintEvent) -> None:
        """A raised ground for the selected row."""
        if self._is_selected:
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._theme.color("raised"))
            radius = self._theme.px(8)
            painter.drawRoundedRect(QRectF(self.rect()), radius, radius)

    def _answer_button(self, answer: Action, primary: bool) -> Button:
        button = Button(self._theme, answer.text, primary=primary, bordered=not primary)

        def press() -> None:
            self.clear_message()
            answer.run()

        button.clicked.connect(press)
        return button

    @Slot()
    def _activate(self) -> None:
        self.activated.emit(self.entry.spec.id)

    @Slot()
    def _open_menu(self) -> None:
        self.menu_requested.emit(self.entry.spec.id)

    def _build(self) -> None:
        theme = self._theme
        texts = column(theme, self._title, self._facts, self._fit, self._progress, self._question, spacing=3)
        texts.addLayout(self._answers)
        layout = row(theme, margins=(12, 10, 8, 10), spacing=8)
        layout.addLayout(texts, 1)
        for part in (self._state, self.button, self.more):
            layout.addWidget(part, 0, Qt.AlignmentFlag.AlignTop)
        self.setLayout(layout)
        self._progress.hide()
        self._question.hide()
        self.button.clicked.connect(self._activate)
        self.more.clicked.connect(self._open_menu)


def _button_text(entry: Entry) -> str:
    return tr("Use") if entry.is_installed else tr("Fetch…")


def facts_text(entry: Entry) -> str:
    """The line under the title: precision, size, licence."""
    spec = entry.spec
    parts: list[str] = [spec.precision]
    if entry.is_installed:
        parts.append(tr("on this machine"))
    elif spec.download_bytes:
        parts.append(tr("{size} to fetch", size=size_text(spec.download_bytes)))
    else:
        parts.append(tr("to be fetched"))
    if spec.licence:
        parts.append(spec.licence)
    if spec.gated:
        parts.append(tr("needs a login"))
    return "  ·  ".join(parts)
