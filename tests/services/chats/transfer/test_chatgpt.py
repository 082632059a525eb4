"""ChatGPT's export: the tree with its hidden nodes, branches, and parts that are no text."""

from __future__ import annotations

import json
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest

from llmdesk.services.chats.ids import time_of
from llmdesk.services.chats.transfer import drafts
from llmdesk.services.chats.transfer.reading import Read, read_chats
from tests.services.chats.transfer.trees import outline

HIDDEN = {"is_visually_hidden_from_conversation": True}


def node(
    parent: str | None, role: str = "", words: Any = "", time_s: float | None = None, **message: Any
) -> dict[str, Any]:
    if not role:
        return {"parent": parent, "children": [], "message": None}
    content = words if isinstance(words, dict) else {"content_type": "text", "parts": [words]}
    return {
        "parent": parent,
        "children": [],
        "message": {
            "author": {"role": role, "name": None, "metadata": {}},
            "create_time": time_s,
            "content": content,
            "status": "finished_successfully",
            "recipient": "all",
            "metadata": {},
        }
        | message,
    }


def chat(nodes: dict[str, Any], current: str, **values: Any) -> dict[str, Any]:
    for key, each in nodes.items():
        each["id"] = key
        if each["parent"] in nodes:
            nodes[each["parent"]]["children"].append(key)
    return {
        "id": "c-1",
        "conversation_id": "c-1",
        "title": "Of trees",
        "create_time": 1_700_000_000.5,
        "update_time": 1_700_000_900.0,
        "current_node": current,
        "default_model_slug": "gpt-5",
        "mapping": nodes,
    } | values


def branched() -> dict[str, Any]:
    """An answer made again, a prompt edited; hidden nodes before and between."""
    return chat(
        {
            "root": node(None),
            "sys": node("root", "system", ""),
            "ctx": node(
                "sys", "user", {"content_type": "user_editable_context", "user_profile": "me"}, metadata=HIDDEN
            ),
            "u1": node("ctx", "user", "Hello", 1_700_000_001.0),
            "a1": node("u1", "assistant", "Hi.", 1_700_000_002.0, metadata={"model_slug": "gpt-4o"}),
            "a2": node("u1", "assistant", "Hello!", 1_700_000_003.0),
            "u2": node("a2", "user", "What is a tree?", 1_700_000_004.0),
            "a3": node("u2", "assistant", "A graph.", 1_700_000_005.0),
            "u3": node("a2", "user", "What is a graph?", 1_700_000_006.0),
            "a4": node("u3", "assistant", "A tree.", 1_700_000_007.0),
        },
        "a3",
    )


BRANCHES = ["Hello", ["> Hi.", "*> Hello!", ["*What is a tree?", ["> A graph."], "What is a graph?", ["> A tree."]]]]


def write(tmp_path: Path, document: Any, name: str = "conversations.json") -> Path:
    file = tmp_path / name
    file.write_text(json.dumps(document), encoding="utf-8")
    return file


def one(tmp_path: Path, document: Any) -> Read:
    (found,) = read_chats(write(tmp_path, document))
    return found


def test_branches_become_versions_and_hidden_nodes_go(tmp_path: Path) -> None:
    found = one(tmp_path, [branched()]).chat
    assert found is not None
    assert outline(found) == BRANCHES
    assert [message.text for message in found.conversation.path][-1] == "A graph."
    assert (found.info.title, found.info.is_title_own, found.info.message_count) == ("Of trees", True, 7)
    assert (found.info.created_s, found.info.changed_s) == (1_700_000_000.5, 1_700_000_900.0)
    assert [message.model_id for message in found.conversation.messages if message.role == "assistant"][:2] == [
        "gpt-4o",
        "gpt-5",
    ]
    assert time_of(found.conversation.path[0].id) == 1_700_000_001.0


def test_newer_exports_leave_out_children_and_metadata(tmp_path: Path) -> None:
    document = branched()
    for each in document["mapping"].values():
        each["children"] = []
        if each["message"]:
            each["message"].pop("metadata", None)
    document["mapping"].pop("ctx")
    document["mapping"]["u1"]["parent"] = "sys"
    assert outline(one(tmp_path, [document]).chat) == BRANCHES


