"""Files in which anything may be of any type: whatever comes of it, it is no bug, and the other chats are read."""

from __future__ import annotations

import copy
import json
import random
from pathlib import Path
from typing import Any

import pytest

from llmdesk.services.chats.transfer.own_format import chats_json
from llmdesk.services.chats.transfer.reading import read_chats
from tests.services.chats.transfer import test_chatgpt, test_lm_studio, test_open_webui
from tests.services.chats.transfer.trees import random_chat

NASTY: tuple[Any, ...] = (
    None, True, False, 0, -1, 1e308, float("nan"), float("inf"), 10**30, "", "x", "\x00", "\ud800", "../../etc/passwd",
    [], {}, [[]], [None], {"": None}, {"text": 3}, [{"type": "text", "text": []}], "u1", "a1", ["u1"],
    "2024-01-01T00:00:00Z",
)  # fmt: skip

DOCUMENTS = {
    "own": lambda: json.loads(chats_json([random_chat(1, 4), random_chat(2, 4)])),
    "chatgpt": lambda: [test_chatgpt.branched(), test_chatgpt.branched() | {"conversation_id": "c-2"}],
    "open_webui": lambda: [test_open_webui.example(), test_open_webui.example() | {"id": "chat-2"}],
    "lm_studio": lambda: test_lm_studio.conversation(
        test_lm_studio.prompt("a", "b", selected=1),
        test_lm_studio.answer([test_lm_studio.block(test_lm_studio.words("c"), style={"type": "thinking"})], []),
    ),
}


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every place in a document: what holds it, and its key there."""
    found: list[tuple[Any, Any]] = []
    keys: Any = value.keys() if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        found.append((value, key))
        found += places(value[key])
    return found


@pytest.mark.parametrize("kind", sorted(DOCUMENTS))
@pytest.mark.parametrize("seed", range(60))
def test_anything_may_be_of_any_type(kind: str, seed: int, tmp_path: Path) -> None:
    rng = random.Random(seed)
    document = copy.deepcopy(DOCUMENTS[kind]())
    for _ in range(rng.choice((1, 1, 2, 5, 20))):
        holder, key = rng.choice(places(document))
        holder[key] = copy.deepcopy(rng.choice(NASTY))
    file = tmp_path / "x.json"
    file.write_text(json.dumps(document))
    for read in read_chats(file):
        assert read.error is None or read.error.kind == "TransferError", read.error
        if read.chat is not None:
            assert len(read.chat.conversation.path) % 2 == 0
            chats_json([read.chat]).encode()


@pytest.mark.parametrize("kind", sorted(DOCUMENTS))
def test_a_file_that_is_cut_off_anywhere(kind: str, tmp_path: Path) -> None:
    whole = json.dumps(DOCUMENTS[kind]())
    file = tmp_path / "x.json"
    for cut in range(0, len(whole), max(1, len(whole) // 150)):
        file.write_text(whole[:cut])
        *_, last = read_chats(file)
        assert last.error is not None
        assert last.error.kind in ("TransferError", "UnreadableFile")


def test_what_stands_before_the_cut_is_read(tmp_path: Path) -> None:
    whole = chats_json([random_chat(1), random_chat(2), random_chat(3)])
    file = tmp_path / "x.json"
    file.write_text(whole[: whole.rindex('"parent_id"')])
    first, second, bad = read_chats(file)
    assert first.chat is not None
    assert second.chat is not None
    assert bad.error is not None
    assert "x.json is not JSON" in bad.error.user_message
