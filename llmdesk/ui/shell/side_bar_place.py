"""Where the side bar stands: beside the conversation, or over it where the window is narrow (GUI thread only)."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QRegion, QResizeEvent
from PySide6.QtWidgets import QApplication, QWidget

from llmdesk.ui.kit.keys import claims_escape
from llmdesk.ui.kit.popover import Popover
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.shell.fold import Fold
from llmdesk.ui.shell.side_column import SideColumn
from llmdesk.ui.shell.window_state import WindowState
from llmdesk.ui.sidebar.side_bar import SideBar

BESIDE_WIDTH_PX = 960
"""A window of this width has room for it beside the conversation."""
_MOST_SHARE = 0.85
_MOVES = (QEvent.Type.Resize, QEvent.Type.Move, QEvent.Type.Show, QEvent.Type.Hide)


class SideBarPlace(QObject):
    """See the module. Whether it is folded away beside the conversation is remembered; over it, it comes and goes.

    Args:
        notice: what stands in there can be clicked while the bar stands over the conversation ("Undo").

    Signals:
        changed(): it is shown or not, see ``is_beside`` and ``is_over``.
    """

    changed = Signal()

    def __init__(self, theme: Theme, bar: SideBar, state: WindowState, notice: QWidget) -> None:
        super().__init__(bar)
        self._theme, self._bar, self._state, self._notice = theme, bar, state, notice
        self.column = SideColumn(bar)
        self._fold = Fold(theme, self.column, lambda: bar.sizeHint().width())
        self._shade: Shade | None = None
        self._has_room = True
        self._is_held = False

    @property
    def is_beside(self) -> bool:
        """True while it takes room from the conversation."""
        return self._has_room and self._state.is_side_bar_open and not self._is_held

    @property
    def is_over(self) -> bool:
        """True while it stands over the conversation."""
        return self._shade is not None and not self._shade.isHidden()

    @property
    def is_shown(self) -> bool:
        """Either."""
        return self.is_beside or self.is_over

    def fit(self, window_width: int, *, animated: bool = False) -> None:
        """The window has this width now."""
        before = self.is_beside
        self._has_room = window_width >= self._theme.px(BESIDE_WIDTH_PX)
        if self._has_room and self.is_over:
            self.close_over()
        self._fold.set_out(self.is_beside, animated=animated)
        if before is not self.is_beside:
            self.changed.emit()

    def hold_away(self, is_held: bool) -> None:
        """Not shown for as long as that (a presentation), which is not remembered."""
        self.close_over()
        self._is_held = is_held
        self._fold.set_out(self.is_beside)
        self.changed.emit()

    @Slot()
    def toggle(self) -> None:
        """Show or hide it."""
        if not self._has_room:
            self.close_over() if self.is_over else self._open_over()
            return
        self._state.is_side_bar_open = not self._state.is_side_bar_open
        self._fold.set_out(self.is_beside, animated=True)
        self.changed.emit()

    def show(self) -> None:
        """Have it shown, wherever there is room."""
        if not self.is_shown:
            self.toggle()

    @Slot()
    def close_over(self) -> None:
        """It stood over the conversation. Idempotent."""
        if self._shade is not None and self.is_over:
            self._shade.hide()
            self.column.take(self._bar)
            self.changed.emit()

    def _open_over(self) -> None:
        window = self.column.parentWidget()
        assert window is not None
        if self._shade is None:
            self._shade = Shade(self._theme, window, self._bar, self._notice)
            self._shade.closed.connect(self.close_over)
        self._shade.open()
        self.changed.emit()


class Shade(QWidget):
    """Lies over the window with the side bar on it; a click beside it, Esc, or the keyboard elsewhere closes.

    Signals:
        closed(): one of these.
    """

    closed = Signal()

    def __init__(self, theme: Theme, parent: QWidget, bar: SideBar, notice: QWidget) -> None:
        super().__init__(parent)
        self._theme, self._bar, self._notice = theme, bar, notice
        for watched in (parent, notice):
            watched.installEventFilter(self)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._on_focus_changed)
        theme.changed.connect(self.restyle)
        self.hide()

    def open(self) -> None:
        """With the keyboard on the list, if there is one."""
        self._bar.setParent(self)
        self._place()
        self._bar.show()
        self.show()
        self.raise_()
        (self._bar.chats if self._bar.chats.isVisible() else self._bar.new_chat).setFocus()

    def event(self, event: QEvent) -> bool:
        """Esc is taken before any shortcut of the window."""
        return claims_escape(event) or super().event(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """As large as the window, without the place of the notice."""
        if event.type() in _MOVES and self.isVisible():
            self._place()
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc closes."""
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click beside the bar."""
        self.closed.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The conversation recedes a little."""
        QPainter(self).fillRect(self.rect(), self._theme.color("window", 0.45))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The bar takes the whole height."""
        super().resizeEvent(event)
        self._place()

    @Slot()
    def restyle(self) -> None:
        """Colours or sizes changed."""
        if self.isVisible():
            self._place()

    def _place(self) -> None:
        parent = self.parentWidget()
        assert parent is not None
        self.setGeometry(parent.rect())
        if self._bar.parentWidget() is self:
            width = min(self._bar.sizeHint().width(), round(_MOST_SHARE * self.width()))
            self._bar.setGeometry(0, 0, width, self.height())
        region = QRegion(self.rect())
        if self._notice.isVisible():
            region -= QRect(self._notice.mapTo(parent, QPoint(0, 0)), self._notice.size())
        self.setMask(region + self._bar.geometry())

    @Slot(QWidget, QWidget)
    def _on_focus_changed(self, _before: QWidget | None, now: QWidget | None) -> None:
        """Panels and menus over the window leave it open; nothing has the keyboard while the window is not active."""
        if now is None or not self.isVisible() or now is self or self.isAncestorOf(now):
            return
        if now.window() is self.window() and not _is_in_panel(now):
            self.closed.emit()


def _is_in_panel(widget: QWidget) -> bool:
    parent: QWidget | None = widget
    while parent is not None and not isinstance(parent, Popover):
        parent = parent.parentWidget()
    return parent is not None