def test_a_node_without_a_parent_is_found_by_its_parents_children(tmp_path: Path) -> None:
    document = branched()
    for each in document["mapping"].values():
        del each["parent"]
    assert outline(one(tmp_path, [document]).chat) == BRANCHES


def test_one_chat_alone_or_under_a_key(tmp_path: Path) -> None:
    assert outline(one(tmp_path, branched()).chat) == BRANCHES
    assert outline(one(tmp_path, {"conversations": [branched()]}).chat) == BRANCHES


def test_the_same_chat_has_the_same_id_in_every_export(tmp_path: Path) -> None:
    longer = branched()
    longer["mapping"]["u9"] = node("a4", "user", "More", 1_700_001_000.0)
    first, second = one(tmp_path, [branched()]).chat, one(tmp_path, [longer]).chat
    other = one(tmp_path, [branched() | {"conversation_id": "c-2"}]).chat
    assert first is not None
    assert second is not None
    assert other is not None
    assert first.info.id == second.info.id != other.info.id


def test_a_chat_of_the_future_is_one_of_now_and_stays_the_same_chat(tmp_path: Path) -> None:
    """Else it would stand above all new ones for years."""
    future = branched() | {"create_time": 4e9, "update_time": 4e9 + 1}
    before_s = time.time()
    first, again = (one(tmp_path, [future]).chat for _ in range(2))
    assert first is not None
    assert again is not None
    assert before_s <= first.info.created_s <= first.info.changed_s <= time.time()
    assert first.info.id == again.info.id


def test_parts_that_are_no_text_are_told_in_words(tmp_path: Path) -> None:
    picture = {
        "content_type": "image_asset_pointer",
        "asset_pointer": "file-service://../../x",
        "width": 640,
        "height": 480,
    }
    drawn = picture | {"metadata": {"dalle": {"prompt": "a fox"}}}
    sound = {"content_type": "audio_transcription", "text": "spoken words"}
    attached = {
        "attachments": [{"name": "sums.csv", "mime_type": "text/csv"}, {"name": "x.png", "mime_type": "image/png"}]
    }
    found = one(
        tmp_path,
        [
            chat(
                {
                    "u": node(
                        None,
                        "user",
                        {"content_type": "multimodal_text", "parts": [picture, sound, "Look."]},
                        1.0,
                        metadata=attached,
                    ),
                    "call": node(
                        "u",
                        "assistant",
                        {"content_type": "code", "language": "json", "text": "{}"},
                        2.0,
                        recipient="dalle.text2im",
                    ),
                    "tool": node("call", "tool", {"content_type": "multimodal_text", "parts": [drawn]}, 3.0),
                    "a": node("tool", "assistant", "There.\ue200cite\ue202turn0search0\ue201", 4.0),
                },
                "a",
            )
        ],
    )
    assert outline(found.chat) == [
        "[Image: 640 × 480]\n\nspoken words\n\nLook.\n\n[File: sums.csv]",
        ["> [Image: a fox]\n\nThere."],
    ]


def test_code_that_was_run_and_what_it_said(tmp_path: Path) -> None:
    nodes = {
        "u": node(None, "user", "Add", 1.0),
        "t": node(
            "u", "assistant", {"content_type": "thoughts", "thoughts": [{"summary": "Sum", "content": "1+1"}]}, 2.0
        ),
        "c": node("t", "assistant", {"content_type": "code", "text": "print(1 + 1)"}, 3.0, recipient="python"),
        "o": node("c", "tool", {"content_type": "execution_output", "text": "2"}, 4.0),
        "a": node("o", "assistant", "It is 2.", 5.0),
    }
    found = one(tmp_path, [chat(nodes, "a")]).chat
    assert outline(found) == ["Add", ["> ````python\nprint(1 + 1)\n````\n\n````text\n2\n````\n\nIt is 2."]]


def test_two_prompts_in_a_row_and_a_prompt_without_an_answer(tmp_path: Path) -> None:
    nodes = {
        "u1": node(None, "user", "One", 1.0),
        "u2": node("u1", "user", "Two", 2.0),
        "a": node("u2", "assistant", "Both", 3.0),
        "u3": node("a", "user", "Three", 4.0),
    }
    found = one(tmp_path, [chat(nodes, "u3")]).chat
    assert outline(found) == ["One", ["> ", ["Two", ["> Both", ["Three", ["> "]]]]]]
    assert found is not None
    assert [turn.answer.state for turn in found.conversation.turns] == ["cancelled", "done", "cancelled"]


