"""Vectors of passages and questions, made by a sentence model in the engine (any thread but the window's: it waits)."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Sequence
from pathlib import PurePath

from llmdesk.datatypes.chat import Embedded, EmbeddingRequest, Event, Failed, Finished
from llmdesk.datatypes.model import ErrorInfo
from llmdesk.engine.serving.runner import EngineRunner
from llmdesk.errors import PromptError
from llmdesk.services.collections.chunks import count_tokens
from llmdesk.services.collections.index import ToEmbed

_LOOK_S = 0.1
_TITLE_TOKENS = 30
_SHORTEST_CHARS = 16
_SEPARATORS = re.compile(r"[_\-.]+")


class NoVectors(Exception):
    """``info`` says why; None: it was given up, or took too long."""

    def __init__(self, info: ErrorInfo | None = None) -> None:
        super().__init__(info.user_message if info else "")
        self.info = info


class Embedder:
    """Asks the engine, in the background: no other model goes for the sentence model."""

    def __init__(self, engine: EngineRunner) -> None:
        self._engine = engine

    def is_engine_wanted(self, model_id: str) -> bool:
        """True while others answer, or load a model: then passages wait."""
        others = (each for each in self._engine.models_in_memory if each.model_id != model_id)
        return any(each.running or each.state == "loading" for each in others)

    def vectors(
        self, model_id: str, texts: Sequence[str], timeout_s: float, is_given_up: Callable[[], bool]
    ) -> list[bytes]:
        """Of each text, in 32-bit numbers of length 1; empty of one that the model refuses. What is too long is cut.

        Waits. Raises NoVectors.
        """
        found, error = self._ask(model_id, texts, timeout_s, is_given_up)
        if error is None:
            return found
        if error.kind != PromptError.__name__:
            raise NoVectors(error)
        if len(texts) > 1:  # one of them is at fault
            return [self.vectors(model_id, (text,), timeout_s, is_given_up)[0] for text in texts]
        if not error.context_tokens or len(texts[0]) < _SHORTEST_CHARS:
            return [b""]
        return self.vectors(model_id, (texts[0][: len(texts[0]) * 3 // 4],), timeout_s, is_given_up)

    def _ask(
        self, model_id: str, texts: Sequence[str], timeout_s: float, is_given_up: Callable[[], bool]
    ) -> tuple[list[bytes], ErrorInfo | None]:
        found: list[bytes] = []
        ends: list[Finished | Failed] = []
        has_ended = threading.Event()

        def sink(event: Event) -> None:
            if isinstance(event, Embedded):
                found.append(event.vector)
            elif isinstance(event, Finished | Failed):
                ends.append(event)
                has_ended.set()

        request_id = self._engine.new_request_id()
        request = EmbeddingRequest(request_id, model_id, tuple(texts), origin="background")
        handle = self._engine.submit(request, sink)
        waited_s = 0.0
        while not has_ended.wait(_LOOK_S):
            waited_s += _LOOK_S
            if is_given_up() or waited_s >= timeout_s:
                handle.cancel()
                raise NoVectors
        end = ends[0]
        if isinstance(end, Failed):
            return [], end.error
        if len(found) < len(texts):  # cancelled, by a change of models that would not wait
            raise NoVectors
        return found, None


def text_for(passage: ToEmbed) -> str:
    """What a passage's vector is made of: the file's name and the heading say what its words are about."""
    name = _SEPARATORS.sub(" ", PurePath(passage.path).stem)
    title = f"{name}: {passage.heading}" if passage.heading else name
    while count_tokens(title) > _TITLE_TOKENS:
        title = title[: len(title) * 3 // 4]
    return f"{title}\n{passage.text}"
