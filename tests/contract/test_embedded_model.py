"""The embedded model on the real backends: right in each precision, and as good as it was."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from llmdesk.datatypes.chat import ChatMessage, Finished
from llmdesk.datatypes.model import LocalModel
from llmdesk.engine.backends.choice import ipex_obstacle
from llmdesk.engine.measuring.fidelity import ALL, compare
from llmdesk.engine.measuring.texts import KINDS, sample_sequences
from llmdesk.models.catalogue import Catalogue
from llmdesk.ui.chat.empty_state import samples
from tests.contract.conftest import make_backend
from tests.engine.engine_thread import Collector, Statuses, request, running
from tests.engine.oracle import float_state, greedy

torch = pytest.importorskip("torch")
pytestmark = [pytest.mark.model, pytest.mark.all_cores]

EMBEDDED = "smollm2-135m"
TEXT_TOKENS = 120
"""Of each kind of text: few, since the reference computes in float32."""
BARS = {
    # (precision, on our own kernels): (most mean KL, least share of equal first choices); llama.cpp: 0.0030 and 96.5 %
    ("int4", True): (0.0002, 0.99),
    ("int8", True): (0.0008, 0.97),  # of the file's blocks of 4 bits the zero points are rounded
    ("int4", False): (0.01, 0.95),
    ("int8", False): (0.03, 0.90),
    ("bf16", False): (0.005, 0.95),  # rounds activations to 8 bits of mantissa, so near ties may turn
}


@pytest.fixture(scope="module")
def shared_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One cache of converted weights for all tests of this file."""
    return tmp_path_factory.mktemp("converted")


@pytest.fixture
def local(shared_home: Path, monkeypatch: pytest.MonkeyPatch) -> LocalModel:
    catalogue = Catalogue.load()
    spec = catalogue.get(EMBEDDED)
    if not catalogue.is_installed(spec):
        pytest.skip("the embedded model is not installed (make test installs it)")
    monkeypatch.setenv("LLMDESK_HOME", str(shared_home))
    return catalogue.resolve(EMBEDDED)


@pytest.fixture(params=["native", "ipex"])
def torch_backend(request: pytest.FixtureRequest) -> str:
    if request.param == "ipex" and (obstacle := ipex_obstacle()):
        pytest.skip(obstacle)
    return str(request.param)


def kernels(backend: str) -> Any:
    if backend == "native":
        from llmdesk.engine.backends.native import NativeKernels

        return NativeKernels()
    from llmdesk.engine.backends.ipex import IpexKernels, load_operators

    load_operators()
    return IpexKernels()


def network(local: LocalModel, precision: Any, backend_kernels: Any) -> tuple[Any, Any]:
    """The network that a user's request would run on."""
    from llmdesk.engine.backends.built_network import build_network
    from llmdesk.engine.weights.loading import prepare

    prepared = prepare(local, precision, lambda phase, done: None)
    return build_network(lambda: backend_kernels, prepared, 4096, lambda phase, done: None)[0], prepared


