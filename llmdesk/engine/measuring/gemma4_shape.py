"""How many weights a shape of Gemma 4 has (no torch)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from llmdesk.datatypes.model import ModelSize
from llmdesk.gemma4_layers import FULL, layer_heads
from llmdesk.memory_need import with_small_cache
from llmdesk.own_decoders import kernels_take


def gemma4_size(fields: Mapping[str, Any], *, of_a_token: bool = False) -> ModelSize:
    """See shape_files.shape_size. The table of per-layer embeddings stays on the disk, so it is not counted."""
    hidden, count, heads = (int(fields[key]) for key in ("hidden_size", "num_hidden_layers", "num_attention_heads"))
    width, own_width = int(fields["intermediate_size"]), int(fields.get("hidden_size_per_layer_input", 256))
    layers = layer_heads(fields, count)
    experts = int(fields.get("top_k_experts" if of_a_token else "num_experts") or 0)
    matrices = 3 * hidden * int(fields.get("moe_intermediate_size") or 0) * experts * count
    matrices += 3 * count * own_width * hidden  # the projection, and each layer's two
    for layer in layers:
        made = 1 if layer.kind == FULL and fields.get("attention_k_eq_v") else 2
        matrices += 2 * hidden * heads * layer.head_dim
        matrices += made * hidden * layer.kv_heads * layer.head_dim if layer.keys_from is None else 0
        is_wide = bool(fields.get("use_double_wide_mlp")) and layer.keys_from is not None
        matrices += 3 * hidden * width * (2 if is_wide else 1)
    own = [layer for layer in layers if layer.keys_from is None]
    dims = {int(layer.head_dim) for layer in layers}
    size = ModelSize(
        embedding_weights=int(fields["vocab_size"]) * hidden,
        head_weights=int(fields["vocab_size"]) * hidden,
        other_weights=matrices,
        cache_bytes_per_token=sum(4 * layer.kv_heads * layer.head_dim for layer in own),
        embedding="head" if fields.get("tie_word_embeddings", True) else "packed",
        own_kernels=all(kernels_take(dim, (hidden, width, own_width, heads * dim)) for dim in dims),
    )
    small = sum(2 * layer.kv_heads * (layer.head_dim + 2) for layer in own)
    return with_small_cache(size, small) if size.own_kernels else size
