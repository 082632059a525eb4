"""Speeds in the picker: read again when something was measured, and noted from chats (GUI thread only)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

from PySide6.QtCore import QObject, Slot

from llmdesk.datatypes.chat import Finished, GenerationStats
from llmdesk.datatypes.model import AnsweredBy, ModelStatus
from llmdesk.datatypes.token_work import TokenWork
from llmdesk.services.bench import history
from llmdesk.services.bench.chat_speeds import LEAST_TOKENS, AnswerSpeed, note_answer
from llmdesk.services.bench.speeds import SpeedBook, read_book
from llmdesk.services.bench.versions import kernels_version
from llmdesk.services.chats.session import AnswerEnded, AnswerStarted
from llmdesk.services.chats.sessions import Change, Sessions
from llmdesk.ui.models.picker import ModelPicker
from llmdesk.ui.threads.background import Background
from llmdesk.ui.threads.event_bridge import EventBridge


class SpeedController(QObject):
    """See the module.

    Args:
        status: of the window's model now.
        read_bytes_per_s: how fast memory was read last; None: not measured in this session.
    """

    def __init__(
        self,
        picker: ModelPicker,
        sessions: Sessions,
        bridge: EventBridge,
        status: ModelStatus,
        read_bytes_per_s: Callable[[], float | None],
    ) -> None:
        super().__init__(picker)
        self._picker, self._background, self._memory = picker, Background(bridge), read_bytes_per_s
        self._work: dict[str, TokenWork | None] = {}
        self._running: set[str] = set()
        self._shared: set[str] = set()  # answers beside which another one ran: it took a part of their speed
        picker.filled.connect(self.refresh)
        self._on_status(status)
        bridge.model_status.connect(self._on_status)
        sessions.subscribe(self._on_change)

    @Slot()
    def refresh(self) -> None:
        """Look anew at what was measured."""
        specs = [entry.spec for entry in self._picker.list.entries]
        if specs:
            work = partial(read_book, specs, self._memory())
            self._background.run(work, self._show, lambda _: None, kind="speeds")

    def _show(self, book: SpeedBook) -> None:
        self._picker.list.show_book(book)

    @Slot(object)
    def _on_status(self, status: ModelStatus) -> None:
        if status.info is not None:
            self._work[status.info.model_id] = status.info.work

    def _on_change(self, change: Change) -> None:
        match change:
            case AnswerStarted():
                self._running.add(change.answer.request_id)
                if len(self._running) > 1:
                    self._shared |= self._running
            case AnswerEnded(event=event):
                is_shared = event.request_id in self._shared
                self._running.discard(event.request_id)
                self._shared.discard(event.request_id)
                if isinstance(event, Finished) and event.by is not None and not is_shared:
                    self._note(event.by, event.stats)

    def _note(self, by: AnsweredBy, stats: GenerationStats) -> None:
        """Keep how fast an answer was, if that says something about the model."""
        timed = stats.new_tokens - stats.untimed_tokens
        if not is_plain(by, stats) or by.precision is None or timed < LEAST_TOKENS or not stats.decode_tps:
            return
        work = self._work.get(by.model_id)
        depth = stats.prompt_tokens + stats.new_tokens / 2
        needed = round(work.weights_read_bytes + work.cache_bytes(depth)) if work is not None else 0
        self._background.run(partial(_keep, by, stats.decode_tps, needed), lambda _: None, lambda _: None)


def is_plain(by: AnsweredBy, stats: GenerationStats) -> bool:
    """Whether its speed is that of a model which computes token after token, and nothing besides."""
    is_drafted = stats.accepted_tokens or stats.model_drafted_tokens or stats.model_read_tokens
    return not (is_drafted or stats.from_response_cache or by.server or stats.parts > 1)


def _keep(by: AnsweredBy, decode_tps: float, bytes_per_token: int) -> None:
    """A thread for files."""
    assert by.precision is not None
    engine = by.kernels
    date = datetime.now(UTC).isoformat(timespec="seconds")
    note_answer(
        AnswerSpeed(
            by.model_id, by.precision, by.threads, engine, kernels_version(engine), history.here(), date, decode_tps,
            bytes_per_token,
        )
    )  # fmt: skip
