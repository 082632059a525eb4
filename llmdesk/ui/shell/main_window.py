"""The window: top bar, conversation, status line, dashboard at the right (GUI thread only)."""

from __future__ import annotations

from PySide6.QtCore import (
    QAbstractAnimation,
    QEasingCurve,
    QEvent,
    QSize,
    Qt,
    QTimer,
    QVariantAnimation,
    Signal,
    Slot,
)
from PySide6.QtGui import (
    QAction,
    QActionGroup,
    QCloseEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShortcut,
)
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QStyle, QVBoxLayout, QWidget

from llmdesk.ui.chat.chat_pane import ChatPane
from llmdesk.ui.dashboard.dashboard import Dashboard
from llmdesk.ui.kit.controls import Hairline
from llmdesk.ui.kit.notice import NoticeBar
from llmdesk.ui.kit.styled import Menu
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.models.picker import ModelPicker
from llmdesk.ui.settings.sampling import SamplingPanel
from llmdesk.ui.settings.settings_panel import SettingsPanel
from llmdesk.ui.shell.help import ABOUT, SHORTCUTS, InfoPanel
from llmdesk.ui.shell.status_line import StatusLine
from llmdesk.ui.shell.top_bar import TopBar
from llmdesk.ui.shell.window_state import WindowState

FOLD_WIDTH_PX = 1100
_FOLD_MS = 140
_DEFAULT_SIZE = QSize(1440, 900)
_MINIMUM_SIZE = QSize(720, 480)


class MainWindow(QMainWindow):
    """Holds the parts and folds the dashboard; what they do is the controllers' work.

    Signals:
        painted(): the window was painted for the first time; slow imports may begin.
        new_chat_requested(), log_requested(), copy_requested(), settings_requested(): shortcut or menu.
        theme_chosen(str): system, light or dark.
        closed(): the window is gone.
    """

    painted = Signal()
    new_chat_requested = Signal()
    log_requested = Signal()
    copy_requested = Signal()
    settings_requested = Signal()
    theme_chosen = Signal(str)
    closed = Signal()

    def __init__(self, theme: Theme, state: WindowState) -> None:
        super().__init__()
        self.setWindowTitle("llmdesk")
        self.setMinimumSize(_MINIMUM_SIZE)
        self._theme, self._state = theme, state
        self._theme_actions: dict[str, QAction] = {}
        self._was_painted = False
        self._is_wide = True
        self._is_dashboard_open = state.is_dashboard_open
        self.top_bar, self.notice = TopBar(theme), NoticeBar(theme)
        self.chat, self.status_line = ChatPane(theme), StatusLine(theme)
        self.dashboard = Dashboard(theme)
        self._strip = self.dashboard.strip()
        self._side = _Side(self.dashboard)
        self._fold = QVariantAnimation(self)
        self._build()
        self.picker = ModelPicker(theme, self)
        self.sampling_panel = SamplingPanel(theme, self)
        self.settings_panel = SettingsPanel(theme, self)
        self._shortcuts_panel = InfoPanel(theme, self, "Shortcuts", SHORTCUTS, keys=True)
        self._about_panel = InfoPanel(theme, self, "llmdesk", ABOUT, keys=False)
        self._build_menu()
        self._build_shortcuts()
        self._restore()

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
        self._fit_dashboard(animated=True)

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
        """A narrow window folds the dashboard to a strip."""
        super().resizeEvent(event)
        if (event.size().width() >= FOLD_WIDTH_PX) != self._is_wide:
            self._fit_dashboard()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Remember the place and tell the application, which ends the threads in order."""
        self._state.geometry = self.saveGeometry()
        self._state.save()
        super().closeEvent(event)
        self.closed.emit()

    @Slot()
    def _tell_painted(self) -> None:
        self.painted.emit()

    def _fit_dashboard(self, animated: bool = False) -> None:
        self._is_wide = self.width() >= FOLD_WIDTH_PX
        shows_side = self._is_dashboard_open and self._is_wide
        self._strip.setVisible(self._is_dashboard_open and not self._is_wide)
        self._fold.stop()
        if animated and shows_side != self.is_dashboard_shown and self._may_animate():
            self._fold.setStartValue(self._side.width() if self.is_dashboard_shown else 0)
            self._fold.setEndValue(self.dashboard.sizeHint().width() if shows_side else 0)
            self._side.show()
            self._fold.start(QAbstractAnimation.DeletionPolicy.KeepWhenStopped)
        else:
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
        self.top_bar.new_chat_requested.connect(self.new_chat_requested)
        self.top_bar.dashboard_requested.connect(self.toggle_dashboard)
        self._theme.changed.connect(self.update)

    def _build_menu(self) -> None:
        menu = self.top_bar.menu
        themes = Menu(self._theme, menu, "Theme")
        menu.addMenu(themes)
        group = QActionGroup(self)
        for name in ("System", "Light", "Dark"):
            action = self._theme_actions[name.lower()] = QAction(name, group)
            action.setCheckable(True)
            action.setData(name.lower())
            themes.addAction(action)
        group.triggered.connect(self._on_theme)
        menu.addAction("Settings…").triggered.connect(self.settings_requested)
        menu.addSeparator()
        menu.addAction("Copy conversation").triggered.connect(self.copy_requested)
        menu.addAction("Open log").triggered.connect(self.log_requested)
        menu.addSeparator()
        menu.addAction("Shortcuts").triggered.connect(self.show_shortcuts)
        menu.addAction("About llmdesk").triggered.connect(self._show_about)
        menu.addSeparator()
        menu.addAction("Quit").triggered.connect(self.close)

    def _build_shortcuts(self) -> None:
        for keys, slot in (
            ("Ctrl+N", self.new_chat_requested),
            ("Ctrl+D", self.toggle_dashboard),
            ("Ctrl+L", self._focus_composer),
            ("Ctrl+M", self.top_bar.models_requested),
            ("F1", self.show_shortcuts),
            ("Ctrl+Q", self.close),
        ):
            QShortcut(QKeySequence(keys), self).activated.connect(slot)

    @Slot(QAction)
    def _on_theme(self, action: QAction) -> None:
        self.theme_chosen.emit(action.data())

    @Slot(str)
    def show_theme(self, name: str) -> None:
        """Which theme was chosen."""
        self._theme_actions[name].setChecked(True)

    @Slot()
    def show_shortcuts(self) -> None:
        """The list of keys."""
        self._shortcuts_panel.open_under(self.top_bar.more, align_right=True)

    @Slot()
    def _show_about(self) -> None:
        self._about_panel.open_under(self.top_bar.more, align_right=True)

    @Slot()
    def _focus_composer(self) -> None:
        self.chat.setFocus()

    def _restore(self) -> None:
        if not self.restoreGeometry(self._state.geometry):
            available = self.screen().availableSize()
            self.resize(_DEFAULT_SIZE.boundedTo(available))
        self._fit_dashboard()


class _Side(QWidget):
    """The dashboard's column: the dashboard keeps its own width while the column folds."""

    def __init__(self, dashboard: QWidget) -> None:
        super().__init__()
        self._dashboard = dashboard
        dashboard.setParent(self)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The dashboard takes the whole height."""
        super().resizeEvent(event)
        self._dashboard.setGeometry(0, 0, self._dashboard.sizeHint().width(), self.height())

    def event(self, event: QEvent) -> bool:
        """A figure that needs more room than was kept widens the column."""
        if event.type() == QEvent.Type.LayoutRequest and self.width() < self._dashboard.sizeHint().width():
            self.setFixedWidth(self._dashboard.sizeHint().width())
        return super().event(event)
