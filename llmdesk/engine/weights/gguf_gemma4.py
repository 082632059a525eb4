"""Gemma 4's configuration out of a GGUF file, whose layers have sizes of their own (engine thread only)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from llmdesk import gguf_header
from llmdesk.errors import ModelDamaged
from llmdesk.gemma4_layers import FULL, WINDOWED
from llmdesk.words import say

if TYPE_CHECKING:
    from llmdesk.engine.weights.gguf_file import GgufFile

_FIELDS = {
    "context_length": "max_position_embeddings",
    "embedding_length": "hidden_size",
    "block_count": "num_hidden_layers",
    "attention.head_count": "num_attention_heads",
    "attention.layer_norm_rms_epsilon": "rms_norm_eps",
    "attention.key_length_swa": "head_dim",
    "attention.sliding_window": "sliding_window",
}
_COUNTS = {
    "attention.shared_kv_layers": "num_kv_shared_layers",
    "embedding_length_per_layer_input": "hidden_size_per_layer_input",
}
_OF_EXPERTS = {
    "expert_count": "num_experts",
    "expert_used_count": "top_k_experts",
    "expert_feed_forward_length": "moe_intermediate_size",
}
_PATTERN = "attention.sliding_window_pattern"
_KEY_HEADS, _WIDTH = "attention.head_count_kv", "feed_forward_length"
_STANDING_STILL = 1e20
"""Divisors of frequencies beyond that stand for dimensions that are not rotated."""


def gemma4_values(gguf: GgufFile, held: Callable[..., Any]) -> dict[str, Any]:
    """Values under transformers' names; ``held`` reads a field and holds it to what it can be. Raises ModelDamaged."""
    values = {name: held(gguf, key, name) for key, name in _FIELDS.items()}
    values |= {name: held(gguf, key, name, 0) for key, name in _COUNTS.items()}
    if gguf.has_field("final_logit_softcapping"):
        values["final_logit_softcapping"] = held(gguf, "final_logit_softcapping", "final_logit_softcapping")
    if gguf.field("expert_count", 0):
        values |= {name: held(gguf, key, name) for key, name in _OF_EXPERTS.items()} | {"enable_moe_block": True}
    count = values["num_hidden_layers"]
    windowed = _of_each_layer(gguf, _PATTERN, count)
    kinds = [WINDOWED if each else FULL for each in windowed]
    key_heads, widths = _of_each_layer(gguf, _KEY_HEADS, count), _of_each_layer(gguf, _WIDTH, count)
    key_heads_of = dict(zip(kinds, key_heads, strict=True))
    has_values = all(gguf.has(f"blk.{layer}.attn_v.weight") for layer in range(count - values["num_kv_shared_layers"]))
    return values | {
        "layer_types": kinds,
        "global_head_dim": held(gguf, "attention.key_length", "head_dim"),
        "num_key_value_heads": key_heads_of.get(WINDOWED, key_heads[0]),
        "num_global_key_value_heads": key_heads_of.get(FULL),
        "attention_k_eq_v": not has_values,
        "intermediate_size": widths[0],
        "use_double_wide_mlp": widths[-1] == 2 * widths[0],
        "vocab_size": gguf.vocabulary_size(),
        "vocab_size_per_layer_input": gguf.vocabulary_size(),
        "tie_word_embeddings": not gguf.has("output.weight"),
        "rope_parameters": _rope(gguf, held),
    }


def _of_each_layer(gguf: GgufFile, key: str, count: int) -> list[Any]:
    """What a list with a value per layer says, or a single value. Raises ModelDamaged."""
    full_key = f"{gguf.architecture}.{key}"
    found = gguf_header.read_arrays(gguf.path, (full_key,)).get(full_key) or [gguf.header.values.get(full_key)] * count
    if len(found) != count or not all(isinstance(each, int) for each in found):
        raise ModelDamaged(say("{name}: “{key}” has no value for each layer.", name=gguf.path.name, key=full_key))
    return found


def _rope(gguf: GgufFile, held: Callable[..., Any]) -> dict[str, Any]:
    """What of a head is rotated in layers that see everything, a list of divisors says."""
    whole = {"rope_type": "proportional", "rope_theta": held(gguf, "rope.freq_base", "rope_theta", 1_000_000.0)}
    if gguf.has("rope_freqs.weight"):
        divisors = gguf.vector("rope_freqs.weight")
        whole["partial_rotary_factor"] = sum(each < _STANDING_STILL for each in divisors) / max(1, len(divisors))
    local = {"rope_type": "default", "rope_theta": held(gguf, "rope.freq_base_swa", "rope_theta", 10_000.0)}
    return {FULL: whole, WINDOWED: local}
