"""What happens before the first word: waiting, loading, reading the prompt (GUI thread only)."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from llmdesk.ui.chat.style import ChatStyle
from llmdesk.ui.kit.labels import Label
from llmdesk.ui.kit.late import Late
from llmdesk.ui.kit.spacing import column, fix
from llmdesk.ui.kit.surfaces import ThinBar
from llmdesk.ui.kit.words import tr


class ProgressLine(QWidget):
    """A short sentence, with a bar below it where a fraction is known."""

    def __init__(self, style: ChatStyle) -> None:
        super().__init__()
        self._theme = style.theme
        self._label = Label(style.theme, tr("Waiting for the engine"), "secondary", "body", wraps=True)
        self._bar = Late(self._make_bar)
        self._column = column(style.theme, self._label, spacing=6)
        self.setLayout(self._column)

    @property
    def text(self) -> str:
        """The sentence."""
        return self._label.text()

    def show_progress(self, text: str, fraction: float | None) -> None:
        """``fraction`` is 0..1, None if nobody knows."""
        self._label.setText(text)
        if fraction is not None:
            self._bar().set_fraction(fraction)
        if (bar := self._bar.made) is not None:
            bar.setVisible(fraction is not None)

    def _make_bar(self) -> ThinBar:
        bar = ThinBar(self._theme, tr("Progress"))
        fix(self._theme, bar, width=120)
        self._column.addWidget(bar)
        return bar
