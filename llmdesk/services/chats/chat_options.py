"""What a chat's requests are made with (pure)."""

from __future__ import annotations

from dataclasses import dataclass, field

from llmdesk.datatypes.chat import ChatMessage, ContextPolicy, GenerationRequest, SamplingParams, TemplateValues
from llmdesk.datatypes.model import Precision


@dataclass(frozen=True, slots=True)
class ChatOptions:
    """What a request needs beside the messages; one value per chat, replaced as a whole (``Session.configure``).

    Attributes:
        thinks: whether the model reasons before it answers, where it can be told; None: as it does by itself.
        precision: how the weights are held; None: as this model was used last, else its own way.
        preset: which preset ``sampling`` was taken from. A chat follows its preset when that is changed, and keeps the
            values when it is gone; empty: values of its own.
        collections: ids of those that each prompt is answered from; one that is gone is passed over.
    """

    model_id: str = ""
    sampling: SamplingParams = field(default_factory=SamplingParams)
    context_policy: ContextPolicy = "drop_oldest"
    uses_response_cache: bool = True
    system_prompt: str = ""
    thinks: bool | None = None
    precision: Precision | None = None
    preset: str = ""
    collections: tuple[str, ...] = ()

    def request(
        self, request_id: str, told: tuple[ChatMessage, ...], *, may_be_cached: bool = True
    ) -> GenerationRequest:
        """A request for the answer to these messages."""
        values: TemplateValues = ()
        if self.thinks is not None:
            from llmdesk.engine.generation.tools.dialects import thinking_values  # the window is painted without it

            values = thinking_values(self.thinks)
        return GenerationRequest(
            request_id,
            self.model_id,
            told,
            self.sampling,
            context_policy=self.context_policy,
            response_cache=self.uses_response_cache and may_be_cached,
            template_values=values,
            has_parts=True,
        )
