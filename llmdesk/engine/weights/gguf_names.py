"""Names of tensors in GGUF files and transformers' names for them (no torch)."""

from __future__ import annotations

from itertools import product

from llmdesk.engine.networks.architecture import EMBEDDING, FINAL_NORM, HEAD, ROPE_FACTORS
from llmdesk.engine.networks.beside import OwnNorms
from llmdesk.engine.networks.gemma4_tensors import (
    LAYER_SCALE,
    PER_LAYER_EMBEDDING,
    PER_LAYER_NORM,
    PER_LAYER_PROJECTION,
)
from llmdesk.engine.networks.layers import CHOICE_BIAS

_TOP = (EMBEDDING, FINAL_NORM, HEAD, PER_LAYER_EMBEDDING, PER_LAYER_PROJECTION, PER_LAYER_NORM)
_LAYER = (
    "input_layernorm",
    "post_attention_layernorm",
    "pre_feedforward_layernorm",
    "post_feedforward_layernorm",
    "self_attn.q_proj",
    "self_attn.k_proj",
    "self_attn.v_proj",
    "self_attn.o_proj",
    "self_attn.q_norm",
    "self_attn.k_norm",
    "mlp.gate_proj",
    "mlp.up_proj",
    "mlp.down_proj",
    "mlp.gate",
    "mlp.experts.gate_proj",
    "mlp.experts.up_proj",
    "mlp.experts.down_proj",
    "conv.in_proj",
    "conv.conv",
    "conv.out_proj",
)
_DELTA_NETS = tuple(
    f"linear_attn.{part}"
    for part in ("in_proj_qkv", "in_proj_z", "in_proj_b", "in_proj_a", "conv1d", "norm", "out_proj")
)
_OLDER_DELTA_NETS = ("linear_attn.in_proj_ba", "linear_attn.in_proj_qkvz")  # the second in the first files only
_SHARED = ("mlp.shared_expert_gate", *(f"mlp.shared_expert.{role}_proj" for role in ("gate", "up", "down")))
_BESIDE = ("mlp.experts.gate_up_proj",)  # newer files have the two in one
_MORE_PARTS = {
    "qwen35": _DELTA_NETS,
    "qwen35moe": (*_DELTA_NETS, *_SHARED, *_BESIDE),
    "qwen3next": (*_DELTA_NETS, *_OLDER_DELTA_NETS, *_SHARED, *_BESIDE),
    "granitehybrid": tuple(f"mamba.{part}" for part in ("in_proj", "conv1d", "norm", "out_proj")),
}
_OTHERWISE_CALLED = {
    "phi3": {"mlp.up_proj": "mlp.gate_up_proj", "self_attn.q_proj": "self_attn.qkv_proj"},
    "gpt-oss": {"mlp.gate": "mlp.router"},
}
"""Of the names above, in the files of these architectures."""
_LAYER_OF_GEMMA4 = (
    *(part for part in _LAYER if part != "mlp.gate" and ".experts." not in part),
    "per_layer_input_gate",
    "per_layer_projection",
    "post_per_layer_input_norm",
    "post_feedforward_layernorm_1",
    "pre_feedforward_layernorm_2",
    "post_feedforward_layernorm_2",
    "router.proj",
    "experts.gate_up_proj",
    "experts.down_proj",
)
_SCALES = {
    "layer_output_scale.weight": LAYER_SCALE,
    "ffn_gate_inp.scale": OwnNorms().router_scale,
    "ffn_down_exps.scale": OwnNorms().expert_scales,
}
_OF_DELTA_NETS = {"ssm_a": "linear_attn.A_log.weight", "ssm_dt.bias": "linear_attn.dt_bias.weight"}
_WHOLE_NAMES = {
    "qwen35": _OF_DELTA_NETS,
    "qwen35moe": _OF_DELTA_NETS,
    "qwen3next": _OF_DELTA_NETS,
    "granitehybrid": {
        "ssm_a": "mamba.A_log.weight",
        "ssm_d": "mamba.D.weight",
        "ssm_dt.bias": "mamba.dt_bias.weight",
        **{f"ffn_{role}_shexp.weight": f"mlp.{role}_proj.weight" for role in ("gate", "up", "down")},
    },
    "gpt-oss": {"attn_sinks.weight": "self_attn.sinks"},
    "lfm2moe": {"exp_probs_b.bias": f"{CHOICE_BIAS}.weight"},
    "gemma4": _SCALES,
    # The package's table knows these two under older names only.
    "bitnet": {
        "attn_sub_norm.weight": "self_attn.attn_sub_norm.weight",
        "ffn_sub_norm.weight": "mlp.ffn_sub_norm.weight",
    },
}
"""Of a layer, after blk.N. and model.layers.N., where the table has no name for them."""


def hf_names(architecture: str, layers: int) -> dict[str, str]:
    """Transformers' names by GGUF's, for one of ARCHITECTURES, out of the gguf package's own tables."""
    from gguf.constants import MODEL_ARCH_NAMES
    from gguf.tensor_mapping import get_tensor_name_map

    number = next(number for number, name in MODEL_ARCH_NAMES.items() if name == architecture)
    table = get_tensor_name_map(number, layers)
    names_here = _OTHERWISE_CALLED.get(architecture, {})
    own = _LAYER_OF_GEMMA4 if architecture == "gemma4" else _LAYER
    parts = [names_here.get(part, part) for part in (*own, *_MORE_PARTS.get(architecture, ()))]
    found = {"rope_freqs.weight": ROPE_FACTORS}
    names = [name.removesuffix(".weight") for name in _TOP]
    names += [f"model.layers.{layer}.{part}" for layer in range(layers) for part in parts]
    for name in names:
        if gguf_name := table.get_name(name):
            found |= {f"{gguf_name}.{kind}": f"{name}.{kind}" for kind in ("weight", "bias")}
    for layer, (old, new) in product(range(layers), _WHOLE_NAMES.get(architecture, {}).items()):
        found[f"blk.{layer}.{old}"] = f"model.layers.{layer}.{new}"
    if architecture in ("lfm2", "lfm2moe"):  # the norm after the last layer, by a name that meant another one
        found["token_embd_norm.weight"] = FINAL_NORM
    return found
