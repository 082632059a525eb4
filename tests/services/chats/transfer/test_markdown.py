"""A chat as a Markdown file."""

from __future__ import annotations

import pytest
from markdown_it import MarkdownIt

from llmdesk.services.chats.transfer.markdown import chat_markdown
from tests.services.chats.transfer.trees import simple_chat


def test_title_turns_and_system_prompt() -> None:
    chat = simple_chat("one", "two", "three", "four", title="Of\nfoxes")
    object.__setattr__(chat.options, "system_prompt", "Be kind.")
    text = chat_markdown(chat)
    assert text.startswith("# Of foxes\n\n2023-11-1")
    places = [
        text.index(part) for part in ("**System prompt**\n\nBe kind.", "**You**\n\none", "**Answer** (alpha)\n\ntwo")
    ]
    assert places == sorted(places)
    assert text.endswith("four\n")


@pytest.mark.parametrize("cut", ["```python\nx = 1", "~~~~\nx", "- item\n\n  ```\n  x", "````\n```\nx\n```"])
def test_a_fence_that_was_cut_off_does_not_take_in_what_follows(cut: str) -> None:
    tokens = MarkdownIt("commonmark").parse(chat_markdown(simple_chat("one", cut, "three", "four")))
    assert "three" in [token.content for token in tokens if token.type == "inline"]


def test_how_answers_ended() -> None:
    chat = simple_chat("one", "two", "three", "four", "five", "six")
    first, second, third = (turn.answer for turn in chat.conversation.turns)
    first.state, second.finish_reason, third.state = "cancelled", "length", "interrupted"
    text = chat_markdown(chat)
    assert "two\n\n*Stopped.*" in text
    assert "six\n\n*Interrupted.*" in text
    assert "four\n\n*Ended at the length limit.*" in text
