"""What GGUF files say of architectures with states, as transformers' configurations say it (engine thread only)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from llmdesk.engine.networks.config_values import INTEGERS, check_integer
from llmdesk.errors import ModelDamaged
from llmdesk.words import say

if TYPE_CHECKING:
    from llmdesk.engine.weights.gguf_file import GgufFile

RECURRENT = frozenset({"lfm2"})
"""GGUF's architectures with layers that keep a state."""


def recurrent_values(gguf: GgufFile, layers: int, eps: float) -> dict[str, Any]:
    """Fields of transformers' configuration beside the usual ones. Raises ModelDamaged."""
    kinds = ["conv" if gguf.has(f"blk.{layer}.shortconv.conv.weight") else "full_attention" for layer in range(layers)]
    taps = gguf.field("shortconv.l_cache")
    check_integer(taps, f"{gguf.architecture}.shortconv.l_cache", INTEGERS["conv_L_cache"], gguf.path.name)
    return {"layer_types": kinds, "conv_L_cache": taps, "norm_eps": eps, "block_auto_adjust_ff_dim": False}


def kv_heads(gguf: GgufFile) -> int:
    """Of the layers with attention; the others say 0. Raises ModelDamaged: these do not agree."""
    key = "attention.head_count_kv"
    said = set(gguf.in_each_layer(key)) - {0} or {gguf.field(key)}
    if len(said) > 1:
        raise ModelDamaged(say("{name} has layers of different sizes ({key}).", name=gguf.path.name, key=key))
    (count,) = said
    check_integer(count, f"{gguf.architecture}.{key}", INTEGERS["num_key_value_heads"], gguf.path.name)
    return int(count)
