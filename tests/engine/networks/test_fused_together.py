"""Several sequences in one step of our own kernels: each gets to the last bit what it gets alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from llmdesk.errors import ModelDamaged
from tests.engine.tiny_models import save_model

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.model

from llmdesk.engine.networks.fused import library  # noqa: E402

if library.best_isa() is None:
    pytest.skip("our own kernels do not run on this processor", allow_module_level=True)

from llmdesk.engine.generation.step import Step, compute  # noqa: E402
from tests.engine.networks.test_fused import CONTEXT, QWEN3_MOE, prepared  # noqa: E402
from tests.engine.tiny_models import (  # noqa: E402
    EXPERTS,
    GEMMA4,
    GEMMA4_EXPERTS,
    GRANITE4_EXPERTS,
    GRANITE4_HYBRID,
    LFM2,
    QWEN35,
)

PAST = [3, 300, 9, 41, 8, 260, 17, 100, 1, 55, 512, 30, 12, 77, 256, 5]
TOKENS = 6
KINDS: list[tuple[str, dict[str, Any], str]] = [
    ("llama", {}, "int4"),
    (
        "llama",
        {"hidden_size": 192, "intermediate_size": 320, "num_attention_heads": 6, "num_key_value_heads": 3},
        "int8",
    ),
    ("mistral", {"sliding_window": 40}, "int4"),
    ("gemma2", {}, "int8"),
    ("bitnet", {}, "int4"),
    ("qwen3_moe", QWEN3_MOE, "int4"),
    ("olmoe", EXPERTS, "int8"),
    ("olmo2", {}, "int4"),
    ("lfm2", LFM2, "int4"),
    ("qwen3_5_text", QWEN35, "int4"),
    ("granitemoehybrid", GRANITE4_EXPERTS, "int4"),
    ("gemma4_text", GEMMA4, "int4"),
    ("gemma4_text", GEMMA4_EXPERTS, "int8"),
]


def ids_of(number: int, count: int) -> list[int]:
    return [(number * 101 + at * 37) % 250 for at in range(count)]


def decoder(folder: Path, kind: str = "llama", precision: str = "int4", **overrides: Any) -> Any:
    from tests.engine.networks.own_kernels import FusedDecoder

    model = prepared(save_model(folder / "model", kind, **overrides), precision)
    return FusedDecoder(model.config, model.weights, CONTEXT)


@pytest.fixture(scope="module")
def llama(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return decoder(tmp_path_factory.mktemp("together"))


def begun(network: Any, number: int, past: int) -> Any:
    """A cache that holds the beginning of a sequence."""
    cache = network.new_cache()
    network.forward(ids_of(number, past), cache, 0)
    return cache


def alone(network: Any, number: int, past: int) -> Any:
    """(TOKENS, V): what follows, a token at a time."""
    cache = begun(network, number, past)
    rows = [network.forward([token], cache).clone() for token in ids_of(number, past + TOKENS)[past:]]
    return torch.cat(rows)


def prompt_alone(network: Any, ids: list[int]) -> Any:
    step = Step(network, ids, network.new_cache(), is_prompt=True)
    compute([step])
    return step.result().clone()


@pytest.mark.parametrize(("kind", "overrides", "precision"), KINDS)
def test_neighbours_change_nothing(tmp_path: Path, kind: str, overrides: dict[str, Any], precision: str) -> None:
    """With 2 to 16 of them, at different depths, and with a prompt that is read in parts meanwhile."""
    check_neighbours(decoder(tmp_path, kind, precision, **overrides))


@pytest.mark.parametrize(("kind", "overrides"), [("llama", {}), ("qwen3_moe", QWEN3_MOE)])
def test_neighbours_change_nothing_in_a_large_network(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, overrides: dict[str, Any]
) -> None:
    """Its activations lie in planes of bytes."""
    monkeypatch.setattr("llmdesk.engine.networks.fused.decoder.LARGE_WEIGHTS", 0)
    check_neighbours(decoder(tmp_path, kind, **overrides))


def check_neighbours(network: Any) -> None:
    expected = [alone(network, number, past) for number, past in enumerate(PAST)]
    prompt = ids_of(99, 211)
    prompt_logits = prompt_alone(network, prompt)
    for count in (2, 3, 5, 9, 16):
        writers = 15 if count == 16 else count  # the prompt is the 16th
        caches = [begun(network, number, past) for number, past in enumerate(PAST[:writers])]
        found: list[list[Any]] = [[] for _ in caches]
        reading, step = network.new_cache(), Step(network, [], None)
        for at in range(TOKENS):
            steps = [
                Step(network, [ids_of(number, past + TOKENS)[past + at]], cache)
                for (number, past), cache in zip(enumerate(PAST[:writers]), caches, strict=True)
            ]
            part = prompt[reading.length : reading.length + (1 if at == 0 else 42)]  # one of them is a single token
            step = Step(network, part, reading, int(reading.length + len(part) == len(prompt)), is_prompt=True)
            compute([*steps, step])
            for each, rows in zip(steps, found, strict=True):
                rows.append(each.result().clone())
        for number, rows in enumerate(found):
            assert torch.equal(torch.cat(rows), expected[number]), (count, number)
        assert reading.length == len(prompt)
        assert torch.equal(step.result(), prompt_logits), count


def test_experts_of_one_token_and_of_two_share_a_step(tmp_path: Path) -> None:
    """Two sequences are alike, so the experts they choose have two tokens; those of the third one mostly have one."""
    overrides: dict[str, Any] = {**QWEN3_MOE, "hidden_size": 96}
    network, numbers = decoder(tmp_path, "qwen3_moe", **overrides), (0, 0, 2)
    expected = [alone(network, number, PAST[number]) for number in numbers]
    caches = [begun(network, number, PAST[number]) for number in numbers]
    for at in range(TOKENS):
        steps = [
            Step(network, [ids_of(number, PAST[number] + TOKENS)[PAST[number] + at]], cache)
            for number, cache in zip(numbers, caches, strict=True)
        ]
        compute(steps)
        for step, rows in zip(steps, expected, strict=True):
            assert torch.equal(step.result(), rows[at : at + 1])


def test_drafts_and_single_tokens_share_a_step(llama: Any) -> None:
    expected = [alone(llama, number, past) for number, past in enumerate(PAST[:4])]
    caches = [begun(llama, number, past) for number, past in enumerate(PAST[:4])]
    steps = [
        Step(llama, ids_of(number, PAST[number] + TOKENS)[PAST[number] : PAST[number] + take], caches[number], last)
        for number, (take, last) in enumerate(((6, 6), (1, 1), (4, 2), (6, 1)))
    ]
    compute(steps)
    for number, step in enumerate(steps):
        assert step.sequences == 4
        taken = len(step.ids)
        assert torch.equal(step.result(), expected[number][taken - step.last : taken]), number


@pytest.mark.parametrize(
    ("kind", "overrides"),
    [
        ("llama", {}),
        ("qwen3_moe", QWEN3_MOE),
        ("olmoe", EXPERTS),
        ("olmo2", {}),
        ("lfm2", LFM2),
        ("qwen3_5_text", QWEN35),
        ("granitemoehybrid", GRANITE4_HYBRID),
        ("gemma4_text", GEMMA4),
    ],
)
def test_how_a_prompt_is_cut_changes_nothing(tmp_path: Path, kind: str, overrides: dict[str, Any]) -> None:
    """Down to the single token that a follow-up may have to compute after what is kept of it."""
    prompt, network = ids_of(5, 301), decoder(tmp_path, kind, **overrides)
    expected = network.forward(prompt, network.new_cache()).clone()
    for parts in ((264, 36, 1), (1, 264, 36), (7, 2, 264, 28), (96, 96, 96, 13)):
        cache = network.new_cache()
        for part in parts:
            ids = prompt[cache.length : cache.length + part]
            step = Step(network, ids, cache, int(cache.length + part == len(prompt)), is_prompt=True)
            compute([step])
            logits = step.result()
        assert torch.equal(logits, expected), parts


def test_one_that_cannot_be_computed_fails_alone(llama: Any) -> None:
    caches = [begun(llama, number, past) for number, past in enumerate(PAST[:3])]
    full = begun(llama, 7, CONTEXT)
    steps = [Step(llama, [7], cache) for cache in (*caches, full)]
    steps[1].ids = [10**6]
    compute(steps)
    with pytest.raises(ModelDamaged, match="token 1000000"):
        steps[1].result()
    with pytest.raises(ValueError, match="context"):
        steps[3].result()
    assert [cache.length - past for cache, past in zip(caches, PAST, strict=False)] == [1, 0, 1]
    for number in (0, 2):
        assert torch.equal(steps[number].result(), llama.forward([7], begun(llama, number, PAST[number])))


class TestSharedPages:
    def test_a_copy_takes_no_memory_until_it_goes_on(self, llama: Any) -> None:
        cache = begun(llama, 1, 600)
        before = cache.size_bytes
        copy = cache.copy(580)
        assert cache.size_bytes + copy.size_bytes == before
        llama.forward([1], copy)
        assert cache.size_bytes + copy.size_bytes == before * 4 // 3  # the last page of three

    @pytest.mark.parametrize("common", [580, 512, 200])
    def test_both_go_on_as_if_they_were_alone(self, llama: Any, common: int) -> None:
        cache = begun(llama, 1, 600)
        copies = [cache.copy(common) for _ in range(3)]
        rows = []
        for at in range(3):
            steps = [Step(llama, [50 + at], each) for each in (cache, *copies)]
            compute(steps)
            rows.append([step.result().clone() for step in steps])
        for which, past in enumerate((600, common, common, common)):
            fresh = begun(llama, 1, past)
            for at in range(3):
                assert torch.equal(llama.forward([50 + at], fresh), rows[at][which]), (which, at)

    def test_what_was_copied_goes_back_and_writes_over_shared_pages(self, llama: Any) -> None:
        cache = begun(llama, 1, 600)
        copy = cache.copy(600)
        cache.truncate(300)
        llama.forward([9], cache)
        expected = llama.forward([3], begun(llama, 1, 600)).clone()
        assert torch.equal(llama.forward([3], copy), expected)

    def test_pages_that_nobody_needs_go(self, llama: Any) -> None:
        cache = begun(llama, 1, 1000)
        page = cache.size_bytes // 4
        copy = cache.copy(1000)
        cache.truncate(10)
        assert (cache.page_count, copy.page_count) == (2, 4)
        assert cache.size_bytes + copy.size_bytes == 4 * page
        del copy
        assert cache.size_bytes == 2 * page
