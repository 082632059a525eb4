"""The chat pane, the conversation and the engine brought together (GUI thread only)."""

from __future__ import annotations

import logging

from PySide6.QtCore import QObject, Signal, Slot

from llmdesk.datatypes.chat import (
    Failed,
    Finished,
    GenerationRequest,
    LoadProgress,
    PromptProgress,
    Queued,
    SamplingParams,
    TokenEvent,
)
from llmdesk.datatypes.model import ModelStatus
from llmdesk.engine.serving.runner import EngineRunner, GenerationHandle
from llmdesk.services.chats.conversation import Conversation
from llmdesk.services.trace import trace
from llmdesk.ui.chat.chat_pane import ChatPane
from llmdesk.ui.chat.context_watch import ContextWatch
from llmdesk.ui.chat.refusals import paste_refusal, refusal_of
from llmdesk.ui.kit.wording import percent_text
from llmdesk.ui.threads.event_bridge import EventBridge

log = logging.getLogger(__name__)

_CONTEXT_EVERY_S = 0.5  # a line of the layout moves with it


class ChatController(QObject):
    """One chat: at most one answer is generated at a time, and each request carries the turns before it.

    Signals:
        answer_started(str): request id; tokens(list[TokenEvent]) and prompt_progress(PromptProgress) follow.
        answer_ended(GenerationStats | None): the answer is over, for whatever reason.
        stopped(): it ended because the user wanted it to.
        context_changed(int, int): tokens used by this chat, tokens available.
        refused(str, str): a prompt was not sent, and what to do; its text stays in the composer.
        log_requested(), models_requested(): an error card's button.
    """

    answer_started = Signal(str)
    tokens = Signal(object)
    prompt_progress = Signal(object)
    answer_ended = Signal(object)
    stopped = Signal()
    context_changed = Signal(int, int)
    refused = Signal(str, str)
    log_requested = Signal()
    models_requested = Signal()

    def __init__(self, pane: ChatPane, runner: EngineRunner, bridge: EventBridge) -> None:
        super().__init__(pane)
        self._pane, self._runner, self._bridge = pane, runner, bridge
        self._conversation = Conversation()
        self._status = ModelStatus("none")
        self._handle: GenerationHandle | None = None
        self._got_first_token = self._got_progress = False
        self._cached_tokens = 0
        self._context_shown_s = 0.0
        self.model_id = ""
        self.sampling = SamplingParams()
        self.uses_response_cache = True
        self.context = ContextWatch(pane)
        self._connect()

    @property
    def is_generating(self) -> bool:
        """True from submission to the end of an answer."""
        return self._handle is not None

    @property
    def conversation(self) -> Conversation:
        """The turns of this chat."""
        return self._conversation

    @Slot(str)
    def submit(self, text: str) -> None:
        """Send a prompt. What cannot be sent stays in the composer."""
        if not text.strip():
            return
        if self._refuse(text):
            return
        request_id = self._runner.new_request_id()
        self._conversation.begin(request_id, text)
        self._pane.begin_turn(request_id, text)
        self._pane.accept_prompt()
        self._send(request_id)

    @Slot()
    def stop(self) -> None:
        """End the running answer; what was written stays."""
        if self._handle is not None:
            self._handle.cancel()

    @Slot()
    def new_chat(self) -> None:
        """Leave this chat and begin an empty one."""
        self.stop()
        self._end(None)
        self._conversation.clear()
        self._pane.clear()
        self._show_context(0)
        self._pane.setFocus()

    @Slot(str)
    def regenerate(self, request_id: str) -> None:
        """Answer a prompt again; that answer and all after it go."""
        self._restart(request_id, None)

    @Slot(str, str)
    def edit(self, request_id: str, text: str) -> None:
        """Replace a prompt and answer it anew."""
        if text.strip():
            self._restart(request_id, text)

    @Slot(str, str)
    def on_error_action(self, request_id: str, action: str) -> None:
        """A button of an error card."""
        match action:
            case "retry":
                self.regenerate(request_id)
            case "new_chat":
                self.new_chat()
            case "open_log":
                self.log_requested.emit()
            case "open_models":
                self.models_requested.emit()
            case _:
                log.error("unknown action of an error card: %s", action)

    @Slot(object)
    def on_model_status(self, status: ModelStatus) -> None:
        """Keep title, context and the waiting line up to date."""
        self._status = status
        if status.title:
            host = status.info.server if status.info else ""
            title = status.info.title if status.info else status.title
            self._pane.set_model_title(f"{title} on {host}" if host else title)
        if status.state == "loading" and self._handle is not None and not self._got_first_token:
            self._show_loading(self._handle.request_id, status)
        if status.state == "ready":
            self._show_context(self._used_tokens)

    @Slot(int)
    def _on_paste_refused(self, chars: int) -> None:
        self.refused.emit(*paste_refusal(chars))

    # -- events of the engine -------------------------------------------------------------------------------------

    @Slot(object)
    def _on_queued(self, event: Queued) -> None:
        if self._is_current(event.request_id) and self._status.state != "loading":
            before = event.position - 1
            self._pane.set_progress(event.request_id, f"Waiting, {before} before this" if before else "Next", None)

    @Slot(object)
    def _on_loading(self, event: LoadProgress) -> None:
        if self._is_current(event.request_id):
            self._show_loading(event.request_id, self._status)

    @Slot(object)
    def _on_prompt_progress(self, event: PromptProgress) -> None:
        if self._is_current(event.request_id):
            if not self._got_progress:  # the first one tells where reading begins
                self._got_progress, self._cached_tokens = True, event.done_tokens
            text = f"Reading prompt, {event.done_tokens:,} of {event.total_tokens:,} tokens"
            if 0 < self._cached_tokens < event.total_tokens:
                text += f", {self._cached_tokens:,} of them reused"
            self._pane.set_progress(event.request_id, text, event.done_tokens / max(event.total_tokens, 1))
            self._prompt_tokens = event.total_tokens
            self.prompt_progress.emit(event)

    @Slot(str, object)
    def _on_tokens(self, request_id: str, events: list[TokenEvent]) -> None:
        if not self._is_current(request_id):
            return
        if not self._got_first_token:
            self._got_first_token = True
            trace("first_token")
        text = "".join(event.text for event in events)
        if text:
            self._conversation.append(request_id, text)
            self._pane.append_text(request_id, text)
        if events[-1].t_s - self._context_shown_s > _CONTEXT_EVERY_S:
            self._context_shown_s = events[-1].t_s
            self._show_context(self._prompt_tokens + events[-1].new_tokens)
        self.tokens.emit(events)

    @Slot(object)
    def _on_finished(self, event: Finished) -> None:
        if not self._is_current(event.request_id):
            return
        self._conversation.finish(event.request_id, event.reason)
        self._pane.finish_turn(event.request_id, event)
        if event.reason == "cancelled":
            self.stopped.emit()
        if event.stats.prompt_tokens:
            self._show_context(event.stats.context_used_tokens)
        figures = {"reason": event.reason, "new_tokens": event.stats.new_tokens, "ttft_s": event.stats.ttft_s}
        trace("finished", figures | {"decode_tps": event.stats.decode_tps, "prompt_tps": event.stats.prompt_tps})
        self._end(event)

    @Slot(object)
    def _on_failed(self, event: Failed) -> None:
        if not self._is_current(event.request_id):
            return
        self._conversation.fail(event.request_id)
        self._pane.fail_turn(event.request_id, event)
        trace("failed", {"kind": event.error.kind})
        self._end(event)

    # -- helpers --------------------------------------------------------------------------------------------------

    def _refuse(self, text: str) -> bool:
        """Tell why this text cannot be sent now, if it cannot."""
        refusal = refusal_of(text, self.is_generating, bool(self.model_id), self._status.info)
        if refusal is not None:
            self.refused.emit(*refusal)
        return refusal is not None

    def _restart(self, request_id: str, text: str | None) -> None:
        if not self._conversation.holds(request_id) or self._refuse(text or ""):
            return
        new_id = self._runner.new_request_id()
        prompt = self._conversation.restart(request_id, new_id, text)
        self._pane.restart_turn(request_id, new_id, prompt)
        self._send(new_id, may_be_cached=text is not None)  # the same question again wants a new answer

    def _send(self, request_id: str, may_be_cached: bool = True) -> None:
        request = GenerationRequest(
            request_id,
            self.model_id,
            self._conversation.messages(request_id),
            self.sampling,
            context_policy=self.context.policy,
            response_cache=self.uses_response_cache and may_be_cached,
        )
        self._got_first_token = self._got_progress = False
        self._pane.set_generating(True)
        self._handle = self._runner.submit(request, self._bridge.post)
        self.answer_started.emit(request_id)
        if self._status.state == "loading":
            self._show_loading(request_id, self._status)

    def _show_loading(self, request_id: str, status: ModelStatus) -> None:
        text = f"Loading {status.title}, {percent_text(status.fraction)}"
        self._pane.set_progress(request_id, text, status.fraction)

    def _end(self, event: Finished | Failed | None) -> None:
        if self._handle is None:
            return
        self._handle = None
        self._pane.set_generating(False)
        self.answer_ended.emit(event.stats if event is not None else None)

    def _is_current(self, request_id: str) -> bool:
        """False for what still comes in from a chat that was left."""
        return self._handle is not None and self._handle.request_id == request_id

    def _show_context(self, used_tokens: int) -> None:
        self._used_tokens = used_tokens
        available = self._status.info.context_tokens if self._status.info else 0
        self._pane.set_context(used_tokens, available)
        self.context.update(used_tokens, available, self.sampling.max_new_tokens)
        self.context_changed.emit(used_tokens, available)

    def _connect(self) -> None:
        self._used_tokens = self._prompt_tokens = 0
        pane, bridge = self._pane, self._bridge
        pane.prompt_submitted.connect(self.submit)
        pane.paste_refused.connect(self._on_paste_refused)
        pane.stop_requested.connect(self.stop)
        pane.regenerate_requested.connect(self.regenerate)
        pane.edit_requested.connect(self.edit)
        pane.error_action_requested.connect(self.on_error_action)
        bridge.model_status.connect(self.on_model_status)
        bridge.queued.connect(self._on_queued)
        bridge.loading.connect(self._on_loading)
        bridge.prompt_progress.connect(self._on_prompt_progress)
        bridge.tokens.connect(self._on_tokens)
        bridge.finished.connect(self._on_finished)
        bridge.failed.connect(self._on_failed)
