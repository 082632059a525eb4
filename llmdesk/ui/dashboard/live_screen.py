"""The live figures over a whole screen: for a second monitor, to be read from five metres (GUI thread only)."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QCloseEvent, QGuiApplication, QKeyEvent, QPainter, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from llmdesk.ui.dashboard.dashboard import Dashboard
from llmdesk.ui.dashboard.figure_parts import FigureParts
from llmdesk.ui.dashboard.time_view import TimeView
from llmdesk.ui.kit.scaled_theme import ScaledTheme
from llmdesk.ui.kit.spacing import column, gap, settle, space
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.words import tr

_DRAWN_WIDTH_PX, _DRAWN_HEIGHT_PX = 820.0, 470.0  # at 100 %
_LEAST_PERCENT = 70
_FIRST_SIZE_PX = (1280, 760)


class LiveScreen(QWidget):
    """A window of its own that shows what the dashboard shows, as large as the window allows.

    F11 and the button: the whole screen, or a window; Esc: back, then close. The graphs' keys work everywhere in it.

    Signals:
        closed(): it is gone from the screen.
    """

    closed = Signal()

    def __init__(self, theme: Theme, dashboard: Dashboard) -> None:
        super().__init__(dashboard.window(), Qt.WindowType.Window)
        self.setWindowTitle(tr("llmdesk, live"))
        self._dashboard = dashboard
        self._theme = ScaledTheme(theme, 100, self)
        self._time = TimeView(dashboard.data, self)
        self.parts = FigureParts(
            self._theme, dashboard.data, self._time, (tr("Whole screen, or a window"), "expand"), is_wide=True
        )
        self.parts.expand.clicked.connect(self.toggle_whole)
        self.parts.processor_line.clicked.connect(dashboard.toggle_cores)
        dashboard.cores_wanted.connect(self._show_cores)
        self._lay_out()
        self._show_cores(dashboard.parts.is_present(dashboard.parts.cores))
        self.setAccessibleName(tr("Live figures"))
        dashboard.ticked.connect(self._on_tick)
        self._theme.changed.connect(self.update)
        self.resize(*_FIRST_SIZE_PX)

    def open(self) -> None:
        """Over the whole of another screen than the window's, if there is one; else as a window."""
        here = self._dashboard.window().screen()
        others = [screen for screen in QGuiApplication.screens() if screen is not here]
        if others:
            self.setGeometry(others[0].availableGeometry())
            self.showFullScreen()
        else:
            self.show()
        self.raise_()
        self.activateWindow()

    @Slot()
    def toggle_whole(self) -> None:
        """The whole screen, or a window."""
        if self.isFullScreen():
            self.showNormal()
        else:
            self.showFullScreen()

    def _lay_out(self) -> None:
        theme, parts = self._theme, self.parts
        left, right = QVBoxLayout(), QVBoxLayout()
        for layout in (left, right):
            space(theme, layout)
        left.addWidget(parts.figure)
        left.addWidget(parts.prompt_bar)
        left.addWidget(parts.tokens_place, 4)
        left.addLayout(parts.tile_row())
        left.addWidget(parts.time_line)
        left.addWidget(parts.time_place, 2)
        gap(theme, left, 12)
        left.addWidget(parts.painted_line)
        _add(right, parts.roofline, parts.processor_line)
        right.addWidget(parts.processor_place, 3)
        gap(theme, right, 4)
        _add(right, parts.cores, parts.sentence, parts.memory_line)
        right.addWidget(parts.memory_place, 3)
        gap(theme, right, 4)
        _add(right, parts.memory_parts, parts.memory_warning, parts.gpu_line)
        right.addWidget(parts.gpu_place, 2)
        right.addWidget(parts.power_line)
        right.addWidget(parts.power_place, 2)
        both = QHBoxLayout()
        space(theme, both, spacing=32)
        both.addLayout(left, 5)
        both.addLayout(right, 4)
        whole = column(theme, margins=(28, 16, 28, 20), spacing=0)
        whole.addLayout(parts.head)
        whole.addLayout(both, 1)
        self.setLayout(whole)
        for place in parts.graph_places():
            place.set_unlimited()

    @Slot(int)
    def _on_tick(self, turn: int) -> None:
        if self.isVisible() and not self.isMinimized():
            self.parts.set_replay(self._dashboard.parts.is_replay)
            self.parts.painted_figures = self._dashboard.painted_figures
            self.parts.refresh(turn, self._dashboard.clock())

    @Slot(bool)
    def _show_cores(self, is_wanted: bool) -> None:
        self.parts.set_present(self.parts.cores, is_wanted)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Everything grows with the window."""
        super().resizeEvent(event)
        share = min(self.width() / _DRAWN_WIDTH_PX, self.height() / _DRAWN_HEIGHT_PX)
        percent = max(_LEAST_PERCENT, int(100 * share))
        if percent != self._theme.zoom_percent:
            self._theme.set_scale(percent)
            settle(self)

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up; the graphs follow the first painting."""
        super().showEvent(event)
        self.parts.show(self._dashboard.clock())
        QTimer.singleShot(0, self, self._build)

    @Slot()
    def _build(self) -> None:
        self.parts.build_graphs()
        QTimer.singleShot(0, self, self._focus_graph)  # once it is laid out
        for place in self.parts.graph_places():
            place.refresh(force=True)

    @Slot()
    def _focus_graph(self) -> None:
        self.parts.tokens_place.plot.graph.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc, F11, and the graphs' keys."""
        if event.key() == Qt.Key.Key_F11:
            self.toggle_whole()
        elif event.key() == Qt.Key.Key_Escape and self.isFullScreen() and len(QGuiApplication.screens()) == 1:
            self.showNormal()
        elif event.key() == Qt.Key.Key_Escape:
            self.close()
        elif self.parts.tokens_place.filled and not self.parts.tokens_place.plot.graph.hasFocus():
            self.parts.tokens_place.plot.graph.keyPressEvent(event)
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Its place on the screen is free."""
        super().closeEvent(event)
        self.closed.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The ground."""
        QPainter(self).fillRect(self.rect(), self._theme.color("surface"))


def _add(layout: QVBoxLayout, *widgets: QWidget) -> None:
    for widget in widgets:
        layout.addWidget(widget)