def test_a_zip_with_numbered_files_and_things_that_are_no_chats(tmp_path: Path) -> None:
    file = tmp_path / "export.zip"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("conversations-000.json", json.dumps([branched()]))
        archive.writestr("conversations-001.json", json.dumps([branched() | {"conversation_id": "c-2"}]))
        archive.writestr("user.json", '{"id": "user-1", "email": "a@b.example"}')
        archive.writestr("shopping.json", "[]")
        archive.writestr("__MACOSX/._conversations-000.json", "\x00junk")
        archive.writestr("chat.html", "<html>")
        archive.writestr("../../escape.json", json.dumps([branched() | {"conversation_id": "c-3"}]))
    found = list(read_chats(file))
    assert [each.error for each in found] == [None] * 3
    assert [outline(each.chat) for each in found] == 3 * [BRANCHES]
    assert sorted(each.name for each in tmp_path.parent.iterdir() if each.name == "escape.json") == []


def test_a_chat_without_words_is_empty(tmp_path: Path) -> None:
    found = one(tmp_path, [chat({"root": node(None), "sys": node("root", "system", "")}, "sys")])
    assert (found.chat, found.error) == (None, None)


BAD: list[Any] = [
    {"mapping": []},
    {"mapping": {"a": None, "b": 3, "c": "x"}},
    {"mapping": {"a": {"message": {"author": [], "content": 7}}}},
    {"mapping": {"": None}},
    {"mapping": {"": {"parent": "", "children": [""]}}},
    {"mapping": {"a": {"message": {"author": {"role": "user"}, "content": {"parts": {"x": 1}}}}}},
    {
        "mapping": {"a": node(None, "user", {"parts": [None, 3, [], {"content_type": 5}]})},
        "title": {},
        "create_time": "x",
    },
    {"mapping": {"a": node(None, "user", {"parts": [[[[]]]]}, 1e400)}, "create_time": float("inf")},
]


@pytest.mark.parametrize("bad", BAD)
def test_wrong_types_are_empty_chats_and_the_others_are_read(bad: Any, tmp_path: Path) -> None:
    first, second = read_chats(write(tmp_path, [bad, branched()]))
    assert first.error is None
    assert outline(second.chat) == BRANCHES


def test_a_circle_gets_an_error(tmp_path: Path) -> None:
    document = branched()
    document["mapping"]["u1"]["parent"] = "a4"
    bad, good, text = read_chats(write(tmp_path, [document, "text", branched()]))
    assert bad.error is not None
    assert "circle" in bad.error.user_message
    assert bad.name == "Of trees"
    assert text.error is not None
    assert good.chat is not None


def test_a_chat_deeper_than_pythons_stack(tmp_path: Path) -> None:
    count = 5_000
    nodes = {str(i): node(str(i - 1), ("user", "assistant")[i % 2], f"w{i}", float(i + 1)) for i in range(count)}
    found = one(tmp_path, [chat(nodes, str(count - 1))]).chat
    assert found is not None
    assert len(found.conversation.path) == count


def test_answers_in_a_row_that_branch_do_not_grow_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drafts, "MAX_CHARS", 10_000_000)
    nodes = {"u": node(None, "user", "Go", 1.0), "0": node("u", "assistant", "x" * 5_000, 2.0)}
    for i in range(1, 200):
        nodes[str(i)] = node(str(i - 1), "assistant", "x" * 5_000, float(i + 2))
        nodes[f"{i}b"] = node(str(i - 1), "assistant", "y", float(i + 2))
    found = one(tmp_path, [chat(nodes, "1")])
    assert found.error is not None
    assert "too long" in found.error.user_message


def test_a_chain_of_thousands_of_empty_steps_that_branch_ends_soon(tmp_path: Path) -> None:
    nodes = {"u": node(None, "user", "Go", 1.0)}
    for i in range(8_000):
        nodes[str(i)] = node(str(i - 1) if i else "u", "assistant", "x", float(i + 2))
        nodes[f"{i}b"] = node(str(i - 1) if i else "u", "assistant", "y", float(i + 2))
    assert one(tmp_path, [chat(nodes, "1")]).error is not None
