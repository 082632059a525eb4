"""The tree of messages: what is shown, what the model is told, and that nothing is lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict

import pytest

from llmdesk.datatypes.chat import GenerationStats, SamplingParams
from llmdesk.datatypes.model import ErrorInfo
from llmdesk.services.chats.conversation import Conversation
from llmdesk.services.chats.message import (
    Change,
    Message,
    MessageAdded,
    MessageEnded,
    MessageResumed,
    PathChanged,
    TextAdded,
)
from llmdesk.services.chats.transfer import conversation_markdown

SAMPLING = SamplingParams(temperature=0.0)
STATS = GenerationStats(new_tokens=3)


def answered(conversation: Conversation, prompt: str, answer: str = "yes") -> Message:
    message = conversation.ask(prompt, "alpha", SAMPLING)
    return complete(conversation, message, answer)


def complete(conversation: Conversation, message: Message, answer: str = "yes") -> Message:
    conversation.append(message.id, answer)
    conversation.finish(message.id, "stop", STATS)
    return message


def shown(conversation: Conversation) -> list[str]:
    return [message.text for message in conversation.path]


def roles(conversation: Conversation, answer: Message, system_prompt: str = "") -> str:
    return "".join(message.role[0] for message in conversation.told(answer.id, system_prompt))


# What the model is told


def test_a_system_prompt_and_earlier_turns_come_first() -> None:
    conversation = Conversation()
    answered(conversation, "one")
    answer = conversation.ask("more", "alpha", SAMPLING)
    assert roles(conversation, answer, "Be kind.") == "suau"
    assert conversation.told(answer.id)[-1].content == "more"


def test_a_partial_answer_is_told() -> None:
    conversation = Conversation()
    first = conversation.ask("long", "alpha", SAMPLING)
    conversation.append(first.id, "half")
    conversation.finish(first.id, "cancelled", STATS)
    second = conversation.ask("go on", "alpha", SAMPLING)
    assert [message.content for message in conversation.told(second.id)] == ["long", "half", "go on"]


@pytest.mark.parametrize("end", ["failed", "cancelled"])
def test_a_turn_without_words_is_left_out(end: str) -> None:
    conversation = Conversation()
    lost = conversation.ask("lost", "alpha", SAMPLING)
    conversation.append(lost.id, "  ")
    if end == "failed":
        conversation.fail(lost.id, ErrorInfo("Bug", "broke", "retry"))
    else:
        conversation.finish(lost.id, "cancelled", STATS)
    assert roles(conversation, conversation.ask("next", "alpha", SAMPLING)) == "u"


def test_only_the_versions_on_the_way_to_an_answer_are_told() -> None:
    conversation = Conversation()
    first = answered(conversation, "one", "A")
    answered(conversation, "two", "B")
    again = complete(conversation, conversation.answer_again(first.id, "alpha", SAMPLING), "C")
    assert [each.content for each in conversation.told(again.id)] == ["one"]
    third = conversation.ask("three", "alpha", SAMPLING)
    assert [each.content for each in conversation.told(third.id)] == ["one", "C", "three"]


# Versions


def test_a_new_version_of_an_answer_keeps_the_old_one_and_what_followed_it() -> None:
    conversation = Conversation()
    first = answered(conversation, "one", "A")
    answered(conversation, "two", "B")
    again = complete(conversation, conversation.answer_again(first.id, "alpha", SAMPLING), "C")

    assert shown(conversation) == ["one", "C"]
    assert conversation.versions(again.id) == (first, again)
    conversation.choose(first.id)
    assert shown(conversation) == ["one", "A", "two", "B"]
    conversation.choose(again.id)
    assert shown(conversation) == ["one", "C"]


def test_an_edited_prompt_is_a_version_with_an_answer_of_its_own() -> None:
    conversation = Conversation()
    answered(conversation, "one", "A")
    second = answered(conversation, "tow", "B")
    edited = conversation.ask_again(second.parent_id, "two", "beta", SAMPLING)

    assert shown(conversation) == ["one", "A", "two", ""]
    assert edited.model_id == "beta"
    assert [each.text for each in conversation.versions(edited.parent_id)] == ["tow", "two"]
    conversation.choose(second.parent_id)
    assert shown(conversation) == ["one", "A", "tow", "B"]


def test_the_first_prompt_has_versions_too() -> None:
    conversation = Conversation()
    first = answered(conversation, "frist")
    conversation.ask_again(first.parent_id, "first", "alpha", SAMPLING)
    assert [each.text for each in conversation.versions(first.parent_id)] == ["frist", "first"]


def test_versions_at_every_level_are_shown_as_they_were_left() -> None:
    conversation = Conversation()
    first = answered(conversation, "one", "A")
    deep = answered(conversation, "two", "B")
    complete(conversation, conversation.answer_again(deep.id, "alpha", SAMPLING), "B2")
    conversation.choose(deep.id)
    complete(conversation, conversation.answer_again(first.id, "alpha", SAMPLING), "A2")
    conversation.choose(first.id)
    assert shown(conversation) == ["one", "A", "two", "B"]


def test_an_answer_goes_on_while_another_version_is_shown() -> None:
    conversation = Conversation()
    first = answered(conversation, "one", "A")
    running = conversation.answer_again(first.id, "alpha", SAMPLING)
    conversation.append(running.id, "half")
    conversation.choose(first.id)
    complete(conversation, running, " and half")
    assert shown(conversation) == ["one", "A"]
    conversation.choose(running.id)
    assert shown(conversation) == ["one", "half and half"]


def test_an_answer_holds_what_it_was_made_with_and_how_it_ended() -> None:
    conversation = Conversation()
    done = answered(conversation, "one")
    assert (done.model_id, done.sampling, done.stats, done.finish_reason) == ("alpha", SAMPLING, STATS, "stop")
    failed = conversation.ask("two", "alpha", SAMPLING)
    error = ErrorInfo("Bug", "broke", "retry")
    conversation.fail(failed.id, error, STATS)
    assert (failed.state, failed.error, failed.stats, failed.finish_reason) == ("failed", error, STATS, None)


def test_what_has_ended_stays_as_it_is() -> None:
    conversation = Conversation()
    answer = answered(conversation, "one")
    for late in (
        lambda: conversation.append(answer.id, "late"),
        lambda: conversation.finish(answer.id, "stop", STATS),
        lambda: conversation.fail(answer.id, ErrorInfo("Bug", "a", "b")),
    ):
        with pytest.raises(ValueError, match="has ended"):
            late()
    assert answer.text == "yes"
    with pytest.raises(KeyError):
        conversation.append("nobody", "text")


# Followers


class Follower:
    """A copy that is made of nothing but the changes, as a store would have it: rows as plain data."""

    def __init__(self, subscribe: Callable[[Callable[[Change], None]], object]) -> None:
        self.rows: dict[str, dict[str, object]] = {}
        self.texts: dict[str, str] = {}
        self.chosen: dict[str, str] = {}
        self.written = 0
        subscribe(self.follow)

    def follow(self, change: Change) -> None:
        message = change.message
        match change:
            case MessageAdded():
                self._write(message)
                self.texts[message.id] = message.text
                self.chosen[message.parent_id] = message.id
            case TextAdded():
                self.texts[message.id] += change.text
            case MessageEnded() | MessageResumed():
                self._write(message)
            case PathChanged():
                self.chosen[message.parent_id] = message.id

    def _write(self, message: Message) -> None:
        row = asdict(message)
        del row["pieces"]
        self.rows[message.id] = row
        self.written += 1

    def path(self) -> list[str]:
        texts, current = [], self.chosen.get("")
        while current is not None:
            texts.append(self.texts[current])
            current = self.chosen.get(current)
        return texts


def test_the_changes_alone_are_enough_to_have_the_whole_conversation() -> None:
    conversation = Conversation()
    follower = Follower(conversation.subscribe)
    first = answered(conversation, "one", "A")
    second = answered(conversation, "two", "B")
    complete(conversation, conversation.answer_again(first.id, "beta", SAMPLING), "C")
    conversation.fail(conversation.ask("broken", "alpha", SAMPLING).id, ErrorInfo("Bug", "a", "b"))
    assert follower.path() == shown(conversation)
    conversation.choose(first.id)
    conversation.ask_again(second.parent_id, "edited", "alpha", SAMPLING)
    conversation.choose(second.parent_id)

    assert follower.path() == shown(conversation) == ["one", "A", "two", "B"]
    for message_id, row in follower.rows.items():
        message = conversation.message(message_id)
        assert follower.texts[message_id] == message.text
        assert (row["parent_id"], row["state"]) == (message.parent_id, message.state)
        assert row["error"] == (asdict(message.error) if message.error else None)


def test_a_stream_is_told_piece_by_piece_without_writing_the_message_anew() -> None:
    conversation = Conversation()
    answer = conversation.ask("long", "alpha", SAMPLING)
    follower = Follower(conversation.subscribe)
    follower.texts[answer.id] = ""
    for number in range(1_000):
        conversation.append(answer.id, f"{number} ")
    assert follower.written == 0
    assert follower.texts[answer.id] == answer.text == "".join(f"{number} " for number in range(1_000))


def test_who_has_left_hears_nothing_more() -> None:
    conversation = Conversation()
    heard: list[Change] = []
    leave = conversation.subscribe(heard.append)
    answered(conversation, "one")
    count = len(heard)
    leave()
    answered(conversation, "two")
    assert len(heard) == count > 0


def test_choosing_what_is_shown_changes_nothing() -> None:
    conversation = Conversation()
    answer = answered(conversation, "one")
    heard: list[Change] = []
    conversation.subscribe(heard.append)
    conversation.choose(answer.id)
    assert heard == []


def test_markdown_has_the_versions_shown() -> None:
    conversation = Conversation()
    first = answered(conversation, "one", "A")
    complete(conversation, conversation.answer_again(first.id, "alpha", SAMPLING), "B **b**")
    answered(conversation, "two", "C")
    assert conversation_markdown(conversation) == (
        "**You**\n\none\n\n**Answer**\n\nB **b**\n\n---\n\n**You**\n\ntwo\n\n**Answer**\n\nC"
    )
    assert conversation_markdown(Conversation()) == ""


# Answers that go on


def test_a_cut_answer_goes_on_in_its_place() -> None:
    conversation = Conversation()
    follower = Follower(conversation.subscribe)
    answer = conversation.ask("one", "alpha", SAMPLING)
    conversation.append(answer.id, "A")
    first = GenerationStats(prompt_tokens=10, new_tokens=41, prefill_s=1.0, decode_s=2.0, ttft_s=1.5)
    conversation.finish(answer.id, "length", first)
    conversation.resume(answer.id)
    assert follower.rows[answer.id]["state"] == "running"
    conversation.append(answer.id, "B")
    second = GenerationStats(prompt_tokens=51, cached_tokens=50, new_tokens=21, prefill_s=0.1, decode_s=1.0, ttft_s=0.2)
    conversation.finish(answer.id, "stop", second)

    assert shown(conversation) == ["one", "AB"]
    assert follower.path() == ["one", "AB"]
    assert follower.rows[answer.id]["state"] == "done"
    stats = answer.stats
    assert stats is not None
    assert (stats.new_tokens, stats.parts, stats.prompt_tokens, stats.context_used_tokens) == (62, 2, 10, 72)
    assert stats.decode_tps == 60 / 3.0
    assert (stats.prompt_tps, stats.ttft_s) == (first.prompt_tps, first.ttft_s)


def test_figures_of_an_answer_that_went_on_without_the_oldest_turns() -> None:
    first = GenerationStats(prompt_tokens=100, cached_tokens=90, new_tokens=40, prefill_s=1.0, decode_s=1.0)
    same = first.continued_by(GenerationStats(prompt_tokens=138, new_tokens=5, decode_s=1.0))  # cut into words anew
    assert (same.prompt_tokens, same.cached_tokens, same.prompt_tps) == (100, 90, 10.0)
    part = GenerationStats(prompt_tokens=70, new_tokens=5, decode_s=1.0, dropped_messages=2)
    whole = first.continued_by(part)
    assert (whole.prompt_tokens, whole.cached_tokens, whole.dropped_messages) == (30, 30, 2)
    assert whole.context_used_tokens == part.context_used_tokens
    assert whole.prompt_tps == 0.0


def test_a_part_that_was_not_computed_makes_nothing_faster() -> None:
    kept = GenerationStats(prompt_tokens=10, cached_tokens=10, new_tokens=40, from_response_cache=True)
    part = GenerationStats(prompt_tokens=50, new_tokens=11, decode_s=1.0)
    whole = kept.continued_by(part)
    assert whole.decode_tps == part.decode_tps == 10.0
    assert not whole.from_response_cache


def test_an_answer_that_came_to_its_end_does_not_go_on() -> None:
    conversation = Conversation()
    answer = answered(conversation, "one", "A")
    with pytest.raises(ValueError, match="cannot go on"):
        conversation.resume(answer.id)
    with pytest.raises(ValueError, match="cannot go on"):
        conversation.resume(answer.parent_id)


def test_a_kept_conversation_is_what_it_was() -> None:
    conversation = Conversation()
    first = answered(conversation, "one", "A")
    answered(conversation, "two", "B")
    complete(conversation, conversation.answer_again(first.id, "beta", SAMPLING), "C")
    conversation.choose(first.id)
    chosen = {message.id for message in conversation.messages if conversation.is_chosen(message)}
    again = Conversation.of(conversation.id, conversation.messages, chosen, "Mine")
    assert (again.id, again.title, shown(again)) == (conversation.id, "Mine", shown(conversation))
    assert [each.text for each in again.versions(first.id)] == ["A", "C"]


def test_of_a_conversation_with_gaps_the_rest_is_there() -> None:
    prompt = Message("1", "", "user", pieces=["one"])
    lost = Message("9", "8", "assistant", pieces=["whose?"])
    conversation = Conversation.of("chat", [prompt, lost], set())
    (turn,) = conversation.turns
    assert (turn.prompt, turn.answer.state, turn.answer.text) == (prompt, "interrupted", "")
    assert not turn.answer.can_go_on
    assert conversation.told(turn.answer.id)[-1].content == "one"
