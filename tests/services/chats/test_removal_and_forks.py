"""Messages that are taken away and come back, and chats that begin with another one's messages."""

from __future__ import annotations

from dataclasses import replace

import pytest

from llmdesk.datatypes.chat import ChatMessage, GenerationStats, SamplingParams
from llmdesk.datatypes.model import AnsweredBy
from llmdesk.services.chats.conversation import Conversation
from llmdesk.services.chats.message import Change, Message, MessagesRemoved, MessagesRestored, PathChanged

SAMPLING = SamplingParams()
STATS = GenerationStats(prompt_tokens=3, new_tokens=2)


def answered(chat: Conversation, answer: Message, text: str) -> Message:
    chat.append(answer.id, text)
    chat.finish(answer.id, "stop", STATS, AnsweredBy("tiny", "Tiny", "ipex", "int8", "ipex", 2))
    return answer


def asked(chat: Conversation, text: str) -> Message:
    return answered(chat, chat.ask(text, "tiny", SAMPLING), f"answer to {text}")


def words(chat: Conversation) -> list[str]:
    return [message.text for message in chat.path]


@pytest.fixture
def chat() -> Conversation:
    """Three turns; the second prompt has a second version, whose answer has two versions and nothing after it."""
    made = Conversation()
    asked(made, "one")
    two = asked(made, "two")
    asked(made, "three")
    other = answered(made, made.ask_again(two.parent_id, "other two", "tiny", SAMPLING), "first try")
    answered(made, made.answer_again(other.id, "tiny", SAMPLING), "second try")
    return made


def test_a_version_goes_and_the_one_before_it_is_shown(chat: Conversation) -> None:
    heard: list[Change] = []
    chat.subscribe(heard.append)
    last = chat.path[-1]
    removed = chat.remove(last.id)
    assert words(chat) == ["one", "answer to one", "other two", "first try"]
    assert heard == [MessagesRemoved((last,)), PathChanged(chat.path[-1])]
    assert not chat.holds(last.id)
    assert chat.restore(removed)
    assert words(chat)[-1] == "second try"
    assert heard[2:] == [MessagesRestored((last,)), PathChanged(last)]
    assert [m.text for m in chat.versions(last.id)] == ["first try", "second try"]


def test_a_version_comes_back_to_its_place_whatever_the_ids_say(chat: Conversation) -> None:
    """Of an imported chat that has no times the ids of versions are in no order."""
    messages, last = chat.messages, chat.path[-1]
    ids = {message.id: message.id for message in messages} | {last.id: "0"}
    renamed = [replace(message, id=ids[message.id], parent_id=ids.get(message.parent_id, "")) for message in messages]
    again = Conversation.of(chat.id, renamed, {ids[message.id] for message in chat.path}, "")
    assert [m.text for m in again.versions("0")] == ["first try", "second try"]
    again.restore(again.remove("0"))
    assert [m.text for m in again.versions("0")] == ["first try", "second try"]
    first = again.versions("0")[0]
    again.restore(again.remove(first.id))
    assert [m.text for m in again.versions("0")] == ["first try", "second try"]


def test_an_answer_without_other_versions_takes_its_prompt_and_all_that_follows_along(chat: Conversation) -> None:
    chat.choose(chat.versions(chat.path[2].id)[0].id)
    assert words(chat)[2:] == ["two", "answer to two", "three", "answer to three"]
    removal = chat.removal_of(chat.path[3].id)
    assert [m.text for m in removal] == ["two", "answer to two", "three", "answer to three"]
    removed = chat.remove(chat.path[3].id)
    assert words(chat) == ["one", "answer to one", "other two", "second try"]  # the version that is left
    assert chat.restore(removed)
    assert words(chat)[2:] == ["two", "answer to two", "three", "answer to three"]


def test_what_is_not_shown_goes_without_changing_what_is(chat: Conversation) -> None:
    before = words(chat)
    heard: list[Change] = []
    chat.subscribe(heard.append)
    hidden = chat.versions(chat.path[2].id)[0]
    removed = chat.remove(hidden.id)
    assert words(chat) == before
    assert [type(change) for change in heard] == [MessagesRemoved]
    assert len(removed.messages) == 4
    assert chat.restore(removed)
    assert [m.text for m in chat.versions(chat.path[2].id)] == ["two", "other two"]
    assert words(chat) == before
    assert [type(change) for change in heard] == [MessagesRemoved, MessagesRestored]


