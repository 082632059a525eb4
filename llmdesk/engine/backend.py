"""What the runner needs of a backend. Everything here runs on the engine thread only."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from llmdesk.datatypes.chat import ChatMessage, EmbeddingRequest, Event, GenerationRequest, TemplateValues
from llmdesk.datatypes.model import LocalModel, ModelInfo, Precision
from llmdesk.datatypes.tools import Tool

if TYPE_CHECKING:
    from llmdesk.engine.generation.response_cache import ResponseCache
    from llmdesk.engine.generation.step import Step
    from llmdesk.engine.generation.text_model import TextModel

MAX_ACTIVE = 16
"""Answers at once. What runs elsewhere, or is none, allows fewer (LoadedModel.can_start)."""

LoadReporter = Callable[[str, float], None]
"""``report(phase, fraction)``: progress of a load; raises LoadCancelled when the load shall stop."""


@dataclass(frozen=True, slots=True)
class LoadOptions:
    """Choices that are not the model's own. None means the default."""

    precision: Precision | None = None
    threads: int | None = None
    context_tokens: int | None = None
    measure_threads: bool = False
    """Find the best number of threads anew, even if it was measured before."""


class LoadedModel(Protocol):
    """A model in memory."""

    info: ModelInfo

    @property
    def responses(self) -> ResponseCache | None:
        """Answers kept for the very same questions; None where none are kept (servers)."""
        ...

    @property
    def cache_bytes(self) -> int:
        """What it keeps of texts right now, beside its weights."""
        ...

    def can_start(self, request: GenerationRequest, running: Sequence[GenerationRequest]) -> bool:
        """Whether it may be answered beside those that are being answered, of which there is at least one."""
        ...

    def generate(
        self, request: GenerationRequest, submitted_s: float, cancel: threading.Event
    ) -> Iterator[Event | Step | None]:
        """One answer: its events; between them what a network has to compute before it goes on (a prompt chunk or one
        token), which whoever asks computes together with the other answers' steps; or None where it has to wait.

        Ends with Finished. Errors are raised; the runner makes them Failed. ``submitted_s`` is the perf_counter
        reading at submission, from which ``queue_s`` and ``ttft_s`` count. ``cancel`` is looked at once a step.
        """
        ...

    def embed(self, request: EmbeddingRequest, submitted_s: float, cancel: threading.Event) -> Iterator[Event | None]:
        """The vectors of some texts, as ``generate``: an Embedded for each, then Finished.

        Raises UnsupportedModel: this model gives none.
        """
        ...

    def tokenize(self, text: str) -> list[int]:
        """A text as token ids, as it would be continued (control tokens count).

        Raises UnsupportedModel: the model's tokens are not known here.
        """
        ...

    def detokenize(self, ids: Sequence[int]) -> str:
        """The way back, with control tokens as words.

        Raises UnsupportedModel as above, and PromptError: there is no such token.
        """
        ...

    def count_tokens(
        self, messages: tuple[ChatMessage, ...], tools: tuple[Tool, ...] = (), values: TemplateValues = ()
    ) -> int:
        """The tokens of a chat, with what the template adds (``values`` are for it), and what tells the model of tools.

        Raises UnsupportedModel as above, and PromptError: the template refuses it.
        """
        ...

    def close(self) -> None:
        """Give the memory back. Idempotent."""
        ...


@runtime_checkable
class WritingModel(LoadedModel, Protocol):
    """A model whose tokens are computed and chosen here."""

    text_model: TextModel | None
    """None once it is closed."""


class Backend(Protocol):
    """A way to run models."""

    name: str

    def load(self, model: LocalModel, options: LoadOptions, report: LoadReporter) -> LoadedModel:
        """Load a model. Raises LlmdeskError subclasses for what a user can mend."""
        ...
