"""Our own kernels, held to the decoder on torch in float32 over the very weights that they multiply."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest

from llmdesk.errors import ModelDamaged
from tests.engine.networks.test_decoder_architectures import (
    GPT_OSS,
    GRANITE3_EXPERTS,
    GRANITE4,
    MINISTRAL3,
    MULTIPLIERS,
)
from tests.engine.oracle import local_model
from tests.engine.tiny_models import (
    EXPERTS,
    GEMMA4,
    GEMMA4_EXPERTS,
    GEMMA4_LARGE,
    GRANITE4_EXPERTS,
    GRANITE4_HYBRID,
    LFM2,
    LFM2_MOE,
    LFM3,
    QWEN35,
    QWEN35_MOE,
    save_model,
)
from tests.processes import still_running

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.model

from llmdesk.engine.networks.fused import library  # noqa: E402

if library.best_isa() is None:
    pytest.skip("our own kernels do not run on this processor", allow_module_level=True)

CONTEXT = 1024
IDS = [(i * 37) % 250 for i in range(300)]
CLEARLY = 0.02
QWEN3_MOE = {**EXPERTS, "moe_intermediate_size": 96, "norm_topk_prob": True}
KINDS = [
    ("llama", {}),
    ("llama", {"hidden_size": 192, "intermediate_size": 320, "num_attention_heads": 6, "num_key_value_heads": 3}),
    ("llama", {"hidden_size": 256, "intermediate_size": 768}),  # int4 in super-blocks
    ("mistral", {"sliding_window": 40}),
    ("mistral", {"sliding_window": 37, "num_key_value_heads": 4}),  # 8 tokens whose windows begin in two pages
    ("qwen2", {}),
    ("qwen3", {}),
    ("gemma2", {}),
    ("gemma3_text", {}),
    ("phi3", {}),
    ("smollm3", {}),
    ("qwen3_moe", QWEN3_MOE),
    ("qwen3_moe", {**QWEN3_MOE, "num_experts": 21, "num_experts_per_tok": 5, "mlp_only_layers": [1]}),
    ("olmoe", EXPERTS),
    ("gemma4_text", GEMMA4),
    ("gemma4_text", GEMMA4_LARGE),
    ("gemma4_text", {**GEMMA4_EXPERTS, "moe_intermediate_size": 96, "top_k_experts": 8}),  # see the test of near ties
    ("olmo2", {}),
    ("ministral3", MINISTRAL3),
    ("granite", MULTIPLIERS),
    ("granitemoe", GRANITE3_EXPERTS),
    ("granitemoehybrid", GRANITE4),
    ("gpt_oss", GPT_OSS | {"sliding_window": 40, "head_dim": 32}),
    ("olmo3", {"sliding_window": 40, "num_hidden_layers": 4}),
    ("lfm2", LFM2),
    ("lfm2_moe", LFM2_MOE),
    ("qwen3_5_text", {"num_hidden_layers": 5, **QWEN35, "layer_types": None}),
    ("qwen3_5_text", {**QWEN35, "linear_key_head_dim": 32, "linear_value_head_dim": 48, "linear_num_key_heads": 4}),
    ("lfm3", LFM3),
    ("granitemoehybrid", GRANITE4_HYBRID),
    ("granitemoehybrid", {**GRANITE4_HYBRID, "mamba_n_groups": 2, "mamba_d_state": 48, "mamba_conv_bias": False}),
    ("granitemoehybrid", {**GRANITE4_EXPERTS, "intermediate_size": 96}),
    ("qwen3_5_moe_text", {**QWEN35_MOE, "moe_intermediate_size": 96}),
    ("lfm2", {**LFM2, "conv_bias": True, "layer_types": ["full_attention", "conv", "full_attention"]}),
]


def isas() -> list[str]:
    return library.isas_here()


def prepared(folder: Path, precision: str) -> Any:
    from llmdesk.engine.weights.loading import prepare

    return prepare(local_model(folder), precision, lambda phase, done: None)  # type: ignore[arg-type]


class FloatWeights:
    """The same weights as plain numbers."""

    def __init__(self, weights: Any) -> None:
        self._weights = weights
        self.names, self.tensor, self.floats, self.rows = weights.names, weights.tensor, weights.floats, weights.rows

    def matrix(self, name: str) -> Any:
        from llmdesk.engine.matrices.forms import dequantized

        return dequantized(self._weights.matrix(name)).float()


def both(model: Any) -> tuple[Any, Any]:
    """(our decoder, the decoder on torch in float32)"""
    from llmdesk.engine.backends.native import NativeKernels
    from llmdesk.engine.networks.decoder import Decoder
    from tests.engine.networks.own_kernels import FusedDecoder

    ours = FusedDecoder(model.config, model.weights, CONTEXT)
    weights: Any = FloatWeights(model.weights)
    return ours, Decoder(model.config, weights, NativeKernels(torch.float32), CONTEXT)


def logits(network: Any, ids: list[int], step: int, cache: Any = None) -> Any:
    """(T, V), computed that many tokens at a time."""
    cache = cache or network.new_cache()
    steps = (ids[start : start + step] for start in range(0, len(ids), step))
    return torch.cat([network.forward(part, cache, len(part)).clone() for part in steps])


def error(found: Any, expected: Any) -> float:
    """Relative, over everything."""
    return float((found - expected).norm() / expected.norm())


@pytest.fixture(scope="module")
def llama(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return prepared(save_model(tmp_path_factory.mktemp("fused") / "llama"), "int4")


@pytest.fixture(scope="module")
def bitnet(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return prepared(save_model(tmp_path_factory.mktemp("fused") / "bitnet", "bitnet"), "int4")


@pytest.mark.parametrize("precision", ["int4", "int8"])
@pytest.mark.parametrize(("kind", "overrides"), KINDS)
def test_every_architecture(tmp_path: Path, kind: str, overrides: dict[str, Any], precision: str) -> None:
    """Activations are rounded to 8 bits, which costs 1 to 3 % on random weights; a wrong formula costs far more."""
    ours, reference = both(prepared(save_model(tmp_path / "model", kind, **overrides), precision))
    expected = logits(reference, IDS, len(IDS))
    found_by_step = {step: logits(ours, IDS, step) for step in (300, 1)}
    for step, found in found_by_step.items():
        assert error(found, expected) < (0.05 if step > 1 else 0.03), step
        assert (found.argmax(-1) == expected.argmax(-1)).float().mean() > 0.9, step


def routed_apart(network: Any, ids: list[int], monkeypatch: pytest.MonkeyPatch) -> tuple[Any, Any]:
    """Of the decoder on torch: (logits of each token alone (T, V), by how much of all scores' deviation the last expert
    that it chooses is before the next one, the least of all layers (T,))."""
    from llmdesk.engine.networks.feed_forward import OfExperts

    found, whole = list[Any](), OfExperts.chosen

    def recorded(self: Any, x: Any) -> Any:
        scores = torch.nn.functional.linear(x, self._router).float()
        best = scores.topk(self._kind.chosen + 1, -1).values
        found.append((best[:, -2] - best[:, -1]) / scores.std(-1))
        return whole(self, x)

    with monkeypatch.context() as patch:
        patch.setattr(OfExperts, "chosen", recorded)
        rows = torch.cat([logits(network, [token], 1) for token in ids])
    return rows, torch.stack([each[0] for each in found]).view(len(ids), -1).amin(-1)


@pytest.mark.parametrize("precision", ["int4", "int8"])
def test_gemma_4_chooses_other_experts_in_near_ties_only(
    tmp_path: Path, precision: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its experts are nearly as likely with random weights. In a long text each token sees those before it that went to
    other experts, and by its sharp attention all are off (0.22 in int4; 0.02 where all experts are chosen: KINDS). So
    tokens are alone here, and none may differ whose experts are clear."""
    folder = save_model(tmp_path / "model", "gemma4_text", **{**GEMMA4_EXPERTS, "moe_intermediate_size": 96})
    ours, reference = both(prepared(folder, precision))
    ids = list(range(250))
    expected, apart = routed_apart(reference, ids, monkeypatch)
    found = torch.cat([logits(ours, [token], 1) for token in ids])
    off = (found - expected).norm(dim=-1) / expected.norm(dim=-1)
    clear = apart > CLEARLY
    assert clear.float().mean() > 0.5
    assert off[clear].max() < 0.01


