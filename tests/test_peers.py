"""The parts of benchmarks/peers.py that need no peer: the random GGUF files, the processes, the ratios."""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks import peers
from benchmarks.peer_engines import measure as carry_out
from benchmarks.peer_fidelity import fidelities, fidelity_table, reference_of
from benchmarks.peer_llama_bench import LlamaBench
from benchmarks.random_gguf import ARCHITECTURES, write_random_gguf
from llmdesk.models.catalogue import Catalogue
from tests.engine.measuring.test_synthetic import TINY
from tests.engine.networks.test_decoder_architectures import GRANITE4, MINISTRAL3, MULTIPLIERS
from tests.engine.tiny_models import EXPERTS, GEMMA4

pytest.importorskip("torch")
pytest.importorskip("gguf")
pytestmark = pytest.mark.model

SHAPES: dict[str, dict[str, Any]] = {
    "llama": {
        "rope_theta": 500000,
        "max_position_embeddings": 131072,
        "rope_scaling": {
            "rope_type": "llama3", "factor": 32.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
            "original_max_position_embeddings": 8192,
        },
    },
    "qwen3": {"head_dim": 32, "rope_theta": 1000000},
    "gemma3_text": {"head_dim": 32, "sliding_window": 64, "query_pre_attn_scalar": 32},
    "phi3": {
        "partial_rotary_factor": 0.75,
        "original_max_position_embeddings": 128,
        "pad_token_id": 0,
        "rope_scaling": {
            "rope_type": "longrope", "factor": 4.0, "short_factor": [1.0] * 6, "long_factor": [2.0] * 6,
        },
    },
    "bitnet": {"hidden_act": "relu2"},
    "olmo2": {},
    "olmoe": EXPERTS,
    "lfm2": {
        "layer_types": ["conv", "full_attention"], "conv_L_cache": 3, "block_auto_adjust_ff_dim": False,
        "norm_eps": 1e-6,
    },
    "qwen3_5_text": {
        "layer_types": ["linear_attention", "full_attention"], "head_dim": 32, "linear_num_key_heads": 4,
        "linear_num_value_heads": 4, "linear_key_head_dim": 16, "linear_value_head_dim": 32,
        "rope_parameters": {"rope_type": "default", "rope_theta": 10000, "partial_rotary_factor": 0.25},
    },
    "qwen3_moe": {**EXPERTS, "moe_intermediate_size": 96, "norm_topk_prob": True, "head_dim": 32},
    "lfm2_moe": {
        **EXPERTS, "moe_intermediate_size": 96, "num_dense_layers": 1, "layer_types": ["conv", "full_attention"],
        "tie_word_embeddings": True,
    },
    "gemma4_text": {
        **GEMMA4, "num_hidden_layers": 4, "num_kv_shared_layers": 2, "head_dim": 32, "global_head_dim": 64,
        "layer_types": ["sliding_attention", "full_attention"] * 2, "vocab_size_per_layer_input": 96,
    },
    "granite": MULTIPLIERS,
    "granitemoehybrid": {**GRANITE4, "layer_types": ["full_attention"] * 2},
    "ministral3": {**MINISTRAL3, "head_dim": 32},
}  # fmt: skip


def config_of(kind: str) -> Any:
    from transformers import AutoConfig

    return AutoConfig.for_model(**{**TINY, **SHAPES[kind], "model_type": kind})


@pytest.fixture(params=sorted(ARCHITECTURES))
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_random_blocks_of_4_bits_are_as_large_as_random_numbers(tmp_path: Path) -> None:
    from gguf import GGUFReader
    from gguf.quants import dequantize

    spreads = []
    for kind in ("F16", "Q4_0"):
        write_random_gguf(config_of("llama"), tmp_path / kind, 128, kind)
        tensor = next(t for t in GGUFReader(tmp_path / kind).tensors if t.name == "blk.0.ffn_down.weight")
        assert tensor.tensor_type.name == kind
        spreads.append(float(dequantize(tensor.data, tensor.tensor_type).std()))
    assert spreads[1] == pytest.approx(spreads[0], rel=0.05)


