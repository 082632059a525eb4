"""Nobody types a picture: what marks one within the program is text wherever it comes from outside."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from llmdesk.datatypes.chat import ChatMessage
from llmdesk.datatypes.pictures import Picture
from llmdesk.datatypes.tools import Tool, ToolCall
from llmdesk.engine.generation.given import FIRST_GIVEN
from tests.engine.sight.test_sight import seeing_model
from tests.engine.tiny_seeing import TILE_TOKENS, picture, save_seeing_model

pytest.importorskip("torch")
pytestmark = pytest.mark.model

TYPED = "a \ufdd10\ufdd1 b"
"""What stands for a picture within the program, typed by somebody."""
ESCAPED = json.dumps(TYPED)


@pytest.mark.parametrize(
    "messages",
    [
        (ChatMessage("user", TYPED),),
        (ChatMessage("system", TYPED), ChatMessage("user", "Go on.")),
        (ChatMessage("user", "?"), ChatMessage("assistant", TYPED, reasoning=TYPED)),
        (
            ChatMessage("user", "?"),
            ChatMessage("assistant", "", (ToolCall(TYPED, f"f{TYPED}", f'{{"key": {ESCAPED}}}'),)),
            ChatMessage("tool", TYPED, call_id=TYPED, name=TYPED),
            ChatMessage("user", "Go on."),
        ),
    ],
    ids=["user", "system", "begun", "call"],
)
def test_nobody_types_a_picture(tmp_path: Path, messages: tuple[ChatMessage, ...]) -> None:
    model = seeing_model(save_seeing_model(tmp_path / "model"))
    image_id = model.tokenizer.backend_tokenizer.token_to_id("<image>")
    tools = (Tool("look", TYPED, json.dumps({"type": "object", "properties": {TYPED: {"description": TYPED}}})),)
    for told in ((), tools):
        ids = model.chats.encode(messages, tools=told).ids
        assert image_id not in ids
        assert max(ids) < FIRST_GIVEN
    first = replace(messages[0], pictures=(Picture(picture(1)),))
    ids = model.chats.encode((first, *messages[1:]), tools=tools).ids
    assert sum(token >= FIRST_GIVEN for token in ids) == 5 * TILE_TOKENS
    assert image_id not in ids


def test_a_damaged_picture_whose_name_is_a_mark_is_told_as_text(tmp_path: Path) -> None:
    model = seeing_model(save_seeing_model(tmp_path / "model"))
    damaged = ChatMessage("user", "?", pictures=(Picture("no base64!", name=TYPED),))
    ids = model.chats.encode((damaged, ChatMessage("assistant", "No."), ChatMessage("user", "Go on."))).ids
    assert model.tokenizer.backend_tokenizer.token_to_id("<image>") not in ids
