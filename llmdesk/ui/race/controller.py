"""Has races run on the engine thread, plays and keeps them (GUI thread only)."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from llmdesk.core import Core
from llmdesk.datatypes.model import ErrorInfo
from llmdesk.datatypes.work import WorkCancelled, WorkDone, WorkEvent, WorkFailed, WorkProgress
from llmdesk.error_values import is_disk_full
from llmdesk.errors import RecordingError
from llmdesk.services.race import files as race_files
from llmdesk.services.race.choices import Choices, choices, is_own_server
from llmdesk.services.race.race import Plan, Race
from llmdesk.services.race.running import RACE, LaneNews, run_race
from llmdesk.ui.kit import files
from llmdesk.ui.kit.image_file import write_image
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.wording import left_s, occupied_text
from llmdesk.ui.kit.words import error_text, told, tr
from llmdesk.ui.race.race_page import RacePage
from llmdesk.ui.threads.background import Background
from llmdesk.ui.threads.event_bridge import EventBridge
from llmdesk.ui.threads.model_before import ModelBefore
from llmdesk.words import say

if TYPE_CHECKING:
    from llmdesk.engine.serving.work import WorkHandle


@dataclass(slots=True)
class _Run:
    started_s: float
    before: ModelBefore
    handle: WorkHandle | None = None


class RaceController(QObject):
    """See the module.

    Args:
        own_urls: where this window's own server answers.

    Signals:
        ended(bool): a race ended; whether there is something to play.
    """

    ended = Signal(bool)

    def __init__(
        self,
        theme: Theme,
        window: QWidget,
        core: Core,
        bridge: EventBridge,
        own_urls: Callable[[], Sequence[str]] = tuple,
    ) -> None:
        super().__init__(window)
        self._theme, self._window, self._core, self._bridge = theme, window, core, bridge
        self.own_urls = own_urls
        self._background = Background(bridge)
        self._page: RacePage | None = None
        self._run: _Run | None = None

    def make_page(self) -> RacePage:
        """Once."""
        self._page = page = RacePage(self._theme)
        page.setup.started.connect(self.start)
        page.setup.open_wanted.connect(self.ask_for_race)
        page.stopped.connect(self.stop)
        page.save_wanted.connect(self.save)
        page.picture_wanted.connect(self.save_picture)
        return page

    @property
    def page(self) -> RacePage:
        """Only after ``make_page``."""
        assert self._page is not None
        return self._page

    @property
    def is_running(self) -> bool:
        """From the start to the end."""
        return self._run is not None

    @Slot()
    def refresh(self) -> None:
        """Look anew at what can race."""
        self._background.run(lambda: choices(self._core.catalogue), self._show_choices, self._tell_error, kind="models")

    @Slot(object)
    def start(self, plan: Plan) -> None:
        """Run it. The window's model is loaded again afterwards."""
        if self._run is not None:
            return
        if own := self._own_lanes(plan):
            self.page.show_setup()
            words = tr(
                "{model} is this window's own server, which cannot answer while the race has the engine.", model=own
            )
            self.page.setup.show_told(f"{words} {tr('Start “llmdesk serve” on its own, and add that one.')}")
            self.ended.emit(False)
            return
        self._run = _Run(time.perf_counter(), ModelBefore.of(self._core.runner))
        self.page.show_running(plan)
        self._show_progress(say("Waits for the engine"), 0.0)
        bridge, resolve = self._bridge, self._core.catalogue.resolve

        def tell(news: LaneNews) -> None:
            bridge.call(lambda: self._show_news(news))

        def sink(event: WorkEvent[Race]) -> None:
            bridge.run(lambda: self._hear(event))

        self._run.handle = self._core.runner.run(
            lambda context: run_race(context, plan, resolve, tell), sink, occupies=RACE
        )

    @Slot()
    def stop(self) -> None:
        """End it at the next forward pass."""
        if self._run is not None and self._run.handle is not None:
            self._run.handle.cancel()

    @Slot()
    def ask_for_race(self) -> None:
        """One that was saved."""
        path = files.ask_for_file(self._window, tr("Open a race"), tr("Races of llmdesk (*.json);;All files (*)"))
        if path is not None:
            self.open(path)

    def open(self, path: Path) -> None:
        """Read and play it."""
        self.page.setup.show_told("")
        self._background.run(lambda: race_files.read_race(path), self._show_race, self._tell_error, kind="open")

    @Slot()
    def save(self) -> None:
        """Keep the race that is played."""
        view = self.page.replay
        assert view is not None
        race, name = view.race, f"llmdesk-{date.today().isoformat()}{race_files.SUFFIX}"
        path = files.ask_where(self._window, tr("Save the race"), name, tr("Races of llmdesk (*.json)"))
        if path is not None:
            self._background.run(lambda: race_files.write_race(race, path), lambda _: None, self._tell_in_replay)

    @Slot()
    def save_picture(self) -> None:
        """The result card, for slides."""
        view = self.page.replay
        assert view is not None
        name = f"llmdesk-race-{date.today().isoformat()}.png"
        path = files.ask_where(self._window, tr("Save the picture"), name, "PNG (*.png)")
        if path is not None:
            named = path if path.suffix.lower() == ".png" else path.with_name(f"{path.name}.png")
            if named != path and named.exists() and not files.ask_to_replace(self._window, named):
                return  # the dialog has not seen this name
            image = view.result.image()
            self._background.run(lambda: _write_image(image, named), lambda _: None, self._tell_in_replay)

    # -- what is heard -------------------------------------------------------------------------------------------------

    def _hear(self, event: WorkEvent[Race]) -> None:
        match event:
            case WorkProgress(text=text, fraction=fraction):
                self._show_progress(text, fraction or 0.0)
            case WorkDone(value=race):
                self._end()
                self._show_race(race)
            case WorkFailed(error=error):
                self._end()
                self.page.show_setup()
                self._tell_error(error)
                self.ended.emit(False)
            case WorkCancelled():
                self._end()
                self.page.show_setup()
                self.page.setup.show_told(tr("The race was stopped; nothing of it is kept."))
                self.ended.emit(False)

    def _own_lanes(self, plan: Plan) -> str:
        """The first lane that this window's own server would have to answer; empty: none."""
        specs = {spec.id: spec for spec in self._core.catalogue.specs()}
        found = (lane for lane in plan.lanes if lane.is_remote and lane.model_id in specs)
        return next((lane.model for lane in found if is_own_server(specs[lane.model_id], self.own_urls())), "")

    def _end(self) -> None:
        run, self._run = self._run, None
        if run is not None:
            run.before.bring_back(self._core.runner)

    def _show_race(self, race: Race) -> None:
        errors = [f"{run.lane.model}: {told(run.answer.error)}" for run in race.runs if run.has_failed]
        is_playable = len(errors) < len(race.runs)
        if is_playable:
            self.page.show_race(race)
        else:
            self.page.show_setup()
            self.page.setup.show_told("\n".join([tr("No lane came to its end."), *errors]))
        self.ended.emit(is_playable)

    def _show_news(self, news: LaneNews) -> None:
        if self._run is not None and self.page.running is not None:
            self.page.running.show_news(news)

    def _show_progress(self, text: str, fraction: float) -> None:
        run, view = self._run, self.page.running
        if run is None or view is None:
            return
        rest_s = left_s(fraction, time.perf_counter() - run.started_s)
        view.show_progress(occupied_text(told(text), rest_s), fraction)

    def _show_choices(self, found: Choices) -> None:
        used = self._core.runner.status.info
        self.page.setup.show_choices(found, used.model_id if used is not None else "")

    def _tell_error(self, error: ErrorInfo) -> None:
        self.page.setup.show_told(error_text(error))

    def _tell_in_replay(self, error: ErrorInfo) -> None:
        view = self.page.replay
        if view is not None:
            view.result.show_told(error_text(error))


def _write_image(image: QImage, path: Path) -> None:
    try:
        write_image(image, path)
    except OSError as error:
        if is_disk_full(error):
            raise
        words = say("The picture cannot be written to {name}.", name=path.name)
        raise RecordingError(words, say("Choose another folder.")) from error
