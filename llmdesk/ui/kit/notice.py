"""One quiet message across the conversation column: what happened, what to do, buttons that do it (GUI thread)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from llmdesk.ui.kit.controls import Button, Label, Panel, row
from llmdesk.ui.kit.theme import Theme

Tone = Literal["plain", "good", "warning", "bad"]
READ_S = 12.0
DECIDE_S = 30.0


@dataclass(frozen=True, slots=True)
class Action:
    """A button of a notice; pressing it also closes the notice."""

    text: str
    run: Callable[[], None]


class NoticeBar(QWidget):
    """Shows one notice at a time; a new one replaces the old. Never modal, never takes the keyboard.

    Signals:
        dismissed(str): the notice of this key was closed or replaced.
    """

    dismissed = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._key = ""
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.dismiss)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(16, 12, 16, 0)
        self._panel: QWidget | None = None
        self.hide()

    @property
    def key(self) -> str:
        """Which notice is shown; empty if none."""
        return self._key

    @property
    def text(self) -> str:
        """The words shown, for tests and screen readers."""
        return self._panel.accessibleName() if self._panel is not None else ""

    def buttons(self) -> list[Button]:
        """The buttons of the notice shown, the closing one last."""
        return self._panel.findChildren(Button) if self._panel is not None else []

    def show_notice(
        self,
        key: str,
        message: str,
        hint: str = "",
        *,
        tone: Tone = "plain",
        actions: Sequence[Action] = (),
        duration_s: float | None = None,
    ) -> None:
        """Show a message. ``key`` names its cause, so that ``dismiss(key)`` closes only that one.

        Errors (``bad``) stay until they are closed; the rest goes by itself, later if there is something to decide.
        """
        if duration_s is None and tone != "bad":
            duration_s = DECIDE_S if actions else READ_S
        self.dismiss()
        self._key = key
        self._panel = self._build(message, hint, tone, actions)
        self._layout.addWidget(self._panel)
        self.show()
        if duration_s is not None:
            self._timer.start(round(duration_s * 1000))

    @Slot()
    def dismiss(self, key: str = "") -> None:
        """Close the notice (only if it is the one named, when a name is given)."""
        if key and key != self._key:
            return
        self._timer.stop()
        key, self._key = self._key, ""
        if self._panel is not None:
            self._panel.hide()
            self._panel.deleteLater()
            self._panel = None
            self.dismissed.emit(key)
        self.hide()

    def _build(self, message: str, hint: str, tone: Tone, actions: Sequence[Action]) -> Panel:
        panel = Panel(self._theme, 10)
        panel.setAccessibleName(f"{message} {hint}".strip())
        mark = Label(self._theme, {"plain": "accent"}.get(tone, tone), 14)
        mark.setText("●")
        texts = QVBoxLayout()
        texts.setSpacing(2)
        for text, color, size_px in ((message, "text", 14), (hint, "secondary", 13)):
            if text:
                label = Label(self._theme, color, size_px)
                label.setText(text)
                label.setWordWrap(True)
                label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
                label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
                texts.addWidget(label)
        layout = row(margins=(14, 10, 8, 10), spacing=10)
        layout.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(texts, 1)
        for action in actions:
            layout.addWidget(self._button(action))
        close = Button(self._theme, "", "x")
        close.setAccessibleName("Close this message")
        close.clicked.connect(lambda: self.dismiss())
        layout.addWidget(close)
        panel.setLayout(layout)
        return panel

    def _button(self, action: Action) -> Button:
        button = Button(self._theme, action.text, bordered=True)

        def press() -> None:
            self.dismiss()
            action.run()

        button.clicked.connect(press)
        return button
