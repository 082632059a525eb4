"""The context's figure at the composer; a click unfolds its parts (GUI thread only)."""

from __future__ import annotations

import math

from PySide6.QtCore import QSize
from PySide6.QtGui import QFontMetricsF

from llmdesk.ui.kit.buttons import Button
from llmdesk.ui.kit.numbers import digits
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.words import tr


def context_text(used_tokens: int, available_tokens: int, is_exact: bool = True) -> str:
    """How full the context is; "about" if it was guessed."""
    used, available = digits(used_tokens), digits(available_tokens)
    if not available_tokens:
        return tr("about {used} tokens", used=used)
    if is_exact:
        return tr("{used} of {available} tokens", used=used, available=available)
    return tr("about {used} of {available} tokens", used=used, available=available)


class ContextButton(Button):
    """Keeps the width that its longest text so far took, so that nothing beside it moves while figures change."""

    def __init__(self, theme: Theme) -> None:
        self._room_for = ""
        self._is_exact: bool | None = None  # as the tool tip says
        super().__init__(theme, "", quiet=True)
        self._make_room(context_text(8888, 8888))

    def show_tokens(self, used_tokens: int, available_tokens: int, is_exact: bool) -> None:
        """Other figures."""
        text = context_text(used_tokens, available_tokens, is_exact)
        if text == self.text():
            return
        self._make_room(text)
        self.setText(text)
        self.setAccessibleName(tr("Context: {text}", text=text))
        if is_exact is self._is_exact:
            return
        self._is_exact = is_exact
        self.setToolTip(
            tr("Tokens of the model's context that the next prompt takes; a click shows its parts")
            if is_exact
            else tr("A guess while the model cannot count: tokens that the next prompt takes; a click shows its parts")
        )

    def sizeHint(self) -> QSize:
        """Of the longest text so far."""
        width = QFontMetricsF(self.font()).horizontalAdvance(self._room_for) + 2 * self._theme.px(12)
        return QSize(math.ceil(width), super().sizeHint().height())

    def _make_room(self, text: str) -> None:
        metrics = QFontMetricsF(self.font())
        if metrics.horizontalAdvance(text) > metrics.horizontalAdvance(self._room_for):
            self._room_for = text
            self.updateGeometry()
