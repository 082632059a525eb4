"""Plays a short chat in the real window and measures it (GUI thread only)."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace

import psutil
from PySide6.QtCore import QObject, QTimer, Signal, Slot

from llmdesk.datatypes.chat import Failed, Finished, GenerationStats
from llmdesk.datatypes.model import ModelInfo, ModelStatus
from llmdesk.services.cpu_times import CpuMeter
from llmdesk.services.presets import PRESETS
from llmdesk.services.trace import process_age_s
from llmdesk.ui.demo.gap_probe import GapProbe
from llmdesk.ui.shell.desktop import Desktop

QUESTIONS = (
    "What is the capital of France, and what is it known for?",
    "Write a Python function for the moving average of a list.",
    "Explain in a few sentences why reading memory limits the speed of a language model.",
)
MAX_NEW_TOKENS = 160
TIME_LIMIT_S = 300.0
_KEY_MS = 12
_PAUSE_MS = 700
_LAST_PAUSE_MS = 1500


@dataclass(slots=True)
class DemoResult:
    """What was seen and measured; times count from the start of the process."""

    info: ModelInfo | None = None
    window_visible_s: float = 0.0
    first_token_s: float = 0.0
    gui_gap_max_ms: float = 0.0
    gui_gap_p99_ms: float = 0.0
    cpu_ms_per_s: dict[str, float] = field(default_factory=dict)
    """Processor time by thread while answers came; ``MainThread`` is the window."""
    answers: list[tuple[str, str, GenerationStats]] = field(default_factory=list)
    failure: str = ""

    @property
    def decode_tps(self) -> float:
        """Tokens per second while the window paints: all answers, by their weight."""
        steps = sum(max(stats.new_tokens - 1, 0) for _, _, stats in self.answers)
        seconds = sum(stats.decode_s for _, _, stats in self.answers)
        return steps / seconds if seconds else 0.0

    def as_report(self) -> dict[str, object]:
        """For ``--report``."""
        report = {key: value for key, value in asdict(self).items() if key not in ("info", "answers", "failure")}
        info = self.info
        return {
            "model": info.model_id if info else None,
            "backend": info.backend if info else None,
            "kernels": info.kernels or info.backend if info else None,
            "precision": info.precision if info else None,
            "threads": info.threads if info else None,
            "answers": [
                {"question": question, "text": text, "stats": stats.as_dict()} for question, text, stats in self.answers
            ],
            **report,
            "decode_tps_with_window": self.decode_tps,
            "ttft_s": statistics.fmean(stats.ttft_s for *_, stats in self.answers) if self.answers else None,
            "rss_bytes": psutil.Process().memory_info().rss,
            "failure": self.failure or None,
        }


class DemoPlayer(QObject):
    """Types the questions, one after the other, as a user would, and waits for each answer.

    The first question is asked at once, while the model loads. Gaps of the GUI thread count from the first token on.

    Args:
        between: called before each question but the first; how long it takes is no gap of the GUI thread.

    Signals:
        done(): everything was answered, or ``result.failure`` says why not.
    """

    done = Signal()

    def __init__(
        self, desktop: Desktop, questions: tuple[str, ...] = QUESTIONS, between: Callable[[], None] = lambda: None
    ) -> None:
        super().__init__(desktop)
        self._between = between
        self._desktop = desktop
        self._probe = GapProbe(self)
        self._cpu = CpuMeter()
        self._is_answering = False
        self._waiting = list(questions)
        self._question = ""
        self._typed = 0
        self.result = DemoResult()
        self._typing = QTimer(self)
        self._typing.setInterval(_KEY_MS)
        self._typing.timeout.connect(self._type)
        self._limit = QTimer(self)
        self._limit.setSingleShot(True)
        self._limit.timeout.connect(self._on_time_over)
        desktop.window.painted.connect(self._on_painted)
        desktop.bridge.model_status.connect(self._on_model_status)
        desktop.bridge.tokens.connect(self._on_tokens)
        desktop.bridge.finished.connect(self._on_finished)
        desktop.bridge.failed.connect(self._on_failed)
        desktop.chat.refused.connect(self._on_refused)

    @Slot()
    def _on_painted(self) -> None:
        self.result.window_visible_s = process_age_s()
        desktop = self._desktop
        desktop.settings.set("sampling.preset", "Precise")
        sampling = replace(PRESETS["Precise"], max_new_tokens=MAX_NEW_TOKENS)
        desktop.sessions.configure(replace(desktop.sessions.options, sampling=sampling, preset=""))
        self._limit.start(round(TIME_LIMIT_S * 1000))

    @Slot(object)
    def _on_model_status(self, status: ModelStatus) -> None:
        self.result.info = status.info or self.result.info
        if status.state == "failed" and status.error is not None:
            self._end(f"{status.error.user_message} {status.error.hint}".strip())
        elif status.state == "loading" and not self._question:
            self._next()

    @Slot()
    def _next(self) -> None:
        if not self._waiting:
            self._end("")
            return
        if self.result.answers:
            self._between()
            self._probe.skip()
        self._question, self._typed = self._waiting.pop(0), 0
        self._typing.start()

    @Slot()
    def _type(self) -> None:
        self._typed += 1
        self._desktop.window.chat.set_prompt(self._question[: self._typed])
        if self._typed == len(self._question):
            self._typing.stop()
            self._desktop.chat.submit(self._question)

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
        self._cpu.stop()
        self._is_answering = False
        self.result.cpu_ms_per_s = self._cpu.ms_per_s()
        turn = self._desktop.chat.conversation.turns[-1]
        self.result.answers.append((turn.prompt.text, turn.answer.text, event.stats))
        self.result.gui_gap_max_ms = self._probe.max_ms
        self.result.gui_gap_p99_ms = self._probe.p99_ms
        QTimer.singleShot(_PAUSE_MS if self._waiting else _LAST_PAUSE_MS, self, self._next)

    @Slot(object)
    def _on_failed(self, event: Failed) -> None:
        self._end(f"{event.error.user_message} {event.error.hint}".strip())

    @Slot(str, str)
    def _on_refused(self, message: str, hint: str) -> None:
        self._end(f"{message} {hint}")

    @Slot()
    def _on_time_over(self) -> None:
        self._end(f"The demo did not end within {TIME_LIMIT_S:.0f} s.")

    def _end(self, failure: str) -> None:
        if self._limit.isActive():
            self._limit.stop()
            self._typing.stop()
            self._probe.stop()
            self.result.failure = failure
            self.done.emit()
