"""One quiet message across the conversation column: what happened, what to do, buttons that do it (GUI thread)."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from llmdesk.ui.kit.buttons import GUARD_S, Button
from llmdesk.ui.kit.labels import Label
from llmdesk.ui.kit.selectable_label import SelectableLabel
from llmdesk.ui.kit.spacing import FlowLayout, Follower, row, settle, space
from llmdesk.ui.kit.styled import ScrollArea
from llmdesk.ui.kit.surfaces import Panel
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.type_scale import Step
from llmdesk.ui.kit.words import told, tr

Tone = Literal["plain", "good", "warning", "bad"]
_WINDOW_SHARE = 0.5
_LEAST_PX = 32  # a low window has no more to give
READ_S = 12.0
DECIDE_S = 30.0


@dataclass(frozen=True, slots=True)
class Action:
    """A button of a notice; pressing it also closes the notice."""

    text: str
    run: Callable[[], None]


@dataclass(frozen=True, slots=True)
class _Told:
    key: str
    message: str
    hint: str
    tone: Tone
    actions: Sequence[Action]
    comes_back: bool
    ends_s: float | None


class NoticeBar(QWidget):
    """Shows one notice at a time; a new one replaces the old, which may come back after it. Never modal, never takes
    the keyboard.

    Signals:
        dismissed(str, bool): the notice of this key has gone; True: another one took its place.
        changed(): there is a notice, or none any more.
    """

    dismissed = Signal(str, bool)
    changed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._key = ""
        self._told: _Told | None = None
        self._covered: _Told | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.dismiss)
        self._layout = QVBoxLayout(self)
        space(theme, self._layout, (16, 12, 16, 0))
        self._scroll = _Scroll(theme)
        self._layout.addWidget(self._scroll)
        self._panel: QWidget | None = None
        self._is_muted = False
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
        comes_back: bool = False,
    ) -> None:
        """Show a message. ``key`` names its cause, so that ``dismiss(key)`` closes only that one.

        Errors (``bad``) stay until they are closed; the rest goes by itself, later if there is something to decide.
        ``comes_back``: after another notice that took its place, as what only this one can undo would be lost.
        """
        if duration_s is None and tone != "bad":
            duration_s = DECIDE_S if actions else READ_S
        ends_s = time.monotonic() + duration_s if duration_s is not None else None
        before = self._told
        self._take_away(is_replaced=True)
        if before is not None and before.comes_back and before.key != key:
            self._forget_covered()
            self._covered = before
        elif self._covered is not None and self._covered.key == key:
            self._covered = None
        self._show(_Told(key, told(message), told(hint), tone, actions, comes_back, ends_s), duration_s)

    def _show(self, notice: _Told, duration_s: float | None) -> None:
        self._told, self._key = notice, notice.key
        self._panel = self._build(notice.message, notice.hint, notice.tone, notice.actions)
        self._scroll.setWidget(self._panel)
        if time.monotonic() - self._pressed_s < GUARD_S:  # where another notice's button was pressed just now
            for button in self.buttons():
                button.guard()
        self.setVisible(not self._is_muted)
        self.changed.emit()
        self.fit()
        if duration_s is not None:
            self._timer.start(round(duration_s * 1000))

    def set_muted(self, is_muted: bool) -> None:
        """Show nothing for as long as that; what has not gone by then is shown afterwards."""
        self._is_muted = is_muted
        self.setVisible(bool(self._key) and not is_muted)
        self.changed.emit()

    def retell(self, key: str, message: str) -> None:
        """Other words in the notice of this key, if it is shown: nobody loses a button that they are about to press."""
        if key == self._key and self._panel is not None:
            self._message.setText(told(message))
            self._panel.setAccessibleName(told(message))
            self.fit()

    @Slot()
    def dismiss(self, key: str = "") -> None:
        """Close the notice (only if it is the one named, when a name is given)."""
        if self._covered is not None and key == self._covered.key:
            self._forget_covered()
        if key and key != self._key:
            return
        self._take_away(is_replaced=False)
        if self._covered is not None and not self._key:
            covered, self._covered = self._covered, None
            left_s = max(READ_S, covered.ends_s - time.monotonic()) if covered.ends_s is not None else None
            self._show(covered, left_s)

    def _forget_covered(self) -> None:
        covered, self._covered = self._covered, None
        if covered is not None:
            self.dismissed.emit(covered.key, False)

    def _take_away(self, is_replaced: bool) -> None:
        self._timer.stop()
        key, self._key, self._told = self._key, "", None
        if self._panel is not None:
            self._scroll.takeWidget()
            self._panel.hide()
            self._panel.deleteLater()
            self._panel = None
            self.dismissed.emit(key, is_replaced)
        self.hide()
        self.changed.emit()

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
        needed = layout.totalHeightForWidth(width)
        self._scroll.want(min(most, needed), self._theme.px(_LEAST_PX))

    def _build(self, message: str, hint: str, tone: Tone, actions: Sequence[Action]) -> Panel:
        from llmdesk.ui.kit.notice_layout import BesideOrBelow

        panel = Panel(self._theme, 10)
        panel.setAccessibleName(f"{message} {hint}".strip())
        mark = Label(self._theme, "●", {"plain": "accent"}.get(tone, tone))
        words: list[SelectableLabel] = []
        lines: tuple[tuple[str, str, Step], ...] = ((message, "text", "ui"), (hint, "secondary", "note"))
        for text, color, step in lines:
            if text:
                words.append(SelectableLabel(self._theme, text, color, step))
        self._message = words[0]
        close = Button(self._theme, "", "x", name=tr("Close this message"))
        close.clicked.connect(lambda: self.dismiss())
        if not hint:
            # In the middle of it, as a line of words is.
            Follower(self._theme, mark, lambda: mark.setMinimumHeight(close.sizeHint().height()))
        layout = row(self._theme, margins=(14, 10, 8, 10), spacing=10)
        layout.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(BesideOrBelow(self._theme, words, self._row_of(actions)), 1)
        layout.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        panel.setLayout(layout)
        return panel

    def _row_of(self, actions: Sequence[Action]) -> QWidget:
        buttons = QWidget()
        flow = FlowLayout(self._theme)
        for action in actions:
            flow.addWidget(self._button(action))
        buttons.setLayout(flow)
        if not actions:
            buttons.hide()
        return buttons

    def _button(self, action: Action) -> Button:
        button = Button(self._theme, action.text, bordered=True)

        def press() -> None:
            self._pressed_s = time.monotonic()
            self.dismiss()
            action.run()

        button.clicked.connect(press)
        return button


class _Scroll(ScrollArea):
    """Scrolls only where the window is too low for the words; then the bar is seen from the beginning."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._wanted_px = 0
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def want(self, height_px: int, least_px: int) -> None:
        """Be so high where there is room."""
        self._wanted_px = height_px
        self.setMinimumHeight(min(height_px, least_px))
        self.setMaximumHeight(height_px)
        self.updateGeometry()
        self._choose_bar()

    def sizeHint(self) -> QSize:
        """As wanted."""
        return QSize(super().sizeHint().width(), self._wanted_px)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """See the class."""
        super().resizeEvent(event)
        self._choose_bar()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """What is inside has measured itself anew."""
        result = super().eventFilter(watched, event)
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Resize):
            self._choose_bar()
        return result

    def _choose_bar(self) -> None:
        inside = self.widget()
        layout = inside.layout() if inside is not None else None
        if layout is not None:
            fits = layout.totalHeightForWidth(self.width()) <= self.height()
            policy = Qt.ScrollBarPolicy.ScrollBarAlwaysOff if fits else Qt.ScrollBarPolicy.ScrollBarAlwaysOn
            self.setVerticalScrollBarPolicy(policy)
