"""A demo's step that is a race: run, then played to its end (GUI thread only)."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from llmdesk.error_values import error_info
from llmdesk.errors import LlmdeskError
from llmdesk.services.demos.script import Step
from llmdesk.services.race.choices import lane_of
from llmdesk.services.race.race import Plan
from llmdesk.ui.kit.words import error_text, tr
from llmdesk.ui.race.controller import RaceController
from llmdesk.ui.shell.desktop import Desktop


class RaceStep(QObject):
    """See the module.

    Signals:
        raced(Race): what was played, before ``done``.
        done(str): it was played; else why not.
    """

    raced = Signal(object)
    done = Signal(str)

    def __init__(self, desktop: Desktop, parent: QObject) -> None:
        super().__init__(parent)
        self._desktop = desktop
        self._races: RaceController | None = None

    def play(self, step: Step) -> None:
        """The step's prompt in its precisions, of the step's model or the one that is loaded."""
        window, core = self._desktop.window, self._desktop.core
        window.pages.show_page("race")
        races = window.findChild(RaceController)
        assert races is not None, "every window has the page"
        if self._races is None:
            self._races = races
            races.ended.connect(self._on_ended)
            races.page.played.connect(self._on_played)
        try:
            spec = core.catalogue.get(step.model or core.runner.status.model_id)
        except LlmdeskError as error:
            self.done.emit(error_text(error_info(error)))
            return
        lanes = tuple(lane_of(spec, precision) for precision in step.race or ())
        races.start(Plan(step.prompt, lanes, step.max_tokens))

    @Slot(bool)
    def _on_ended(self, is_playable: bool) -> None:
        if not is_playable:
            self.done.emit(tr("The race of this step has failed."))

    @Slot()
    def _on_played(self) -> None:
        assert self._races is not None, "it sent this"
        if (view := self._races.page.replay) is not None:
            self.raced.emit(view.race)
        self.done.emit("")