def test_a_random_file_holds_every_tensor_of_the_model(kind: str, tmp_path: Path) -> None:
    from gguf import GGUFReader

    from llmdesk.engine.networks.architecture import describe
    from llmdesk.engine.networks.tensor_shapes import tensor_shapes

    write_random_gguf(config_of(kind), tmp_path / "a.gguf", 128)
    assert [path.name for path in tmp_path.iterdir()] == ["a.gguf"]
    tensors = {tensor.name: tensor for tensor in GGUFReader(tmp_path / "a.gguf").tensors}
    matrices = [tensor for name, tensor in tensors.items() if not name.startswith("rope") and "exp_probs_b" not in name]
    expected = tensor_shapes(describe(config_of(kind), 128))
    shapes = [tuple(tensor.data.shape) for tensor in matrices]
    if kind in (
        "lfm2",
        "lfm2_moe",
        "qwen3_5_text",
        "gemma4_text",
        "granitemoehybrid",
    ):  # some are arranged when they are read
        assert sum(map(math.prod, shapes)) == sum(map(math.prod, expected.values()))
    else:
        flat = [(shape[0] * shape[1], *shape[2:]) if len(shape) == 3 else shape for shape in shapes]
        assert sorted(flat) == sorted(expected.values())
    assert any(len(shape) == 3 for shape in shapes) == (kind in ("olmoe", "qwen3_moe", "lfm2_moe"))
    down = next(tensor for name, tensor in tensors.items() if name.startswith("blk.1.ffn_down")).data.astype(np.float32)
    assert 0.7 < down.std() * down.shape[-1] ** 0.5 < 1.4
    assert ("rope_freqs.weight" in tensors) == (kind in ("llama", "gemma4_text"))
    assert ("rope_factors_long.weight" in tensors) == (kind == "phi3")


@pytest.mark.parametrize(
    "own_kind",
    [
        "llama",
        "qwen3",
        "gemma3_text",
        "phi3",
        "olmo2",
        "olmoe",
        "qwen3_moe",
        "lfm2",
        "qwen3_5_text",
        "lfm2_moe",
        "gemma4_text",
        "granite",
        "granitemoehybrid",
        "ministral3",
    ],
)
def test_llmdesk_reads_a_random_file_back_as_the_same_architecture(own_kind: str, tmp_path: Path) -> None:
    from llmdesk.engine.matrices.forms import dequantized
    from llmdesk.engine.networks.architecture import ROPE_FACTORS, describe
    from llmdesk.engine.weights.gguf_config import read_config
    from llmdesk.engine.weights.gguf_file import GgufFile

    config = config_of(own_kind)
    write_random_gguf(config, tmp_path / "a.gguf", 128)
    file = GgufFile(tmp_path / "a.gguf")
    found = read_config(file)
    factors = next((dequantized(t.rows(0, t.shape[0])).numpy() for t in file.tensors() if t.name == ROPE_FACTORS), None)
    ours, theirs = describe(found, 128, factors), describe(config, 128)
    assert (ours.convolution, ours.matrix_state) == (theirs.convolution, theirs.matrix_state)
    for field in ("layers", "hidden", "heads", "kv_heads", "head_dim", "intermediate", "vocab", "tied", "qk_norm"):
        assert getattr(ours, field) == getattr(theirs, field), field
    assert ours.eps == pytest.approx(theirs.eps)
    np.testing.assert_allclose(ours.rotaries[0].inverse_frequencies, theirs.rotaries[0].inverse_frequencies, rtol=1e-5)


def test_an_architecture_without_a_table_is_told(tmp_path: Path) -> None:
    from transformers import AutoConfig

    with pytest.raises(ValueError, match="mistral"):
        write_random_gguf(AutoConfig.for_model(**{**TINY, "model_type": "mistral"}), tmp_path / "a.gguf", 128)
    assert list(tmp_path.iterdir()) == []


