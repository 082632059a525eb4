"""What GGUF files say of architectures with states, as transformers' configurations say it (engine thread only)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from llmdesk.engine.networks.config_values import INTEGERS, check_integer
from llmdesk.errors import ModelDamaged
from llmdesk.words import say

if TYPE_CHECKING:
    from llmdesk.engine.weights.gguf_file import GgufFile

RECURRENT = frozenset({"lfm2", "lfm2moe", "qwen35"})
"""GGUF's architectures with layers that keep a state."""
_DELTA_FIELDS = {
    "ssm.conv_kernel": "linear_conv_kernel_dim",
    "ssm.state_size": "linear_key_head_dim",
    "ssm.group_count": "linear_num_key_heads",
    "ssm.time_step_rank": "linear_num_value_heads",
}


def recurrent_values(gguf: GgufFile, values: dict[str, Any]) -> dict[str, Any]:
    """Fields of transformers' configuration beside the usual ones, which ``values`` are. Raises ModelDamaged."""
    if gguf.architecture != "qwen35":
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
    heads, inner = found["linear_num_value_heads"], gguf.field("ssm.inner_size")
    check_integer(inner, f"{gguf.architecture}.ssm.inner_size", (heads, 1 << 20), gguf.path.name)
    return found | {
        "num_key_value_heads": _kv_heads(gguf),
        "linear_value_head_dim": inner // heads,
        "linear_heads_are_tiled": True,  # llama.cpp's converter sorts them so
        "layer_types": _layer_types(gguf, "ssm_conv1d.weight", "linear_attention"),
    }


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
