"""Answers in parts as the loop of generation gives them: control tokens, reasoning, caches, and calls that must be."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from llmdesk.datatypes.chat import ChatMessage, Finished, GenerationRequest, SamplingParams, TokenEvent
from llmdesk.datatypes.tools import ToolUse
from llmdesk.engine.generation.tools.answer_parts import Piece
from tests.engine.generation.test_chat_template import load_tokenizer
from tests.engine.generation.test_generation import TokenCache
from tests.engine.generation.tools import templates
from tests.engine.generation.tools.answers import CALLS, USE

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.model

CONTROL = ["[TOOL_CALLS]", "[TOOL_RESULTS]", "<|tool_call|>", "<|/tool_call|>"]
MISTRAL, PHI = (next(a for a in CALLS if a.dialect == name) for name in ("mistral", "phi"))


class Speaker:
    """Says one text after every prompt, then ends; what is not allowed is followed by what comes next to it."""

    def __init__(self, tokenizer: Any, text: str) -> None:
        self.said = [*tokenizer.encode(text, add_special_tokens=False), tokenizer.convert_tokens_to_ids("<|end|>")]
        self._size = len(tokenizer)
        self._prompt_tokens = 0

    def new_cache(self) -> TokenCache:
        self._prompt_tokens = 0
        return TokenCache(can_go_back=False)

    def forward(self, ids: list[int], cache: Any, last: int = 1) -> Any:
        cache.tokens += ids
        logits = torch.zeros(last, self._size)
        if last:  # 0 within a prompt
            self._prompt_tokens = self._prompt_tokens or len(cache.tokens)
            at = len(cache.tokens) - self._prompt_tokens
            logits[-1, self.said[min(at, len(self.said) - 1)]] = 9.0
        return logits


@pytest.fixture
def tokenizer(tmp_path: Path) -> Any:
    from tokenizers import AddedToken

    found = load_tokenizer(tmp_path)
    found.add_tokens([AddedToken(word, special=True) for word in CONTROL], special_tokens=True)
    return found


def speaking(tokenizer: Any, template: str, text: str) -> Any:
    from llmdesk.engine.generation.prefix_cache import PrefixCache
    from llmdesk.engine.generation.text_model import TextModel

    tokenizer.chat_template = template
    ends = frozenset({tokenizer.convert_tokens_to_ids("<|end|>")})
    return TextModel(Speaker(tokenizer, text), tokenizer, ends, 4000, PrefixCache())


def ask(**fields: Any) -> GenerationRequest:
    sampling = SamplingParams(temperature=0.0, max_new_tokens=400)
    request = GenerationRequest("r", "m", (ChatMessage("user", "Well?"),), sampling, tools=USE, has_parts=True)
    return replace(request, **fields)


def told(model: Any, request: GenerationRequest) -> tuple[Piece, Finished]:
    from llmdesk.engine.generation.generation import generate
    from llmdesk.engine.generation.step import by_itself

    events = list(by_itself(generate(model, request, time.perf_counter(), threading.Event())))
    tokens = [event for event in events if isinstance(event, TokenEvent)]
    calls = tuple(call for event in tokens for call in event.calls)
    finished = events[-1]
    assert isinstance(finished, Finished)
    return Piece("".join(e.text for e in tokens), "".join(e.reasoning for e in tokens), calls), finished


def calls_of(piece: Piece) -> list[tuple[str, str]]:
    found: dict[int, tuple[str, str]] = {}
    for call in piece.calls:
        name, arguments = found.get(call.index, ("", ""))
        found[call.index] = (name + call.name, arguments + call.arguments)
    return list(found.values())


@pytest.mark.parametrize(
    ("template", "answer"), [(templates.MISTRAL, MISTRAL), (templates.PHI, PHI)], ids=["mistral", "phi"]
)
def test_marks_that_are_control_tokens_are_read_where_calls_are_asked_for(
    tokenizer: Any, template: str, answer: Any
) -> None:
    model = speaking(tokenizer, template, answer.raw)
    piece, finished = told(model, ask())
    assert (piece.text, calls_of(piece), finished.reason) == ("", list(answer.calls), "stop")
    window, _ = told(speaking(tokenizer, template, answer.raw), ask(has_parts=False, tools=ToolUse()))
    assert not window.calls
    assert window.text.strip().startswith('[{"name": "get_weather"'), "control tokens are no text"


def test_a_known_answer_has_the_same_parts(tokenizer: Any) -> None:
    model = speaking(tokenizer, templates.HERMES, CALLS[2].raw)
    first, second = told(model, ask()), told(model, ask())
    assert second[1].stats.from_response_cache
    for piece, finished in (first, second):
        assert (piece.text, piece.reasoning, calls_of(piece)) == ("Ok.", CALLS[2].reasoning, list(CALLS[2].calls))
        assert finished.stats.reasoning_tokens == first[1].stats.reasoning_tokens > 20


def test_reasoning_that_the_prompt_has_begun(tokenizer: Any) -> None:
    model = speaking(tokenizer, templates.CHATML + "<think>\n", "hm\n</think>\n\nYes.")
    piece, finished = told(model, ask(tools=ToolUse()))
    assert (piece.text, piece.reasoning) == ("Yes.", "hm")
    assert finished.stats.reasoning_tokens == len("hm\n</think>")
    as_json = SamplingParams(temperature=0.0, json_schema='{"enum": ["x"]}')
    model = speaking(tokenizer, templates.CHATML + "<think>\n", "hm")
    assert told(model, ask(tools=ToolUse(), sampling=as_json))[0] == Piece('"x"')


def test_an_answer_ends_after_its_one_call(tokenizer: Any) -> None:
    both, _ = told(speaking(tokenizer, templates.HERMES, CALLS[1].raw), ask())
    assert [name for name, _ in calls_of(both)] == ["get_weather", "clock"]
    model = speaking(tokenizer, templates.HERMES, CALLS[1].raw)
    one, finished = told(model, ask(tools=replace(USE, is_parallel=False)))
    assert (calls_of(one), finished.reason) == (calls_of(both)[:1], "stop")
    assert finished.stats.new_tokens < len(CALLS[1].raw)


@pytest.mark.parametrize("name", ["HERMES", "LLAMA", "MISTRAL", "PHI", "CHATML"])
@pytest.mark.parametrize("only", ["", "clock"])
def test_calls_that_must_be_are_whatever_the_model_would_rather_say(tokenizer: Any, name: str, only: str) -> None:
    model = speaking(tokenizer, getattr(templates, name), "I would rather talk.")
    use = replace(USE, must_call=True, only=only, is_parallel=False)
    request = ask(tools=use, template_values=(("enable_thinking", False),))
    piece, _ = told(model, request)
    (called, arguments), *more = calls_of(piece)
    assert (piece.text, more) == ("", [])
    assert called in ((only,) if only else ("get_weather", "clock"))
    if only:
        assert json.loads(arguments) == {}
