"""One recording on the window's stage: the chat, the figures and the bar while it is shown (GUI thread only)."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime

from PySide6.QtWidgets import QWidget

from llmdesk.datatypes.chat import Event, TokenEvent
from llmdesk.datatypes.model import ModelInfo, ModelStatus
from llmdesk.datatypes.resources import ResourceSample
from llmdesk.services.chats.session import Session
from llmdesk.services.recording.clock import ReplayClock
from llmdesk.services.recording.recording import Recording
from llmdesk.services.recording.replay import Replay, ReplaySource
from llmdesk.ui.demo.replay_bar import ReplayBar
from llmdesk.ui.demo.replay_frame import ReplayFrame
from llmdesk.ui.kit.numbers import day, time_of_day
from llmdesk.ui.kit.replay_badge import ReplayBadge
from llmdesk.ui.kit.wording import size_text
from llmdesk.ui.kit.words import tr
from llmdesk.ui.shell.desktop import Desktop

_SLICE_S = 0.02
"""Of a jump, until the window does something else."""


class ReplayRun:
    """One recording on the window's stage (services.recording.replay.Stage).

    Args:
        foot: what stands in the prompt's place instead of the bar.
    """

    def __init__(self, desktop: Desktop, recording: Recording, foot: QWidget | None = None) -> None:
        self._desktop, self._recording = desktop, recording
        self._sessions, self._dashboard = desktop.sessions, desktop.window.dashboard
        self.clock = ReplayClock(recording.duration_s)
        self._begin_s = time.perf_counter() - recording.duration_s  # no moment of it lies in the future
        self._before = self._sessions.current
        self.is_moving = False
        self._moment_s: float | None = None
        self.session: Session = self._before
        self._replay: Replay | None = None
        self._jump_s: float | None = None  # where a jump leads that is not over
        self._bring_back: Callable[[], None] = lambda: None
        window = desktop.window
        self.bar = ReplayBar(desktop.theme, recording.duration_s, conditions_text(recording))
        self._foot: QWidget = foot or self.bar
        ground = window.centralWidget()
        assert ground is not None
        self._frame = ReplayFrame(desktop.theme, ground)
        self._badge = ReplayBadge(desktop.theme)
        window.chat.set_head(self._badge)
        self._painted = self._dashboard.painted_figures

    # -- the stage ----------------------------------------------------------------------------------------------------

    def ask(self, prompt: str, now_s: float) -> None:
        """See Stage."""
        self._moment_s = now_s  # the time to the first token counts from here, wherever the clock has gone
        self.session.submit(prompt)
        self._moment_s = None

    def receive(self, event: Event) -> None:
        """See Stage."""
        self._sessions.receive(event)

    def receive_tokens(self, request_id: str, events: list[TokenEvent]) -> None:
        """See Stage."""
        self._sessions.receive_tokens(request_id, events)

    def add_sample(self, sample: ResourceSample) -> None:
        """See Stage."""
        self._dashboard.add_sample(sample)

    def tick(self, now_s: float) -> None:
        """See Stage."""
        self._dashboard.data.tick(now_s)

    # -- what the controller does -------------------------------------------------------------------------------------

    def begin(self) -> None:
        """Take the window over."""
        window = self._desktop.window
        self._desktop.bridge.sample.disconnect(self._dashboard.add_sample)
        self._dashboard.clock = self._now_s
        self._dashboard.parts.set_replay(True)
        self._bring_back = self._dashboard.data.set_aside()
        window.chat.set_foot(self._foot)
        if self._foot is self.bar:  # else Qt gives the keyboard, which the prompt had, to what comes next
            self.bar.setFocus()
        self._models = self._desktop.models  # None: the catalogue is not read yet
        if self._models is not None:
            self._models.status_shown.connect(self._show_model)
        self._restart()
        self.advance()

    @property
    def is_jumping(self) -> bool:
        """There is more to deliver before it is where it shall be: ``advance`` goes on with it."""
        return self._jump_s is not None

    def advance(self) -> None:
        """Deliver what is due by the clock, or a part of what a jump leaps over."""
        assert self._replay is not None
        if self._jump_s is None:
            self._replay.advance(self.clock.position_s)
        else:
            self._go_on(self._replay, self._jump_s)
        self.bar.show_place(self.clock.position_s, self.clock.is_playing)
        runs = self.clock.is_playing and not self.is_jumping
        if runs and not self._dashboard.timer.isActive():
            self._dashboard.timer.start()
        elif not runs:
            self._dashboard.timer.stop()  # time stands still, or the jump's own moments are noted

    def seek(self, position_s: float) -> None:
        """Be at another moment as soon as ``advance`` has been called often enough; backwards it begins anew."""
        self.clock.seek(position_s)
        self._jump_s = self.clock.position_s
        self._dashboard.is_leaping = True
        if self._replay is None or self._jump_s < self._replay.reached_s:
            self._restart()

    def _go_on(self, replay: Replay, jump_s: float) -> None:
        self.clock.seek(jump_s)  # it stands still meanwhile
        if replay.advance(jump_s, ticks=True, budget_s=_SLICE_S):
            self._jump_s = None
            self._dashboard.is_leaping = False
            for _ in range(4):  # one tick draws a part of what there is to see
                self._dashboard.tick()

    def end(self) -> None:
        """Give the window back."""
        self.is_moving = True
        window, runner = self._desktop.window, self._desktop.core.runner
        if self._sessions.current is self.session:
            self._sessions.show(self._before)
        self._sessions.close(self.session.conversation.id)
        self._bring_back()
        self._dashboard.parts.painted_figures = self._painted
        self._dashboard.clock = time.perf_counter
        self._dashboard.is_leaping = False
        self._dashboard.redraw()
        self._dashboard.parts.set_replay(False)
        self._dashboard.timer.start()
        self._desktop.bridge.sample.connect(self._dashboard.add_sample)
        if self._models is not None:
            self._models.status_shown.disconnect(self._show_model)
        window.chat.set_foot(None)
        if self._foot is not self.bar:
            self.bar.deleteLater()
        window.top_bar.show_status(runner.status)
        for mark in (self._frame, self._badge):
            mark.hide()
            mark.deleteLater()
        window.chat.setFocus()

    def _now_s(self) -> float:
        return self._begin_s + self.clock.position_s if self._moment_s is None else self._moment_s

    def _show_model(self, _status: ModelStatus | None = None) -> None:
        """The one that was recorded, whatever is loaded now."""
        if (status := _status_of(self._recording)) is not None:
            self._desktop.window.top_bar.show_status(status)

    def _restart(self) -> None:
        """An empty chat and no figures."""
        self.is_moving = True
        source, old = ReplaySource(), self.session
        self.session = self._sessions.new_from(source)
        if old is not self._before:
            self._sessions.close(old.conversation.id)
        self._dashboard.data.set_aside()
        self._dashboard.parts.painted_figures = None
        self._desktop.window.private_line.hide()
        self._show_model()
        self._replay = Replay(self._recording, self, source, self._begin_s)
        self.is_moving = False


def conditions_text(recording: Recording) -> str:
    """What was recorded where and when, in one sentence."""
    found = recording.conditions
    try:
        moment = datetime.fromisoformat(found.recorded_at)
        when = f"{day(moment.date())} {time_of_day(moment)}"
    except ValueError:
        when = found.recorded_at[:40]
    models = {answer.model.title: answer.model for answer in recording.answers if answer.model is not None}
    names = ", ".join(f"{each.title} {each.precision or ''}".strip() for each in models.values()) or tr("no model")
    return tr(
        "Recorded {when}: {models}. {processor}, %n core(s), {memory}, {program}.",
        n=found.physical_cores,
        when=when,
        models=names,
        processor=found.processor,
        memory=size_text(found.memory_bytes),
        program=found.program,
    )


def _status_of(recording: Recording) -> ModelStatus | None:
    model = next((answer.model for answer in recording.answers if answer.model is not None), None)
    if model is None:
        return None
    server = tr("a server") if model.is_remote else ""
    info = ModelInfo(
        model.id, model.title, model.backend, model.precision or "int8", model.threads, 0, 0, 0.0,
        kernels=model.kernels, server=server,
    )  # fmt: skip
    return ModelStatus("ready", model.id, model.title, info=info)
