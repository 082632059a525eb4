"""The window for people who stand before it: conversation and figures only, large, on the whole screen (GUI thread).

It leaves everything as it was: zoom, side bar, dashboard, whole screen or not. Nothing of it is remembered.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt

from llmdesk.ui.demo.presenter_figures import PresenterFigures
from llmdesk.ui.kit.type_scale import clamped_zoom_percent
from llmdesk.ui.shell.desktop import Desktop

_PERCENT, _AT_PX = 160, (1920, 1080)


class WholeScreen(QObject):
    """See the module. Errors that nobody caught are shown afterwards."""

    def __init__(self, desktop: Desktop) -> None:
        super().__init__(desktop.window)
        self._theme, self._window, self._reporter = desktop.theme, desktop.window, desktop.reporter
        self._zoom_before = 0
        self._state_before = Qt.WindowState.WindowNoState
        self._figures: PresenterFigures | None = None

    @property
    def figures(self) -> PresenterFigures | None:
        """What stands beside the conversation meanwhile."""
        return self._figures

    def begin(self, *, whole_screen: bool = True, bare: bool = False) -> None:
        """``bare``: without the bar at the top. Idempotent."""
        if self._figures is not None:
            return
        window = self._window
        self._zoom_before, self._state_before = self._theme.zoom_percent, window.windowState()
        self._figures = PresenterFigures(self._theme, window.dashboard, is_led=not bare)
        window.present(self._figures, bare=bare)
        self._reporter.set_quiet(True)
        if whole_screen:
            window.setWindowState(self._state_before | Qt.WindowState.WindowFullScreen)
        self._scale()
        window.installEventFilter(self)

    def end(self) -> None:
        """As it was. Idempotent."""
        if self._figures is None:
            return
        self._figures = None
        self._window.removeEventFilter(self)
        self._window.present(None)
        self._window.setWindowState(self._state_before)
        self._theme.set_zoom(self._zoom_before)
        self._reporter.set_quiet(False)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The type grows with the window."""
        if event.type() == QEvent.Type.Resize:
            self._scale()
        return False

    def _scale(self) -> None:
        share = min(self._window.width() / _AT_PX[0], self._window.height() / _AT_PX[1])
        self._theme.set_zoom(clamped_zoom_percent(round(_PERCENT * share)))
