"""Our own JSON goes around without loss, and believes nothing that it reads."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from llmdesk.services.chats.transfer.own_format import chats_json
from llmdesk.services.chats.transfer.reading import Read, read_chats
from tests.services.chats.transfer.trees import contents, random_chat, simple_chat


def read(tmp_path: Path, document: Any) -> list[Read]:
    file = tmp_path / "chats.json"
    file.write_text(document if isinstance(document, str) else json.dumps(document), encoding="utf-8")
    return list(read_chats(file))


@pytest.mark.parametrize("seed", range(40))
def test_any_tree_goes_around_without_loss(seed: int, tmp_path: Path) -> None:
    chats = [random_chat(seed, turns=1 + seed), random_chat(1000 + seed)]
    found = read(tmp_path, chats_json(chats))
    assert [each.error for each in found] == [None, None]
    assert [contents(each.chat) for each in found if each.chat] == [contents(chat) for chat in chats]


def test_an_answer_that_was_running_is_an_interrupted_one(tmp_path: Path) -> None:
    chat = simple_chat("one", "two")
    chat.conversation.append(chat.conversation.ask("three", "alpha", chat.options.sampling).id, "fo")
    (found,) = read(tmp_path, chats_json([chat]))
    assert found.chat is not None
    last = found.chat.conversation.path[-1]
    assert (last.text, last.state, last.can_go_on) == ("fo", "interrupted", True)


@pytest.mark.parametrize(("title", "name"), [("Counting", "Counting"), ("one", ""), ("", "")])
def test_a_title_that_is_not_the_first_prompt_is_the_name_of_the_chat(title: str, name: str, tmp_path: Path) -> None:
    """A model made it, where it is not the user's own; forks go by the name."""
    document = json.loads(chats_json([simple_chat("one", "two")]))
    document["chats"][0] |= {"title": title, "is_title_own": False}
    (found,) = read(tmp_path, document)
    assert found.chat is not None
    assert (found.chat.conversation.name, found.chat.info.is_title_own) == (name, False)


def test_an_unknown_field_is_passed_over_and_a_missing_one_has_its_default(tmp_path: Path) -> None:
    document = json.loads(chats_json([simple_chat("one", "two")]))
    chat = document["chats"][0]
    chat["mood"] = chat["messages"][1]["mood"] = chat["options"]["mood"] = "good"
    del chat["messages"][1]["stats"], chat["draft"], chat["is_pinned"], chat["options"]["sampling"]
    (found,) = read(tmp_path, document)
    assert found.chat is not None
    assert [message.text for message in found.chat.conversation.path] == ["one", "two"]


def test_the_parts_may_stand_in_any_order(tmp_path: Path) -> None:
    document = json.loads(chats_json([simple_chat("one", "two")]))
    (found,) = read(tmp_path, json.dumps(document, sort_keys=True))
    assert found.chat is not None


def test_a_newer_version_is_refused(tmp_path: Path) -> None:
    document = json.loads(chats_json([simple_chat("one", "two")])) | {"version": 2}
    (found,) = read(tmp_path, document)
    assert found.error is not None
    assert "newer version" in found.error.user_message
    assert "Update" in found.error.hint


def _spoil(path: str, value: Any) -> Callable[[dict[str, Any]], None]:
    def spoil(chat: dict[str, Any]) -> None:
        *steps, last = path.split(".")
        place: Any = chat
        for step in steps:
            place = place[int(step)] if step.isdigit() else place[step]
        place[int(last) if last.isdigit() else last] = value

    return spoil


SPOILT: list[Callable[[dict[str, Any]], None]] = [
    _spoil("id", "../../etc/passwd"),
    _spoil("id", None),
    _spoil("title", ["no", "text"]),
    _spoil("title", "half \ud800 pair"),
    _spoil("created_s", float("nan")),
    _spoil("created_s", 10**400),
    _spoil("created_s", 1e18),
    _spoil("changed_s", 1e12),
    _spoil("changed_s", -1e18),
    _spoil("id", "ffffffff-ffff-7fff-bfff-ffffffffffff"),  # of the year 10889
    _spoil("is_pinned", "perhaps"),
    _spoil("options", {"sampling": {"temperature": "hot"}}),
    _spoil("options", {"context_policy": "explode"}),
    _spoil("messages.0.id", "0"),
    _spoil("messages.1.role", "system"),
    _spoil("messages.1.role", "user"),
    _spoil("messages.1.state", "exploded"),
    _spoil("messages.1.stats", {"new_tokens": "many"}),
    _spoil("messages.1.parent_id", ""),
    _spoil("messages.1", "words"),
    _spoil("messages.0", None),
    lambda chat: chat["messages"].reverse(),
    lambda chat: chat["messages"].append(chat["messages"][1]),
    lambda chat: chat["messages"].pop(),
    lambda chat: chat["messages"][0].update(parent_id=chat["messages"][1]["id"]),
    lambda chat: chat["messages"][0].update(parent_id=chat["messages"][0]["id"]),
]


@pytest.mark.parametrize("spoil", SPOILT)
def test_a_damaged_chat_gets_an_error_and_the_others_are_read(
    spoil: Callable[[dict[str, Any]], None], tmp_path: Path
) -> None:
    document = json.loads(chats_json([simple_chat("one", "two"), simple_chat("three", "four", "five", "six")]))
    spoil(document["chats"][0])
    bad, good = read(tmp_path, document)
    assert bad.error is not None
    assert bad.error.kind == "TransferError"
    assert bad.error.user_message.startswith("It is damaged")
    assert good.chat is not None


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (_spoil("is_pinned", "maybe so"), "is_pinned: expected true or false"),
        (_spoil("created_s", "noon"), "created_s: expected a number"),
        (lambda chat: chat["messages"][0].pop("role"), "role: it is missing"),
    ],
)
def test_what_was_expected_is_told_in_our_words(
    spoil: Callable[[dict[str, Any]], None], words: str, tmp_path: Path
) -> None:
    document = json.loads(chats_json([simple_chat("one", "two")]))
    spoil(document["chats"][0])
    (bad,) = read(tmp_path, document)
    assert bad.error is not None
    assert bad.error.user_message == f"It is damaged: {words}."


def test_a_chat_of_the_future_is_one_of_now(tmp_path: Path) -> None:
    """As with other programs' chats: else it would stand above all new ones for years."""
    document = json.loads(chats_json([simple_chat("one", "two")]))
    document["chats"][0] |= {"created_s": 4e9, "changed_s": 4e9 + 1}
    before_s = time.time()
    (found,) = read(tmp_path, document)
    assert found.chat is not None
    assert before_s <= found.chat.info.created_s <= found.chat.info.changed_s <= time.time()
    assert found.chat.info.id == document["chats"][0]["id"]
