"""A chat as Markdown: the turns shown, from the source text (pure)."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from llmdesk.services.chats.conversation import Conversation
from llmdesk.services.chats.kept import KeptChat
from llmdesk.services.chats.message import Message
from llmdesk.services.chats.transfer.words import end_words, moment

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
        parts.append(f"**You**\n\n{_closed(turn.prompt.text)}\n\n{_answer(turn.answer)}")
    return _RULE.join(parts) + "\n"


def _answer(answer: Message) -> str:
    parts = [f"**Answer** ({answer.model_id})" if answer.model_id else "**Answer**"]
    if reasoning := answer.reasoning:
        quoted = "\n".join(f"> {line}".rstrip() for line in f"*Thinking*\n\n{reasoning}".split("\n"))
        parts.append(quoted)
    if answer.text:
        parts.append(_closed(answer.text))
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
