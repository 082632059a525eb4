"""What can be pressed in stand mode, in the order of the Tab key (GUI thread only)."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QApplication, QScrollBar, QWidget

from llmdesk.ui.chat.empty_state import SampleCard
from llmdesk.ui.demo.pin_panel import PinPanel
from llmdesk.ui.demo.stand_parts import StandBar
from llmdesk.ui.kit.buttons import Button
from llmdesk.ui.shell.main_window import MainWindow


class Reach:
    """Prompt, samples, the bar's buttons and scroll bars; while it is open, only the PIN's panel."""

    def __init__(self, window: MainWindow, bar: Callable[[], StandBar | None], panel: Callable[[], PinPanel]) -> None:
        self._chat, self._bar, self._panel = window.chat, bar, panel

    def is_allowed(self, widget: QWidget) -> bool:
        """May be pressed."""
        panel, composer = self._panel(), self._chat.composer
        if panel.isVisible():
            return widget is panel or panel.isAncestorOf(widget)
        if isinstance(widget, QScrollBar):
            return self._chat.isAncestorOf(widget)
        if isinstance(widget, SampleCard) or widget.objectName() == "continue":
            return True
        bar = self._bar()
        in_bar = bar is not None and widget in (bar.restart, bar.stay, bar.lock)
        return in_bar or widget is composer or composer.isAncestorOf(widget)

    def is_quiet(self, widget: QWidget) -> bool:
        """Is read only, whatever it does elsewhere when the pointer is over it."""
        view = self._chat.conversation_view
        is_inside = widget is view or view.isAncestorOf(widget)
        return is_inside and not isinstance(widget, QScrollBar) and widget.objectName() != "continue"

    @Slot(int)
    def move(self, step: int) -> None:
        """The keyboard to the next of them, or the one before."""
        ways = [way for way in self._ways() if way.isVisible() and way.isEnabled()]
        focus = QApplication.focusWidget()
        place = ways.index(focus) if focus in ways else -1 if step > 0 else 0
        if ways:
            ways[(place + step) % len(ways)].setFocus(
                Qt.FocusReason.TabFocusReason if step > 0 else Qt.FocusReason.BacktabFocusReason
            )

    def _ways(self) -> list[QWidget]:
        panel, bar, chat = self._panel(), self._bar(), self._chat
        if panel.isVisible():
            return [panel.field, *panel.digits, panel.enter]
        found: list[QWidget] = [*chat.empty_state.cards, chat.composer.edit, *chat.composer.findChildren(Button)]
        return [*found, bar.stay, bar.restart, bar.lock] if bar is not None else found
