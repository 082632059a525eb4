"""What a model that writes text is made of, whichever backend computes it (engine thread)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from llmdesk.engine.generation.chat_template import ChatEncoder
from llmdesk.engine.generation.constraint import Constraints
from llmdesk.engine.generation.draft_lengths import StepTimes
from llmdesk.engine.generation.draft_model import DraftModel
from llmdesk.engine.generation.eyes import Eyes
from llmdesk.engine.generation.prefix_cache import PrefixCache
from llmdesk.engine.generation.response_cache import ResponseCache
from llmdesk.engine.generation.step import Network
from llmdesk.engine.generation.streaming import TokenBytes
from llmdesk.engine.generation.tools.speech import Speech


@dataclass(slots=True)
class TextModel:
    """A network with all that turns text into its tokens and back, and what it remembers of its chats.

    Attributes:
        drafter: a small model that proposes what this one verifies.
        sight: how it sees pictures; None: it does not.
    """

    network: Network
    tokenizer: Any
    stop_ids: frozenset[int]
    context_tokens: int
    prefix_cache: PrefixCache
    responses: ResponseCache = field(default_factory=ResponseCache)
    step_times: StepTimes = field(default_factory=StepTimes)
    drafter: DraftModel | None = None
    sight: Eyes | None = None
    chats: ChatEncoder = field(init=False)
    token_bytes: TokenBytes = field(init=False)
    constraints: Constraints = field(init=False)
    speech: Speech = field(init=False)

    def __post_init__(self) -> None:
        self.chats = ChatEncoder(self.tokenizer, self.sight)
        self.token_bytes = TokenBytes(self.tokenizer)
        self.constraints = Constraints(self.tokenizer, self.stop_ids)
        self.speech = Speech(self.tokenizer)

    def vocabulary(self) -> dict[str, int]:
        """All its tokens, with their numbers."""
        tokens: dict[str, int] = self.tokenizer.backend_tokenizer.get_vocab(with_added_tokens=True)
        return tokens

    def be_drafted_for(self, model_id: str, small: Callable[[], TextModel | None], cost: float) -> None:
        """From now on that model drafts; see DraftModel."""
        self.drafter = DraftModel(model_id, small, cost, 1 + max(self.vocabulary().values()), self.step_times.clock)
