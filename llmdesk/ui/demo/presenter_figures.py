"""The live figures beside the conversation while somebody presents: few, and as large as there is room (GUI thread)."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from llmdesk.ui.dashboard.dashboard import Dashboard
from llmdesk.ui.dashboard.figure_parts import FigureParts
from llmdesk.ui.dashboard.time_view import TimeView
from llmdesk.ui.kit.scaled_theme import ScaledTheme
from llmdesk.ui.kit.spacing import column, gap, settle
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.words import tr

_DRAWN_WIDTH_PX, _DRAWN_HEIGHT_PX = 400.0, 520.0  # at 100 %
_LEAST_PERCENT = 70


class PresenterFigures(QWidget):
    """Big figure, its graph, tiles, time per token, and the sentence about the memory's speed.

    Args:
        is_led: somebody leads who may pause the graphs and open a window for them.
    """

    def __init__(self, theme: Theme, dashboard: Dashboard, *, is_led: bool = True) -> None:
        super().__init__()
        self._dashboard = dashboard
        self._theme = ScaledTheme(theme, 100, self)
        time_view = TimeView(dashboard.data, self)
        self.parts = parts = FigureParts(
            self._theme, dashboard.data, time_view, (tr("Show in a window of its own"), "expand"), is_wide=True
        )
        parts.expand.clicked.connect(dashboard.window_wanted)
        for button in (parts.pause, parts.expand):
            button.setVisible(is_led)
        layout = column(self._theme, margins=(28, 14, 28, 20), spacing=0)
        layout.addLayout(parts.head)
        layout.addWidget(parts.figure)
        layout.addWidget(parts.prompt_bar)
        layout.addWidget(parts.tokens_place, 4)
        layout.addLayout(parts.tile_row())
        gap(self._theme, layout, 8)
        layout.addWidget(parts.roofline)
        layout.addWidget(parts.time_line)
        layout.addWidget(parts.time_place, 2)
        self.setLayout(layout)
        for place in parts.graph_places():
            place.set_unlimited()
        self.setAccessibleName(tr("Live figures"))
        dashboard.ticked.connect(self._on_tick)
        self._theme.changed.connect(self.update)

    @Slot(int)
    def _on_tick(self, turn: int) -> None:
        if self.isVisible() and not self.window().isMinimized():
            self.parts.set_replay(self._dashboard.parts.is_replay)
            self.parts.refresh(turn, self._dashboard.clock())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Everything grows with the room."""
        super().resizeEvent(event)
        share = min(self.width() / _DRAWN_WIDTH_PX, self.height() / _DRAWN_HEIGHT_PX)
        percent = max(_LEAST_PERCENT, int(100 * share))
        if percent != self._theme.zoom_percent:
            self._theme.set_scale(percent)
            settle(self)
        QTimer.singleShot(0, self, self._redraw)  # lines are drawn for a size

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up; the graphs follow the first painting."""
        super().showEvent(event)
        self.parts.set_replay(self._dashboard.parts.is_replay)
        self.parts.show(self._dashboard.clock())
        QTimer.singleShot(0, self, self._build)

    @Slot()
    def _build(self) -> None:
        self.parts.build_graphs()
        self._redraw()

    @Slot()
    def _redraw(self) -> None:
        for place in self.parts.graph_places():
            place.refresh(force=True)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The ground and the hairline towards the conversation."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._theme.color("surface"))
        painter.fillRect(0, 0, 1, self.height(), self._theme.color("line"))
