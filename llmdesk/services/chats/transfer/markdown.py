"""A chat as Markdown: the turns shown, from the source text (pure)."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from llmdesk.services.chats.conversation import Conversation
from llmdesk.services.chats.kept import KeptChat
from llmdesk.services.chats.message import Message
from llmdesk.services.chats.transfer.words import attached_words, end_words, moment, source_words

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

_MARK = "end of the message"
_RULE = "\n\n---\n\n"


def conversation_markdown(conversation: Conversation) -> str:
    """The turns shown, for the clipboard."""
    parts = [f"**You**\n\n{turn.prompt.text}\n\n**Answer**\n\n{turn.answer.text}" for turn in conversation.turns]
    return _RULE.join(parts)


def chat_markdown(kept: KeptChat) -> str:
    """The turns shown, for a file: with title, system prompt, models, reasoning, and how answers ended."""
    head = f"# {' '.join(kept.info.title.split())}\n\n{moment(kept.info.created_s)}"
    parts = [head]
    if kept.options.system_prompt:
        parts.append(f"**System prompt**\n\n{_closed(kept.options.system_prompt)}")
    for turn in kept.conversation.turns:
        parts.append(f"**You**\n\n{_prompt(turn.prompt)}\n\n{_answer(turn.answer, turn.prompt)}")
    return _RULE.join(parts) + "\n"


def _prompt(prompt: Message) -> str:
    """Its words, after the names of what was attached."""
    return "\n\n".join(filter(None, (attached_words(prompt), _closed(prompt.text))))


def _answer(answer: Message, prompt: Message) -> str:
    parts = [f"**Answer** ({answer.model_id})" if answer.model_id else "**Answer**"]
    if reasoning := answer.reasoning:
        quoted = "\n".join(f"> {line}".rstrip() for line in f"*Thinking*\n\n{reasoning}".split("\n"))
        parts.append(quoted)
    if answer.text:
        parts.append(_closed(answer.text))
    if sources := source_words(prompt):
        parts.append("**Sources**\n\n" + "\n".join(f"- {source}" for source in sources))
    if words := end_words(answer):
        parts.append(f"*{words}*")
    return "\n\n".join(parts)


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt  # the window is painted before it is needed

    return MarkdownIt("commonmark", {"html": False})


def _closed(text: str) -> str:
    """The same; a fence that it leaves open is closed, lest it takes in what follows."""
    if "```" not in text and "~~~" not in text:
        return text
    last = _parser().parse(f"{text}\n\n{_MARK}")[-1]
    is_open = last.type == "fence" and last.content.rstrip().endswith(_MARK)
    return f"{text}\n{last.markup}" if is_open else text
