"""An answer that goes on is the answer that it would have been in one go."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from llmdesk.core import Core
from llmdesk.datatypes.chat import ChatMessage, Finished, GenerationRequest, SamplingParams
from tests.engine.engine_thread import Collector
from tests.engine.generation.test_chat_template import load_tokenizer
from tests.engine.generation.test_generation import (
    ScriptedNetwork,
    ask,
    editing,
    noise,
    run,
    text_model,
)
from tests.engine.weights.test_pre_tokenizers import embedded_model

pytest.importorskip("torch")
pytestmark = pytest.mark.model


@pytest.fixture
def tokenizer(tmp_path: Path) -> Any:
    return load_tokenizer(tmp_path)


SAMPLING: list[dict[str, Any]] = [
    {},
    {"temperature": 1.0, "seed": 5},
    {"temperature": 1.0, "seed": 5, "repetition_penalty": 1.3},
]


@pytest.mark.parametrize("sampling", SAMPLING)
@pytest.mark.parametrize("rule", [noise, editing])
def test_in_parts_it_is_the_same(tokenizer: Any, rule: Any, sampling: dict[str, Any]) -> None:
    whole, end, _ = run(text_model(tokenizer, ScriptedNetwork(rule)), ask("hello", max_new_tokens=80, **sampling))
    model = text_model(tokenizer, ScriptedNetwork(rule))
    text, finished, _ = run(model, ask("hello", max_new_tokens=40, **sampling))
    stats = finished.stats
    assert whole.startswith(text)
    for _ in range(2):
        more, finished, _ = run(model, ask("hello", text, max_new_tokens=20, **sampling))
        assert finished.stats.cached_tokens >= finished.stats.prompt_tokens - 2, "nothing was computed twice"
        stats = stats.continued_by(finished.stats)
        text += more
    assert text == whole
    assert (stats.new_tokens, stats.parts, stats.prompt_tokens) == (80, 3, end.stats.prompt_tokens)
    assert stats.context_used_tokens == end.stats.context_used_tokens


def cycle(tokenizer: Any, text: str) -> Any:
    """A network that says this text for ever, after the prompt "hello"."""
    ids = tokenizer.backend_tokenizer.encode(text).ids
    begin = len(text_model(tokenizer, ScriptedNetwork(noise)).chats.encode((ChatMessage("user", "hello"),)).ids)
    return ScriptedNetwork(lambda tokens: ids[(len(tokens) - begin) % len(ids)])


@pytest.mark.parametrize("tokens", [9, 10, 11])
def test_a_character_may_be_cut_in_two(tokenizer: Any, tokens: int) -> None:
    model = text_model(tokenizer, cycle(tokenizer, "日本語のテキスト "))
    text, _, _ = run(model, ask("hello", max_new_tokens=tokens))
    assert text == "日本語のテキスト "[: tokens // 3]
    more, _, _ = run(model, ask("hello", text, max_new_tokens=25 - tokens))
    assert text + more == "日本語のテキスト "


def test_a_stop_string_may_begin_in_the_part_before(tokenizer: Any) -> None:
    model = text_model(tokenizer, cycle(tokenizer, "one two END three "))
    text, _, _ = run(model, ask("hello", max_new_tokens=9, stop=("END",)))
    assert text == "one two E"
    more, finished, _ = run(model, ask("hello", text, max_new_tokens=50, stop=("END",)))
    assert (more, finished.reason) == ("", "stop")


def test_a_text_whose_tokens_are_forgotten_goes_on_all_the_same(tokenizer: Any) -> None:
    whole, _, _ = run(text_model(tokenizer, ScriptedNetwork(noise)), ask("hello", max_new_tokens=40))
    more, finished, _ = run(text_model(tokenizer, ScriptedNetwork(noise)), ask("hello", whole[:20], max_new_tokens=20))
    assert whole[:20] + more == whole  # a token for each byte, so they are the same again
    assert finished.stats.cached_tokens == 0


def test_models_without_a_template_go_on_too(tokenizer: Any) -> None:
    tokenizer.chat_template = None
    whole, _, _ = run(text_model(tokenizer, ScriptedNetwork(noise)), ask("hello", max_new_tokens=60))
    model = text_model(tokenizer, ScriptedNetwork(noise))
    text, _, _ = run(model, ask("hello", max_new_tokens=30))
    assert text + run(model, ask("hello", text, max_new_tokens=30))[0] == whole


@pytest.mark.parametrize("text", ["User: and you?", "\nUser: and you?", "  User: and you?", "System: x"])
def test_a_base_model_that_begins_with_the_next_turn_ends_at_once(tokenizer: Any, text: str) -> None:
    tokenizer.chat_template = None
    begin = len(text_model(tokenizer, ScriptedNetwork(noise)).chats.encode((ChatMessage("user", "hello"),)).ids)
    ids = tokenizer.backend_tokenizer.encode(text + " " * 200).ids
    model = text_model(tokenizer, ScriptedNetwork(lambda tokens: ids[len(tokens) - begin]))
    answer, finished, _ = run(model, ask("hello"))
    assert (answer, finished.reason) == ("", "stop")
    assert finished.stats.new_tokens <= len("  User:")


def test_words_like_those_of_the_next_turn_are_kept(tokenizer: Any) -> None:
    tokenizer.chat_template = None
    begin = len(text_model(tokenizer, ScriptedNetwork(noise)).chats.encode((ChatMessage("user", "hello"),)).ids)
    ids = tokenizer.backend_tokenizer.encode(" Users of it say: User: is a word.").ids
    model = text_model(tokenizer, ScriptedNetwork(lambda tokens: ids[len(tokens) - begin]))
    assert run(model, ask("hello", max_new_tokens=len(ids)))[0] == " Users of it say: User: is a word."


@pytest.fixture
def real_core() -> Iterator[Core]:
    embedded_model()
    core = Core()
    core.start_engine()
    yield core
    core.close()


def test_the_embedded_model_in_two_parts(real_core: Core) -> None:
    """Greedy, 40 and 40 tokens are the 80 of one go, on the kernels and caches that users have."""

    def answer(tokens: int, *begun: ChatMessage) -> tuple[str, Finished]:
        collector = Collector()
        messages = (ChatMessage("user", "Tell me about the history of Paris."), *begun)
        sampling = SamplingParams(temperature=0.0, max_new_tokens=tokens)
        request_id = real_core.runner.new_request_id()
        request = GenerationRequest(request_id, "smollm2-135m", messages, sampling, "cli", response_cache=False)
        real_core.runner.submit(request, collector)
        result = collector.result(110)
        assert isinstance(result, Finished), result
        return collector.text, result

    whole, end = answer(80)
    first, _ = answer(40)
    second, part = answer(40, ChatMessage("assistant", first))
    assert end.reason == "length"
    assert first + second == whole
    assert part.stats.cached_tokens == part.stats.prompt_tokens - 1
