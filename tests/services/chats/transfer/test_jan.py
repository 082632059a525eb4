"""Jan's folders: ``thread.json`` and ``messages.jsonl`` side by side."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

from llmdesk.services.chats.transfer.reading import read_chats
from tests.services.chats.transfer.trees import outline

THREAD = {
    "id": "jan_1700000000",
    "object": "thread",
    "title": "Bread",
    "assistants": [
        {"assistant_id": "jan", "assistant_name": "Jan", "model": {"id": "llama3.2-3b"}, "instructions": "You bake."}
    ],
    "created": 1_700_000_000,
    "updated": 1_700_000_500_000,
    "metadata": {"is_favorite": True},
}


def message(role: str, *content: dict[str, Any], status: str = "ready", **more: Any) -> dict[str, Any]:
    return {
        "id": "same",
        "object": "thread.message",
        "thread_id": "jan_1700000000",
        "role": role,
        "content": list(content),
        "status": status,
        "created_at": 1_700_000_001,
    } | more


def text(value: str, kind: str = "text") -> dict[str, Any]:
    return {"type": kind, "text": {"value": value, "annotations": []}}


MESSAGES = [
    message("system", text("Hidden")),
    message("user", text("How?"), {"type": "image_url", "image_url": {"url": "file:///etc/passwd"}}),
    message("assistant", text("Flour first", "reasoning"), text("Knead."), {"type": "tool_call", "tool_name": "x"}),
    message("user", text("And then?")),
    message("assistant", text("Ba"), status="stopped"),
    message("user", text("Then?")),
    message("assistant", status="error", error_code="insufficient_quota"),
]
OUTLINE = ["How?\n\n[Image]", ["> Knead.", ["And then?", ["> Ba", ["Then?", ["> "]]]]]]


def folder(tmp_path: Path, name: str = "jan_1700000000", thread: Any = THREAD, messages: Any = MESSAGES) -> Path:
    made = tmp_path / "threads" / name
    made.mkdir(parents=True)
    (made / "thread.json").write_text(json.dumps(thread), encoding="utf-8")
    lines = messages if isinstance(messages, str) else "\n".join(map(json.dumps, messages)) + "\n"
    (made / "messages.jsonl").write_text(lines, encoding="utf-8")
    return made


def test_a_folder(tmp_path: Path) -> None:
    folder(tmp_path)
    (found,) = read_chats(tmp_path / "threads")
    assert outline(found.chat) == OUTLINE
    assert found.chat is not None
    info = found.chat.info
    assert (info.title, info.is_pinned, info.created_s, info.changed_s) == ("Bread", True, 1.7e9, 1.7e9 + 500)
    assert found.chat.options.system_prompt == "You bake."
    answers = [turn.answer for turn in found.chat.conversation.turns]
    assert [answer.state for answer in answers] == ["done", "cancelled", "failed"]
    assert {answer.model_id for answer in answers} == {"llama3.2-3b"}
    assert answers[2].error is not None
    assert "insufficient_quota" in answers[2].error.user_message


def test_either_file_brings_the_other_one(tmp_path: Path) -> None:
    made = folder(tmp_path)
    for name in ("thread.json", "messages.jsonl"):
        (found,) = read_chats(made / name)
        assert outline(found.chat) == OUTLINE
        assert found.name == "Bread"


def test_messages_alone(tmp_path: Path) -> None:
    made = folder(tmp_path)
    (made / "thread.json").unlink()
    (found,) = read_chats(made / "messages.jsonl")
    assert outline(found.chat) == OUTLINE


def test_a_newer_thread_names_its_model_itself(tmp_path: Path) -> None:
    made = folder(tmp_path, thread={"id": "t", "object": "thread", "title": "", "model": {"id": "jan-v1-4b"}})
    (found,) = read_chats(made)
    assert found.chat is not None
    assert found.chat.conversation.path[1].model_id == "jan-v1-4b"


def test_a_line_that_is_cut_off_gets_an_error_and_the_other_chats_are_read(tmp_path: Path) -> None:
    folder(tmp_path)
    folder(tmp_path, "other", THREAD | {"id": "other"}, json.dumps(MESSAGES[1]) + '\n{"id": "x", "rol')
    bad, *_ = found = sorted(read_chats(tmp_path / "threads"), key=lambda each: each.error is None)
    assert bad.error is not None
    assert "messages.jsonl, line 2," in bad.error.user_message
    assert sum(each.chat is not None for each in found) == 1


def test_a_zip_of_threads(tmp_path: Path) -> None:
    file = tmp_path / "jan.zip"
    with zipfile.ZipFile(file, "w") as archive:
        for name in ("a", "b"):
            archive.writestr(f"threads/{name}/thread.json", json.dumps(THREAD | {"id": name}))
            archive.writestr(f"threads/{name}/messages.jsonl", "\n".join(map(json.dumps, MESSAGES)))
    assert [outline(each.chat) for each in read_chats(file)] == 2 * [OUTLINE]
