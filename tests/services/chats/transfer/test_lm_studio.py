"""LM Studio's files of conversations, in the two shapes that their answers have."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from llmdesk.services.chats.transfer.reading import Read, read_chats
from tests.services.chats.transfer.trees import outline


def words(text: str, **more: Any) -> dict[str, Any]:
    return {"type": "text", "text": text} | more


def prompt(*texts: str, selected: int = 0) -> dict[str, Any]:
    versions = [{"type": "singleStep", "role": "user", "content": [words(text)]} for text in texts]
    return {"versions": versions, "currentlySelected": selected}


def block(*parts: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "contentBlock", "stepIdentifier": "1-0.5", "content": list(parts)} | more


def answer(*versions: list[dict[str, Any]], selected: int = 0) -> dict[str, Any]:
    made = [
        {"type": "multiStep", "role": "assistant", "steps": steps, "senderInfo": {"senderName": "qwen3-4b"}}
        for steps in versions
    ]
    return {"versions": made, "currentlySelected": selected}


def conversation(*messages: dict[str, Any], **values: Any) -> dict[str, Any]:
    return {
        "name": "Foxes",
        "pinned": True,
        "createdAt": 1_755_014_461_974,
        "preset": "",
        "tokenCount": 12,
        "systemPrompt": "",
        "messages": list(messages),
        "usePerChatPredictionConfig": True,
        "perChatPredictionConfig": {"fields": [{"key": "llm.prediction.systemPrompt", "value": "Be brief."}]},
        "clientInput": "",
    } | values


def read(tmp_path: Path, document: Any, name: str = "1755014461974.conversation.json") -> Read:
    file = tmp_path / name
    file.write_text(json.dumps(document), encoding="utf-8")
    (found,) = read_chats(file)
    return found


def test_versions_reasoning_and_steps(tmp_path: Path) -> None:
    thinking = block(words("<think>", isStructural=True), words("Hm."), style={"type": "thinking", "ended": True})
    cut = block(words("Red"), genInfo={"stats": {"stopReason": "maxPredictedTokensReached", "tokensPerSecond": 9.5}})
    found = read(
        tmp_path,
        conversation(
            prompt("What is a fox?", "What are foxes?", selected=1),
            answer(
                [thinking, block(words("An")), {"type": "debugInfoBlock"}, block(words("animal."))], [cut], selected=1
            ),
            prompt("More"),
            answer([block(words("No."))]),
        ),
    ).chat
    assert outline(found) == [
        "What is a fox?",
        ["> "],
        "*What are foxes?",
        ["> An\n\nanimal.", "*> Red", ["More", ["> No."]]],
    ]
    assert found is not None
    assert found.options.system_prompt == "Be brief."
    assert (found.info.title, found.info.is_pinned, found.info.created_s) == ("Foxes", True, 1_755_014_461.974)
    cut_answer = found.conversation.path[1]
    assert (cut_answer.model_id, cut_answer.finish_reason, cut_answer.can_go_on) == ("qwen3-4b", "length", True)


def test_single_steps_and_files(tmp_path: Path) -> None:
    asked = {
        "type": "singleStep",
        "role": "user",
        "content": [{"type": "file", "fileIdentifier": "17 - 431.png", "fileType": "image"}, words("Describe")],
    }
    said = {"type": "singleStep", "role": "assistant", "content": [words("A fox.")]}
    found = read(tmp_path, conversation({"versions": [asked]}, {"versions": [said], "currentlySelected": 0}))
    assert outline(found.chat) == ["[Image: 17 - 431.png]\n\nDescribe", ["> A fox."]]


def test_no_name_and_no_messages(tmp_path: Path) -> None:
    assert read(tmp_path, conversation()).chat is None
    assert read(tmp_path, conversation()).error is None
    nameless = conversation(prompt("What is a fox?"), answer([block(words("Red"))]), name=None)
    found = read(tmp_path, nameless).chat
    assert found is not None
    assert (found.info.title, found.info.is_title_own) == ("What is a fox?", False)


def test_the_same_file_is_the_same_chat(tmp_path: Path) -> None:
    chats = [
        read(tmp_path, conversation(prompt("a"), answer([block(words(text))])), name).chat
        for text, name in (("b", "1.conversation.json"), ("c", "1.conversation.json"), ("b", "2.conversation.json"))
    ]
    ids = [chat.info.id for chat in chats if chat]
    assert ids[0] == ids[1] != ids[2]


@pytest.mark.parametrize(
    "message",
    [
        {"versions": []},
        {"versions": [{}]},
        {"versions": [{"role": "user", "content": {"text": 1}}]},
        {"versions": [{"role": "assistant", "steps": [{"type": "contentBlock", "content": [None, 3]}]}]},
        {"versions": "no", "currentlySelected": -1},
        {"versions": [{"role": "tool"}], "currentlySelected": 99},
    ],
)
def test_odd_messages_do_not_hide_the_others(message: Any, tmp_path: Path) -> None:
    found = read(tmp_path, conversation(message, prompt("a"), answer([block(words("b"))])))
    assert found.error is None
    assert found.chat is not None
    assert [each.text for each in found.chat.conversation.path][-2:] == ["a", "b"]
