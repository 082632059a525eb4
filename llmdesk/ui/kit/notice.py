"""One quiet message across the conversation column: what happened, what to do, buttons that do it (GUI thread)."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from llmdesk.ui.kit.buttons import GUARD_S, Button
from llmdesk.ui.kit.labels import Label
from llmdesk.ui.kit.spacing import FlowLayout, column, row, settle, space
from llmdesk.ui.kit.styled import ScrollStyle
from llmdesk.ui.kit.surfaces import Panel
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.type_scale import Step
from llmdesk.ui.kit.words import told, tr

Tone = Literal["plain", "good", "warning", "bad"]
_WINDOW_SHARE = 0.35
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
        space(theme, self._layout, (16, 12, 16, 0))
        self._scroll = QScrollArea()  # in a low window
        self._scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        ScrollStyle(theme, self._scroll)
        self._layout.addWidget(self._scroll)
        self._panel: QWidget | None = None
        self._pressed_s = 0.0
        theme.changed.connect(self.restyle)
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
        message, hint = told(message), told(hint)
        self._key = key
        self._panel = self._build(message, hint, tone, actions)
        self._scroll.setWidget(self._panel)
        if time.monotonic() - self._pressed_s < GUARD_S:  # where another notice's button was pressed just now
            for button in self.buttons():
                button.guard()
        self.show()
        self.fit()
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
            self._scroll.takeWidget()
            self._panel.hide()
            self._panel.deleteLater()
            self._panel = None
            self.dismissed.emit(key)
        self.hide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Narrower is higher."""
        super().resizeEvent(event)
        self.fit()

    @Slot()
    def restyle(self) -> None:
        """Colours or sizes changed."""
        if self._panel is not None:
            settle(self._panel)
        self.fit()

    def fit(self) -> None:
        """As high as the words, but the conversation keeps most of the window."""
        layout = self._panel.layout() if self._panel is not None else None
        if layout is None:
            return
        most = round(_WINDOW_SHARE * self.window().height())
        width = self.width() - 2 * self._theme.px(16)
        self._scroll.setFixedHeight(min(most, layout.totalHeightForWidth(width)))

    def _build(self, message: str, hint: str, tone: Tone, actions: Sequence[Action]) -> Panel:
        panel = Panel(self._theme, 10)
        panel.setAccessibleName(f"{message} {hint}".strip())
        mark = Label(self._theme, "●", {"plain": "accent"}.get(tone, tone))
        texts = column(self._theme, spacing=2)
        lines: tuple[tuple[str, str, Step], ...] = ((message, "text", "ui"), (hint, "secondary", "note"))
        for text, color, step in lines:
            if text:
                label = Label(self._theme, text, color, step, wraps=True, selectable=True)
                label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
                texts.addWidget(label)
        close = Button(self._theme, "", "x", name=tr("Close this message"))
        close.clicked.connect(lambda: self.dismiss())
        layout = row(self._theme, margins=(14, 10, 8, 10), spacing=10)
        layout.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(_Words(self._theme, texts, [self._button(action) for action in actions]), 1)
        layout.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        panel.setLayout(layout)
        return panel

    def _button(self, action: Action) -> Button:
        button = Button(self._theme, action.text, bordered=True)

        def press() -> None:
            self._pressed_s = time.monotonic()
            self.dismiss()
            action.run()

        button.clicked.connect(press)
        return button


class _Words(QWidget):
    """Message and buttons: beside each other where that leaves the words most of the room, else below each other."""

    def __init__(self, theme: Theme, texts: QVBoxLayout, buttons: list[Button]) -> None:
        super().__init__()
        self._buttons = QWidget(self)
        flow = FlowLayout(theme)
        for button in buttons:
            flow.addWidget(button)
        self._buttons.setLayout(flow)
        self._buttons.setVisible(bool(buttons))
        self._layout = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        space(theme, self._layout, spacing=8)
        self._layout.addLayout(texts, 1)
        self._layout.addWidget(self._buttons)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Choose."""
        super().resizeEvent(event)
        fits = 2 * self._buttons.sizeHint().width() <= self.width()
        self._layout.setDirection(QBoxLayout.Direction.LeftToRight if fits else QBoxLayout.Direction.TopToBottom)
