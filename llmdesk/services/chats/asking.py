"""What the engine is asked to give an answer of a chat."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmdesk.datatypes.chat import ChatMessage, GenerationRequest
from llmdesk.engine.generation.tools.dialects import thinking_values
from llmdesk.services.chats.conversation import Conversation
from llmdesk.services.chats.message import Message

if TYPE_CHECKING:
    from llmdesk.services.chats.session import ChatOptions


def request_for(
    request_id: str, conversation: Conversation, answer: Message, options: ChatOptions, *, may_be_cached: bool
) -> GenerationRequest:
    """What stands above the answer and its beginning, if it has one, with these options."""
    told = conversation.told(answer.id, options.system_prompt)
    thinks = options.thinks
    if answer.text or answer.reasoning:
        told = (*told, ChatMessage("assistant", answer.text, reasoning=answer.reasoning))
        thinks = thinks or (True if answer.reasoning else thinks)  # it goes on as it began
    return GenerationRequest(
        request_id,
        options.model_id,
        told,
        options.sampling,
        context_policy=options.context_policy,
        response_cache=options.uses_response_cache and may_be_cached,
        template_values=thinking_values(thinks) if thinks is not None else (),
        has_parts=True,
    )
