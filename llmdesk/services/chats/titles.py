"""Better titles: the model makes one of the first exchange, when it has nothing else to do.

Only chats that are kept get one, once, after their first answer, of the model that gave it, if that is in memory here:
a request that nobody asked for must neither load a model nor cost something on a server. It waits for
some seconds of quiet, ends as soon as anybody else wants an answer or another model, and is not tried again. What is no
title is not taken: small models talk.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Sequence
from functools import partial

from llmdesk.datatypes.chat import (
    ChatMessage,
    Event,
    Failed,
    Finished,
    GenerationRequest,
    SamplingParams,
    TokenEvent,
)
from llmdesk.datatypes.model import ModelInMemory
from llmdesk.engine.serving.runner import EngineRunner
from llmdesk.listeners import Unsubscribe
from llmdesk.services.chats.message import Message
from llmdesk.services.chats.session import AnswerEnded, AnswerStarted, Session
from llmdesk.services.chats.sessions import Change, Sessions
from llmdesk.services.chats.store import ChatStore, Run

IDLE_S = 3.0
_ASKED = "Give this conversation a title of two to six words, in its language. Answer with the title alone."
_SAMPLING = SamplingParams(temperature=0.0, max_new_tokens=24)
_MAX_CHARS = 60
_MAX_WORDS = 9
_NO_TITLE = re.compile(
    r"[<>{}|]|https?:|^(sure|certainly|of course|here|i |i'm|as an ai|the title|title\b)", re.IGNORECASE
)


def title_in(answer: str) -> str:
    """The title in what a model answered; empty if there is none."""
    lines = answer.strip().splitlines()
    title = lines[0] if lines else ""
    title = re.sub(
        r"^(title|titel|标题|题目)\s*[:：]\s*", "", title.strip(" #*_`\"'“”„«»「」《》"), flags=re.IGNORECASE
    )
    title = " ".join(title.strip(" #*_`\"'“”„«»「」《》").split()).rstrip(".。:：,")
    is_one = 2 <= len(title) <= _MAX_CHARS and len(title.split()) <= _MAX_WORDS and not _NO_TITLE.search(title)
    return title if is_one else ""


class Titles:
    """See the module.

    Args:
        run: brings a call to the thread of the sessions, where this is used.
    """

    def __init__(self, sessions: Sessions, store: ChatStore, engine: EngineRunner, run: Run) -> None:
        self._sessions, self._store, self._engine, self._run = sessions, store, engine, run
        self.is_on = True
        self._asked: Session | None = None
        self._text = ""
        self._cancel: Callable[[], None] | None = None
        self._timer: threading.Timer | None = None
        self._leave: tuple[Unsubscribe, ...] = (
            sessions.subscribe(self._on_change),
            engine.subscribe_models(self._on_models),
        )

    def close(self) -> None:
        """Ask for nothing more. Idempotent."""
        self._stop()
        for leave in self._leave:
            leave()

    def _on_change(self, change: Change) -> None:
        match change:
            case AnswerStarted():
                self._stop()
            case AnswerEnded() if isinstance(change.event, Finished) and change.event.reason != "cancelled":
                if self.is_on and _wants_title(change.session, change.message):
                    self._stop()
                    ask = partial(self._run, partial(self._ask_if_free, change.session, change.message))
                    self._timer = threading.Timer(IDLE_S, ask)
                    self._timer.daemon = True
                    self._timer.start()

    def _ask_if_free(self, session: Session, answer: Message) -> None:
        if self.is_on and self._asked is None and _wants_title(session, answer) and self._is_free(answer.model_id):
            self._ask(session, answer)

    def _is_free(self, model_id: str) -> bool:
        models = self._engine.models_in_memory
        is_here = any(each.model_id == model_id and each.info and not each.info.server for each in models)
        return is_here and not _others(models, 0) and not self._sessions.is_generating

    def _ask(self, session: Session, answer: Message) -> None:
        told = session.conversation.told(answer.id)  # as the chat itself began, so that little has to be read again
        messages = (*told, ChatMessage("assistant", answer.text), ChatMessage("user", _ASKED))
        request = GenerationRequest(
            self._engine.new_request_id(),
            answer.model_id,
            messages,
            _SAMPLING,
            response_cache=False,
            template_values=(("enable_thinking", False),),
        )
        self._asked, self._text = session, ""
        self._cancel = self._engine.submit(request, self._on_event).cancel

    def _stop(self) -> None:
        timer, cancel = self._timer, self._cancel
        if timer is not None:
            timer.cancel()
        if cancel is not None:
            cancel()

    def _on_event(self, event: Event) -> None:
        """Engine thread."""
        match event:
            case TokenEvent():
                self._text += event.text
            case Finished() | Failed():
                is_whole = isinstance(event, Finished) and event.reason in ("stop", "length")
                self._run(partial(self._on_end, self._text if is_whole else ""))

    def _on_end(self, text: str) -> None:
        session, self._asked, self._cancel = self._asked, None, None
        title = title_in(text)
        if session is None or not title or session.conversation.name or session.keeper is None:
            return
        session.conversation.name = title
        self._store.set_model_title(session.conversation.id, title)

    def _on_models(self, models: Sequence[ModelInMemory]) -> None:
        """Engine thread: somebody else wants an answer, or another model."""
        if _others(models, 1):
            self._stop()


def _wants_title(session: Session, answer: Message) -> bool:
    conversation = session.conversation
    is_first = len(conversation.messages) == 2 and bool(answer.text.strip())
    return is_first and session.keeper is not None and not conversation.name


def _others(models: Sequence[ModelInMemory], own: int) -> bool:
    return sum(model.running for model in models) > own or any(model.state == "loading" for model in models)