def texts(tokenizer: Any) -> dict[str, list[list[int]]]:
    """The first tokens of each kind; of the chats, the beginnings of several."""
    found = {kind: [ids[:TEXT_TOKENS] for ids in sample_sequences(tokenizer, kind, 4096)] for kind in KINDS}
    found["chats"] = [ids[: TEXT_TOKENS // 2] for ids in found["chats"][:2]]
    return found


@pytest.fixture
def all_cores() -> Iterator[None]:
    """For torch's heavy work on the test's own thread: networks that ran before may have left it one core."""
    before = torch.get_num_threads()
    torch.set_num_threads(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def remembered() -> dict[int, Any]:
    """The reference's logits by the number of the call, so that they are computed once for all precisions."""
    return {}


class Remembering:
    """The float32 reference, asked for the same texts again and again."""

    def __init__(self, local: LocalModel, config: Any, remembered: dict[int, Any]) -> None:
        from llmdesk.engine.measuring.reference import float_reference
        from llmdesk.engine.weights.loading import source_tensors

        self._reference = None if remembered else float_reference(source_tensors(local, config), config, 512)
        self._remembered, self._calls = remembered, 0

    def new_cache(self) -> Any:
        return self._reference.new_cache() if self._reference else None

    def forward(self, ids: list[int], cache: Any, last: int = 1) -> Any:
        self._calls += 1
        if self._reference:
            self._remembered[self._calls] = self._reference.forward(ids, cache, last).clone()
        return self._remembered[self._calls]


@pytest.mark.parametrize(
    ("precision", "own_kernels"),
    [pytest.param(*form, marks=[] if form[1] or form[0] == "int4" else pytest.mark.long) for form in BARS],
)
@pytest.mark.usefixtures("all_cores")
def test_a_precision_foretells_what_float32_does(
    local: LocalModel,
    precision: str,
    own_kernels: bool,
    remembered: dict[int, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As prompts are read and as answers are written; int4 is the model's default.

    Only the operators of the environment's own stack are tried, because `make contract STACK=native` does the same
    with the other's.
    """
    if not own_kernels:
        monkeypatch.setenv("LLMDESK_KERNELS", "off")
    stack = "native" if ipex_obstacle() else "ipex"
    decoder, prepared = network(local, precision, kernels(stack))
    assert (type(decoder).__name__ == "FusedDecoder") == own_kernels
    reference: Any = Remembering(local, prepared.config, remembered)
    found = compare(reference, decoder, texts(prepared.tokenizer))
    most_kl, least_equal = BARS[precision, own_kernels]
    for path in ("prompt", "token"):
        assert found[ALL, path].mean_kl <= most_kl, found
        assert found[ALL, path].equal_first >= least_equal, found
        assert found[ALL, path].perplexity <= 1.02 * found[ALL, path].reference_perplexity


SAMPLE_PROMPTS = tuple(prompt for _, prompt in samples())
PLAIN_QUESTIONS = (
    "What is the capital of France?",
    "Who wrote Romeo and Juliet?",
    "How many legs does a spider have?",
    "What is 12 times 12?",
    "Name three colours.",
    "What do bees make?",
    "Why do leaves fall in autumn?",
    "Translate 'good morning' into French.",
    "Write a sentence about the sea.",
    "What is the largest planet?",
)
ANSWER_TOKENS = 40
SOME, MORE = (*SAMPLE_PROMPTS[:2], *PLAIN_QUESTIONS[:4]), (*SAMPLE_PROMPTS[2:], *PLAIN_QUESTIONS[4:])


@pytest.mark.parametrize("questions", [SOME, pytest.param(MORE, marks=pytest.mark.long)], ids=["some", "more"])
@pytest.mark.usefixtures("all_cores")
def test_int4_answers_as_float32_does(local: LocalModel, questions: tuple[str, ...]) -> None:
    """What people type first, at temperature 0: the beginnings of the answers are the same, token by token."""
    from llmdesk.engine.generation.chat_template import ChatEncoder
    from llmdesk.engine.measuring.reference import float_reference
    from llmdesk.engine.weights.loading import source_tensors

    ours, prepared = network(local, "int4", kernels("native"))
    theirs = float_reference(source_tensors(local, prepared.config), prepared.config, 512)
    encoder, answers = ChatEncoder(prepared.tokenizer), {}
    for question in questions:
        prompt = encoder.encode((ChatMessage("user", question),)).ids
        answers[question] = answer = greedy(ours, prompt, ANSWER_TOKENS)
        # It reads our answer in one go: where each token is its first choice, it would have written the same.
        logits = theirs.forward([*prompt, *answer], theirs.new_cache(), ANSWER_TOKENS + 1)
        words = prepared.tokenizer.backend_tokenizer.decode(answer)
        assert logits[:-1].argmax(-1).tolist() == answer, (question, words)
    if (capital := PLAIN_QUESTIONS[0]) in answers:
        assert "Paris" in prepared.tokenizer.backend_tokenizer.decode(answers[capital])


def test_int4_is_the_default_precision(local: LocalModel) -> None:
    assert local.spec.precision == "int4"


@pytest.mark.parametrize(
    "precision", ["int4", *(pytest.param(other, marks=pytest.mark.long) for other in ("int8", "bf16"))]
)
@pytest.mark.usefixtures("all_cores")
def test_greedy_answer_is_that_of_transformers_in_the_same_precision(local: LocalModel, precision: str) -> None:
    """Over the very weights that our kernels hold, computed in float32 on both sides.

    transformers reads our answer in one go: where each token is the best after those before it, generate() would have
    written the same.
    """
    from transformers import LlamaForCausalLM

    from llmdesk.engine.backends.native import NativeKernels
    from llmdesk.engine.generation.chat_template import ChatEncoder
    from llmdesk.engine.networks.decoder import Decoder
    from llmdesk.engine.weights.loading import prepare
    from llmdesk.engine.weights.model_files import open_config

    class Float(NativeKernels):
        def pack(self, matrix: Any, bias: Any) -> Any:
            from llmdesk.engine.matrices.forms import dequantized

            return super().pack(dequantized(matrix), bias)

    prepared = prepare(local, precision, lambda phase, done: None)  # type: ignore[arg-type]
    question = ChatMessage("user", "Why is the sky blue? Answer in three sentences.")
    prompt = ChatEncoder(prepared.tokenizer).encode((question,)).ids
    answer = greedy(Decoder(prepared.config, prepared.weights, Float(torch.float32), 512), prompt, 64)

    state = float_state(prepared, torch.float32)
    oracle = LlamaForCausalLM.from_pretrained(
        None, config=open_config(prepared.folder), state_dict=state, dtype=torch.float32
    )
    with torch.inference_mode():
        logits = oracle.eval()(torch.tensor([prompt + answer])).logits[0]
    assert logits[len(prompt) - 1 : -1].argmax(-1).tolist() == answer


@pytest.fixture
def runner(local: LocalModel, torch_backend: str) -> Iterator[Any]:
    with running(lambda: make_backend(torch_backend), lambda model_id: local) as engine:
        yield engine


def test_it_answers(runner: Any) -> None:
    sink = Collector()
    runner.submit(
        request(runner, "In which city is the Eiffel Tower? Answer with one word.", EMBEDDED, temperature=0), sink
    )
    result = sink.result()
    assert isinstance(result, Finished)
    assert "Paris" in sink.text
    assert result.reason == "stop"


def test_memory_comes_back_after_unloading(runner: Any) -> None:
    import psutil

    statuses = Statuses()
    runner.subscribe(statuses)
    process = psutil.Process()
    sizes = []
    for _ in range(3):
        runner.load(EMBEDDED)
        statuses.wait_for(lambda s: s.state == "ready" and s is statuses.seen[-1])
        loaded = process.memory_info().rss
        runner.unload()
        statuses.wait_for(lambda s: s.state == "none" and s is statuses.seen[-1])
        until_s = time.monotonic() + 5
        while loaded - process.memory_info().rss < 100e6 and time.monotonic() < until_s:
            time.sleep(0.02)  # it is told that the model is gone before the last of its memory is
        sizes.append((loaded, process.memory_info().rss))
    loaded, unloaded = sizes[-1]
    assert loaded - unloaded > 100e6
    assert sizes[-1][1] - sizes[0][1] < 50e6


def test_a_second_thread_is_caught(local: LocalModel, torch_backend: str) -> None:
    """Two threads in torch cost a factor of 3.6, so an answer on another thread than the load is refused."""
    import threading

    from llmdesk.datatypes.chat import ChatMessage, GenerationRequest
    from llmdesk.engine.backend import LoadOptions

    loaded: list[Any] = []
    options = LoadOptions()
    worker = threading.Thread(
        target=lambda: loaded.append(make_backend(torch_backend).load(local, options, lambda phase, done: None))
    )
    worker.start()
    worker.join()
    steps = loaded[0].generate(GenerationRequest("r", EMBEDDED, (ChatMessage("user", "hi"),)), 0.0, threading.Event())
    with pytest.raises(AssertionError, match="second thread"):
        next(steps)
