"""What happens when a chat outgrows the context (pure; no torch, so the window may ask too).

When the oldest turns are left out, everything after the system prompt has to be computed again. So they go in blocks
of a quarter of the context: the next time comes only after a quarter more was said, which makes about three tokens
recomputed for each new one. A larger block would save work and forget more. The blocks are counted from the beginning
of the chat, so that a longer chat keeps the same cut until the next block is due.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from typing import Literal

from llmdesk.datatypes import ChatMessage, ContextPolicy
from llmdesk.engine.chat_template import EncodedChat
from llmdesk.errors import PromptError

ContextOutlook = Literal["fits", "answer_may_be_cut", "drops_oldest", "refused"]

Messages = tuple[ChatMessage, ...]

_MIN_ANSWER_TOKENS = 64
_MAX_CHARS_PER_TOKEN = 16
_TURN_TOKENS = 5
"""About what a template adds to a message."""


def context_outlook(
    policy: ContextPolicy, prompt_tokens: int, max_new_tokens: int, context_tokens: int
) -> ContextOutlook:
    """What a policy will do with a prompt of that many tokens (all that is sent, the new question included).

    Before sending, ``GenerationStats.context_used_tokens`` of the last answer plus the question's tokens is close
    enough; the engine decides by the same rule with exact numbers. ``drops_oldest`` refuses after all if the question
    alone is too long.
    """
    if prompt_tokens <= context_tokens - _whole_answer_tokens(max_new_tokens, context_tokens):
        return "fits"
    if policy == "drop_oldest":
        return "drops_oldest"
    if policy == "refuse" or prompt_tokens > longest_prompt_tokens(max_new_tokens, context_tokens):
        return "refused"
    return "answer_may_be_cut"


def longest_prompt_tokens(max_new_tokens: int, context_tokens: int) -> int:
    """The most that can be asked under any policy: some words of an answer must have room."""
    return context_tokens - min(_MIN_ANSWER_TOKENS, _whole_answer_tokens(max_new_tokens, context_tokens))


def _whole_answer_tokens(max_new_tokens: int, context_tokens: int) -> int:
    """Room that an answer should have. A limit far above what answers need must not empty the chat."""
    return min(max_new_tokens, context_tokens // 4)


def fit_chat(
    messages: Messages,
    policy: ContextPolicy,
    max_new_tokens: int,
    context_tokens: int,
    encode: Callable[[Messages], EncodedChat],
    count: Callable[[str], int],
) -> tuple[EncodedChat, int]:
    """The chat as the policy lets it through, and the number of messages that were left out.

    Args:
        encode: messages -> the whole prompt.
        count: text -> its tokens.

    Raises:
        PromptError: nothing to answer, or the policy refuses.
    """
    if not messages or not messages[-1].content.strip():
        raise PromptError("The prompt is empty.", "Type something first.")
    longest = longest_prompt_tokens(max_new_tokens, context_tokens)
    _check_length(messages[-1].content, longest, count)
    chat, dropped = encode(messages), 0
    outlook = context_outlook(policy, len(chat.ids), max_new_tokens, context_tokens)
    if outlook == "drops_oldest":
        room_tokens = context_tokens - _whole_answer_tokens(max_new_tokens, context_tokens)
        chat, dropped = _without_oldest(messages, chat, room_tokens, context_tokens // 4, encode, count)
    if len(chat.ids) > longest and (policy == "drop_oldest" or _questions(messages) < 2):
        raise _too_long(f"{len(chat.ids):,}", longest)
    if outlook == "refused":
        raise _refusal(policy, len(chat.ids), max_new_tokens, context_tokens)
    return chat, dropped


def _without_oldest(
    messages: Messages,
    whole: EncodedChat,
    room_tokens: int,
    block_tokens: int,
    encode: Callable[[Messages], EncodedChat],
    count: Callable[[str], int],
) -> tuple[EncodedChat, int]:
    """The longest chat that fits into the room, or the last question alone."""
    head, cuts = _cuts(messages, block_tokens, count)
    chats = {messages: whole}

    def kept(cut: int) -> EncodedChat:
        key = messages[:head] + messages[cut:]
        if key not in chats:
            chats[key] = encode(key)
        return chats[key]

    first = bisect_left(cuts, True, key=lambda cut: len(kept(cut).ids) <= room_tokens)
    cut = cuts[min(first, len(cuts) - 1)]
    return kept(cut), cut - head


def _cuts(messages: Messages, block_tokens: int, count: Callable[[str], int]) -> tuple[int, list[int]]:
    """(number of system messages at the start, where the kept turns may begin): a block further each time.

    Turns begin with a question, since templates insist on it. The last cut is always the question to be answered.
    """
    head = next((i for i, m in enumerate(messages) if m.role != "system"), len(messages) - 1)
    cuts, since = [head], 0
    for index in range(head, len(messages)):
        if messages[index].role == "user" and since >= block_tokens:
            cuts.append(index)
            since = 0
        since += count(messages[index].content) + _TURN_TOKENS
    question = max((i for i, m in enumerate(messages) if m.role == "user"), default=head)
    return head, cuts if cuts[-1] >= question else [*cuts, question]


def _check_length(text: str, limit_tokens: int, count: Callable[[str], int]) -> None:
    """Refuse a gigantic text without tokenising all of it."""
    if len(text) <= limit_tokens:
        return
    sample = text[: limit_tokens * _MAX_CHARS_PER_TOKEN]
    tokens = count(sample)
    if tokens > limit_tokens:
        more = "more than " if len(sample) < len(text) else ""
        raise _too_long(f"{more}{tokens:,}", limit_tokens)


def _too_long(tokens: str, limit_tokens: int) -> PromptError:
    return PromptError(
        f"The prompt has {tokens} tokens; this model can take {limit_tokens:,} at once.",
        "Shorten it, or choose a model with a longer context.",
    )


def _questions(messages: Messages) -> int:
    return sum(message.role == "user" for message in messages)


def _refusal(policy: ContextPolicy, tokens: int, max_new_tokens: int, context_tokens: int) -> PromptError:
    ways_out = "Start a new chat, shorten the question, or let the oldest turns be left out."
    if policy == "stop":
        return PromptError(f"The context is full: the chat has {tokens:,} of {context_tokens:,} tokens.", ways_out)
    answer = _whole_answer_tokens(max_new_tokens, context_tokens)
    return PromptError(
        f"A whole answer has no room: the chat has {tokens:,} tokens, an answer may take {answer:,}, "
        f"and the context holds {context_tokens:,}.",
        ways_out,
    )