def test_all_of_a_chat_can_go_and_come_back(chat: Conversation) -> None:
    before = words(chat)
    removed = chat.remove(chat.path[0].id)
    assert chat.is_empty
    assert words(chat) == []
    asked(chat, "meanwhile")
    assert chat.restore(removed)
    assert words(chat) == before
    assert [m.text for m in chat.versions(chat.path[0].id)] == ["one", "meanwhile"]


def test_what_follows_something_that_is_gone_does_not_come_back_alone(chat: Conversation) -> None:
    removed = chat.remove(chat.path[-1].id)
    chat.remove(chat.path[0].id)
    assert not chat.restore(removed)
    assert chat.is_empty


def test_nothing_goes_while_an_answer_in_it_runs(chat: Conversation) -> None:
    running = chat.ask("four", "tiny", SAMPLING)
    with pytest.raises(ValueError, match="running"):
        chat.remove(chat.path[0].id)
    assert running in chat.path
    chat.finish(running.id, "cancelled", STATS)
    chat.remove(chat.path[0].id)
    assert chat.is_empty


def test_a_fork_is_named_as_the_chat_was(chat: Conversation) -> None:
    assert chat.forked(chat.path[3].id).title == "one"
    chat.name = "River notes"
    assert chat.forked(chat.path[3].id).title == "River notes"
    assert chat.forked(chat.path[2].id).title == "River notes"  # from a prompt, too


def test_a_fork_has_copies_of_the_way_to_a_message(chat: Conversation) -> None:
    before = words(chat)
    fork = chat.forked(chat.path[3].id)
    assert words(fork) == before
    assert not {m.id for m in fork.path} & {m.id for m in chat.path}
    assert fork.id != chat.id
    assert fork.path[1].stats == STATS
    assert fork.path[1].answered_by == chat.path[1].answered_by
    assert len(fork.versions(fork.path[3].id)) == 1  # the way, not what lies beside it
    asked(fork, "only here")
    answered(fork, fork.answer_again(fork.path[1].id, "tiny", SAMPLING), "another")
    assert words(chat) == before


def test_a_fork_from_a_prompt_ends_before_it(chat: Conversation) -> None:
    assert words(chat.forked(chat.path[2].id)) == ["one", "answer to one"]
    assert chat.forked(chat.path[0].id).is_empty


def test_reasoning_is_told_beside_the_words_and_an_answer_of_nothing_else_is_left_out() -> None:
    chat = Conversation()
    first = chat.ask("one", "tiny", SAMPLING)
    chat.reason(first.id, "Hm", 1, 0.1)
    chat.reason(first.id, "m.", 2, 0.3)
    assert (first.reasoning, first.reasoning_tokens, first.reasoning_s) == ("Hmm.", 2, 0.3)
    answered(chat, first, "words")
    second = chat.ask("two", "tiny", SAMPLING)
    chat.reason(second.id, "cut", 1, 0.1)
    chat.finish(second.id, "length", GenerationStats(new_tokens=2, reasoning_tokens=2, reasoning_s=0.2))
    assert (second.reasoning_tokens, second.reasoning_s) == (2, 0.2)  # the engine knows better
    assert second.can_go_on
    assert not second.is_told
    third = chat.ask("three", "tiny", SAMPLING)
    assert chat.told(third.id) == (
        ChatMessage("user", "one"),
        ChatMessage("assistant", "words", reasoning="Hmm."),
        ChatMessage("user", "three"),
    )


def test_an_answer_that_another_precision_went_on_with_names_both() -> None:
    chat = Conversation()
    answer = chat.ask("one", "tiny", SAMPLING)
    by = [AnsweredBy("tiny", "Tiny", "ipex", precision) for precision in ("int8", "int8", "int4")]
    for one in by:
        if not answer.is_running:
            chat.resume(answer.id)
        chat.append(answer.id, "x")
        chat.finish(answer.id, "length", STATS, one)
    assert answer.answered_by == (by[0], by[2])
