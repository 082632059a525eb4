"""What happens when a chat outgrows the context (pure; no torch, so the window may ask too).

When the oldest turns are left out, everything after the system prompt has to be computed again. So they go in blocks
of a quarter of the context: the next time comes only after a quarter more was said, which makes about three tokens
recomputed for each new one. A larger block would save work and forget more. The blocks are counted from the beginning
of the chat, so that a longer chat keeps the same cut until the next block is due.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from llmdesk.datatypes.chat import ChatMessage, ContextPolicy, GenerationRequest
from llmdesk.errors import ContextOverflow, FileError, PromptError
from llmdesk.words import say

if TYPE_CHECKING:
    from llmdesk.engine.generation.chat_template import EncodedChat

ContextOutlook = Literal["fits", "answer_may_be_cut", "drops_oldest", "refused"]

Messages = tuple[ChatMessage, ...]

_MIN_ANSWER_TOKENS = 64
_MAX_CHARS_PER_TOKEN = 16
_USUAL_CHARS_PER_TOKEN = 3
_TURN_TOKENS = 5
"""About what a template adds to a message."""
_PICTURE_TOKENS = 1_000
"""About what a picture takes of a model that sees."""
_ESTIMATE_MARGIN = 1.1


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


def likely_tokens(request: GenerationRequest, context_tokens: int) -> int:
    """What a request may come to with its answer, before its tokens are known: for plans of memory."""
    if request.prompt is None:
        prompt = sum(len(message.content) // _USUAL_CHARS_PER_TOKEN + _TURN_TOKENS for message in request.messages)
        prompt += sum(len(message.pictures) for message in request.messages) * _PICTURE_TOKENS
    else:
        prompt = len(request.prompt) // (_USUAL_CHARS_PER_TOKEN if isinstance(request.prompt, str) else 1)
    answer = _whole_answer_tokens(request.sampling.max_new_tokens, context_tokens)
    return min(context_tokens, round(prompt * _ESTIMATE_MARGIN) + answer)


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
    last = messages[-1] if messages else None
    says_something = last and (last.content.strip() or last.reasoning or last.calls or last.pictures)
    if last is None or not (says_something or last.role == "tool"):
        raise PromptError(say("The prompt is empty."), say("Type something first."))
    longest = longest_prompt_tokens(max_new_tokens, context_tokens)
    _check_length(messages[-1].content, longest, context_tokens, count)
    if policy == "drop_oldest":
        room_tokens = context_tokens - _whole_answer_tokens(max_new_tokens, context_tokens)
        chat, dropped = _without_oldest(messages, room_tokens, context_tokens // 4, encode, count)
    else:
        if sum(len(message.content) for message in messages) > _MAX_CHARS_PER_TOKEN * longest:
            _check_length("\n".join(message.content for message in messages), longest, context_tokens, count)
        chat, dropped = encode(messages), 0
    if len(chat.ids) > longest and (policy == "drop_oldest" or sum(m.role == "user" for m in messages) < 2):
        raise _too_long(len(chat.ids), "", longest, context_tokens)
    if context_outlook(policy, len(chat.ids), max_new_tokens, context_tokens) == "refused":
        raise _refusal(policy, len(chat.ids), max_new_tokens, context_tokens)
    return chat, dropped


def check_tokens(ids: Sequence[int], is_token: Callable[[int], bool]) -> None:
    """Raises PromptError: a client names a number that is no token of the model."""
    if not all(map(is_token, ids)):
        raise PromptError(say("There is a number among them that is no token of this model."))


def fit_text(
    prompt: str | tuple[int, ...],
    max_new_tokens: int,
    context_tokens: int,
    encode: Callable[[str], list[int]],
    is_token: Callable[[int], bool],
) -> EncodedChat:
    """A text that is continued as it is, as tokens. Raises PromptError: it is empty, too long, or ids are none."""
    from llmdesk.engine.generation.chat_template import (
        EncodedChat,  # the engine has it; the window's start needs it not
    )

    longest = longest_prompt_tokens(max_new_tokens, context_tokens)
    if isinstance(prompt, str):
        _check_length(prompt, longest, context_tokens, lambda text: len(encode(text)))
    ids = encode(prompt) if isinstance(prompt, str) else list(prompt)
    if not ids:
        raise PromptError(say("The prompt is empty."), say("Type something first."))
    if len(ids) > longest:
        raise _too_long(len(ids), "", longest, context_tokens)
    if not isinstance(prompt, str):
        check_tokens(ids, is_token)
    return EncodedChat(prompt if isinstance(prompt, str) else "", ids)


def _without_oldest(
    messages: Messages,
    room_tokens: int,
    block_tokens: int,
    encode: Callable[[Messages], EncodedChat],
    count: Callable[[str], int],
) -> tuple[EncodedChat, int]:
    """The longest chat that fits into the room, or the last question alone; and how many messages that leaves out."""
    if sum(len(message.content) for message in messages) <= _USUAL_CHARS_PER_TOKEN * room_tokens:
        chat = encode(messages)
        if len(chat.ids) <= room_tokens:
            return chat, 0
    head = next((i for i, m in enumerate(messages) if m.role != "system"), len(messages) - 1)
    sizes = [count(message.content) + _TURN_TOKENS + _picture_tokens(message, encode) for message in messages]
    sizes[-1] += count(messages[-1].reasoning)  # of an answer that goes on; templates leave out that of earlier ones
    for cut in _cuts(messages, head, sizes, block_tokens):
        estimate = sum(sizes[:head]) + sum(sizes[cut:])
        is_last = not any(message.role == "user" for message in messages[cut + 1 :])
        if estimate > _ESTIMATE_MARGIN * room_tokens and not is_last:  # no need to tokenise that
            continue
        chat = encode(messages[:head] + messages[cut:])
        if len(chat.ids) <= room_tokens:
            break
    return chat, cut - head


def _picture_tokens(message: ChatMessage, encode: Callable[[Messages], EncodedChat]) -> int:
    """What its pictures add to a chat; 0 where they are damaged, for then they are told by name."""
    if not message.pictures:
        return 0
    bare = ChatMessage("user", "?")
    try:
        return max(0, len(encode((replace(bare, pictures=message.pictures),)).ids) - len(encode((bare,)).ids))
    except FileError:
        return 0


def _cuts(messages: Messages, head: int, sizes: list[int], block_tokens: int) -> list[int]:
    """Where the kept turns may begin: at the first one, then a block further each time, at last with the question.

    Turns begin with a question, since templates insist on it.
    """
    cuts, since = [head], 0
    for index in range(head, len(messages)):
        if messages[index].role == "user" and since >= block_tokens:
            cuts.append(index)
            since = 0
        since += sizes[index]
    question = max((i for i, m in enumerate(messages) if m.role == "user"), default=head)
    return cuts if cuts[-1] >= question else [*cuts, question]


def _check_length(text: str, limit_tokens: int, context_tokens: int, count: Callable[[str], int]) -> None:
    """Refuse a gigantic text without tokenising all of it."""
    if len(text) <= limit_tokens:
        return
    sample = text[: limit_tokens * _MAX_CHARS_PER_TOKEN]
    tokens = count(sample)
    if tokens > limit_tokens:
        raise _too_long(tokens, "more than " if len(sample) < len(text) else "", limit_tokens, context_tokens)


def _too_long(tokens: int, more: str, limit_tokens: int, context_tokens: int) -> ContextOverflow:
    return ContextOverflow(
        say(
            "The prompt has {tokens} tokens; this model can take {limit_tokens:,} at once.",
            tokens=f"{more}{tokens:,}",
            limit_tokens=limit_tokens,
        ),
        say("Shorten it, or choose a model with a longer context."),
        prompt_tokens=tokens,
        context_tokens=context_tokens,
    )


def _refusal(policy: ContextPolicy, tokens: int, max_new_tokens: int, context_tokens: int) -> PromptError:
    ways_out = say("Start a new chat, shorten the question, or let the oldest turns be left out.")
    if policy == "stop":
        return ContextOverflow(
            say(
                "The context is full: the chat has {tokens:,} of {context_tokens:,} tokens.",
                tokens=tokens,
                context_tokens=context_tokens,
            ),
            ways_out,
            prompt_tokens=tokens,
            context_tokens=context_tokens,
        )
    answer = _whole_answer_tokens(max_new_tokens, context_tokens)
    return ContextOverflow(
        say(
            "A whole answer has no room: the chat has {tokens:,} tokens, an answer may take {answer:,}, and the "
            "context holds {context_tokens:,}.",
            tokens=tokens,
            answer=answer,
            context_tokens=context_tokens,
        ),
        ways_out,
        prompt_tokens=tokens,
        context_tokens=context_tokens,
    )
