"""What GGUF files say of architectures with states, as transformers' configurations say it (engine thread only)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from llmdesk.engine.networks.config_values import INTEGERS, check_integer
from llmdesk.errors import ModelDamaged
from llmdesk.words import say

if TYPE_CHECKING:
    from llmdesk.engine.weights.gguf_file import GgufFile

RECURRENT = frozenset({"lfm2", "lfm2moe", "qwen35", "qwen35moe", "qwen3next", "granitehybrid"})
"""GGUF's architectures with layers that keep a state."""
_DELTA_FIELDS = {
    "ssm.conv_kernel": "linear_conv_kernel_dim",
    "ssm.state_size": "linear_key_head_dim",
    "ssm.group_count": "linear_num_key_heads",
    "ssm.time_step_rank": "linear_num_value_heads",
}
_MAMBA_FIELDS = {
    "ssm.conv_kernel": "mamba_d_conv",
    "ssm.state_size": "mamba_d_state",
    "ssm.group_count": "mamba_n_groups",
    "ssm.time_step_rank": "mamba_n_heads",
}


def recurrent_values(gguf: GgufFile, values: dict[str, Any]) -> dict[str, Any]:
    """Fields of transformers' configuration beside the usual ones, which ``values`` are. Raises ModelDamaged."""
    if gguf.architecture == "granitehybrid":
        return _mamba_values(gguf)
    if not gguf.architecture.startswith("qwen3"):
        dense = "leading_dense_block_count"  # only a mixture has layers of experts behind them
        return {
            **({"num_dense_layers": _held(gguf, dense, "num_dense_layers")} if gguf.architecture == "lfm2moe" else {}),
            "num_key_value_heads": _kv_heads(gguf),
            "layer_types": _layer_types(gguf, "shortconv.conv.weight", "conv"),
            "conv_L_cache": _held(gguf, "shortconv.l_cache", "conv_L_cache"),
            "norm_eps": values["rms_norm_eps"],
            "block_auto_adjust_ff_dim": False,
        }
    found: dict[str, Any] = {name: _held(gguf, key, name) for key, name in _DELTA_FIELDS.items()}
    return found | {
        "num_key_value_heads": _kv_heads(gguf),
        "linear_value_head_dim": _inner_size(gguf, found["linear_num_value_heads"]) // found["linear_num_value_heads"],
        "linear_heads_are_tiled": gguf.architecture != "qwen3next",  # llama.cpp's converter sorts the others so
        "layer_types": _layer_types(gguf, "ssm_conv1d.weight", "linear_attention"),
    }


def _mamba_values(gguf: GgufFile) -> dict[str, Any]:
    """Of Granite 4, whose layers' dense feed-forwards stand beside experts if it has these."""
    found: dict[str, Any] = {name: _held(gguf, key, name) for key, name in _MAMBA_FIELDS.items()}
    inner, heads = _inner_size(gguf, found["mamba_n_heads"]), found["mamba_n_heads"]
    width = gguf.field("expert_shared_feed_forward_length", gguf.field("feed_forward_length"))
    return found | {
        "mamba_expand": inner // (gguf.field("embedding_length") or 1),
        "mamba_d_head": inner // heads,
        "num_key_value_heads": _kv_heads(gguf),
        "layer_types": _layer_types(gguf, "ssm_conv1d.weight", "linear_attention"),
        "position_embedding_type": "rope" if gguf.field("rope.scaling.finetuned", False) else None,
        "shared_intermediate_size": _checked(
            gguf, "expert_shared_feed_forward_length", "shared_intermediate_size", width
        ),
    }


def _inner_size(gguf: GgufFile, heads: int) -> int:
    """All value heads together."""
    inner = gguf.field("ssm.inner_size")
    check_integer(inner, f"{gguf.architecture}.ssm.inner_size", (heads, 1 << 20), gguf.path.name)
    return int(inner)


def _layer_types(gguf: GgufFile, part: str, kind: str) -> list[str]:
    return [kind if gguf.has(f"blk.{layer}.{part}") else "full_attention" for layer in range(gguf.layers)]


def _kv_heads(gguf: GgufFile) -> int:
    """Of the layers with attention; the others may say 0. Raises ModelDamaged: these do not agree."""
    key = "attention.head_count_kv"
    said = set(gguf.in_each_layer(key)) - {0} or {gguf.field(key)}
    if len(said) > 1:
        raise ModelDamaged(say("{name} has layers of different sizes ({key}).", name=gguf.path.name, key=key))
    return _checked(gguf, key, "num_key_value_heads", said.pop())


def _held(gguf: GgufFile, key: str, name: str) -> int:
    return _checked(gguf, key, name, gguf.field(key))


def _checked(gguf: GgufFile, key: str, name: str, value: Any) -> int:
    check_integer(value, f"{gguf.architecture}.{key}", INTEGERS[name], gguf.path.name)
    return int(value)
