"""The page of races: set up, run, played (GUI thread only). It decides nothing; ``controller.py`` does."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QStackedLayout, QWidget

from llmdesk.services.race.race import Plan, Race
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.words import tr
from llmdesk.ui.race.replay_view import ReplayView
from llmdesk.ui.race.running_view import RunningView
from llmdesk.ui.race.setup_view import SetupView


class RacePage(QWidget):
    """See the module.

    Signals:
        stopped(): of a race that runs.
        save_wanted(), picture_wanted(): of the race that is played.
        played(): to its end.
    """

    stopped = Signal()
    played = Signal()
    save_wanted = Signal()
    picture_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.now: Callable[[], float] = time.perf_counter
        self.setup = SetupView(theme)
        self.running: RunningView | None = None
        self.replay: ReplayView | None = None
        self._places = QStackedLayout(self)
        self._places.addWidget(self.setup)
        self.setup.last_wanted.connect(self._show_last)
        self.setAccessibleName(tr("Race"))
        theme.changed.connect(self.update)

    @property
    def shown(self) -> QWidget:
        """Set-up, run or replay."""
        shown = self._places.currentWidget()
        assert shown is not None
        return shown

    def show_setup(self) -> None:
        """What is to be raced."""
        self._drop_running()
        self.setup.last.setVisible(self.replay is not None)
        self._places.setCurrentWidget(self.setup)

    def show_running(self, plan: Plan) -> None:
        """A race begins."""
        self._drop_running()
        self.running = view = RunningView(self._theme, plan)
        view.stopped.connect(self.stopped)
        self._places.addWidget(view)
        self._places.setCurrentWidget(view)

    def show_race(self, race: Race) -> None:
        """Play it, in place of the one before."""
        self._drop_running()
        self._drop(self.replay)
        self.replay = view = ReplayView(self._theme, race, lambda: self.now())
        view.closed.connect(self.show_setup)
        view.finished.connect(self.played)
        view.result.save_wanted.connect(self.save_wanted)
        view.result.picture_wanted.connect(self.picture_wanted)
        self._places.addWidget(view)
        self._show_last()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Of a race that is played."""
        if not (self.replay is not None and self.shown is self.replay and self.replay.press(event)):
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The ground."""
        QPainter(self).fillRect(self.rect(), self._theme.color("window"))

    @Slot()
    def _show_last(self) -> None:
        if self.replay is not None:
            self._places.setCurrentWidget(self.replay)
            self.setFocus()

    def _drop_running(self) -> None:
        self._drop(self.running)
        self.running = None

    def _drop(self, view: QWidget | None) -> None:
        if view is not None:
            self._places.removeWidget(view)
            view.hide()
            view.deleteLater()
