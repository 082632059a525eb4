"""What stands above and below the conversation in stand mode (GUI thread only)."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from llmdesk.ui.kit.buttons import Button, IconButton
from llmdesk.ui.kit.labels import SEMIBOLD, ElidedLabel, Label
from llmdesk.ui.kit.spacing import column, row
from llmdesk.ui.kit.surfaces import Panel
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.words import tr


class StandBar(QWidget):
    """What this is, which model answers, the way to start over, and a small lock.

    Signals:
        restart_requested(): somebody wants an empty chat.
        stay_requested(): somebody is still there.
        leave_requested(): the lock.
    """

    restart_requested = Signal()
    stay_requested = Signal()
    leave_requested = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.model = ElidedLabel(theme, "secondary", "small")
        self._promise = Label(theme, tr("What you type is forgotten as soon as you start over."), "secondary", "small")
        self.restart = Button(theme, tr("Start over"), "refresh", bordered=True)
        self.restart.clicked.connect(self.restart_requested)
        self.lock = IconButton(theme, "lock", tr("Leave stand mode"))
        self.lock.clicked.connect(self.leave_requested)
        self._left = Label(theme, "", "warning", "ui", SEMIBOLD)
        self.stay = Button(theme, tr("I am still here"), primary=True)
        self.stay.clicked.connect(self.stay_requested)
        title = Label(theme, tr("Try it: the model runs on this machine"), "text", "unit", SEMIBOLD, wraps=True)
        head = row(theme, spacing=12)
        head.addWidget(title, 1)
        for part in (self.restart, self.lock):
            head.addWidget(part)
        self._countdown = QWidget()
        self._countdown.setLayout(row(theme, self._left, 1, self.stay, margins=(0, 4, 0, 0), spacing=12))
        self._countdown.hide()
        whole = column(theme, margins=(24, 14, 24, 10), spacing=4)
        whole.addLayout(head)
        for line in (self.model, self._promise, self._countdown):
            whole.addWidget(line)
        self.setLayout(whole)
        theme.changed.connect(self.update)

    def show_model(self, words: str) -> None:
        """Who answers, or that it is being made ready."""
        if words != self.model.text():
            self.model.setText(words)

    def show_countdown(self, seconds: int | None, words: str) -> None:
        """It starts over in so many seconds; None: it does not."""
        if seconds is not None and words != self._left.text():
            self._left.setText(words)
        if self._countdown.isHidden() == (seconds is not None):
            self._countdown.setVisible(seconds is not None)

    def set_begun(self, has_begun: bool) -> None:
        """There is something to start over from."""
        self.restart.setVisible(has_begun)

    @property
    def countdown_text(self) -> str:
        """What is told of the time left; empty: nothing."""
        return "" if self._countdown.isHidden() else self._left.text()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The ground, and a hairline below."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._theme.color("surface"))
        painter.fillRect(0, self.height() - 1, self.width(), 1, self._theme.color("line"))


class Invitation(Panel):
    """In the prompt's place while a recording plays."""

    def __init__(self, theme: Theme, conditions: str) -> None:
        super().__init__(theme, radius=16, edge=("accent", 1.0))
        words = Label(
            theme, tr("Touch the screen or press a key to try it yourself"), "text", "unit", SEMIBOLD, wraps=True
        )
        self.setLayout(
            column(theme, words, Label(theme, conditions, "secondary", "small", wraps=True), margins=(20, 16, 20, 16))
        )
        self.setAccessibleName(words.text())
