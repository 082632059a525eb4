"""Reasoning: whose marks, whether it can be switched, what later prompts have of it, answers that were cut in it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from llmdesk.datatypes.chat import ChatMessage, GenerationRequest, SamplingParams
from llmdesk.datatypes.tools import ToolUse
from llmdesk.engine.generation.timing import reasoning_s
from llmdesk.engine.generation.tools.dialects import ReasoningMarks, reasoning_of, thinking_values
from tests.engine.generation.test_chat_template import encoder, load_tokenizer
from tests.engine.generation.tools import templates
from tests.engine.generation.tools.test_generated import ask, speaking, told

pytest.importorskip("torch")
pytestmark = pytest.mark.model

THINK = ReasoningMarks("<think>", "</think>")
FORMS = {name: getattr(templates, name) for name in ("QWEN3", "SMOLLM3", "DEEPSEEK", "GRANITE")}


@pytest.fixture
def tokenizer(tmp_path: Path) -> Any:
    return load_tokenizer(tmp_path)


def chats_of(tokenizer: Any, template: str) -> Any:
    tokenizer.chat_template = template
    return encoder(tokenizer)


def thinking(**fields: Any) -> GenerationRequest:
    return replace(ask(tools=ToolUse()), **fields)


def test_marks_are_those_that_the_template_cuts_off() -> None:
    assert {name: reasoning_of(form, ()) for name, form in FORMS.items()} == {
        "QWEN3": THINK,
        "SMOLLM3": THINK,
        "DEEPSEEK": THINK,
        "GRANITE": ReasoningMarks("<thought>", "</thought>"),
    }
    assert reasoning_of(templates.CHATML, ()) is None
    assert reasoning_of("{{ m.content.split('</tool_call>')[-1] }}", ()) is None
    assert reasoning_of(templates.CHATML, ["[THINK]", "[/THINK]"]) == ReasoningMarks("[THINK]", "[/THINK]")


@pytest.mark.parametrize(
    ("template", "found"),
    [("QWEN3", "on"), ("SMOLLM3", "on"), ("DEEPSEEK", "always"), ("GRANITE", "off"), ("CHATML", "none")],
)
def test_the_switch_is_found_in_the_template(tokenizer: Any, template: str, found: str) -> None:
    assert chats_of(tokenizer, getattr(templates, template)).thinking() == found


def test_a_template_that_refuses_the_trial_has_no_switch(tokenizer: Any) -> None:
    template = "{{ raise_exception('never') }}{% if enable_thinking %}<think>{% endif %}"
    assert chats_of(tokenizer, template).thinking() == "always"


@pytest.mark.parametrize("name", FORMS)
def test_later_prompts_have_no_reasoning(tokenizer: Any, name: str) -> None:
    chats = chats_of(tokenizer, FORMS[name])
    asked, more = ChatMessage("user", "one"), ChatMessage("user", "two")
    with_it = chats.encode((asked, ChatMessage("assistant", "words", reasoning="secret"), more)).text
    without = chats.encode((asked, ChatMessage("assistant", "words"), more)).text
    assert "secret" not in with_it
    assert with_it == without


SAID = {
    "QWEN3": ("<think>\nWell, so.\n</think>\n\nFour words of answer", ()),
    "SMOLLM3": ("<think>\nWell, so.\n</think>\n\nFour words of answer", ()),
    "DEEPSEEK": ("Well, so.\n</think>\n\nFour words of answer", ()),
    "GRANITE": ("Well, so.\n</thought>\n\nFour words of answer", thinking_values(True)),
}


@pytest.mark.parametrize("name", FORMS)
def test_an_answer_is_told_in_its_parts_with_true_figures(tokenizer: Any, name: str) -> None:
    raw, values = SAID[name]
    piece, finished = told(speaking(tokenizer, FORMS[name], raw), thinking(template_values=values))
    assert (piece.reasoning, piece.text) == ("Well, so.", "Four words of answer")
    mark = "</thought>" if name == "GRANITE" else "</think>"
    unseen = len("<think>") - 1 if raw.startswith("<think>") else 0  # a token is a letter here, also of a mark
    assert finished.stats.reasoning_tokens == raw.index(mark) + len(mark) - unseen
    assert 0 < finished.stats.reasoning_s < finished.stats.decode_s


def test_what_a_stop_string_held_back_is_no_token_more(tokenizer: Any) -> None:
    raw = SAID["DEEPSEEK"][0]
    cut = SamplingParams(temperature=0.0, max_new_tokens=raw.index("\n") + 1, stop=("\n\n",))
    piece, finished = told(speaking(tokenizer, FORMS["DEEPSEEK"], raw), thinking(sampling=cut))
    assert piece.reasoning.strip() == "Well, so."
    assert finished.stats.reasoning_tokens == finished.stats.new_tokens == cut.max_new_tokens


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("cut_behind", ["Well,", "so.", "Four", "of "])
def test_an_answer_that_was_cut_goes_on_to_the_same_end(tokenizer: Any, name: str, cut_behind: str) -> None:
    """Within the reasoning or the words. (The marks are one token each in real vocabularies.)"""
    raw, values = SAID[name]
    cut = raw.index(cut_behind) + len(cut_behind)
    request = thinking(template_values=values)
    whole, _ = told(speaking(tokenizer, FORMS[name], raw), request)
    first = speaking(tokenizer, FORMS[name], raw)
    begun, _ = told(first, replace(request, sampling=replace(request.sampling, max_new_tokens=cut)))
    messages = (*request.messages, ChatMessage("assistant", begun.text, reasoning=begun.reasoning))
    prompt = first.chats.encode(messages, values=values)
    assert raw.startswith(prompt.begun)
    assert len(prompt.begun) >= cut
    assert prompt.is_reasoning == (not begun.text)
    rest, _ = told(speaking(tokenizer, FORMS[name], raw[len(prompt.begun) :]), replace(request, messages=messages))
    assert begun.text + rest.text == whole.text
    assert begun.reasoning + rest.reasoning == whole.reasoning


def test_a_beginning_of_an_answer_without_reasoning_goes_on_behind_marks_that_the_prompt_opened(tokenizer: Any) -> None:
    found = chats_of(tokenizer, templates.DEEPSEEK).encode(
        (ChatMessage("user", "one"), ChatMessage("assistant", "Paris is"))
    )
    assert found.text.endswith("<think>\n\n</think>\n\nParis is")
    assert not found.is_reasoning


def test_marks_that_are_typed_open_nothing(tokenizer: Any) -> None:
    found = chats_of(tokenizer, templates.QWEN3).encode((ChatMessage("user", "what does <think> do?"),))
    assert not found.is_reasoning


def test_the_time_of_reasoning_is_up_to_its_last_token() -> None:
    assert reasoning_s([1.0, 1.5, 2.5, 9.0], 3) == 1.5
    assert reasoning_s([1.0, 1.5], 5) == 0.5
    assert reasoning_s([], 0) == reasoning_s([1.0], 0) == 0.0
