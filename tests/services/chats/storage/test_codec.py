"""Messages and options as JSON and back: every field, whatever is added to them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace

import pytest

from llmdesk.datatypes.chat import GenerationStats, SamplingParams
from llmdesk.datatypes.model import ErrorInfo, LoadChoice
from llmdesk.services.chats.chat_options import ChatOptions
from llmdesk.services.chats.message import Message
from llmdesk.services.chats.storage.codec import details_of, from_json, message_of, to_json

SAMPLING = SamplingParams(0.3, seed=5, stop=("a", "b"), logit_bias=((7, -1.5), (9, 2.0)), json_schema="{}")


def values(message: Message) -> dict[str, object]:
    return {each.name: getattr(message, each.name) for each in fields(message) if each.name != "pieces"}


def again(message: Message) -> Message:
    columns = {"id": message.id, "parent_id": message.parent_id, "role": message.role, "state": message.state}
    return message_of(columns, message.text, details_of(message))


def test_a_message_comes_back_with_every_field() -> None:
    choice = LoadChoice("int8", 2048, 3 * 10**9)
    error = ErrorInfo("Bug", "broke", "retry", 503, "trace \ud800", (choice,), 12, 13)
    stats = GenerationStats(10, 2, 3, 0.5, decode_s=1.25, from_response_cache=True, parts=2)
    message = Message("1", "0", "assistant", "failed", "alpha", SAMPLING, "length", stats, error, ["wor", "ds"])
    assert values(again(message)) == values(message)
    assert again(message).text == "words"


def test_a_prompt_has_nothing_of_an_answer() -> None:
    prompt = again(Message("1", "", "user", pieces=["hello"]))
    assert (prompt.sampling, prompt.stats, prompt.error, prompt.finish_reason) == (None, None, None, None)


def test_options_come_back() -> None:
    options = ChatOptions("beta", SAMPLING, "refuse", False, "Be kind. 你好")
    assert from_json(ChatOptions, to_json(options)) == options


def test_what_is_missing_has_its_default_and_what_nobody_knows_is_passed_over() -> None:
    text = json.dumps({"model_id": "beta", "sampling": {"temperature": 1, "colour": "red"}, "of_later": [1]})
    found = from_json(ChatOptions, text)
    assert found == replace(ChatOptions(), model_id="beta", sampling=SamplingParams(temperature=1.0))
    assert isinstance(found.sampling.temperature, float)


@dataclass(frozen=True)
class Part:
    name: str
    score: float | None = None


@dataclass(frozen=True)
class Later:
    """Kinds of fields that may be added."""

    parts: tuple[Part, ...] = ()
    either: str | tuple[int, ...] | Part | None = None
    flags: Mapping[str, bool] = field(default_factory=dict)
    pieces: list[str] = field(default_factory=list)
    both: tuple[str, float] = ("", 0.0)


@pytest.mark.parametrize("either", ["text", (1, 2), Part("b"), None])
def test_fields_of_other_kinds_come_back(either: str | tuple[int, ...] | Part | None) -> None:
    value = Later((Part("a", 1.5), Part("c")), either, {"x": True}, ["p", "q"], ("z", 2.0))
    assert from_json(Later, to_json(value)) == value


def test_what_cannot_be_kept_is_an_error_at_once() -> None:
    with pytest.raises(TypeError, match="bytes"):
        to_json(b"x")
