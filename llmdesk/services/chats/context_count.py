"""What the next prompt takes of the model's context: counted by the model itself, or guessed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from llmdesk.datatypes.chat import ChatMessage, GenerationRequest
from llmdesk.engine.backend import LoadedModel
from llmdesk.engine.generation.context import ContextOutlook, context_outlook, fit_chat
from llmdesk.engine.serving.work import WorkContext
from llmdesk.errors import FileError, PromptError, UnsupportedModel

if TYPE_CHECKING:
    from llmdesk.engine.generation.chat_template import EncodedChat

_BYTES_PER_TOKEN = 4  # of UTF-8: a character of Chinese is most of a token, one of English a quarter
_MOST_CHARS_PER_TOKEN = 16  # what is longer than that is not counted, for it would take seconds


@dataclass(frozen=True, slots=True)
class ContextCount:
    """Tokens of the next prompt, by where they come from.

    Attributes:
        system: the system prompt.
        history: the turns before that will be sent, and what the model's template adds to everything.
        attachments: whole files that go with it.
        sources: what is kept free for passages that will be searched for; fewer may be found.
        typed: the text being typed.
        context: what the model can take; 0: not known.
        is_exact: the model has counted.
        outlook: what the chat's policy will do with it.
        dropped_messages: so many will be left out; 0: none, or nobody has counted.
    """

    system: int = 0
    history: int = 0
    typed: int = 0
    context: int = 0
    is_exact: bool = False
    outlook: ContextOutlook = "fits"
    dropped_messages: int = 0
    attachments: int = 0
    sources: int = 0

    @property
    def total(self) -> int:
        """All of them: what the engine will report as prompt tokens, at most."""
        return self.system + self.history + self.attachments + self.sources + self.typed

    @property
    def free(self) -> int:
        """What is left for the answer."""
        return max(0, self.context - self.total)


def guess_tokens(text: str) -> int:
    """About how many tokens a text has, for no model in particular."""
    return -(-len(text.encode(errors="replace")) // _BYTES_PER_TOKEN)


def source_room(count: ContextCount, wanted_tokens: int, most_tokens: int) -> int:
    """What passages may take: what the others and the answer leave, but a quarter rather than the oldest turns.

    ``most_tokens``: what the user lets them take; 0: there are none.
    """
    if not count.context or not most_tokens:
        return most_tokens
    without_history = count.context - (count.total - count.history) - min(wanted_tokens, count.context // 4)
    free = without_history - count.history
    return max(0, min(most_tokens, max(free, min(count.context // 4, without_history))))


def guess_count(
    request: GenerationRequest,
    used_tokens: int,
    context_tokens: int,
    *,
    typed: str | None = None,
    most_source_tokens: int = 0,
) -> ContextCount:
    """A guess, for the time while nobody can count.

    Args:
        request: its history is looked at only where ``used_tokens`` is 0.
        used_tokens: what the engine told of the chat so far; 0: nothing.
        context_tokens: 0 if it is not known.
        typed: the user's own words in the prompt; None: all of it.
        most_source_tokens: passages will go with it, which may take so much; 0: none will.
    """
    *before, prompt = request.messages
    system = sum(guess_tokens(message.content) for message in before if message.role == "system")
    if used_tokens:
        history = max(0, used_tokens - system)
    else:
        history = sum(guess_tokens(message.content) for message in before if message.role != "system")
    whole, words = guess_tokens(prompt.content), guess_tokens(prompt.content if typed is None else typed)
    count = ContextCount(system, history, min(words, whole), context_tokens, attachments=max(0, whole - words))
    wanted = request.sampling.max_new_tokens
    count = replace(count, sources=source_room(count, wanted, most_source_tokens))
    if not context_tokens or not count.total:
        return count
    return replace(count, outlook=context_outlook(request.context_policy, count.total, wanted, context_tokens))


def count_context(
    request: GenerationRequest, context: WorkContext, *, typed: str | None = None, most_source_tokens: int = 0
) -> ContextCount | None:
    """Count with the model's own tokenizer and template; None if it is not loaded, or cannot. Engine thread.

    ``typed`` and ``most_source_tokens``: see guess_count.
    """
    model = context.model_named(request.model_id)
    if model is None:
        return None
    room = model.info.context_tokens
    if sum(len(message.content) for message in request.messages) > _MOST_CHARS_PER_TOKEN * room:
        return None
    try:
        count = _count(request, model, room, typed)
        return replace(count, sources=source_room(count, request.sampling.max_new_tokens, most_source_tokens))
    except (UnsupportedModel, PromptError, FileError):  # on a server, a template that refuses it, a damaged picture
        return None


def count_text(model_id: str, text: str, context: WorkContext) -> int | None:
    """The tokens of a text by itself. Engine thread; None as above."""
    model = context.model_named(model_id)
    if model is None or len(text) > _MOST_CHARS_PER_TOKEN * model.info.context_tokens:
        return None
    try:
        return _text_tokens(model, text)
    except UnsupportedModel:
        return None


def _count(request: GenerationRequest, model: LoadedModel, room: int, typed_text: str | None) -> ContextCount:
    *before, last = request.messages
    prompt = last.content
    if not (prompt.strip() or last.pictures) and not before:
        return ContextCount(context=room, is_exact=True)  # nothing was said yet
    total = model.count_tokens(request.messages, values=request.template_values)
    outlook = context_outlook(request.context_policy, total, request.sampling.max_new_tokens, room)
    dropped = 0
    if outlook == "drops_oldest":
        try:
            total, dropped = _fitted(request, model, room)
            outlook = outlook if dropped else "answer_may_be_cut"
        except PromptError:
            outlook = "refused"  # the prompt alone is too long
    asked = _text_tokens(model, prompt)
    if last.pictures and not dropped:
        bare = (*before, replace(last, pictures=()))
        asked += max(0, total - model.count_tokens(bare, values=request.template_values))
    asked = min(asked, total)
    typed = asked if typed_text is None else min(_text_tokens(model, typed_text), asked)
    system = min(sum(_text_tokens(model, m.content) for m in request.messages if m.role == "system"), total - asked)
    return ContextCount(system, total - system - asked, typed, room, True, outlook, dropped, asked - typed)


def _fitted(request: GenerationRequest, model: LoadedModel, room: int) -> tuple[int, int]:
    """The tokens of what the engine will let through, by its own rule, and how many messages it will leave out."""
    # Not at the top: the engine has it, the window's start needs it not.
    from llmdesk.engine.generation.chat_template import EncodedChat

    def encode(messages: tuple[ChatMessage, ...]) -> EncodedChat:
        return EncodedChat("", [0] * model.count_tokens(messages, values=request.template_values))

    *before, last = request.messages
    says_something = last.content.strip() or last.pictures
    messages = request.messages if says_something else (*before, replace(last, content="?"))
    count = lru_cache(maxsize=None)(lambda text: _text_tokens(model, text))
    chat, dropped = fit_chat(messages, request.context_policy, request.sampling.max_new_tokens, room, encode, count)
    return len(chat.ids), dropped


def _text_tokens(model: LoadedModel, text: str) -> int:
    """Without what a tokenizer puts before a text."""
    return max(0, len(model.tokenize(text)) - len(model.tokenize("")))
