"""Reuse and drafts on a real decoder: the answers are what they would be without.

In float32: in bf16 a step of several tokens is rounded in other places than a step of one, and a random model, whose
choices are often nearly equal, then says something else.
"""

from __future__ import annotations

import secrets
import threading
import time
from typing import Any

import pytest

from llmdesk.datatypes.chat import ChatMessage, Finished, GenerationRequest, GenerationStats, SamplingParams, TokenEvent
from llmdesk.datatypes.model import LocalModel, ModelSource, ModelSpec
from llmdesk.engine.generation import draft_lengths
from tests.engine.tiny_models import GRANITE4_HYBRID, LFM2, QWEN35, save_model

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.model

SAMPLINGS: list[dict[str, Any]] = [
    {"temperature": 0.0},
    {"temperature": 0.9, "seed": 5},
    {"temperature": 0.5, "seed": 6, "repetition_penalty": 1.1, "top_k": 0},
]
SYSTEM = ChatMessage("system", "answer in short words")


KINDS: dict[str, dict[str, Any]] = {
    "llama": {},
    "lfm2": LFM2,
    "qwen3_5_text": QWEN35,
    "granitemoehybrid": GRANITE4_HYBRID,
}


@pytest.fixture(scope="module", params=list(KINDS))
def kind(request: pytest.FixtureRequest) -> str:
    """With keys and values in all layers, or with states in some."""
    return str(request.param)


