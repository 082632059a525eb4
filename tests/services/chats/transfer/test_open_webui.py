"""Open WebUI's export: a tree by parents, several models at once, reasoning inside of the text."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from llmdesk.services.chats.transfer.open_webui import _in_parts
from llmdesk.services.chats.transfer.reading import read_chats
from tests.services.chats.transfer.trees import outline


def entry(key: str, parent: str | None, role: str, content: Any, *children: str, **more: Any) -> dict[str, Any]:
    return {
        "id": key,
        "parentId": parent,
        "childrenIds": list(children),
        "role": role,
        "content": content,
        "timestamp": 1_700_000_000,
        "model": "llama3.2:3b" if role == "assistant" else None,
        "done": True,
    } | more


def chat(*messages: dict[str, Any], current: str = "", **values: Any) -> dict[str, Any]:
    return {
        "id": "chat-1",
        "user_id": "user-1",
        "title": "Weather",
        "chat": {
            "title": "Weather",
            "models": ["llama3.2:3b", "qwen3:4b"],
            "params": {"system": "Be kind."},
            "history": {"messages": {each["id"]: each for each in messages}, "currentId": current},
            "messages": [],
        },
        "created_at": 1_700_000_000,
        "updated_at": 1_700_000_900,
        "pinned": True,
        "archived": False,
    } | values


def example() -> dict[str, Any]:
    return chat(
        entry("a2", "u1", "assistant", "Wet.", "u2", model="qwen3:4b"),
        entry(
            "u1", None, "user", "How is it?", "a1", "a2", files=[{"type": "file", "name": "map.txt"}, {"type": "image"}]
        ),
        entry("a1", "u1", "assistant", "Dry."),
        entry("u2", "a2", "user", [{"type": "text", "text": "And now?"}, {"type": "image_url"}], "a3"),
        entry("a3", "u2", "assistant", "", error={"content": "model not found"}),
        current="a3",
    )


OUTLINE = ["How is it?\n\n[File: map.txt]\n\n[Image]", ["> Dry.", "*> Wet.", ["And now?\n\n[Image]", ["> "]]]]


def read(tmp_path: Path, document: Any) -> list[Any]:
    file = tmp_path / "chat-export.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    return list(read_chats(file))


@pytest.mark.parametrize(
    "wrap", [lambda found: [found], lambda found: found, lambda found: [found["chat"] | {"id": "x"}]]
)
def test_versions_models_errors_and_files(tmp_path: Path, wrap: Any) -> None:
    (found,) = read(tmp_path, wrap(example()))
    assert outline(found.chat) == OUTLINE
    turns = found.chat.conversation.turns
    assert [turn.answer.model_id for turn in turns] == ["qwen3:4b", "llama3.2:3b"]
    assert turns[-1].answer.state == "failed"
    assert turns[-1].answer.error.user_message == "model not found"
    assert found.chat.options.system_prompt == "Be kind."
    assert found.chat.info.title == "Weather"


def test_what_the_list_says(tmp_path: Path) -> None:
    (found,) = read(tmp_path, [example()])
    info = found.chat.info
    assert (info.is_pinned, info.is_archived, info.created_s, info.changed_s) == (True, False, 1.7e9, 1.7e9 + 900)


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        ("Plain.", ("Plain.", "", 0)),
        (
            '<details type="reasoning" done="true" duration="13">\n<summary>Thought for 13 seconds</summary>\n'
            "&gt; I&#x27;m\n&gt; so\n</details>\nYes.",
            ("Yes.", "I'm\nso", 13),
        ),
        (
            'A<details type="tool_calls" done="true" id="1" name="x">\n<summary>Ran</summary>\n</details>\nB',
            ("A\nB", "", 0),
        ),
        (
            "<details><summary>More</summary>\nkept</details>",
            ("<details><summary>More</summary>\nkept</details>", "", 0),
        ),
        ('Not closed <details type="reasoning">', ('Not closed <details type="reasoning">', "", 0)),
        ('<details type="reasoning" duration="soon">x</details>Y', ("Y", "x", 0)),
    ],
)
def test_reasoning_and_calls_are_taken_out_of_the_text(words: str, parts: tuple[str, str, float]) -> None:
    assert _in_parts(words) == parts


@pytest.mark.parametrize(
    "spoil",
    [
        {"history": {"messages": {"a": None, "b": []}}},
        {"history": {"messages": {"a": {"role": "user", "content": {"x": 1}, "childrenIds": [[], {}]}}}},
        {"history": {"messages": {"a": {"role": [], "files": "x"}}, "currentId": []}},
    ],
)
def test_wrong_types_are_empty_chats(spoil: Any, tmp_path: Path) -> None:
    first, second = read(tmp_path, [example() | {"chat": spoil}, example()])
    assert (first.chat, first.error) == (None, None)
    assert outline(second.chat) == OUTLINE


def test_a_circle_gets_an_error(tmp_path: Path) -> None:
    bad = example()
    bad["chat"]["history"]["messages"]["u1"]["parentId"] = "a3"
    first, second = read(tmp_path, [bad, example()])
    assert "circle" in first.error.user_message
    assert second.chat is not None