def test_ratios_are_those_of_the_medians() -> None:
    test = peers.Test("decode", 64, 128)
    samples = {"llmdesk": [10.0, 30.0, 20.0], "llama.cpp Q4_0": [10.0, 8.0, 90.0], "llama.cpp Q4_K_M": [16.0],
               "OpenVINO GenAI": [40.0], "broken": [], "memory_gbps": [30.0]}  # fmt: skip
    found = peers.summary(test, samples)
    assert found["test"] == "tg64 @ d128"
    assert found["tps"]["llmdesk"] == {"median": 20.0, "samples": [10.0, 30.0, 20.0]}
    assert found["ratios"] == {"llama.cpp Q4_0": 2.0, "llama.cpp Q4_K_M": 1.25, "OpenVINO GenAI": 0.5}
    assert found["ratio_to_best_llama_cpp"] == 1.25
    assert found["ratio_to_best"] == 0.5


def test_the_table_has_a_line_per_test_and_a_dash_where_an_engine_could_not() -> None:
    found = [
        peers.summary(
            peers.Test("prefill", 512, 0),
            {"llmdesk": [300.0], "llama.cpp": [100.0], "OpenVINO": [], "memory_gbps": [20.0, 31.0, 30.0]},
        ),
        peers.summary(
            peers.Test("decode", 8, 0),
            {"llmdesk": [30.0], "llama.cpp": [20.0], "OpenVINO": [15.0], "memory_gbps": [40.0]},
        ),
    ]
    lines = [[cell.strip() for cell in line.split("|")[1:-1]] for line in peers.table(found).splitlines()]
    assert lines[0] == [
        "test",
        "llmdesk",
        "llama.cpp",
        "OpenVINO",
        "llmdesk / llama.cpp",
        "llmdesk / OpenVINO",
        "memory, GB/s",
    ]
    assert lines[2] == ["pp512", "300.00", "100.00", "-", "3.00", "-", "30 (20 to 31)"]
    assert lines[3] == ["tg8", "30.00", "20.00", "15.00", "1.50", "2.00", "40 (40 to 40)"]


class _Scripted:
    """Stands for a process: the first one is twice as fast."""

    def __init__(self, name: str, seconds: float | None, calls: list[str]) -> None:
        self.name, self.error, self._seconds, self._calls = name, "", seconds, calls

    def seconds(self, test: peers.Test) -> float | None:
        self._calls.append(self.name)
        return self._seconds


def test_engines_run_in_turn_and_each_round_begins_with_another_one(capsys: pytest.CaptureFixture[str]) -> None:
    calls: list[str] = []
    engines: Any = [_Scripted("a", 1.0, calls), _Scripted("b", 2.0, calls), _Scripted("c", None, calls)]
    found = peers.measure(engines, peers.Test("decode", 10, 0), rounds=3, memory_gbps=iter([5.0, 6.0, 7.0]).__next__)
    assert calls == ["a", "b", "c", "b", "c", "a", "c", "a", "b"]
    assert found == {"a": [10.0] * 3, "b": [5.0] * 3, "c": [], "memory_gbps": [5.0, 6.0, 7.0]}
    assert "round 3 of 3" in capsys.readouterr().err


def test_each_order_begins_with_a_short_run_that_is_not_counted() -> None:
    calls: list[tuple[str, int, int]] = []

    class Engine:
        def __init__(self) -> None:
            self.facts: dict[str, Any] = {}

        def prefill(self, tokens: int, depth: int) -> float:
            calls.append(("prefill", tokens, depth))
            return float(tokens)

        def decode(self, tokens: int, depth: int) -> float:
            calls.append(("decode", tokens, depth))
            return float(tokens)

        def logits(self, ids: list[int], file: str) -> float:
            raise AssertionError

    assert carry_out(Engine(), {"test": "prefill", "tokens": 512, "depth": 0}) == 512
    assert carry_out(Engine(), {"test": "decode", "tokens": 64, "depth": 128}) == 64
    assert calls == [("prefill", 8, 0), ("prefill", 512, 0), ("decode", 8, 128), ("decode", 64, 128)]


