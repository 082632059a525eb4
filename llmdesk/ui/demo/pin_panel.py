"""Asks for a PIN, or for a new one, with digits to be pressed on a screen (GUI thread only)."""

from __future__ import annotations

from PySide6.QtCore import QRegularExpression, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QRegularExpressionValidator
from PySide6.QtWidgets import QGridLayout, QLineEdit, QWidget

from llmdesk.services.stand.pin import FEWEST_DIGITS, MOST_DIGITS
from llmdesk.ui.kit.buttons import Button
from llmdesk.ui.kit.labels import Label
from llmdesk.ui.kit.popover import Popover
from llmdesk.ui.kit.spacing import column, space
from llmdesk.ui.kit.styled import FieldStyle
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.timers import make_timer
from llmdesk.ui.kit.words import tr

_FORGOTTEN_MS = 30_000
_DIGIT_PX = 48
_DIGITS = "123456789⌫0"


class DigitButton(Button):
    """Large enough for a finger, its sign in the middle."""

    def __init__(self, theme: Theme, sign: str, *, primary: bool = False) -> None:
        super().__init__(theme, sign, primary=primary, bordered=not primary)
        self.setAccessibleName(tr("Delete") if sign == "⌫" else sign)

    def _height(self) -> int:
        return self._theme.px(_DIGIT_PX)

    def _draw_content(self, painter: QPainter) -> None:
        painter.setFont(self.font())
        painter.setPen(self._ink_color())
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text())


class PinPanel(Popover):
    """See the module. It closes by itself when nothing is typed for half a minute.

    Signals:
        given(str): the digits.
    """

    given = Signal(str)

    def __init__(self, theme: Theme, window: QWidget) -> None:
        super().__init__(theme, window, 320, title=tr("PIN"))
        self.field = QLineEdit()
        self.field.setEchoMode(QLineEdit.EchoMode.Password)
        self.field.setAccessibleName(tr("PIN"))
        self.field.setMaxLength(MOST_DIGITS)
        self.field.setValidator(QRegularExpressionValidator(QRegularExpression("[0-9]*"), self))
        FieldStyle(theme, self.field, 44)
        self.words = Label(theme, "", "secondary", "note", wraps=True)
        self.enter = DigitButton(theme, tr("Enter"), primary=True)
        self.digits = [self._digit(sign) for sign in _DIGITS]
        self._timer = make_timer(self, self.close_panel, _FORGOTTEN_MS, once=True)
        self._build()
        self.closed.connect(self._on_closed)

    def ask(self, anchor: QWidget, words: str) -> None:
        """Open it, empty."""
        self.show_words(words)
        self.field.clear()
        self._update()
        self._timer.start()
        self.open_under(anchor, align_right=True)

    def show_words(self, words: str, *, is_bad: bool = False) -> None:
        """What is wanted, or what was wrong."""
        self.words.set_color("bad" if is_bad else "secondary")
        self.words.setText(words)

    def set_busy(self, is_busy: bool) -> None:
        """It is being looked at, or has to wait. The field keeps the keyboard: Enter would press what is next to it."""
        self.field.setReadOnly(is_busy)
        for button in self.digits:
            button.setEnabled(not is_busy)
        self._update()
        if not is_busy:
            self.field.clear()
            self._timer.start()
            if self.isVisible():  # else it would take what is typed, and nobody would see it
                self.field.setFocus()

    def _digit(self, sign: str) -> DigitButton:
        button = DigitButton(self._theme, sign)
        button.clicked.connect(lambda: self._press(sign))
        return button

    def _press(self, sign: str) -> None:
        text = self.field.text()
        self.field.setText(text[:-1] if sign == "⌫" else (text + sign)[:MOST_DIGITS])
        self.field.setFocus()

    @Slot()
    def _update(self) -> None:
        self._timer.start()
        self.enter.setEnabled(not self.field.isReadOnly() and len(self.field.text()) >= FEWEST_DIGITS)

    @Slot()
    def _on_enter(self) -> None:
        if self.enter.isEnabled():
            self.given.emit(self.field.text())

    @Slot()
    def _on_closed(self) -> None:
        self._timer.stop()
        self.field.clear()

    def _build(self) -> None:
        self.setFocusProxy(self.field)
        self.field.textChanged.connect(self._update)
        self.field.returnPressed.connect(self._on_enter)
        self.enter.clicked.connect(self._on_enter)
        pad = QGridLayout()
        space(self._theme, pad, spacing=8, down=8)
        for number, button in enumerate(self.digits):
            pad.addWidget(button, number // 3, number % 3)
        layout = column(self._theme, self.words, self.field, margins=(20, 4, 20, 20), spacing=12)
        pad.addWidget(self.enter, 3, 2)
        layout.addLayout(pad)
        self.panel_layout.addLayout(layout)
