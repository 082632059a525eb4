"""One model in the picker: what it is, how it fits, what can be done with it (GUI thread only)."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QContextMenuEvent, QEnterEvent, QMouseEvent, QPaintEvent
from PySide6.QtWidgets import QWidget

from llmdesk.datatypes.model import ErrorInfo, ModelInMemory
from llmdesk.models.survey import Entry
from llmdesk.services.bench.speeds import SpeedBook
from llmdesk.ui.kit.buttons import Button
from llmdesk.ui.kit.labels import MEDIUM, Label
from llmdesk.ui.kit.notice import Action
from llmdesk.ui.kit.spacing import FlowLayout, column, row
from llmdesk.ui.kit.surfaces import ThinBar, paint_raised
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.wording import tip_text
from llmdesk.ui.kit.words import error_text, told, tr
from llmdesk.ui.models.row_words import LINE_GAP_PX, RowWords, facts_text, shown_precision, words_height
from llmdesk.ui.models.speed_words import can_be_synthetic, speed_line
from llmdesk.ui.models.uses import use_text

_FIT_COLORS = {"fits": "secondary", "tight": "warning", "too_large": "bad"}
_MARGINS_PX = (12, 10, 8, 10)


class ModelRow(QWidget):
    """See the module.

    Signals:
        activated(str), hovered(str), menu_requested(str): model id.
        asked(str): a question appeared; the row should be seen whole.
        measure_requested(str): how fast it would be here, though it is not on this machine.
    """

    activated = Signal(str)
    hovered = Signal(str)
    menu_requested = Signal(str)
    asked = Signal(str)
    measure_requested = Signal(str)

    def __init__(self, theme: Theme, entry: Entry) -> None:
        super().__init__()
        self._theme = theme
        self.entry = entry
        self.model: ModelInMemory | None = None
        self._is_selected = False
        self._is_busy = False
        self.words = RowWords(theme)
        self._state = Label(theme, tr("In use"), "good", "small", MEDIUM)
        self.button = Button(theme, tr("Use"), bordered=True)
        self.measure = Button(theme, tr("Measure here"), bordered=True, quiet=True)
        self.measure.setToolTip(
            tip_text(tr("How fast it is on this machine, with random weights of its shape; no download."))
        )
        self.more = Button(theme, "", "more", name=tr("More for this model"))
        self._extra: _Extra | None = None  # made when there is something to ask or to tell
        self._build()

    @staticmethod
    def usual_height(theme: Theme) -> int:
        """Pixels of a row that asks nothing, before any is made."""
        buttons_px = theme.px(32)
        margins_px = theme.px(_MARGINS_PX[1]) + theme.px(_MARGINS_PX[3])
        return max(words_height(theme), buttons_px) + margins_px

    @property
    def is_selected(self) -> bool:
        """True for the row the keyboard is on."""
        return self._is_selected

    @property
    def message(self) -> str:
        """The question or message shown under the facts, empty if none."""
        return self._extra.question.text() if self._extra is not None else ""

    def answers(self) -> list[Button]:
        """The buttons under the question."""
        return list(self._extra.buttons) if self._extra is not None else []

    def select(self, value: bool) -> None:
        """Show the row as the one that Enter picks."""
        if value != self._is_selected:
            self._is_selected = value
            self.update()

    def show_entry(
        self,
        entry: Entry,
        *,
        is_current: bool,
        model: ModelInMemory | None = None,
        book: SpeedBook | None = None,
        is_recommended: bool = False,
    ) -> None:
        """Fill the row; ``model`` if it is in memory. A question or a running download stays."""
        self.entry, self.model = entry, model
        facts, fit = facts_text(entry, model), told(entry.fit.text)
        speed = speed_line(entry, shown_precision(entry, model), book)
        spec = entry.spec
        use = use_text(spec.good_for)
        self.words.show_words(spec.title, facts, fit, _FIT_COLORS[entry.fit.kind], speed, spec.notes, use)
        self.measure.setVisible(not entry.is_installed and can_be_synthetic(entry) and not speed.is_measured)
        self._state.setText(tr("In use") if is_current else tr("recommended here"))
        self._state.setVisible(is_current or is_recommended)
        if not self._is_busy:
            self.button.set_text(_button_text(entry))
        self.button.setVisible(not is_current or self._is_busy)
        self.setAccessibleName(f"{', '.join(filter(None, (spec.title, use, facts)))}. {fit}. {speed.text}")

    def ask(self, question: str, answers: Sequence[Action]) -> None:
        """Put a question under the facts; each answer closes it, then does its work."""
        self.clear_message()
        self._show_extra().show_question(question, "text", [self._answer_button(*each) for each in enumerate(answers)])
        if self.answers():
            self.answers()[0].setFocus()
        self.asked.emit(self.entry.spec.id)

    def show_download(self, text: str, fraction: float | None) -> None:
        """Bytes are coming; the button stops them."""
        self._is_busy = True
        self._show_extra().show_question(text, "secondary", [])
        self._show_extra().show_progress(fraction)
        self.button.set_text(tr("Cancel"))

    def end_download(self, message: str = "") -> None:
        """The download is over; a message stays under the facts (also where it can be taken up again)."""
        self._is_busy = False
        self.clear_message()
        if message:
            self._show_extra().show_question(message, "secondary", [])
        self.button.set_text(_button_text(self.entry))

    def show_error(self, error: ErrorInfo, answers: Sequence[Action] = ()) -> None:
        """What went wrong and what to do."""
        self.end_download()
        self.ask(error_text(error), answers)
        self._show_extra().question.set_color("bad")

    def clear_message(self) -> None:
        """Take the question or message away; the progress of a running download stays."""
        if self._extra is None:
            return
        if self._is_busy:
            self._extra.show_question("", "text", [])
            return
        self._extra.hide()
        self._extra.deleteLater()
        self._extra = None

    @property
    def is_busy(self) -> bool:
        """True while its files are being fetched."""
        return self._is_busy

    @property
    def is_idle(self) -> bool:
        """True if nothing would be lost with the widget."""
        return self._extra is None and not self._is_busy

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
            paint_raised(self, self._theme)

    def _answer_button(self, number: int, answer: Action) -> Button:
        button = Button(self._theme, answer.text, primary=number == 0, bordered=number > 0)

        def press() -> None:
            self.clear_message()
            answer.run()

        button.clicked.connect(press)
        return button

    @Slot()
    def _activate(self) -> None:
        self.activated.emit(self.entry.spec.id)

    @Slot()
    def _measure(self) -> None:
        self.measure_requested.emit(self.entry.spec.id)

    @Slot()
    def _open_menu(self) -> None:
        self.menu_requested.emit(self.entry.spec.id)

    def _show_extra(self) -> _Extra:
        if self._extra is None:
            self._extra = _Extra(self._theme)
            self._lines.addWidget(self._extra)
        return self._extra

    def _build(self) -> None:
        top = row(self._theme, spacing=8)
        top.addWidget(self.words, 1)
        for part in (self._state, self.measure, self.button, self.more):
            top.addWidget(part, 0, Qt.AlignmentFlag.AlignTop)
        self._lines = column(self._theme, margins=_MARGINS_PX, spacing=LINE_GAP_PX)
        self._lines.addLayout(top)
        self.setLayout(self._lines)
        self.button.clicked.connect(self._activate)
        self.more.clicked.connect(self._open_menu)
        self.measure.clicked.connect(self._measure)


class _Extra(QWidget):
    """Under the facts: a question with answers, or a message with the progress of a download."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._progress: ThinBar | None = None
        self.question = Label(theme, "", step="note", wraps=True)
        self.buttons: list[Button] = []
        self._answers = FlowLayout(theme)
        self._lines = column(theme, self.question, spacing=LINE_GAP_PX)
        self._lines.addLayout(self._answers)
        self.setLayout(self._lines)

    def show_question(self, text: str, color: str, buttons: list[Button]) -> None:
        """Other words and other answers."""
        for button in self.buttons:
            self._answers.removeWidget(button)
            button.hide()
            button.deleteLater()
        self.buttons = buttons
        for button in buttons:
            self._answers.addWidget(button)
        self.question.setText(text)
        self.question.set_color(color)
        self.question.setVisible(bool(text))

    def show_progress(self, fraction: float | None) -> None:
        """How far the download is."""
        if self._progress is None:
            self._progress = ThinBar(self._theme, tr("Download"), height=4)
            self._lines.insertWidget(0, self._progress)
        self._progress.set_fraction(fraction)


def _button_text(entry: Entry) -> str:
    return tr("Use") if entry.is_installed else tr("Fetch…")
