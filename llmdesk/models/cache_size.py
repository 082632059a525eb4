"""What keys and values of a token take, from a model's configuration or a GGUF file's head (pure functions)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from llmdesk.datatypes.model import MODEL_TYPES
from llmdesk.gemma4_layers import TEXT as GEMMA4
from llmdesk.gemma4_layers import layer_heads
from llmdesk.gguf_header import GgufHeader
from llmdesk.own_decoders import WITH_LOCAL_ANGLES, kernels_take, may_run
from llmdesk.state_size import attention_layers, delta_net_bytes, ring_bytes, states_bytes

_TOO_LARGE = 1 << 40
_MOST_LAYERS = 1000
_SCALE_BYTES = 2  # of a key or value of 8 bits
# Layers, heads, key/value heads, head size, hidden size: where config.json and a GGUF file's head say them.
_CONFIG_SHAPE = (
    ("num_hidden_layers", "n_layer", "n_layers", "num_layers"),
    ("num_attention_heads", "n_head", "n_heads", "num_heads", "attention_heads"),
    ("num_key_value_heads",),
    ("head_dim",),
    ("hidden_size", "n_embd", "d_model"),
)
_GGUF_SHAPE = (
    "block_count",
    "attention.head_count",
    "attention.head_count_kv",
    "attention.key_length",
    "embedding_length",
)
# Of feed-forwards, and of each expert's.
_CONFIG_WIDTHS = ("intermediate_size", "moe_intermediate_size")
_GGUF_WIDTHS = ("feed_forward_length", "expert_feed_forward_length")


def cache_bytes_of_config(own: Mapping[str, Any], kind: str) -> tuple[int, int]:
    """In all layers, in 16 bits and in 8: see Checked.

    Args:
        own: config.json, or what of it is about the part that writes.
        kind: the whole model's architecture.
    """
    if kind == GEMMA4:
        return _cache_bytes_of_gemma4(own)
    rotaries = 0 if kind not in MODEL_TYPES else 2 if kind in WITH_LOCAL_ANGLES else 1
    shape, widths = [_first(own, keys) for keys in _CONFIG_SHAPE], [own.get(key) for key in _CONFIG_WIDTHS]
    shape[0] = attention_layers(own, size_in(shape[0]))
    cache, small_cache = _cache_bytes_per_token(*shape, widths=widths, rotaries=rotaries)
    return _latent_cache_bytes(own) or cache, small_cache if may_run({**own, "model_type": kind}) else 0


def _cache_bytes_of_gemma4(own: Mapping[str, Any]) -> tuple[int, int]:
    count, heads = (size_in(own.get(key)) for key in ("num_hidden_layers", "num_attention_heads"))
    try:
        layers = layer_heads(own, count if count <= _MOST_LAYERS else 0)
    except (ValueError, TypeError):
        return 0, 0
    if not heads or not all(size_in(size) for layer in layers for size in (layer.head_dim, layer.kv_heads)):
        return 0, 0
    dims = {layer.head_dim for layer in layers}
    sizes = [size_in(own.get(key)) for key in ("hidden_size", "hidden_size_per_layer_input", "intermediate_size")]
    widths = (*sizes, size_in(own.get("moe_intermediate_size")), *(heads * dim for dim in dims))
    has_kernels = all(kernels_take(dim, widths) for dim in dims) and may_run({**own, "model_type": GEMMA4})
    own_keys, angles = [layer for layer in layers if layer.keys_from is None], 4 * sum(dims)
    small = sum(2 * layer.kv_heads * (layer.head_dim + _SCALE_BYTES) for layer in own_keys) + angles
    return sum(4 * layer.kv_heads * layer.head_dim for layer in own_keys) + angles, small if has_kernels else 0


def cache_bytes_of_gguf(header: GgufHeader) -> tuple[int, int]:
    """The same of a GGUF file."""
    shape = [header.values.get(f"{header.architecture}.{key}") for key in _GGUF_SHAPE]
    if states_bytes_of_gguf(header):  # what is said of key/value heads is a list, with a 0 for each layer that has none
        keys = [tensor for tensor in header.tensors if tensor.name.endswith(".attn_k.weight")]
        head_dim = size_in(shape[3]) or size_in(shape[4]) // (size_in(shape[1]) or 1)
        shape[0], shape[2] = len(keys), keys[0].shape[0] // (head_dim or 1) if keys else 0
    widths = [header.values.get(f"{header.architecture}.{key}") for key in _GGUF_WIDTHS]
    return _cache_bytes_per_token(*shape, widths=widths, rotaries=2 if _has_local_angles(header) else 1)


def states_bytes_of_gguf(header: GgufHeader) -> int:
    """As state_size.states_bytes_of_config."""
    taps = [
        tensor.shape
        for tensor in header.tensors
        if tensor.name.endswith((".shortconv.conv.weight", ".ssm_conv1d.weight"))
    ]
    if not taps or header.architecture.startswith("lfm2"):
        return states_bytes(len(taps), ring_bytes(taps[0][0], taps[0][-1])) if taps else 0
    key_heads, key_dim, value_heads, values = (
        size_in(header.values.get(f"{header.architecture}.ssm.{key}"))
        for key in ("group_count", "state_size", "time_step_rank", "inner_size")
    )
    value_dim = values // (value_heads or 1)
    return states_bytes(len(taps), delta_net_bytes(key_heads, value_heads, key_dim, value_dim, taps[0][-1]))


def _has_local_angles(header: GgufHeader) -> bool:
    """Whether a GGUF file's architecture is one of those; OLMo 3 goes by OLMo 2's name there, which has no window."""
    return header.architecture == "gemma3" or bool(header.values.get("olmo2.attention.sliding_window"))


def _cache_bytes_per_token(
    layers: object,
    heads: object,
    kv_heads: object,
    head_dim: object,
    hidden: object,
    *,
    widths: Sequence[object],
    rotaries: int,
) -> tuple[int, int]:
    """In 16 bits and in 8, from a configuration's values; 0 if one is missing, or is none that it can be.

    0 in 8 bits as well where our own kernels do not take such sizes: others keep 16 bits.
    """
    of_head = size_in(head_dim) or size_in(hidden) // (size_in(heads) or 1)
    heads_of_all = 2 * size_in(layers) * (size_in(kv_heads) or size_in(heads))  # of keys and of values
    if not heads_of_all * of_head:
        return 0, 0
    angles = 4 * of_head * rotaries  # sines and cosines of a position, in float32
    small = heads_of_all * (of_head + _SCALE_BYTES) + angles
    has_kernels = kernels_take(of_head, (size_in(hidden), of_head * size_in(heads), *map(size_in, widths)))
    return heads_of_all * 2 * of_head + angles, small if has_kernels else 0


def _first(config: Mapping[str, Any], keys: tuple[str, ...]) -> Any:
    return next((config[key] for key in keys if config.get(key) is not None), None)


def _latent_cache_bytes(config: Mapping[str, Any]) -> int:
    """Of DeepSeek's attention, whose keys and values are kept unfolded; 0 for all others."""
    sizes = [size_in(config.get(key)) for key in ("qk_nope_head_dim", "qk_rope_head_dim", "v_head_dim")]
    layers, heads = size_in(config.get("num_hidden_layers")), size_in(config.get("num_attention_heads"))
    return 2 * layers * heads * sum(sizes) if all(sizes) else 0


def size_in(value: object) -> int:
    """A number of a model's sizes; 0 for anything else."""
    is_one = isinstance(value, int) and not isinstance(value, bool) and 0 < value < _TOO_LARGE
    return value if is_one else 0  # type: ignore[return-value]
