"""A field for a number: read however it is written, shown as all figures of the window are (GUI thread only).

Qt's own boxes read one way only: on a German system they take ``0.5`` for 5, or for nothing.
"""

from __future__ import annotations

from PySide6.QtCore import QLocale, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QValidator, QWheelEvent
from PySide6.QtWidgets import QDoubleSpinBox

from llmdesk.numerals import could_become_number, decimal_number, whole_number
from llmdesk.ui.kit.wording import field_text, number_text
from llmdesk.ui.kit.words import tr

_DECIMALS = 6
_State = QValidator.State


class NumberField(QDoubleSpinBox):
    """Comma or dot, thousands apart or not, digits of any script, an exponent, the unit: all are understood.

    What lies outside of the range becomes the nearest value inside, once the field is left; what is no number becomes
    the value that was there before.

    Args:
        low, high, step: the range, and what arrows and wheel add.
        tip: what the value means; the range is told with it.
        unit: may be written behind the number (``%``: 95 % is 0.95); it is not shown.
        whole: only whole numbers.
        grouped: 4,096 rather than 4096 (a port is no amount).
    """

    def __init__(
        self,
        low: float,
        high: float,
        step: float,
        tip: str = "",
        *,
        unit: str = "",
        whole: bool = False,
        grouped: bool = True,
    ) -> None:
        super().__init__()
        self._unit, self._whole, self._grouped = unit, whole, grouped
        self.setLocale(QLocale.c())
        self.setDecimals(0 if whole else _DECIMALS)
        self.setRange(low, high)
        self.setSingleStep(step)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        room = tr("{low} to {high}", low=self.textFromValue(low), high=self.textFromValue(high))
        self.setToolTip(f"{tip} ({room})" if tip else room)

    def textFromValue(self, value: float) -> str:
        """As the window's language writes numbers."""
        return number_text(value) if self._grouped else field_text(value)

    def valueFromText(self, text: str) -> float:
        """Any way."""
        number = self._number_in(text)
        return self.value() if number is None else number

    def validate(self, text: str, place: int) -> tuple[QValidator.State, str, int]:
        """Nothing is refused that may become a number; out of the range it is not taken before the field is left."""
        number = self._number_in(text)
        if number is not None and self.minimum() <= number <= self.maximum():
            return _State.Acceptable, text, place
        is_beginning = number is not None or could_become_number(text, self._unit)
        return (_State.Intermediate if is_beginning else _State.Invalid), text, place

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Settle on a value."""
        self._settle()
        super().focusOutEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter settles on a value, too."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._settle()
        super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The wheel scrolls the panel unless the keyboard is here."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def _settle(self) -> None:
        number = self._number_in(self.text())
        if number is not None:
            self.setValue(number)  # within the range
        self.lineEdit().setText(self.textFromValue(self.value()))

    def _number_in(self, text: str) -> float | None:
        return whole_number(text, unit=self._unit) if self._whole else decimal_number(text, unit=self._unit)
