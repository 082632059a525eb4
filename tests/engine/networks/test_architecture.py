"""What is read out of a configuration; that it is read rightly shows in test_decoder_architectures.py."""

from __future__ import annotations

import subprocess
import sys
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from llmdesk.datatypes.model import MODEL_TYPES
from llmdesk.engine.networks.architecture import describe, obstacle
from llmdesk.engine.networks.kinds import KINDS
from llmdesk.errors import ModelDamaged, UnsupportedModel
from tests.engine.tiny_models import EXPERTS

pytest.importorskip("torch")
pytestmark = pytest.mark.model


def config(kind: str, **overrides: Any) -> Any:
    from transformers import AutoConfig

    small = {"hidden_size": 64, "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 16, "vocab_size": 100}
    return AutoConfig.for_model(kind, **{**small, "num_hidden_layers": 4, "pad_token_id": None, **overrides})


def test_gemma_3_has_a_table_and_a_window_for_its_local_layers() -> None:
    found = describe(config("gemma3_text", sliding_window=16, sliding_window_pattern=2), 512)
    assert [layer.window for layer in found.layers] == [16, None, 16, None]
    local, everywhere = (found.rotaries[found.layers[index].rotary or 0] for index in (0, 1))
    assert local.inverse_frequencies[-1] > everywhere.inverse_frequencies[-1]
    assert (found.norm_offset, found.embedding_scale) == (1.0, 8.0)
    assert found.names(found.layers[0]).mlp_norm == "pre_feedforward_layernorm"
    assert found.names(found.layers[0]).post_attention_norm == "post_attention_layernorm"


def test_every_architecture_of_ours_is_a_row_of_the_table() -> None:
    assert set(KINDS) == MODEL_TYPES


def test_layers_with_experts_and_without() -> None:
    found = describe(config("qwen3_moe", **EXPERTS, mlp_only_layers=[3], decoder_sparse_step=2), 512)
    assert [layer.has_experts for layer in found.layers] == [False, True, False, False]
    assert found.experts is not None
    assert (found.experts.count, found.experts.chosen, found.experts.intermediate) == (8, 3, 768)
    names = found.names(found.layers[1])
    assert (names.router, names.gate_up) == ("mlp.gate", ("mlp.experts.gate_proj", "mlp.experts.up_proj"))
    assert found.names(found.layers[0]).gate_up == ("mlp.gate_proj", "mlp.up_proj")


TOO_MANY = {"num_experts": 10**6, "num_local_experts": 10**6}


@pytest.mark.parametrize(
    "wrong", [{"num_experts_per_tok": 9}, {"num_experts_per_tok": 0}, {"mlp_only_layers": ["1"]}, TOO_MANY]
)
def test_experts_that_cannot_be_are_damage(wrong: dict[str, Any]) -> None:
    with pytest.raises(ModelDamaged, match="expected"):
        describe(SimpleNamespace(**(config("qwen3_moe", **EXPERTS).to_dict() | wrong)), 512)


def test_olmoe_with_clipped_values_is_left_to_transformers() -> None:
    assert obstacle(config("olmoe", **EXPERTS)) is None
    assert "clipped" in str(obstacle(config("olmoe", **EXPERTS, clip_qkv=8.0)))


def test_smollm3_has_layers_without_positions() -> None:
    assert [layer.rotary for layer in describe(config("smollm3"), 512).layers] == [0, 0, 0, None]


@pytest.mark.parametrize(("context_tokens", "window"), [(16, None), (17, 16)])
def test_a_window_as_long_as_the_context_is_none(context_tokens: int, window: int | None) -> None:
    found = describe(config("mistral", sliding_window=16), context_tokens)
    assert {layer.window for layer in found.layers} == {window}


def test_phi_has_fused_matrices_and_rotates_a_part_of_each_head() -> None:
    rope = {"rope_type": "default", "rope_theta": 1e4, "partial_rotary_factor": 0.75}
    found = describe(config("phi3", rope_parameters=rope), 512)
    assert found.names(found.layers[0]).qkv == ("self_attn.qkv_proj",)
    assert found.names(found.layers[0]).gate_up == ("mlp.gate_up_proj",)
    assert (found.head_dim, found.rotary_dims) == (16, 12)


def test_bitnet_rounds_activations_and_has_norms_inside() -> None:
    found = describe(config("bitnet"), 512)
    assert found.quantized_activations
    assert found.activation == "relu2"
    assert found.names(found.layers[0]).attention_sub_norm == "self_attn.attn_sub_norm"
    assert found.names(found.layers[0]).mlp_sub_norm == "mlp.ffn_sub_norm"
    llama = config("llama", quantization_config={"quant_method": "bitnet"})
    assert describe(llama, 512).quantized_activations
    assert not describe(config("llama"), 512).quantized_activations


def test_rotary_table_is_sines_then_cosines() -> None:
    rotary = describe(config("llama"), 512).rotaries[0]
    table = rotary.table(3, 5)
    assert table.shape == (2, 16)
    assert table.dtype == np.float32
    assert np.allclose(table[0, [0, 8]], [np.sin(3), np.cos(3)])


@pytest.mark.parametrize("kind", ["olmo3", "gemma3_text"])
def test_layers_that_rotate_unlike_numbers_of_dimensions_are_damage(kind: str) -> None:
    """The decoders know one number: by the wider they would read beyond the end of the narrower's angles."""
    plain = {"rope_type": "default", "rope_theta": 1e4}
    shorter = {"rope_type": "linear", "factor": 2.0, "rope_theta": 1e4, "partial_rotary_factor": 0.25}
    kinds = ["sliding_attention", "full_attention"] * 2
    for full, sliding in ((plain, shorter), (shorter, plain)):
        ropes = {"full_attention": full, "sliding_attention": sliding}
        unlike = SimpleNamespace(
            **(config(kind, sliding_window=16, layer_types=kinds).to_dict() | {"rope_parameters": ropes})
        )
        with pytest.raises(ModelDamaged, match="different numbers of dimensions"):
            describe(unlike, 512)


CONV, DELTA, FULL = "conv", "linear_attention", "full_attention"


@pytest.mark.parametrize(
    ("kind", "kinds"),
    [
        ("llama", [CONV, FULL, FULL, FULL]),
        ("qwen3_moe", [DELTA, FULL, FULL, FULL]),
        ("lfm2", [CONV, FULL, DELTA, FULL]),
        ("lfm2_moe", [CONV, FULL, DELTA, FULL]),
        ("qwen3_5_text", [CONV, FULL, DELTA, FULL]),
        ("lfm2", [CONV] * 4),
        ("qwen3_5_text", [DELTA] * 4),
        ("lfm3", [CONV, FULL, DELTA, FULL]),
        ("granitemoehybrid", [CONV, FULL, DELTA, FULL]),
    ],
)
def test_layers_that_an_architecture_does_not_have_are_damage(kind: str, kinds: list[str]) -> None:
    """The kernels would take one mixer's sizes for the other's, or find no layer with keys."""
    sizes = {"conv_L_cache": 3} | {f"linear_{name}": 4 for name in ("num_key_heads", "num_value_heads")}
    sizes |= {f"linear_{name}": 16 for name in ("key_head_dim", "value_head_dim", "conv_kernel_dim")}
    strange = SimpleNamespace(**(config(kind).to_dict() | sizes | {"layer_types": kinds}))
    if KINDS[kind].window == "all":  # its layers are what they are, whatever is said
        found = describe(strange, 512)
        assert {layer.mixer for layer in found.layers} == {"attention"}
        assert (found.convolution, found.matrix_state) == (None, None)
        return
    with pytest.raises(ModelDamaged, match="layer_types"):
        describe(strange, 512)


def test_rope_factors_divide_the_frequencies_and_must_fit() -> None:
    plain = describe(config("llama"), 512).rotaries[0].inverse_frequencies
    factors = np.arange(1, 9, dtype=np.float32)
    divided = describe(config("llama"), 512, factors).rotaries[0].inverse_frequencies
    assert np.allclose(divided * factors, plain)
    with pytest.raises(ModelDamaged, match="8 are needed"):
        describe(config("llama"), 512, factors[:4])


@pytest.mark.parametrize(
    ("kind", "overrides", "reason"),
    [
        ("helium", {}, "helium"),
        ("granitemoehybrid", {"mamba_proj_bias": True}, "unusual"),
        ("granitemoehybrid", {"time_step_limit": [0.1, 1.0]}, "unusual"),
        ("qwen3_next", {"mlp_only_layers": [1]}, "no experts"),
        ("lfm3", {"use_sandwich_norm": False}, "unusual"),
        ("gpt_oss", {"swiglu_limit": 5.0}, "unusual"),
        ("llama", {"hidden_act": "gelu"}, "gelu"),
        ("gemma3_text", {"use_bidirectional_attention": True}, "what comes after"),
    ],
)
def test_obstacles(kind: str, overrides: dict[str, Any], reason: str) -> None:
    unusual = config(kind, **overrides)
    assert reason in (obstacle(unusual) or "")
    with pytest.raises(UnsupportedModel, match=reason):
        describe(unusual, 512)
    assert obstacle(config("llama")) is None


def test_architecture_imports_without_torch() -> None:
    code = "import sys, llmdesk.engine.networks.architecture as a; sys.exit('torch' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
