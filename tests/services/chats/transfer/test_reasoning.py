"""What a model thought before it answered comes along, out and in."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from llmdesk.services.chats.message import Message
from llmdesk.services.chats.transfer.html import chat_html, print_html
from llmdesk.services.chats.transfer.markdown import chat_markdown
from llmdesk.services.chats.transfer.reading import read_chats
from tests.services.chats.transfer import test_chatgpt, test_jan, test_lm_studio, test_open_webui

pytestmark = pytest.mark.skipif(
    "reasoning_pieces" not in {field.name for field in fields(Message)}, reason="messages have no reasoning yet"
)


def _chatgpt() -> Any:
    thoughts = {"content_type": "thoughts", "thoughts": [{"summary": "", "content": "Hm, foxes."}]}
    nodes = {
        "u": test_chatgpt.node(None, "user", "What?", 1.0),
        "t": test_chatgpt.node("u", "assistant", thoughts, 2.0),
        "a": test_chatgpt.node("t", "assistant", "Foxes.", 3.0),
    }
    return [test_chatgpt.chat(nodes, "a")]


def _lm_studio() -> Any:
    thinking = test_lm_studio.block(test_lm_studio.words("Hm, foxes."), style={"type": "thinking"})
    said = test_lm_studio.block(test_lm_studio.words("Foxes."))
    return test_lm_studio.conversation(test_lm_studio.prompt("What?"), test_lm_studio.answer([thinking, said]))


def _open_webui() -> Any:
    text = (
        '<details type="reasoning" done="true" duration="3">\n<summary>x</summary>\n&gt; Hm, foxes.\n</details>\nFoxes.'
    )
    prompt = test_open_webui.entry("u", None, "user", "What?", "a")
    return [test_open_webui.chat(prompt, test_open_webui.entry("a", "u", "assistant", text), current="a")]


@pytest.mark.parametrize("document", [_chatgpt(), _lm_studio(), _open_webui()])
def test_reasoning_of_other_programs(document: Any, tmp_path: Path) -> None:
    file = tmp_path / "x.json"
    file.write_text(json.dumps(document))
    (found,) = read_chats(file)
    assert found.chat is not None
    answer: Any = found.chat.conversation.path[-1]
    assert (answer.text, answer.reasoning) == ("Foxes.", "Hm, foxes.")
    assert "> *Thinking*\n>\n> Hm, foxes." in chat_markdown(found.chat)
    for page in (chat_html(found.chat), print_html(found.chat)):
        assert page.index("Thinking") < page.index("Hm, foxes.") < page.index("<p>Foxes.</p>")


def test_reasoning_of_jan(tmp_path: Path) -> None:
    (found,) = read_chats(test_jan.folder(tmp_path))
    assert found.chat is not None
    answer: Any = found.chat.conversation.path[1]
    assert answer.reasoning == "Flour first"
