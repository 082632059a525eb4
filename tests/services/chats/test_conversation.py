"""What of a chat the model is told."""

from __future__ import annotations

import pytest

from llmdesk.services.chats.conversation import Conversation


def roles(conversation: Conversation, request_id: str) -> str:
    return "".join(message.role[0] for message in conversation.messages(request_id))


def answered(conversation: Conversation, request_id: str, answer: str = "yes") -> None:
    conversation.begin(request_id, f"prompt {request_id}")
    conversation.append(request_id, answer)
    conversation.finish(request_id, "stop")


def test_a_system_prompt_and_earlier_turns_come_first() -> None:
    conversation = Conversation("Be kind.")
    answered(conversation, "a")
    conversation.begin("b", "more")
    assert roles(conversation, "b") == "suau"
    assert conversation.messages("b")[-1].content == "more"


def test_a_partial_answer_is_remembered() -> None:
    conversation = Conversation()
    conversation.begin("a", "long")
    conversation.append("a", "half")
    conversation.finish("a", "cancelled")
    conversation.begin("b", "go on")
    assert [message.content for message in conversation.messages("b")] == ["long", "half", "go on"]


@pytest.mark.parametrize("end", ["failed", "cancelled"])
def test_a_turn_without_words_is_left_out(end: str) -> None:
    conversation = Conversation()
    conversation.begin("a", "lost")
    conversation.append("a", "  ")
    if end == "failed":
        conversation.fail("a")
    else:
        conversation.finish("a", "cancelled")
    conversation.begin("b", "next")
    assert roles(conversation, "b") == "u"


def test_restart_drops_everything_after_and_may_change_the_words() -> None:
    conversation = Conversation()
    for name in "abc":
        answered(conversation, name)
    assert conversation.restart("b", "d") == "prompt b"
    assert [turn.request_id for turn in conversation.turns] == ["a", "d"]
    assert conversation.restart("d", "e", "other") == "other"
    assert conversation.messages("e")[-1].content == "other"
    assert not conversation.holds("c")


def test_an_unknown_request_is_a_bug_of_the_caller() -> None:
    with pytest.raises(KeyError):
        Conversation().append("nobody", "text")
