"""Fidelity against numpy's own arithmetic, and the float32 reference against transformers'."""

from __future__ import annotations

import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.model

from llmdesk.engine.measuring.fidelity import ALL, PATHS, Tally, compare  # noqa: E402
from llmdesk.engine.serving.heap import held_bytes  # noqa: E402


def by_numpy(p_logits: Any, q_logits: Any, targets: Sequence[int]) -> dict[str, float]:
    """The definition once more: plain exponentials, nothing shared with what is tested."""
    p, q = (np.exp(x.astype(np.longdouble)) for x in (p_logits, q_logits))
    p, q = p / p.sum(axis=1, keepdims=True), q / q.sum(axis=1, keepdims=True)
    kl = np.array([sum(a * np.log(a / b) for a, b in zip(*row, strict=True)) for row in zip(p, q, strict=True)])
    rows = np.arange(len(targets))
    return {
        "positions": len(targets),
        "perplexity": float(np.prod(1 / q[rows, targets]) ** (1 / len(targets))),
        "reference_perplexity": float(np.prod(1 / p[rows, targets]) ** (1 / len(targets))),
        "mean_kl": float(kl.mean()),
        "p99_kl": float(np.percentile(kl.astype(float), 99)),
        "equal_first": float(np.mean([np.argmax(a) == np.argmax(b) for a, b in zip(p, q, strict=True)])),
    }


def test_it_is_what_numpy_computes() -> None:
    random = np.random.default_rng(5)
    reference = random.normal(size=(150, 40)).astype(np.float32) * 3
    logits = reference + random.normal(size=reference.shape).astype(np.float32) * 0.4
    targets = random.integers(0, 40, size=150).tolist()
    tally = Tally()
    for start in range(0, 150, 70):
        rows = slice(start, start + 70)
        tally.add(torch.from_numpy(reference[rows]), torch.from_numpy(logits[rows]), targets[rows])
    found = tally.result()
    assert 0.5 < found.equal_first < 0.95
    for name, value in by_numpy(reference, logits, targets).items():
        assert getattr(found, name) == pytest.approx(value, rel=1e-5), name


SIZE = 260


class Markov:
    """generation.Network whose logits hang on the last token and on how many there were; it notes its steps."""

    def __init__(self, seed: int, noise: float = 0.0) -> None:
        self._table = torch.randn(SIZE, SIZE, generator=torch.Generator().manual_seed(1)) * 2
        self._table += noise * torch.randn(SIZE, SIZE, generator=torch.Generator().manual_seed(seed))
        self.steps: list[int] = []

    def new_cache(self) -> list[int]:
        return []

    def forward(self, ids: list[int], cache: list[int], last: int = 1) -> Any:
        self.steps.append(len(ids))
        start = len(cache)
        cache += ids
        logits = torch.stack([self._table[token] + (start + i) % 7 * self._table[0] for i, token in enumerate(ids)])
        return logits[len(ids) - last :]


def markov(seed: int, noise: float = 0.0) -> Any:
    """A stand-in for a network, with a plain list for a cache."""
    return Markov(seed, noise)


def test_both_paths_foretell_every_token_but_the_first_of_each_sequence() -> None:
    generator = torch.Generator().manual_seed(3)
    texts = {
        "a": [torch.randint(0, 30, (size,), generator=generator).tolist() for size in (300, 5)],
        "b": [torch.randint(0, 30, (257,), generator=generator).tolist()],
    }
    told: list[tuple[int, int]] = []
    network = markov(2, noise=0.3)
    found = compare(markov(0), network, texts, report=lambda *now: told.append(now))
    assert {key: value.positions for key, value in found.items()} == {
        ("a", "prompt"): 303, ("a", "token"): 303, ("b", "prompt"): 256, ("b", "token"): 256,
        (ALL, "prompt"): 559, (ALL, "token"): 559,
    }  # fmt: skip
    assert found["a", "prompt"] == found["a", "token"]  # this network computes both ways alike
    assert told[-1] == (562, 562)
    assert max(network.steps) == PATHS["prompt"]
    assert set(network.steps) >= {PATHS["prompt"], 300 - PATHS["prompt"], 8, 4, 5}
    assert found[ALL, "token"].mean_kl == pytest.approx(
        (303 * found["a", "token"].mean_kl + 256 * found["b", "token"].mean_kl) / 559
    )


def test_a_network_does_not_differ_from_itself() -> None:
    found = compare(markov(0), markov(0), {"a": [list(range(30)) * 3]})[ALL, "token"]
    assert (found.mean_kl, found.p99_kl) == pytest.approx((0, 0), abs=1e-12)
    assert found.equal_first == 1
    assert found.perplexity == pytest.approx(found.reference_perplexity)


class Transformers:
    """generation.Network on a model of transformers, without any cache: each step computes all again."""

    def __init__(self, model: Any) -> None:
        self._model = model

    def new_cache(self) -> list[int]:
        return []

    def forward(self, ids: list[int], cache: list[int], last: int = 1) -> Any:
        cache += ids
        with torch.no_grad():
            return self._model(torch.tensor([cache])).logits[0, -last:].float()


