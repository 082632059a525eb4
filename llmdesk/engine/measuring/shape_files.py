"""The shapes that are shipped, and how many weights a model of that shape has (no torch; reads small files)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from llmdesk.datatypes.model import ModelSize
from llmdesk.engine.measuring.gemma4_shape import gemma4_size
from llmdesk.errors import ModelNotFound
from llmdesk.gemma4_layers import TEXT as GEMMA4
from llmdesk.memory_need import with_small_cache
from llmdesk.own_decoders import kernels_take
from llmdesk.state_size import attention_layers, states_bytes_of_config
from llmdesk.words import say

SHAPES = Path(__file__).parent / "shapes"


def shape_names() -> tuple[str, ...]:
    """The shapes that are shipped, one for each architecture and size of the catalogue."""
    return tuple(sorted(file.stem for file in SHAPES.glob("*.json")))


def shape_of(model_id: str) -> str | None:
    """The shape of a model of the catalogue; None: there is none."""
    found = [name for name in shape_names() if name == model_id or name.startswith(f"{model_id}-")]
    return found[0] if len(found) == 1 else None


def shape_file(name: str) -> Path:
    """Where the shape of that name is kept (a unique beginning will do); ``name`` itself if it is a JSON file.

    Raises:
        ModelNotFound: there is no such shape.
    """
    if name.endswith(".json"):
        return Path(name)
    if name in (known := shape_names()):
        return SHAPES / f"{name}.json"
    found = [shape for shape in known if shape.startswith(name)]
    if len(found) != 1:
        raise ModelNotFound(
            say("There is no shape “{name}”.", name=name),
            say("Known are {what}; or give a config.json.", what=", ".join(known)),
        )
    return SHAPES / f"{found[0]}.json"


def shape_size(name: str, *, of_a_token: bool = False) -> ModelSize:
    """Weights of a shape's layers, head and embedding, from its fields alone.

    Args:
        name: see shape_file.
        of_a_token: of experts those that one token chooses.

    Raises:
        ModelNotFound: there is no such shape; ValueError, KeyError, OSError: it is no configuration of a decoder.
    """
    fields: dict[str, Any] = json.loads(shape_file(name).read_text(encoding="utf-8"))
    if fields.get("model_type") == GEMMA4:
        return gemma4_size(fields, of_a_token=of_a_token)
    hidden, layers = int(fields["hidden_size"]), int(fields["num_hidden_layers"])
    heads = int(fields["num_attention_heads"])
    kv_heads = int(fields.get("num_key_value_heads") or heads)
    head_dim = int(fields.get("head_dim") or hidden // heads)
    is_gated = fields.get("model_type") == "qwen3_5_text"
    attention = hidden * head_dim * ((3 if is_gated else 2) * heads + 2 * kv_heads)
    experts_of_all = fields.get("num_experts") or fields.get("num_local_experts")
    experts = int((fields.get("num_experts_per_tok") if of_a_token else experts_of_all) or 1)
    width = int(fields.get("moe_intermediate_size") or fields["intermediate_size"])
    dense = int(fields.get("num_dense_layers") or 0)  # of LFM2, with a width of their own
    of_experts = (layers - dense) * experts * 3 * hidden * width + dense * 3 * hidden * int(fields["intermediate_size"])
    is_in_tables = fields.get("model_type") == "gpt_oss"  # as it is published: MXFP4
    attending = attention_layers(fields, layers)
    mixers = attending * attention + (layers - attending) * _recurrent_weights(fields, hidden)
    matrices = mixers + (0 if is_in_tables else of_experts)
    table = int(fields["vocab_size"]) * hidden
    is_ternary = fields.get("model_type") == "bitnet"
    heads_of_all = 2 * attending * kv_heads  # of keys and of values
    size = ModelSize(
        embedding_weights=table,
        head_weights=table,
        other_weights=0 if is_ternary else matrices,
        cache_bytes_per_token=2 * heads_of_all * head_dim,
        embedding="head" if fields.get("tie_word_embeddings", False) else "packed",
        ternary_weights=matrices if is_ternary else 0,
        table_weights=of_experts if is_in_tables else 0,
        own_kernels=kernels_take(head_dim, (hidden, heads * head_dim, width)),
        states_bytes=states_bytes_of_config(fields),
    )
    has_key_biases = fields.get("model_type") == "qwen2" or fields.get("attention_bias")
    return size if has_key_biases or not size.own_kernels else with_small_cache(size, heads_of_all * (head_dim + 2))


def _recurrent_weights(fields: dict[str, Any], hidden: int) -> int:
    """Of a layer that keeps a state, in its matrices."""
    if "linear_num_value_heads" not in fields:
        return 4 * hidden * hidden  # of a short convolution: three inputs and the output
    keys = int(fields["linear_num_key_heads"]) * int(fields["linear_key_head_dim"])
    values = int(fields["linear_num_value_heads"]) * int(fields["linear_value_head_dim"])
    return hidden * (2 * keys + 3 * values)  # queries, keys, values, their gate, and the output