@pytest.fixture(scope="module")
def make_model(tmp_path_factory: pytest.TempPathFactory, kind: str) -> Any:
    """Makes the same model again and again, each with empty caches."""
    from llmdesk.engine.backends.native import NativeKernels
    from llmdesk.engine.backends.torch_model import text_model_of
    from llmdesk.engine.networks.decoder import Decoder
    from llmdesk.engine.weights.loading import prepare

    folder = save_model(tmp_path_factory.mktemp("tiny") / "model", kind, **KINDS[kind])
    spec = ModelSpec("tiny", "Tiny", ModelSource("folder", str(folder)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LLMDESK_HOME", str(tmp_path_factory.mktemp("home")))
        prepared = prepare(LocalModel(spec, folder), "bf16", lambda phase, done: None)
    network = Decoder(prepared.config, prepared.weights, NativeKernels(torch.float32), 512)
    return lambda: text_model_of(prepared, network, 512)


def run(model: Any, messages: Any, **sampling: Any) -> tuple[str, GenerationStats]:
    from llmdesk.engine.generation.generation import generate
    from llmdesk.engine.generation.step import by_itself

    params = SamplingParams(**{"max_new_tokens": 60, **sampling})
    request = GenerationRequest("r", "tiny", tuple(messages), params, "cli", response_cache=False)
    events = list(by_itself(generate(model, request, time.perf_counter(), threading.Event())))
    assert isinstance(events[-1], Finished)
    return "".join(e.text for e in events if isinstance(e, TokenEvent)), events[-1].stats


def chat(model: Any, *questions: str, **sampling: Any) -> list[ChatMessage]:
    turns = [SYSTEM]
    for question in questions:
        turns.append(ChatMessage("user", question))
        turns.append(ChatMessage("assistant", run(model, turns, **sampling)[0]))
    return turns


@pytest.mark.parametrize("sampling", SAMPLINGS)
def test_prompt_lookup_changes_no_answer(
    make_model: Any, sampling: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    prompt = [ChatMessage("user", "yes no yes no yes no")]  # at temperature 0 all of these models go on long enough
    text, stats = run(make_model(), prompt, **{**sampling, "max_new_tokens": 300})
    monkeypatch.setenv("LLMDESK_PROMPT_LOOKUP", "0")
    expected, plain = run(make_model(), prompt, **{**sampling, "max_new_tokens": 300})
    assert plain.drafted_tokens == 0
    assert stats.drafted_tokens > 0 or sampling["temperature"] > 0
    assert text == expected


@pytest.mark.parametrize("sampling", SAMPLINGS)
def test_what_is_reused_changes_no_answer(make_model: Any, kind: str, sampling: dict[str, Any]) -> None:
    check_reuse(make_model, sampling, has_states=kind != "llama")


def check_reuse(make_model: Any, sampling: dict[str, Any], *, has_states: bool, is_exact: bool = True) -> None:
    """A state is kept at a turn's end: the only turn of a chat is computed again as a whole."""
    used = make_model()
    one = chat(used, "what is one", "and then", **sampling)
    two = chat(used, "tell me of two", **sampling)
    more, other = ChatMessage("user", "go on"), ChatMessage("user", "or else")
    for prompt in ([*one, more], [*one[:3], other], two[:-1], [*two, more]):
        text, stats = run(used, prompt, **sampling)
        assert stats.cached_tokens > 20 or (has_states and prompt == two[:-1])
        if not is_exact:
            continue
        fresh = make_model()
        fresh.chats = used.chats  # so that the prompt has the same tokens
        expected, alone = run(fresh, prompt, **sampling)
        assert alone.cached_tokens == 0
        assert text == expected


@pytest.fixture(scope="module")
def make_fused(tmp_path_factory: pytest.TempPathFactory, kind: str) -> Any:
    """As ``make_model``, of 4 or 8 bits on our own kernels."""
    from llmdesk.engine.backends.torch_model import text_model_of
    from llmdesk.engine.networks.fused import library
    from llmdesk.engine.networks.fused.decoder import FusedDecoder
    from llmdesk.engine.weights.loading import prepare

    if library.best_isa() is None:
        pytest.skip("our own kernels do not run here")
    folder = save_model(tmp_path_factory.mktemp("tiny") / "model", kind, **KINDS[kind])
    spec = ModelSpec("tiny", "Tiny", ModelSource("folder", str(folder)))

    def made(precision: Any) -> Any:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("LLMDESK_HOME", str(tmp_path_factory.mktemp("home")))
            prepared = prepare(LocalModel(spec, folder), precision, lambda phase, done: None)
        return text_model_of(prepared, FusedDecoder(prepared.config, prepared.weights, 512), 512)

    return made


def test_chats_share_beginnings_on_our_own_kernels(make_fused: Any, kind: str) -> None:
    """An answer read out of a prompt is rounded otherwise than when it was written, so texts may differ."""
    check_reuse(lambda: make_fused("int4"), {}, has_states=kind in ("qwen3_5_text", "granitemoehybrid"), is_exact=False)


@pytest.mark.parametrize("sampling", [*SAMPLINGS, {"temperature": 0.8}])
@pytest.mark.parametrize("drafter", ["int8", "int4"])
def test_a_draft_model_changes_no_answer_on_our_own_kernels(
    make_fused: Any, drafter: str, sampling: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same model in 8 bits foresees all, the one in 4 bits most: to the last bit nothing else comes of it."""
    monkeypatch.setenv("LLMDESK_PROMPT_LOOKUP", "0")
    monkeypatch.setattr(secrets, "randbits", lambda count: 2**count // 3)
    monkeypatch.setattr(draft_lengths, "_MIN_GAIN", 0.0)  # tiny models: it never pays
    prompt = [ChatMessage("user", "one two three")]
    model, small = make_fused("int8"), make_fused(drafter)
    model.be_drafted_for("small", lambda: small, 0.2)
    again, _ = run(model, prompt, **{**sampling, "max_new_tokens": 200})
    text, stats = run(model, prompt, **{**sampling, "max_new_tokens": 200})
    alone = make_fused("int8")
    alone.be_drafted_for("gone", lambda: None, 0.2)  # without a seed it is drawn alike
    expected, plain = run(alone, prompt, **{**sampling, "max_new_tokens": 200})
    assert text == again == expected
    assert plain.drafted_tokens == 0
    assert stats.model_drafted_tokens > min(20, stats.new_tokens // 2)
    if drafter == "int8":
        assert stats.model_drafted_tokens - stats.model_accepted_tokens in (0, 1)  # a stop token is in no answer
