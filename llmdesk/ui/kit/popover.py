"""A panel over the window under the control that opened it; Esc or a click beside it closes it (GUI thread only).

It is a child of the window, not a window of its own: no system places it elsewhere, grabs the mouse or closes it behind
our back.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from llmdesk.ui.kit.buttons import Button
from llmdesk.ui.kit.keys import claims_escape, scrolls, tab_stops
from llmdesk.ui.kit.labels import MEDIUM, Label
from llmdesk.ui.kit.spacing import column, row
from llmdesk.ui.kit.styled import ScrollArea
from llmdesk.ui.kit.surfaces import Panel
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.words import tr

_MARGIN_PX = 12
_BORDER_PX = 1
_LEAST_MIDDLE_PX = 60  # in a lower window the foot is left out, for what can be scrolled is what the panel is for


class Popover(QWidget):
    """Base of the panels. Content goes into ``panel_layout``, which gives the height if none is asked for, and is
    scrolled where the window is too low for it; ``head`` and ``foot`` stay. A ``title`` brings itself and Done, which
    closes.

    Signals:
        closed(): it was closed, by whatever means.
    """

    closed = Signal()

    def __init__(self, theme: Theme, window: QWidget, width: float, height: float = 0, title: str = "") -> None:
        super().__init__(window)
        self._theme = theme
        self._window = window
        self._wanted = (width, height)
        self._anchor: QWidget | None = None
        self._align_right = False
        self._focus_before: QWidget | None = None
        self.panel = Panel(theme, 14)
        self.panel.setParent(self)
        body = QWidget()
        self.panel_layout = QVBoxLayout(body)
        self.panel_layout.setContentsMargins(0, 0, 0, 0)
        self.panel_layout.setSpacing(0)
        self.scroll_area = _make_scroll(theme, body)
        self.head, self.foot = column(theme, spacing=0), column(theme, spacing=0)
        if title:
            self.head.addLayout(self._make_head(title))
        layout = QVBoxLayout(self.panel)
        layout.setContentsMargins(_BORDER_PX, _BORDER_PX, _BORDER_PX, _BORDER_PX)
        layout.setSpacing(0)
        layout.addLayout(self.head)
        layout.addWidget(self.scroll_area, 1)
        self._foot = QWidget()
        self._foot.setLayout(self.foot)
        self._foot.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)  # the middle takes the rest
        layout.addWidget(self._foot)
        theme.changed.connect(self.restyle)
        self.hide()

    def open_under(self, anchor: QWidget, align_right: bool = False) -> None:
        """Show the panel below a control, at its left or right edge."""
        self._anchor, self._align_right = anchor, align_right
        self._focus_before = QApplication.focusWidget()
        self._place()
        self._window.installEventFilter(self)  # only while open: it is called for every event of the window
        self.show()
        self._place()  # once more: only now everything in it knows its size
        self.raise_()
        self.setFocus()

    @Slot()
    def close_panel(self) -> None:
        """Hide and give the keyboard back. Idempotent."""
        if self.isHidden():
            return
        self.hide()
        self._window.removeEventFilter(self)
        if self._focus_before is not None and self._focus_before.isVisible():
            self._focus_before.setFocus()
        self._focus_before = None
        self.closed.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay in place when the window changes its size."""
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return False

    def event(self, event: QEvent) -> bool:
        """While it is open, Esc belongs to the panel before any shortcut of the window."""
        if claims_escape(event):
            return True
        if event.type() == QEvent.Type.LayoutRequest and self.isVisible():
            self._place()
        return super().event(event)

    def focusNextPrevChild(self, is_next: bool) -> bool:
        """The keyboard stays in an open panel: what is behind it cannot be seen well, and Esc leads back there."""
        stops, at = tab_stops(self), QApplication.focusWidget()
        if not stops:
            return super().focusNextPrevChild(is_next)
        step = 1 if is_next else -1
        place = stops.index(at) + step if at in stops else (0 if is_next else -1)
        reason = Qt.FocusReason.TabFocusReason if is_next else Qt.FocusReason.BacktabFocusReason
        stops[place % len(stops)].setFocus(reason)
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc closes, keys that nothing in the panel wants scroll it."""
        if event.key() == Qt.Key.Key_Escape:
            self.close_panel()
        elif not scrolls(self.scroll_area, event):
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click beside the panel closes."""
        if not self.panel.geometry().contains(event.position().toPoint()):
            self.close_panel()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The window behind recedes a little."""
        QPainter(self).fillRect(self.rect(), self._theme.color("window", 0.45))

    @Slot()
    def restyle(self) -> None:
        """Colours or sizes changed."""
        if self.isVisible():
            self._place()

    def _make_head(self, title: str) -> QHBoxLayout:
        done = Button(self._theme, tr("Done"), bordered=True)
        done.clicked.connect(self.close_panel)
        heading = Label(self._theme, title, step="body", weight=MEDIUM, wraps=True)
        head = row(self._theme, margins=(20, 14, 14, 6))
        head.addWidget(heading, 1)
        head.addWidget(done, 0, Qt.AlignmentFlag.AlignTop)
        return head

    def _place(self) -> None:
        """Under its anchor if there is room, else above it, else where there is."""
        margin = self._theme.px(_MARGIN_PX)
        self.setGeometry(self._window.rect())
        width = min(self._theme.px(self._wanted[0]), self.width() - 2 * margin)
        height = min(self._height_for(width), self.height() - 2 * margin)
        left, top = margin, margin
        if self._anchor is not None:
            corner = self._anchor.mapTo(self._window, QPoint(0, self._anchor.height() + self._theme.px(8)))
            left = corner.x() + (self._anchor.width() - width if self._align_right else 0)
            top = corner.y()
            above = top - self._anchor.height() - 2 * self._theme.px(8) - height
            if top + height > self.height() - margin and above >= margin:
                top = above
        left = max(margin, min(left, self.width() - width - margin))
        top = max(margin, min(top, self.height() - height - margin))
        middle = height - _height_of(self.head, width) - _height_of(self.foot, width)
        self._foot.setVisible(middle >= self._theme.px(_LEAST_MIDDLE_PX))
        self.panel.setGeometry(left, top, width, height)

    def _height_for(self, width: int) -> int:
        if self._wanted[1]:
            return self._theme.px(self._wanted[1])
        inside = width - 2 * _BORDER_PX
        return sum(_height_of(part, inside) for part in (self.head, self.panel_layout, self.foot)) + 2 * _BORDER_PX


def _height_of(layout: QVBoxLayout, width: int) -> int:
    return layout.totalHeightForWidth(width) if layout.hasHeightForWidth() else layout.totalSizeHint().height()


def _make_scroll(theme: Theme, body: QWidget) -> ScrollArea:
    scroll = ScrollArea(theme)
    scroll.setWidget(body)
    scroll.setMinimumHeight(1)  # in a low window head and foot take what they need
    scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return scroll
