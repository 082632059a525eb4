"""Plays a demo's script in the real window and measures it (GUI thread only)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, Signal, Slot

from llmdesk.datatypes.chat import Failed, Finished
from llmdesk.datatypes.model import ModelStatus
from llmdesk.services.cpu_times import CpuMeter
from llmdesk.services.demos.script import Script, Step
from llmdesk.services.presets import PRESETS
from llmdesk.services.recording.recorder import Recorder
from llmdesk.services.trace import process_age_s
from llmdesk.ui.demo.caption import Caption
from llmdesk.ui.demo.demo_result import DemoAnswer, DemoResult
from llmdesk.ui.demo.gap_probe import GapProbe
from llmdesk.ui.demo.race_step import RaceStep
from llmdesk.ui.kit.timers import make_timer
from llmdesk.ui.kit.words import tr
from llmdesk.ui.shell.desktop import Desktop

TIME_LIMIT_S = 300.0
_KEY_MS = 12
_LAST_PAUSE_S = 1.5


class DemoPlayer(QObject):
    """Types the prompts, one after the other, as a user would, and waits for each answer.

    The first step begins at once, while the model loads. Gaps of the GUI thread count from the first token on.

    Args:
        between: called before each prompt but the first; how long it takes is no gap of the GUI thread.
        is_led: each step waits for ``go_on`` instead of its pause (a presenter's clicker).

    Signals:
        done(): everything was played, or ``result.failure`` says why not.
        camera_moved(str): "chat", "dashboard" or "both".
    """

    done = Signal()
    camera_moved = Signal(str)

    def __init__(
        self,
        desktop: Desktop,
        script: Script,
        between: Callable[[], None] = lambda: None,
        *,
        is_led: bool = False,
    ) -> None:
        super().__init__(desktop.window)
        self._between, self._is_led = between, is_led
        self._desktop, self._script = desktop, script
        self._probe = GapProbe(self)
        self._cpu = CpuMeter()
        self._recorder: Recorder | None = None
        self._place = -1
        self._is_answering = self._is_asked = self._is_waiting = False
        self._wanted: Step | None = None  # a step whose model is being loaded
        self._typed = 0
        self.result = DemoResult()
        self.caption = Caption(desktop.theme, desktop.window.chat)
        self._typing = make_timer(self, self._type, _KEY_MS)
        self._limit = make_timer(self, self._on_time_over, round(TIME_LIMIT_S * 1000), once=True)
        self._pause = make_timer(self, self._next, 0, once=True)
        self._race = RaceStep(desktop, self)
        self._connect()

    @property
    def place(self) -> int:
        """Number of the step that is played, from 0; -1 before the first."""
        return self._place

    @Slot()
    def go_on(self) -> None:
        """The clicker: the next step, if this one is over; what is being written goes on."""
        if self._is_waiting or self._pause.isActive():
            self._pause.stop()
            self._next()

    @Slot()
    def go_back(self) -> None:
        """The step before once more, if nothing is being written."""
        if (self._is_waiting or self._pause.isActive()) and self._place > 0:
            self._pause.stop()
            self._place -= 2
            self._next()

    # -- what happens -------------------------------------------------------------------------------------------------

    @Slot()
    def _on_painted(self) -> None:
        self.result.window_visible_s = process_age_s()
        self._desktop.settings.set("sampling.preset", "Precise")
        self._recorder = Recorder()
        self._desktop.sessions.subscribe(self._recorder.on_change)
        self._desktop.bridge.sample.connect(self._recorder.add_sample)
        self._limit.start()
        if (status := self._desktop.core.runner.status).state == "failed":  # before anything could be told
            self._on_model_status(status)

    @Slot(object)
    def _on_model_status(self, status: ModelStatus) -> None:
        self.result.info = status.info or self.result.info
        if status.state == "failed" and status.error is not None:
            self._end(f"{status.error.user_message} {status.error.hint}".strip())
        elif self._place < 0 and status.state in ("loading", "ready"):
            self._next()
        elif self._wanted is not None and self._has_model(self._wanted, status):
            step, self._wanted = self._wanted, None
            self._ask(step)

    @Slot()
    def _next(self) -> None:
        self._is_waiting = False
        if self._place + 1 >= len(self._script.step):
            self._end("")
            return
        self._place += 1
        step = self._script.step[self._place]
        if not self._is_led:
            self._limit.start()
        self.caption.show_words(step.caption)
        if step.camera is not None:
            self.camera_moved.emit(step.camera)
        if not (step.model or step.precision) or self._has_model(step, self._desktop.core.runner.status):
            self._ask(step)
            return
        self._wanted = step
        if self._desktop.models is not None:
            self._desktop.models.load(step.model or self._desktop.core.runner.status.model_id, step.precision)

    def _has_model(self, step: Step, status: ModelStatus) -> bool:
        info = status.info
        if status.state != "ready" or info is None:
            return False
        return step.model in ("", info.model_id) and step.precision in (None, info.precision)

    def _ask(self, step: Step) -> None:
        if step.race is not None:
            self._limit.stop()  # it shows how far it is, and ends or fails by itself
            self._race.play(step)
            return
        self._desktop.window.pages.close_page()
        if self.result.answers:
            self._between()
            self._probe.skip()
        if step.new_chat:
            self._desktop.chat.new_chat()
        sessions = self._desktop.sessions
        sampling = replace(PRESETS["Precise"], max_new_tokens=step.max_tokens)
        sessions.configure(replace(sessions.options, sampling=sampling, preset=""))
        self._typed = 0
        if step.prompt:
            self._typing.start()
        else:
            self._rest(step)

    @Slot()
    def _type(self) -> None:
        prompt = self._script.step[self._place].prompt
        self._typed += 1
        self._desktop.window.chat.set_prompt(prompt[: self._typed])
        if self._typed >= len(prompt):
            self._typing.stop()
            self._is_asked = True
            self._desktop.chat.submit(prompt)

    @Slot()
    def _on_tokens(self) -> None:
        if not self.result.first_token_s:
            self.result.first_token_s = process_age_s()
            self._probe.start()
        if not self._is_answering:
            self._is_answering = True
            self._cpu.start()

    @Slot(object)
    def _on_finished(self, event: Finished) -> None:
        if not self._is_asked:  # an answer that is none of the script's
            return
        if self._is_answering:
            self._cpu.stop()
        self._is_answering = self._is_asked = False
        self.result.cpu_ms_per_s = self._cpu.ms_per_s()
        turn = self._desktop.chat.conversation.turns[-1]
        by = turn.answer.answered_by[-1] if turn.answer.answered_by else None
        self.result.answers.append(DemoAnswer(turn.prompt.text, turn.answer.text, event.stats, by))
        self.result.gui_gap_max_ms = self._probe.max_ms
        self.result.gui_gap_p99_ms = self._probe.p99_ms
        self._rest(self._script.step[self._place])

    @Slot(str)
    def _on_race_done(self, failure: str) -> None:
        if failure:
            self._end(failure)
        else:
            self._rest(self._script.step[self._place])

    def _rest(self, step: Step) -> None:
        """After a step: its pause, or until the presenter goes on."""
        is_last = self._place + 1 == len(self._script.step)
        self._is_waiting = self._is_led
        self._limit.stop()  # a pause is as long as the script wants
        if not self._is_led:
            self._pause.start(round(1000 * (max(step.pause_s, _LAST_PAUSE_S) if is_last else step.pause_s)))

    @Slot(object)
    def _on_failed(self, event: Failed) -> None:
        if self._is_asked:
            self._end(f"{event.error.user_message} {event.error.hint}".strip())

    @Slot(str, str)
    def _on_refused(self, message: str, hint: str) -> None:
        self._end(f"{message} {hint}")

    @Slot()
    def _on_time_over(self) -> None:
        self._end(tr("A step of the demo did not end within {seconds} s.", seconds=round(TIME_LIMIT_S)))

    def _end(self, failure: str) -> None:
        if self.result.recording is not None or self._recorder is None:
            return
        for timer in (self._limit, self._typing, self._pause):
            timer.stop()
        self._probe.stop()
        self.result.failure = failure
        self.result.recording = self._recorder.recording(self._script.title)
        self.done.emit()

    def _connect(self) -> None:
        desktop = self._desktop
        desktop.window.painted.connect(self._on_painted)
        desktop.bridge.model_status.connect(self._on_model_status)
        desktop.bridge.tokens.connect(self._on_tokens)
        desktop.bridge.finished.connect(self._on_finished)
        desktop.bridge.failed.connect(self._on_failed)
        desktop.chat.refused.connect(self._on_refused)
        self._race.raced.connect(self.result.races.append)
        self._race.done.connect(self._on_race_done)