@pytest.mark.parametrize("isa", isas())
def test_every_instruction_set(llama: Any, isa: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LLMDESK_KERNELS", isa)
    ours, reference = both(llama)
    assert ours.isa.lower() == isa
    expected = logits(reference, IDS, len(IDS))
    assert error(logits(ours, IDS, 1), expected) < 0.03
    assert error(logits(ours, IDS, 300), expected) < 0.06


@pytest.mark.parametrize("isa", isas())
def test_ternary_weights_stay_exact(bitnet: Any, isa: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Their products are whole numbers, whatever the order: only the output layer and the cache round."""
    monkeypatch.setenv("LLMDESK_KERNELS", isa)
    ours, reference = both(bitnet)
    expected = logits(reference, IDS, len(IDS))
    for step in (1, 3, 8, 300):
        assert error(logits(ours, IDS, step), expected) < 0.025, step


class TernaryEnds(FloatWeights):
    """The same weights with an embedding and an output layer of -1, 0 and 1, as a GGUF file may hold them."""

    ENDS = ("model.embed_tokens.weight", "lm_head.weight")

    def matrix(self, name: str) -> Any:
        from llmdesk.engine.weights.bitnet import ternary_rows

        if name not in self.ENDS:
            return self._weights.matrix(name)
        shape = self._weights.matrix(name).shape
        return ternary_rows(torch.randint(-1, 2, shape, generator=torch.Generator().manual_seed(1)) * 0.1)

    def panels(self, name: str) -> Any:
        return None if name in self.ENDS else self._weights.panels(name)

    def bfloat16_bits(self, name: str) -> None:
        """It has none."""


def test_a_ternary_embedding_and_output_layer(bitnet: Any) -> None:
    """What is multiplied with 2 bits has one scale a row, also where the model does not ask for that."""
    ours, reference = both(replace(bitnet, weights=TernaryEnds(bitnet.weights)))
    expected = logits(reference, IDS, len(IDS))
    for step in (1, 300):
        assert error(logits(ours, IDS, step), expected) < 0.03, step


@pytest.mark.parametrize("model", ["llama", "bitnet"])
@pytest.mark.parametrize("past", [0, 600])
def test_a_few_tokens_at_once_are_what_they_are_one_by_one(
    model: str, past: int, request: pytest.FixtureRequest
) -> None:
    """To the last bit, also where the past is read in parts: drafts may not change what is said."""
    ours, _ = both(request.getfixturevalue(model))

    def after_past(step: int) -> Any:
        cache = ours.new_cache()
        if past:
            ours.forward((IDS * 2)[:past], cache)
        return logits(ours, IDS, step, cache)

    one_by_one = after_past(1)
    for step in (2, 3, 5, 8):
        assert torch.equal(after_past(step), one_by_one), step


@pytest.mark.parametrize("past", [24_570, 32_765, 40_955])
def test_that_holds_for_a_very_long_past_too(llama: Any, past: int) -> None:
    """How the past is divided depends on pages alone, not on how many there are: these steps cross into another."""
    from tests.engine.networks.own_kernels import FusedDecoder

    ours = FusedDecoder(llama.config, llama.weights, 41_200)
    torch.manual_seed(3)
    filled = ours.new_cache()
    filled.reserve(past)
    for page in map(filled.page, range(filled.page_count)):
        keys, values = page.view(np.float16).reshape(2, -1)
        keys[:] = torch.randn(keys.shape, dtype=torch.float16) * 0.3
        values[:] = torch.randn(values.shape, dtype=torch.float16)
    filled.length = past
    one_by_one = logits(ours, IDS[:16], 1, filled.copy(past))
    for step in (3, 8):
        assert torch.equal(logits(ours, IDS[:16], step, filled.copy(past)), one_by_one), step


def test_rotary_tables_grow_with_the_chat_and_not_with_the_context(llama: Any) -> None:
    from tests.engine.networks.own_kernels import FusedDecoder

    short, long = (FusedDecoder(llama.config, llama.weights, tokens) for tokens in (2048, 1 << 21))
    assert sum(table.nbytes for table in long._rotary_tables) < 1_000_000
    ids = (IDS * 7)[:2000]
    expected: Any = short.forward(ids, short.new_cache())
    expected = expected.clone()
    assert torch.equal(long.forward(ids, long.new_cache()), expected)


def test_structures_that_are_written_down_twice_are_compared(llama: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    import ctypes

    from llmdesk.engine.networks.fused import decoder, structures

    class Shorter(ctypes.Structure):
        _fields_ = structures.CLayer._fields_[:-2]

    monkeypatch.setattr(structures, "CLayer", Shorter)
    with pytest.raises(AssertionError, match="do not agree"):
        decoder.FusedDecoder(llama.config, llama.weights, CONTEXT)


def test_chunks_are_what_the_whole_is(llama: Any) -> None:
    ours, _ = both(llama)
    whole = logits(ours, IDS, 300)
    for step in (15, 60, 100):
        assert torch.equal(logits(ours, IDS, step), whole), step
    assert torch.equal(ours.forward(IDS, ours.new_cache(), 60), whole[-60:])


@pytest.mark.parametrize("parts", [(200, 100), (8, 292), (299, 1), (100, 3, 197)])
def test_tokens_without_logits_leave_the_same_keys_and_values(llama: Any, parts: tuple[int, ...]) -> None:
    """They skip most of the last layer."""
    ours, _ = both(llama)
    skipping, full, start = ours.new_cache(), ours.new_cache(), 0
    for part in parts[:-1]:
        assert ours.forward(IDS[start : start + part], skipping, 0).shape[0] == 0
        ours.forward(IDS[start : start + part], full, part)
        start += part
    expected = ours.forward(IDS[start:], full, parts[-1]).clone()
    assert torch.equal(ours.forward(IDS[start:], skipping, parts[-1]), expected)
    alone = ours.forward(IDS, ours.new_cache(), 1)
    assert error(alone[0], logits(ours, IDS, 300)[-1]) < 0.03  # rounded in smaller blocks


def test_threads_do_not_change_the_numbers(llama: Any) -> None:
    ours, _ = both(llama)
    results = []
    for threads in (1, 2, 2, 1):
        ours.use_threads(threads)
        results.append((logits(ours, IDS, 300), logits(ours, IDS[:20], 1)))
    for many, few in results[1:]:
        assert torch.equal(many, results[0][0])
        assert torch.equal(few, results[0][1])


def test_a_long_past_is_read_in_parts(llama: Any) -> None:
    """Beyond 512 tokens one token's attention is split into pieces that are merged."""
    ours, reference = both(llama)
    ids = (IDS * 4)[:1000]
    mine, theirs = ours.new_cache(), reference.new_cache()
    ours.forward(ids, mine)
    reference.forward(ids, theirs)
    for token in (3, 5, 8):
        assert error(ours.forward([token], mine)[0], reference.forward([token], theirs)[0]) < 0.06


def test_going_back_and_copies(llama: Any) -> None:
    ours, _ = both(llama)
    cache = ours.new_cache()
    ours.forward(IDS, cache)
    copy = cache.copy(120)
    assert (copy.length, cache.length) == (120, 300)
    assert copy.size_bytes < cache.size_bytes
    assert cache.truncate(120)
    expected = ours.forward([7], cache).clone()
    assert torch.equal(ours.forward([7], copy), expected)


def test_bad_input_is_refused(llama: Any) -> None:
    ours, _ = both(llama)
    cache = ours.new_cache()
    with pytest.raises(ModelDamaged, match="token 1000000"):
        ours.forward([10**6], cache)
    with pytest.raises(ModelDamaged, match="token 1000000"):
        ours.forward([1] * 290 + [10**6], cache)  # the first chunk was read already
    with pytest.raises(ValueError, match="context"):
        ours.forward([1] * (CONTEXT + 1), cache)
    assert cache.length == 0


def test_sizes_that_config_json_does_not_say_are_refused(tmp_path: Path) -> None:
    """The kernels would read and write beyond the end of what is smaller than they believe."""
    from llmdesk.errors import ModelDamaged
    from tests.engine.networks.own_kernels import FusedDecoder

    model = prepared(save_model(tmp_path / "model", "qwen3"), "int4")
    for setting, wrong in (("vocab_size", 128), ("hidden_size", 32), ("intermediate_size", 64), ("head_dim", 32)):
        right = getattr(model.config, setting)
        setattr(model.config, setting, wrong)
        with pytest.raises(ModelDamaged, match=r"config\.json says"):
            FusedDecoder(model.config, model.weights, CONTEXT)
        setattr(model.config, setting, right)
    FusedDecoder(model.config, model.weights, CONTEXT)


def test_a_token_reads_the_experts_that_it_chooses(tmp_path: Path) -> None:
    from tests.engine.networks.own_kernels import FusedDecoder

    found = []
    for chosen in (2, 8):
        kind = EXPERTS | {"num_experts_per_tok": chosen}
        model = prepared(save_model(tmp_path / str(chosen), "olmoe", **kind), "int4")
        found.append(FusedDecoder(model.config, model.weights, CONTEXT))
    some, all_of_them = found
    assert some.weights_bytes == all_of_them.weights_bytes
    experts = 3 * 8 * 3 * 64 * 128 * 5 // 8  # layers, experts, matrices of 5 bits a weight
    assert all_of_them.bytes_per_token - some.bytes_per_token == experts * 6 // 8


def test_idle_threads_sleep(llama: Any) -> None:
    ours, _ = both(llama)
    ours.use_threads(2)
    ours.forward(IDS, ours.new_cache())
    deadline_s = time.monotonic() + 20

    def cpu_s_of_a_pause() -> float:
        before = psutil.Process().cpu_times()
        time.sleep(0.2)
        after = psutil.Process().cpu_times()
        return float(after.user + after.system - before.user - before.system)

    while cpu_s_of_a_pause() > 0.03:
        assert time.monotonic() < deadline_s, "the kernels' threads go on spinning while there is nothing to do"


def test_weights_are_multiplied_in_the_mapped_file(llama: Any) -> None:
    """A copy would double the memory of a load, and takes most of its time."""
    from tests.engine.networks.own_kernels import FusedDecoder

    ours = FusedDecoder(llama.config, llama.weights, CONTEXT)
    lines = Path("/proc/self/maps").read_text(encoding="utf-8").splitlines()
    ranges = [line.split()[0].split("-") for line in lines if line.endswith("weights-int4-panels.safetensors")]
    head = ours._network.head.data
    assert any(int(start, 16) <= head < int(end, 16) for start, end in ranges)


def test_panels_hold_what_the_matrix_held() -> None:
    from llmdesk.engine.matrices.forms import quantize_int8
    from llmdesk.engine.matrices.panel_matrix import PanelMatrix
    from llmdesk.engine.matrices.panels import in_panels, panel_rows
    from llmdesk.engine.matrices.quantize import quantize_int4

    torch.manual_seed(1)
    weight = torch.randn(70, 128)
    for matrix in (quantize_int4(weight), quantize_int8(weight)):
        panels = in_panels(library.best(), matrix, per_row_activations=False)
        assert isinstance(panels, PanelMatrix)
        assert torch.allclose(panels.dequantized(), matrix.dequantized(), rtol=2e-3, atol=4e-3)
        assert torch.equal(panel_rows(panels, 16, 70).dequantized(), panels.dequantized()[16:])
    assert in_panels(library.best(), weight, per_row_activations=False) is weight


@pytest.mark.parametrize(("group", "per_row", "bits"), [(256, True, 2), (64, True, 2), (256, False, 5)])
def test_ternary_panels(group: int, per_row: bool, bits: int) -> None:
    """2 bits where the kernels can use them, with the very scales; in GGUF each block of a row has the same one."""
    from llmdesk.engine.matrices.panel_matrix import PanelMatrix
    from llmdesk.engine.matrices.panels import in_panels, panel_rows
    from llmdesk.engine.weights.bitnet import ternary_rows

    torch.manual_seed(1)
    weight = torch.randint(-1, 2, (70, 256)) * (torch.rand(70, 1) + 0.1)
    matrix = ternary_rows(weight)
    assert matrix is not None
    panels = in_panels(library.best(), matrix.regrouped(group), per_row)
    assert isinstance(panels, PanelMatrix)
    assert panels.form == bits
    assert torch.allclose(panels.dequantized(), weight, rtol=0 if bits == 2 else 2e-3, atol=0 if bits == 2 else 2e-3)
    assert torch.equal(panel_rows(panels, 16, 70).dequantized(), panels.dequantized()[16:])


def test_ternary_groups_with_scales_of_their_own_stay_4_bits() -> None:
    from llmdesk.engine.matrices.forms import Int4Matrix
    from llmdesk.engine.matrices.panel_matrix import PanelMatrix
    from llmdesk.engine.matrices.panels import in_panels

    torch.manual_seed(1)
    q = torch.randint(0, 3, (32, 256), dtype=torch.uint8)
    matrix = Int4Matrix(q[:, 0::2] | q[:, 1::2] << 4, torch.rand(32, 2) + 0.1, torch.ones(32, 2))
    panels = in_panels(library.best(), matrix, per_row_activations=True)
    assert isinstance(panels, PanelMatrix)
    assert panels.form == 5
    assert torch.allclose(panels.dequantized(), matrix.dequantized(), atol=1e-3)


def test_without_a_compiler_the_backends_operators_run(
    llama: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from llmdesk.engine.backends.built_network import build_network, own_kernels_reason
    from llmdesk.engine.backends.native import NativeKernels

    monkeypatch.setattr(library, "_folder", lambda: tmp_path)  # nothing is compiled there yet
    monkeypatch.setattr(library, "compiler", lambda isa: None)
    library.load.cache_clear()
    assert "no C compiler" in str(library.obstacle())
    network, reason = build_network(NativeKernels, llama, CONTEXT, lambda phase, done: None)
    assert "no C compiler" in own_kernels_reason(network, llama)
    library.load.cache_clear()
    assert (type(network).__name__, reason) == ("Decoder", None)


@pytest.mark.logs("compiling the kernels failed")
def test_a_compiler_that_fails_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library, "_folder", lambda: tmp_path)
    monkeypatch.setattr(library, "compiler", lambda isa: ["false"])
    library.load.cache_clear()
    assert "could not be compiled" in str(library.obstacle())
    library.load.cache_clear()
    assert not list(tmp_path.iterdir())


@pytest.mark.logs("compiling the kernels failed")
def test_a_compiler_that_fails_is_not_asked_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = tmp_path / "calls"
    monkeypatch.setattr(library, "_folder", lambda: tmp_path)
    monkeypatch.setattr(library, "_failures", {})
    monkeypatch.setattr(library, "compiler", lambda isa: ["sh", "-c", f"echo x >> {calls}; exit 1"])
    library.load.cache_clear()
    library.make(lambda: None)
    library.make(lambda: None)
    assert "could not be compiled" in str(library.obstacle())
    library.load.cache_clear()
    assert calls.read_text().split() == ["x"]


def test_a_load_that_is_stopped_ends_the_compiler(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library, "_folder", lambda: tmp_path)
    child = tmp_path / "child"
    monkeypatch.setattr(library, "compiler", lambda isa: ["sh", "-c", f"sleep 300 & echo $! > {child}; wait"])

    def stop() -> None:
        if child.exists() and child.read_text():
            raise RuntimeError("stopped")

    with pytest.raises(RuntimeError, match="stopped"):
        library.make(stop)
    with suppress(psutil.NoSuchProcess):
        assert still_running([psutil.Process(int(child.read_text()))], timeout_s=20) == []
    assert not list(tmp_path.glob("*.so"))


def test_an_unknown_wish_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    from llmdesk.errors import SetupError

    monkeypatch.setenv("LLMDESK_KERNELS", "sse9")
    with pytest.raises(SetupError, match="sse9"):
        library.best_isa()