@pytest.mark.parametrize("tokens", [2, 264, 265, 400])
def test_perplexity_is_the_exponential_of_transformers_loss(tmp_path: Path, tokens: int) -> None:
    """Over chunks that do not end with the text."""
    from transformers import AutoModelForCausalLM

    from tests.engine.tiny_models import save_model

    model = AutoModelForCausalLM.from_pretrained(save_model(tmp_path / "tiny")).eval()
    ids = torch.randint(0, 90, (tokens,), generator=torch.Generator().manual_seed(3)).tolist()
    with torch.no_grad():
        expected = float(model(torch.tensor([ids]), labels=torch.tensor([ids])).loss.exp())
    transformers_network: Any = Transformers(model)
    found = compare(markov(0), transformers_network, {"a": [ids]}, {"prompt": PATHS["prompt"]})["a", "prompt"]
    assert found.perplexity == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize("kind", ["llama", "qwen3", "gemma2", "helium"])
def test_the_reference_is_transformers_in_float32(tmp_path: Path, kind: str) -> None:
    from transformers import AutoModelForCausalLM

    from llmdesk.engine.measuring.reference import float_reference
    from llmdesk.engine.weights.loading import prepare, source_tensors
    from tests.engine.oracle import local_model
    from tests.engine.tiny_models import save_model

    folder = save_model(tmp_path / "model", kind)
    model = local_model(folder)
    prepared = prepare(model, "int4", lambda phase, done: None)  # what is kept of it must not matter
    network = float_reference(source_tensors(model, prepared.config), prepared.config, 256)
    theirs = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
    ids = [(i * 37) % 90 for i in range(60)]
    with torch.no_grad():
        expected = theirs(torch.tensor([ids])).logits[0]
    cache = network.new_cache()
    found = torch.cat([network.forward(part, cache, len(part)).clone() for part in (ids[:50], ids[50:])])
    assert float((found - expected).norm() / expected.norm()) < 1e-5


@pytest.mark.parametrize("kind", ["Q4_1", "Q5_1"])
def test_the_reference_of_a_gguf_file_is_what_its_blocks_say(tmp_path: Path, kind: str) -> None:
    """Of Q5_1 our kernels' own form is another: nothing of that may be in it."""
    import gguf

    from llmdesk.datatypes.model import LocalModel, ModelSource, ModelSpec
    from llmdesk.engine.measuring.reference import float_reference
    from llmdesk.engine.weights.loading import prepare, source_tensors
    from tests.engine.oracle import logits_of, oracle
    from tests.engine.tiny_gguf import write_model_gguf
    from tests.engine.tiny_models import save_model

    folder = save_model(tmp_path / "model", num_key_value_heads=4)
    file = write_model_gguf(folder, tmp_path / f"tiny-{kind}.gguf", kind)
    model = LocalModel(ModelSpec("tiny", "Tiny", ModelSource("gguf", str(file))), file)
    prepared = prepare(model, "int4", lambda phase, done: None)
    network = float_reference(source_tensors(model, prepared.config), prepared.config, 256)
    theirs, blocks = oracle(folder), gguf.GGMLQuantizationType[kind]
    with torch.no_grad():
        for parameter in theirs.parameters():
            if parameter.dim() == 2:
                rounded = gguf.quants.quantize(parameter.numpy(), blocks)
                parameter.copy_(torch.from_numpy(gguf.quants.dequantize(rounded, blocks)))
    ids = [(i * 37) % 90 for i in range(60)]
    expected = logits_of(theirs, ids)
    found = network.forward(ids, network.new_cache(), 60)
    assert float((found - expected).norm() / expected.norm()) < 1e-5


def test_the_texts_are_long_enough_for_every_vocabulary() -> None:
    """2,000 tokens and more even where a token is a whole word and each mark one of its own."""
    import re

    from llmdesk.engine.measuring.texts import sample_chats, sample_text

    chats = " ".join(turn.content for chat in sample_chats() for turn in chat)
    for text in (sample_text("prose"), sample_text("code"), chats):
        assert len(re.findall(r"\w+|[^\w\s]", text)) >= 2200


def test_chats_are_sequences_of_their_own_in_the_models_form(tmp_path: Path) -> None:
    from transformers import AutoTokenizer

    from llmdesk.engine.measuring.texts import KINDS, sample_chats, sample_sequences
    from tests.engine.tiny_models import save_tokenizer

    save_tokenizer(tmp_path)
    tokenizer = AutoTokenizer.from_pretrained(tmp_path)
    found = {kind: sample_sequences(tokenizer, kind, 500) for kind in KINDS}
    assert [len(found[kind]) for kind in KINDS] == [1, 1, len(sample_chats())]
    assert max(len(ids) for sequences in found.values() for ids in sequences) == 500
    assert tokenizer.decode(found["chats"][0]).startswith("<|user|>What is the capital of France?<|end|><|assistant|>")


class _Wide:
    """generation.Network with as many words as a real one has."""

    def new_cache(self) -> list[int]:
        return []

    def forward(self, ids: list[int], cache: Any, last: int = 1) -> Any:
        return torch.zeros(len(ids), 49152)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="where glibc keeps what was freed")
def test_memory_does_not_grow_with_the_text() -> None:
    """On a thread, as in the program: there each chunk left 130 MB behind, 7 GB in the end."""
    held: list[int] = []
    texts, before = {"a": [list(range(64))] * 4}, held_bytes()
    worker = threading.Thread(
        target=compare, args=(_Wide(), _Wide(), texts), kwargs={"report": lambda done, total: held.append(held_bytes())}
    )
    worker.start()
    worker.join()
    assert len(held) == 4
    assert held[-1] - before < 120e6
