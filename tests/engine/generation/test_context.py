"""What a policy makes of a chat that outgrows its context."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from llmdesk.datatypes.chat import ChatMessage, ContextPolicy
from llmdesk.datatypes.pictures import Picture
from llmdesk.engine.generation.chat_template import EncodedChat
from llmdesk.engine.generation.context import context_outlook, fit_chat, fit_text, longest_prompt_tokens
from llmdesk.errors import ContextOverflow, PromptError

CONTEXT = 400
POLICIES: tuple[ContextPolicy, ...] = ("drop_oldest", "stop", "refuse")


def encode(messages: tuple[ChatMessage, ...]) -> EncodedChat:
    """A token per word, five per message, forty per picture."""
    text = "".join(f"<{m.role}> - - - - {'x ' * 40 * len(m.pictures)}{m.content} " for m in messages)
    return EncodedChat(text, [hash(word) for word in text.split()])


def count(text: str) -> int:
    return len(text.split())


def fit(messages: Any, policy: ContextPolicy = "drop_oldest", max_new: int = 20) -> tuple[EncodedChat, int]:
    return fit_chat(tuple(messages), policy, max_new, CONTEXT, encode, count)


def turns(number: int, words: int = 6, system: str = "") -> list[ChatMessage]:
    """A chat whose last message is question ``number``."""
    messages = [ChatMessage("system", system)] if system else []
    for i in range(number):
        messages.append(ChatMessage("user", f"q{i} " + "w " * words))
        messages.append(ChatMessage("assistant", f"a{i} " + "w " * words))
    return [*messages, ChatMessage("user", f"q{number}")]


@pytest.mark.parametrize("policy", POLICIES)
def test_a_chat_that_fits_is_left_alone(policy: ContextPolicy) -> None:
    chat, dropped = fit(turns(3), policy)
    assert dropped == 0
    assert chat == encode(tuple(turns(3)))


@pytest.mark.parametrize("policy", POLICIES)
def test_nothing_to_answer(policy: ContextPolicy) -> None:
    with pytest.raises(PromptError, match="empty"):
        fit([], policy)
    with pytest.raises(PromptError, match="empty"):
        fit([ChatMessage("user", " \n")], policy)


def test_the_oldest_turns_go_and_the_system_prompt_stays() -> None:
    chat, dropped = fit(turns(20, system="be brief"))
    assert dropped > 0
    assert chat.text.startswith("<system> - - - - be brief <user>")
    assert chat.text.endswith("q20 ")
    assert len(chat.ids) <= CONTEXT - 20
    kept = turns(20, system="be brief")[1 + dropped :]
    assert chat == encode((ChatMessage("system", "be brief"), *kept))


def test_pictures_count_for_what_they_take() -> None:
    """A chat of few words and many pictures loses a quarter of the context at a time, not everything at once."""
    chat_of_pictures = [
        replace(message, pictures=(Picture(f"{index}"),)) if message.role == "user" else message
        for index, message in enumerate(turns(20, words=1))
    ]
    dropped = []
    for end in range(1, len(chat_of_pictures) + 1, 2):
        chat, left_out = fit(chat_of_pictures[:end])
        dropped.append(left_out)
        assert len(chat.ids) <= CONTEXT - 20
        if left_out:
            assert len(chat.ids) > (CONTEXT - 20) / 2
    assert {later - earlier for earlier, later in pairwise(dropped)} == {0, 4}


def test_the_cut_stays_for_a_quarter_of_the_context() -> None:
    """A following turn must find the beginning of the prompt before it, or everything is computed again."""
    cuts = [fit(turns(number, system="s"))[1] for number in range(60)]
    changes = [number for number in range(1, 60) if cuts[number] != cuts[number - 1]]
    assert cuts == sorted(cuts)
    turn_tokens = 24
    assert all(later - earlier >= CONTEXT // 4 // turn_tokens for earlier, later in pairwise(changes))
    assert len(changes) >= 8


def test_no_more_than_needed_goes() -> None:
    for number in range(16, 60):
        chat, dropped = fit(turns(number))
        if dropped:
            assert len(chat.ids) > CONTEXT * 0.6


@pytest.mark.parametrize("number", [15, 16, 17, 30])
def test_the_outlook_before_sending_is_what_happens(number: int) -> None:
    tokens = len(encode(tuple(turns(number))).ids)
    outlook = context_outlook("drop_oldest", tokens, 20, CONTEXT)
    assert (outlook == "drops_oldest") == (fit(turns(number))[1] > 0)


def test_kept_turns_begin_with_a_question() -> None:
    messages = [ChatMessage("user", "w " * 150), *turns(12)]
    chat, dropped = fit(messages)
    assert dropped % 2 == 1
    assert chat.text.startswith("<user> - - - - q")


def test_a_long_question_leaves_only_itself() -> None:
    messages = [*turns(3)[:-1], ChatMessage("user", "w " * 330)]
    chat, dropped = fit(messages)
    assert dropped == 6
    assert chat.text.count("<user>") == 1


@pytest.mark.parametrize("policy", POLICIES)
def test_a_question_longer_than_the_context_is_refused(policy: ContextPolicy) -> None:
    with pytest.raises(PromptError, match="tokens; this model can take 380") as refused:
        fit([ChatMessage("user", "w " * 500)], policy)
    assert refused.value.hint


@pytest.mark.parametrize("policy", POLICIES)
def test_a_gigantic_question_is_refused_without_reading_it_all(policy: ContextPolicy) -> None:
    seen: list[int] = []

    def counted(text: str) -> int:
        seen.append(len(text))
        return count(text)

    with pytest.raises(PromptError, match="more than"):
        fit_chat((ChatMessage("user", "w " * 1_000_000),), policy, 20, CONTEXT, encode, counted)
    assert max(seen) < 10_000


def test_stop_refuses_a_full_chat_and_says_what_to_do() -> None:
    with pytest.raises(PromptError, match="context is full") as refused:
        fit(turns(20), "stop")
    assert "new chat" in refused.value.hint


def test_stop_takes_a_question_with_little_room_for_the_answer() -> None:
    messages = turns(13)
    tokens = len(encode(tuple(messages)).ids)
    assert CONTEXT - 100 < tokens <= longest_prompt_tokens(100, CONTEXT)
    assert fit(messages, "stop", max_new=100)[1] == 0
    assert context_outlook("stop", tokens, 100, CONTEXT) == "answer_may_be_cut"


def test_refuse_wants_room_for_a_whole_answer() -> None:
    with pytest.raises(PromptError, match="whole answer") as refused:
        fit(turns(13), "refuse", max_new=100)
    assert "new chat" in refused.value.hint
    assert fit(turns(13), "refuse", max_new=60)[1] == 0


def test_a_limit_far_above_any_answer_does_not_refuse_short_chats() -> None:
    assert fit(turns(3), "refuse", max_new=100_000)[1] == 0


@pytest.mark.parametrize(
    ("policy", "tokens", "outlook"),
    [
        ("drop_oldest", 380, "fits"),
        ("drop_oldest", 381, "drops_oldest"),
        ("stop", 381, "refused"),
        ("refuse", 380, "fits"),
        ("refuse", 381, "refused"),
    ],
)
def test_outlook(policy: ContextPolicy, tokens: int, outlook: str) -> None:
    assert context_outlook(policy, tokens, 20, CONTEXT) == outlook


def test_a_chat_far_beyond_the_context_is_not_tokenised_as_a_whole() -> None:
    lengths: list[int] = []

    def noted(messages: tuple[ChatMessage, ...]) -> EncodedChat:
        lengths.append(len(encode(messages).ids))
        return encode(messages)

    fit_chat(tuple(turns(400)), "drop_oldest", 20, CONTEXT, noted, count)
    assert len(lengths) <= 2
    assert max(lengths) < 1.2 * CONTEXT


def test_a_text_of_few_letters_per_token_is_fitted_too() -> None:
    """As Chinese is: the first guess from its length is wrong."""
    messages = [ChatMessage("user", "w " * 60), ChatMessage("assistant", "w " * 400), ChatMessage("user", "q")]
    chat, dropped = fit(messages)
    assert dropped == 2
    assert len(chat.ids) < CONTEXT


def test_a_text_is_fitted_like_a_chat() -> None:
    def encode(text: str) -> list[int]:
        return [len(word) for word in text.split()]

    assert fit_text("one three", 10, 100, encode, (7, 8).__contains__).ids == [3, 5]
    assert fit_text((7, 8), 10, 100, encode, (7, 8).__contains__).ids == [7, 8]
    with pytest.raises(PromptError, match="no token"):
        fit_text((7, 9), 10, 100, encode, (7, 8).__contains__)
    for empty in ("", ()):
        with pytest.raises(PromptError, match="empty"):
            fit_text(empty, 10, 100, encode, bool)
    for long in ("x " * 120, tuple(range(120))):
        with pytest.raises(ContextOverflow) as refused:
            fit_text(long, 10, 100, encode, bool)
        info = refused.value.info()
        assert (info.kind, info.prompt_tokens, info.context_tokens) == ("PromptError", 120, 100)


def test_a_gigantic_chat_is_refused_without_tokenising_all_of_it() -> None:
    def encode(messages: tuple[ChatMessage, ...]) -> EncodedChat:
        raise AssertionError("all of it was tokenised")

    lengths: list[int] = []

    def count(text: str) -> int:
        lengths.append(len(text))
        return len(text) // 4

    chat = tuple(ChatMessage("user" if n % 2 == 0 else "assistant", "word " * 2000) for n in range(101))
    question = (*chat[:-1], ChatMessage("user", "short"))
    with pytest.raises(ContextOverflow, match="more than"):
        fit_chat(question, "stop", 100, 1000, encode, count)
    assert max(lengths) <= 16_000