def test_llmdesk_is_measured_in_a_process_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LLMDESK_BACKEND", "native")
    monkeypatch.setenv("LLMDESK_KERNELS", "off")  # a process of its own would compile them again
    shape = tmp_path / "tiny.json"
    shape.write_text(json.dumps(TINY), encoding="utf-8")
    settings = {"shape": str(shape), "precision": "int4", "threads": 1, "context_tokens": 128}
    peer = peers.Peer("llmdesk", "llmdesk", sys.executable, settings)
    try:
        assert peer.error == ""
        assert peer.facts["backend"].startswith("native")
        for test in (peers.Test("prefill", 40, 0), peers.Test("decode", 4, 20)):
            seconds = peer.seconds(test)
            assert seconds is not None
            assert 0 < seconds < 10
        broken: Any = "deep"
        assert peer.seconds(peers.Test("prefill", 40, broken)) is None
        assert "TypeError" in peer.error
    finally:
        peer.close()


def test_an_engine_that_is_not_installed_says_so_and_is_left_out(tmp_path: Path) -> None:
    peer = peers.Peer("llama.cpp", "llama", sys.executable, {"model": "none.gguf", "threads": 1, "context_tokens": 64})
    try:
        assert peer.error
        assert peer.seconds(peers.Test("decode", 4, 0)) is None
    finally:
        peer.close()


def test_a_process_that_dies_is_told_with_its_last_words(tmp_path: Path) -> None:
    peer = peers.Peer("gone", "no-such-engine", sys.executable, {})
    try:
        assert "KeyError" in peer.error
    finally:
        peer.close()


_BENCH = """#!{python}
import json, sys
if "--help" in sys.argv:
    print("{help}")
else:
    given = dict(zip(sys.argv[1::2], sys.argv[2::2]))
    assert given["-t"] == "2" and given["-fa"] == "1" and given["-o"] == "json", given
    depth, new = given.get("-gp", "0,0").split(",")
    speed = 100 * int(given["-p"]) + 10 * int(given["-n"]) + int(given.get("-d", depth)) + int(new) / 1000
    print("note\\n" + json.dumps([{{"avg_ts": speed, "build_commit": "abc", "model_type": "tiny"}}]))
"""


@pytest.mark.parametrize(("told", "speed"), [("-d, --n-depth", 10 * 64 + 128), ("-gp", 128 + 64 / 1000)])
def test_a_llama_bench_built_elsewhere_is_asked_in_its_own_words(tmp_path: Path, told: str, speed: float) -> None:
    program = tmp_path / "llama-bench"
    program.write_text(_BENCH.format(python=sys.executable, help=told), encoding="utf-8")
    program.chmod(0o700)
    bench = LlamaBench("ik_llama.cpp Q4_0", [str(program), "-fa", "1"], tmp_path / "m.gguf", 2)
    assert (bench.error, bench.facts["build"]) == ("", "abc")
    assert bench.seconds(peers.Test("prefill", 512, 0)) == pytest.approx(512 / 51200)
    assert bench.seconds(peers.Test("decode", 64, 128)) == pytest.approx(64 / speed)


def test_a_llama_bench_that_is_not_there_is_told_and_left_out(tmp_path: Path) -> None:
    bench = LlamaBench("gone", [str(tmp_path / "none")], tmp_path / "m.gguf", 2)
    assert "FileNotFoundError" in bench.error
    assert bench.seconds(peers.Test("decode", 4, 0)) is None


class _Uniform:
    """Foretells every token alike."""

    name = "uniform"

    def logits(self, ids: list[int], file: Path) -> bool:
        np.save(file, np.zeros((len(ids), 49_152), dtype=np.float32))
        return True


class _Silent:
    name = "silent"

    def logits(self, ids: list[int], file: Path) -> bool:
        return False


def test_what_an_engine_foretells_is_compared_with_float32() -> None:
    local = Catalogue.load().resolve("smollm2-135m")
    reference, sequences = reference_of(local.path, 12)
    assert {len(each) for each in sequences} == {12}
    found = fidelities([_Uniform(), _Silent()], reference, sequences[:2])
    assert list(found) == ["uniform"]
    assert found["uniform"].perplexity == pytest.approx(49_152)
    assert 1 < found["uniform"].reference_perplexity < 1_000
    assert found["uniform"].mean_kl > 1
    assert "49152.000" in fidelity_table(found)
