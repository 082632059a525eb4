"""The window: chats at the left, top bar, conversation, a line of news, dashboard at the right (GUI thread only)."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QCloseEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from llmdesk.services.settings.definition import ThemeName
from llmdesk.ui.chat.chat_pane import ChatPane
from llmdesk.ui.dashboard.dashboard import Dashboard
from llmdesk.ui.kit.notice import NoticeBar
from llmdesk.ui.kit.surfaces import Hairline
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.type_scale import next_zoom_percent
from llmdesk.ui.pages.host import PageHost
from llmdesk.ui.shell.actions import ActionTable
from llmdesk.ui.shell.fold import Fold
from llmdesk.ui.shell.panels import Panels, WithPanels
from llmdesk.ui.shell.private_line import PrivateLine
from llmdesk.ui.shell.side_bar_place import SideBarPlace
from llmdesk.ui.shell.side_column import SideColumn
from llmdesk.ui.shell.status_line import StatusLine
from llmdesk.ui.shell.stray_keys import StrayKeys
from llmdesk.ui.shell.top_bar import TopBar
from llmdesk.ui.shell.window_actions import THEMES, bind_actions, fill_menu
from llmdesk.ui.shell.window_place import WindowPlace
from llmdesk.ui.shell.window_state import WindowState
from llmdesk.ui.sidebar.side_bar import SideBar

FOLD_WIDTH_PX = 1100
_LEAST_WIDTH_BESIDE_PX = 900
_LEAST_HEIGHT_WITH_STRIP_PX = 420
_LEAST_HEIGHT_WITH_STATUS_PX = 340
_LOW_PX = 300
_WHEEL_STEP = 120


class MainWindow(WithPanels):
    """Holds the parts and folds what has no room; what they do is the controllers' work.

    Signals:
        painted(): the window was painted for the first time; slow imports may begin.
        new_chat_requested(), log_requested(), copy_requested(), settings_requested(), server_requested(): key, menu or
            button.
        theme_chosen(str): system, light or dark.
        zoom_chosen(int): percent.
        closed(): the window is gone.
    """

    painted = Signal()
    new_chat_requested = Signal()
    log_requested = Signal()
    copy_requested = Signal()
    settings_requested = Signal()
    server_requested = Signal()
    theme_chosen = Signal(str)
    zoom_chosen = Signal(int)
    closed = Signal()

    def __init__(self, theme: Theme, state: WindowState) -> None:
        super().__init__()
        self.setWindowTitle("llmdesk")
        self._theme, self._state = theme, state
        self._was_painted = False
        self._place = WindowPlace(self)
        self._wheel = 0
        self._presented: QWidget | None = None  # the figures of a presentation
        self._is_bare = self._is_quitting = False
        self.may_close: Callable[[], bool] = lambda: True
        self.stays_hidden: Callable[[], bool] = lambda: False  # closed, it goes on without being seen
        self._is_dashboard_open = state.is_dashboard_open
        self.action_table = ActionTable(theme, self)
        self.top_bar, self.notice = TopBar(theme, self.action_table), NoticeBar(theme)
        self.chat, self.status_line = ChatPane(theme), StatusLine(theme)
        self.pages = PageHost(self.chat)
        self.dashboard = Dashboard(theme)
        self._strip = self.dashboard.strip()
        self._side = SideColumn(self.dashboard)
        self._fold = Fold(theme, self._side, lambda: self.dashboard.sizeHint().width())
        self.side_bar = self._make_side_bar()
        self.side_bar_place = SideBarPlace(theme, self.side_bar, state, self.notice)
        self.private_line, self._bar_line = PrivateLine(theme), Hairline(theme)
        self._build()
        self.panels = Panels(theme, self, self.action_table)
        StrayKeys(self, self.chat)
        bind_actions(self, theme)
        fill_menu(self, theme)
        self._restore()
        theme.changed.connect(self.restyle)

    @property
    def is_dashboard_shown(self) -> bool:
        """True if the dashboard stands beside the conversation."""
        return self._fold.is_out

    @property
    def is_strip_shown(self) -> bool:
        """True if the dashboard's narrow form stands above the conversation."""
        return not self._strip.isHidden()

    @Slot()
    def toggle_dashboard(self) -> None:
        """Fold or unfold the dashboard, and remember it."""
        self._is_dashboard_open = not self._is_dashboard_open
        self._state.is_dashboard_open = self._is_dashboard_open
        self._fit(animated=True)

    def present(self, figures: QWidget | None, *, bare: bool = False) -> None:
        """Only conversation and these figures, half and half; None: everything is back. Nothing of it is remembered.

        ``bare``: without the bar at the top, too.
        """
        self._is_bare = bare
        central, before = self.centralWidget(), self._presented
        layout = central.layout() if central is not None else None
        assert isinstance(layout, QHBoxLayout)
        if before is not None:
            before.hide()
            before.deleteLater()
        if figures is not None:
            layout.addWidget(figures, 1)
            figures.show()
        self._presented = figures
        if not self.pages.is_wide:
            self.pages.close_page()
        self.notice.set_muted(figures is not None)
        self.side_bar_place.hold_away(figures is not None)
        self._fit()

    @Slot()
    def come_forward(self) -> None:
        """Show the window above the others (a second start asked for it)."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The ground, and the news of the first painting."""
        QPainter(self).fillRect(self.rect(), self._theme.color("window"))
        if not self._was_painted:
            self._was_painted = True
            QTimer.singleShot(0, self, self._tell_painted)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A narrow window folds the dashboard to a strip; a low one goes without strip and status line."""
        super().resizeEvent(event)
        self._fit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Ctrl and the wheel change the zoom, a step for a notch."""
        if not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            super().wheelEvent(event)
            return
        self._wheel += event.angleDelta().y()
        steps = int(self._wheel / _WHEEL_STEP)
        self._wheel -= steps * _WHEEL_STEP
        if steps:
            self.choose_zoom(steps)
        event.accept()

    @Slot()
    def restyle(self) -> None:
        """Colours or sizes changed."""
        self._fit()
        self.action_table.refresh()
        self.update()

    @Slot()
    def quit(self) -> None:
        """Close it for good."""
        self._is_quitting = True
        self._is_quitting = self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Remember the place and tell the application, which ends the threads in order; unless it may not close."""
        is_held = not self.may_close()
        if is_held or (not self._is_quitting and self.stays_hidden()):
            event.ignore()
            self.setVisible(is_held)
            return
        self._state.geometry = self._state.geometry if self.isFullScreen() else self.saveGeometry()
        self._state.save()
        super().closeEvent(event)
        self.closed.emit()

    @Slot()
    def _tell_painted(self) -> None:
        self._place.adjust()
        self.painted.emit()

    @property
    def _has_side(self) -> bool:
        """True if there is room for the dashboard beside the conversation."""
        px = self._theme.px
        left = self.side_bar.sizeHint().width() if self.side_bar_place.is_beside else 0
        is_wide = self.width() >= px(FOLD_WIDTH_PX) and self.width() - left >= px(_LEAST_WIDTH_BESIDE_PX)
        return is_wide and self.height() >= self.dashboard.minimumSizeHint().height()

    def _fit(self, animated: bool = False) -> None:
        px = self._theme.px
        self.side_bar_place.fit(self.width())
        is_wide = self.pages.is_wide
        if self._presented is not None:
            self._presented.setVisible(not is_wide)
        is_usual = self._presented is None and not is_wide
        shows_side = is_usual and self._is_dashboard_open and self._has_side
        has_strip = is_usual and not self._has_side and self.height() >= px(_LEAST_HEIGHT_WITH_STRIP_PX)
        self._strip.setVisible(self._is_dashboard_open and has_strip)
        has_room = self.height() >= px(_LEAST_HEIGHT_WITH_STATUS_PX) and self._presented is None
        self.status_line.setVisible(has_room and bool(self.status_line.text))
        is_low = self.height() < px(_LOW_PX)
        self.top_bar.set_low(is_low)
        is_bar_shown = not self._is_bare and (not is_low or not self.notice.key)  # where there is no room for both
        self.top_bar.setVisible(is_bar_shown)
        self._bar_line.setVisible(is_bar_shown)
        self.notice.fit()
        self._fold.set_out(shows_side, animated=animated)
        self.top_bar.set_side_bar_shown(self.side_bar_place.is_shown)

    def _make_side_bar(self) -> SideBar:
        table = self.action_table
        bar = SideBar(
            self._theme,
            new_chat_tip=table.tip("new_chat"),
            search_key=table.shortcut("search_chats"),
            fold_tip=table.tip("side_bar"),
        )
        bar.new_chat_requested.connect(table["new_chat"].trigger)
        bar.fold_requested.connect(table["side_bar"].trigger)
        bar.settings_requested.connect(table["settings"].trigger)
        bar.left.connect(self._leave_side_bar)
        return bar

    @Slot()
    def _leave_side_bar(self) -> None:
        """Esc in the side bar: to the prompt."""
        self.side_bar_place.close_over()
        self.pages.close_page()
        self.chat.setFocus()

    def _build(self) -> None:
        column = QVBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget in (self.top_bar, self._bar_line, self.private_line, self._strip, self.notice):
            column.addWidget(widget)
        column.addWidget(self.pages, 1)
        column.addWidget(self.status_line)
        central = QWidget()
        layout = QHBoxLayout(central)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.side_bar_place.column)
        layout.addLayout(column, 1)
        layout.addWidget(self._side)
        self.setCentralWidget(central)
        self.side_bar_place.changed.connect(self._fit)
        self.pages.changed.connect(lambda _: self._fit())
        # Its words have measured themselves for another width: anew, once the layout has given them this one.
        self.side_bar_place.changed.connect(self.notice.restyle, Qt.ConnectionType.QueuedConnection)
        self.status_line.changed.connect(self._fit)
        self.notice.changed.connect(self._fit)

    @Slot(str)
    def show_page(self, page_id: str) -> None:
        """In the conversation's place; a side bar that stands over it goes."""
        self.side_bar_place.close_over()
        self.pages.show_page(page_id)

    def choose_zoom(self, steps: int) -> None:
        """So many steps larger, or smaller."""
        percent = self._theme.zoom_percent
        for _ in range(abs(steps)):
            percent = next_zoom_percent(percent, steps)
        if percent != self._theme.zoom_percent:
            self.zoom_chosen.emit(percent)

    @Slot(str)
    def show_theme(self, name: ThemeName) -> None:
        """Which theme was chosen."""
        self.action_table[THEMES[name]].setChecked(True)

    @Slot()
    def show_shortcuts(self) -> None:
        """The list of keys."""
        self.shortcuts_panel.open_under(self.top_bar.more, align_right=True)

    @Slot()
    def show_about(self) -> None:
        """What this program is."""
        self.about_panel.open_under(self.top_bar.more, align_right=True)

    def _restore(self) -> None:
        self._place.restore(self._state)
        self._fit()
