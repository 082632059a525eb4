"""The window: top bar, conversation, a line of news, dashboard at the right (GUI thread only)."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QAbstractAnimation, QEasingCurve, Qt, QTimer, QVariantAnimation, Signal, Slot
from PySide6.QtGui import QCloseEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QStyle, QVBoxLayout, QWidget

from llmdesk.services.settings.definition import ThemeName
from llmdesk.ui.chat.chat_pane import ChatPane
from llmdesk.ui.dashboard.dashboard import Dashboard
from llmdesk.ui.kit.notice import NoticeBar
from llmdesk.ui.kit.styled import Menu
from llmdesk.ui.kit.surfaces import Hairline
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.type_scale import DEFAULT_ZOOM_PERCENT, ZOOM_PERCENTS, next_zoom_percent
from llmdesk.ui.kit.words import tr
from llmdesk.ui.models.picker import ModelPicker
from llmdesk.ui.server.server_panel import ServerPanel
from llmdesk.ui.settings.sampling import SamplingPanel
from llmdesk.ui.settings.settings_panel import SettingsPanel
from llmdesk.ui.shell.actions import ActionId, ActionTable
from llmdesk.ui.shell.help import InfoPanel, about
from llmdesk.ui.shell.side_column import SideColumn
from llmdesk.ui.shell.status_line import StatusLine
from llmdesk.ui.shell.stray_keys import StrayKeys
from llmdesk.ui.shell.top_bar import TopBar
from llmdesk.ui.shell.window_place import WindowPlace
from llmdesk.ui.shell.window_state import WindowState

FOLD_WIDTH_PX = 1100
_LEAST_HEIGHT_WITH_STRIP_PX = 420
_LEAST_HEIGHT_WITH_STATUS_PX = 340
_LOW_PX = 300
_FOLD_MS = 140
_WHEEL_STEP = 120
_THEMES: dict[ThemeName, ActionId] = {"system": "theme_system", "light": "theme_light", "dark": "theme_dark"}


class MainWindow(QMainWindow):
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
        self._is_dashboard_open = state.is_dashboard_open
        self.action_table = ActionTable(theme, self)
        self.top_bar, self.notice = TopBar(theme, self.action_table), NoticeBar(theme)
        self.chat, self.status_line = ChatPane(theme), StatusLine(theme)
        self.dashboard = Dashboard(theme)
        self._strip = self.dashboard.strip()
        self._side = SideColumn(self.dashboard)
        self._fold = QVariantAnimation(self)
        self._build()
        self.picker = ModelPicker(theme, self)
        self.sampling_panel = SamplingPanel(theme, self)
        self.settings_panel = SettingsPanel(theme, self)
        self.server_panel = ServerPanel(theme, self)
        self.shortcuts_panel = InfoPanel(theme, self, tr("Shortcuts"), self.action_table.shortcuts(), keys=True)
        self.about_panel = InfoPanel(theme, self, "llmdesk", about(), keys=False)
        StrayKeys(self, self.chat)
        self._bind_actions()
        self._build_menu()
        self._restore()
        theme.changed.connect(self.restyle)

    @property
    def is_dashboard_shown(self) -> bool:
        """True if the dashboard stands beside the conversation."""
        return not self._side.isHidden()

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
            self._choose_zoom(steps)
        event.accept()

    @Slot()
    def restyle(self) -> None:
        """Colours or sizes changed."""
        self._fit()
        self.action_table.refresh()
        self.update()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Remember the place and tell the application, which ends the threads in order."""
        self._state.geometry = self.saveGeometry()
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
        return self.width() >= px(FOLD_WIDTH_PX) and self.height() >= self.dashboard.minimumSizeHint().height()

    def _fit(self, animated: bool = False) -> None:
        px = self._theme.px
        shows_side = self._is_dashboard_open and self._has_side
        has_strip = not self._has_side and self.height() >= px(_LEAST_HEIGHT_WITH_STRIP_PX)
        self._strip.setVisible(self._is_dashboard_open and has_strip)
        has_room = self.height() >= px(_LEAST_HEIGHT_WITH_STATUS_PX)
        self.status_line.setVisible(has_room and bool(self.status_line.text))
        is_low = self.height() < px(_LOW_PX)
        self.top_bar.set_low(is_low)
        self.top_bar.setVisible(not is_low or not self.notice.key)  # where there is no room for both
        self.notice.fit()
        if animated and shows_side != self.is_dashboard_shown and self._may_animate():
            self._fold.stop()
            self._fold.setStartValue(self._side.width() if self.is_dashboard_shown else 0)
            self._fold.setEndValue(self.dashboard.sizeHint().width() if shows_side else 0)
            self._side.show()
            self._fold.start(QAbstractAnimation.DeletionPolicy.KeepWhenStopped)
        elif self._fold.state() != QAbstractAnimation.State.Running:
            self._side.setFixedWidth(self.dashboard.sizeHint().width())
            self._side.setVisible(shows_side)

    def _may_animate(self) -> bool:
        duration_ms = self.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration, None, self)
        return duration_ms > 0 and self.isVisible()

    @Slot(object)
    def _on_fold_step(self, width: int) -> None:
        self._side.setFixedWidth(width)
        if width == 0 and not self._is_dashboard_open:  # unfolding begins at 0, too
            self._side.hide()

    def _build(self) -> None:
        column = QVBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget in (self.top_bar, Hairline(self._theme), self._strip, self.notice):
            column.addWidget(widget)
        column.addWidget(self.chat, 1)
        column.addWidget(self.status_line)
        central = QWidget()
        layout = QHBoxLayout(central)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(column, 1)
        layout.addWidget(self._side)
        self.setCentralWidget(central)
        self._fold.setDuration(_FOLD_MS)
        self._fold.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._fold.valueChanged.connect(self._on_fold_step)
        self._fold.finished.connect(self._fit)
        self.status_line.changed.connect(self._fit)
        self.notice.changed.connect(self._fit)

    def _bind_actions(self) -> None:
        table, theme = self.action_table, self._theme
        table.bind("stop", self.chat.stop_requested.emit, lambda: self.chat.is_generating)
        self.chat.generating_changed.connect(table.refresh)
        table.bind("focus_prompt", self.chat.setFocus)
        table.bind("new_chat", self.new_chat_requested.emit)
        table.bind("models", self.top_bar.models_requested.emit)
        table.bind("copy_markdown", self.chat.copy_selection_as_markdown)
        table.bind("copy_conversation", self.copy_requested.emit, lambda: self.chat.has_turns)
        table.bind("dashboard", self.toggle_dashboard)
        table.bind("settings", self.settings_requested.emit)
        table.bind("server", self.server_requested.emit)
        table.bind("open_log", self.log_requested.emit)
        table.bind("shortcuts", self.show_shortcuts)
        table.bind("about", self._show_about)
        table.bind("quit", self.close)
        table.bind("larger", lambda: self._choose_zoom(1), lambda: theme.zoom_percent < ZOOM_PERCENTS[-1])
        table.bind("smaller", lambda: self._choose_zoom(-1), lambda: theme.zoom_percent > ZOOM_PERCENTS[0])
        table.bind(
            "actual_size",
            lambda: self.zoom_chosen.emit(DEFAULT_ZOOM_PERCENT),
            lambda: theme.zoom_percent != DEFAULT_ZOOM_PERCENT,
        )
        for name, action_id in _THEMES.items():
            table.bind(action_id, partial(self.theme_chosen.emit, name))

    def _build_menu(self) -> None:
        menu, table = self.top_bar.menu, self.action_table
        themes, zoom = Menu(self._theme, menu, tr("Theme")), Menu(self._theme, menu, tr("Zoom"))
        themes.addActions([table[action_id] for action_id in _THEMES.values()])
        zoom.addActions([table["larger"], table["smaller"], table["actual_size"]])
        menu.addActions([table["new_chat"], table["models"]])
        menu.addMenu(self.top_bar.sampling_menu)
        menu.addSeparator()
        menu.addAction(table["dashboard"])
        menu.addMenu(themes)
        menu.addMenu(zoom)
        menu.addActions([table["server"], table["settings"]])
        menu.addSeparator()
        transfers: tuple[ActionId, ...] = ("copy_conversation", "export_chat", "export_all", "import_chats")
        menu.addActions([*(table[action_id] for action_id in transfers), table["open_log"]])
        menu.addSeparator()
        menu.addActions([table["shortcuts"], table["about"]])
        menu.addSeparator()
        menu.addAction(table["quit"])

    def _choose_zoom(self, steps: int) -> None:
        percent = self._theme.zoom_percent
        for _ in range(abs(steps)):
            percent = next_zoom_percent(percent, steps)
        if percent != self._theme.zoom_percent:
            self.zoom_chosen.emit(percent)

    @Slot(str)
    def show_theme(self, name: ThemeName) -> None:
        """Which theme was chosen."""
        self.action_table[_THEMES[name]].setChecked(True)

    @Slot()
    def show_shortcuts(self) -> None:
        """The list of keys."""
        self.shortcuts_panel.open_under(self.top_bar.more, align_right=True)

    @Slot()
    def _show_about(self) -> None:
        self.about_panel.open_under(self.top_bar.more, align_right=True)

    def _restore(self) -> None:
        self._place.restore(self._state)
        self._fit()
