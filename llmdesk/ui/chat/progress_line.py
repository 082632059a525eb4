"""What happens before the first word: waiting, loading, reading the prompt (GUI thread only)."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from llmdesk.ui.chat.style import ChatStyle
from llmdesk.ui.kit.labels import Label
from llmdesk.ui.kit.spacing import column, fix
from llmdesk.ui.kit.surfaces import ThinBar
from llmdesk.ui.kit.words import tr


class ProgressLine(QWidget):
    """A short sentence, with a bar below it where a fraction is known."""

    def __init__(self, style: ChatStyle) -> None:
        super().__init__()
        self._label = Label(style.theme, tr("Waiting for the engine"), "secondary", "body", wraps=True)
        self._bar = ThinBar(style.theme, tr("Progress"))
        fix(style.theme, self._bar, width=120)
        self._bar.hide()
        self.setLayout(column(style.theme, self._label, self._bar, spacing=6))

    @property
    def text(self) -> str:
        """The sentence."""
        return self._label.text()

    def show_progress(self, text: str, fraction: float | None) -> None:
        """``fraction`` is 0..1, None if nobody knows."""
        self._label.setText(text)
        self._bar.setVisible(fraction is not None)
        if fraction is not None:
            self._bar.set_fraction(fraction)
