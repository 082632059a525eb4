"""GGUF files of random weights in a model's real shape, for measuring engines that read nothing else.

Written tensor by tensor, so that it takes the memory of one; no vocabulary, since speed is measured on token ids.
"""

from __future__ import annotations

import re
import sys
import zlib
from pathlib import Path
from typing import Any

import numpy as np

if __package__ in (None, ""):  # run as a script in a checkout
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

ARCHITECTURES = {
    "llama": "llama",
    "qwen3": "qwen3",
    "gemma3_text": "gemma3",
    "phi3": "phi3",
    "bitnet": "bitnet",
    "olmo2": "olmo2",
    "olmoe": "olmoe",
    "qwen3_moe": "qwen3moe",
    "lfm2": "lfm2",
    "qwen3_5_text": "qwen35",
}
"""transformers' name of an architecture and GGUF's."""
_SUB_NORM = re.compile(r"model\.layers\.(\d+)\.\w+\.(attn|ffn)_sub_norm\.weight")
_FLOATS = ("ffn_gate_inp", "shortconv.conv", "ssm_conv1d", "ssm_alpha", "ssm_beta")
_SPREAD = 73.6  # standard deviation of -127..127
_BLOCK_SPREAD = 4.61  # of -8..7


def write_random_gguf(config: Any, path: Path, context_tokens: int, kind_of_matrices: str = "F16") -> None:
    """Matrices in F16 or Q4_0, norms in F32; ``path`` is there whole or not at all.

    Args:
        config: transformers' configuration.
        path: the file.
        context_tokens: the longest sequence that will be computed (chooses Phi's rotary factors).
        kind_of_matrices: F16 or Q4_0.

    Raises:
        ValueError: an architecture outside ARCHITECTURES.
    """
    import gguf

    from llmdesk.engine.networks.architecture import describe
    from llmdesk.engine.networks.tensor_shapes import tensor_shapes

    kind = ARCHITECTURES.get(config.model_type)
    if kind is None:
        raise ValueError(f"no GGUF of random weights for {config.model_type}, only for {', '.join(ARCHITECTURES)}")
    architecture = describe(config, context_tokens)
    partial = path.with_name(f"{path.name}.partial")
    writer = gguf.GGUFWriter(partial, kind)
    _add_metadata(writer, config, architecture)
    shapes = _gguf_shapes(kind, config.num_hidden_layers, tensor_shapes(architecture))
    factors = _rope_factors(config)
    is_packed = kind_of_matrices == "Q4_0"
    experts = architecture.experts.count if architecture.experts is not None else 0
    for name, shape in shapes.items():
        if is_packed and _is_matrix(name, shape):
            packed = _packed_shape(shape)
            size, form = int(np.prod(packed)), gguf.GGMLQuantizationType.Q4_0
            writer.add_tensor_info(name, _apart(name, packed, experts), np.dtype(np.uint8), size, raw_dtype=form)
            continue
        dtype = np.dtype(np.float16 if _is_matrix(name, shape) else np.float32)
        writer.add_tensor_info(name, _apart(name, shape, experts), dtype, int(np.prod(shape)) * dtype.itemsize)
    for name, values in factors.items():
        writer.add_tensor_info(name, values.shape, values.dtype, values.nbytes)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_ti_data_to_file()
    for name, shape in shapes.items():
        make = _random_blocks if is_packed and _is_matrix(name, shape) else _random_tensor
        writer.write_tensor_data(make(name, shape))
    for values in factors.values():
        writer.write_tensor_data(values)
    writer.close()
    partial.replace(path)


def _is_matrix(name: str, shape: tuple[int, ...]) -> bool:
    """Whether it is rounded; routers, gates of states and convolutions stay in F32."""
    return len(shape) == 2 and not any(part in name for part in _FLOATS)


def _apart(name: str, shape: tuple[int, ...], experts: int) -> tuple[int, ...]:
    """GGUF has experts in a dimension of their own."""
    return (experts, shape[0] // experts, shape[1]) if "_exps." in name else shape


def _add_metadata(writer: Any, config: Any, architecture: Any) -> None:
    a = architecture
    writer.add_context_length(config.max_position_embeddings)
    writer.add_embedding_length(a.hidden)
    writer.add_block_count(len(a.layers))
    writer.add_feed_forward_length(a.intermediate)
    writer.add_head_count(a.heads)
    _add_states(writer, config, a)
    writer.add_key_length(a.head_dim)
    writer.add_value_length(a.head_dim)
    writer.add_layer_norm_rms_eps(a.eps)
    writer.add_rope_dimension_count(a.rotary_dims)
    writer.add_vocab_size(a.vocab)
    if a.experts is not None:
        writer.add_expert_count(a.experts.count)
        writer.add_expert_used_count(a.experts.chosen)
        writer.add_expert_feed_forward_length(a.experts.intermediate)
    parameters = config.rope_parameters
    writer.add_rope_freq_base(parameters.get("full_attention", parameters)["rope_theta"])
    if getattr(config, "sliding_window", None):
        writer.add_sliding_window(config.sliding_window)
    if config.model_type == "phi3":
        writer.add_rope_scaling_orig_ctx_len(config.original_max_position_embeddings)
    _add_vocabulary(writer, a.vocab)


def _add_states(writer: Any, config: Any, architecture: Any) -> None:
    """Key/value heads, which LFM2 says layer by layer, and what delta nets are like."""
    a, delta = architecture, architecture.matrix_state
    if a.convolution is None:
        writer.add_head_count_kv(a.kv_heads)
    else:
        writer.add_head_count_kv([a.kv_heads if layer.mixer == "attention" else 0 for layer in a.layers])
        writer.add_shortconv_l_cache(a.convolution.taps)
    if delta is not None:
        writer.add_ssm_conv_kernel(delta.taps)
        writer.add_ssm_state_size(delta.key_dim)
        writer.add_ssm_group_count(delta.key_heads)
        writer.add_ssm_time_step_rank(delta.value_heads)
        writer.add_ssm_inner_size(delta.values)
        writer.add_full_attention_interval(4)
        writer.add_rope_dimension_sections([11, 11, 10, 0])


def _add_vocabulary(writer: Any, size: int) -> None:
    """Tokens that mean nothing, since OpenVINO opens no file without a tokenizer that has them, a merge and an end."""
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("llama-bpe")
    writer.add_token_list(["<|begin|>", "<|end|>", "a", "b", "ab", *(f"<{number}>" for number in range(5, size))])
    writer.add_token_types([3, 3] + [1] * (size - 2))  # 3: special
    writer.add_token_merges(["a b"])
    writer.add_bos_token_id(0)
    writer.add_eos_token_id(1)


def _gguf_shapes(kind: str, layers: int, shapes: dict[str, tuple[int, ...]]) -> dict[str, tuple[int, ...]]:
    """The same shapes under GGUF's names."""
    import gguf

    number = next(number for number, name in gguf.MODEL_ARCH_NAMES.items() if name == kind)
    names = gguf.get_tensor_name_map(number, layers)
    found = {}
    for name, shape in _as_in_files(kind, shapes).items():
        sub_norm = _SUB_NORM.fullmatch(name)  # the table knows these by their names in an older model only
        own = "blk.{}.{}_sub_norm.weight".format(*sub_norm.groups()) if sub_norm else None
        found[own or names.get_name(name, try_suffixes=(".weight", ".bias"))] = shape
    assert None not in found, f"a tensor of {kind} without a name in GGUF"
    return found


def _as_in_files(kind: str, shapes: dict[str, tuple[int, ...]]) -> dict[str, tuple[int, ...]]:
    """Attention's gate within the queries, taps as matrices, and what delta nets forget under the table's names."""
    found: dict[str, tuple[int, ...]] = {}
    for name, shape in shapes.items():
        if name.endswith("self_attn.gate_proj.weight"):
            rows, columns = shape
            found[name.replace("gate_proj", "q_proj")] = (2 * rows, columns)
        elif name.endswith((".conv.conv.weight", ".conv1d.weight")):
            taps = 3 if kind == "lfm2" else 4
            found[name] = (shape[0] // taps, taps)
        elif name.endswith((".A_log.weight", ".dt_bias.weight")):
            found[name.removesuffix(".weight").replace("dt_bias", "dt_proj.bias")] = shape
        elif name == "model.norm.weight" and kind == "lfm2":
            found["model.embedding_norm.weight"] = shape
        else:
            found.setdefault(name, shape)
    return found


def _rope_factors(config: Any) -> dict[str, Any]:
    """What GGUF files hold of a scaled rotary embedding, so that every engine does the same work."""
    from llmdesk.engine.networks.architecture import describe

    parameters = config.rope_parameters
    if parameters.get("rope_type") == "longrope":
        kinds = ("long", "short")
        return {f"rope_factors_{k}.weight": np.array(parameters[f"{k}_factor"], dtype=np.float32) for k in kinds}
    if parameters.get("rope_type") == "llama3":
        scaled = describe(config, 4096).rotaries[0].inverse_frequencies
        plain = parameters["rope_theta"] ** -(np.arange(len(scaled)) / len(scaled))
        return {"rope_freqs.weight": (plain / scaled).astype(np.float32)}
    return {}


def _random_tensor(name: str, shape: tuple[int, ...]) -> Any:
    if len(shape) == 1:
        return np.full(shape, -1 if name.endswith(".ssm_a") else 1, dtype=np.float32)
    generator = np.random.default_rng(zlib.crc32(name.encode()))
    values = generator.integers(-127, 128, size=shape, dtype=np.int8).astype(np.float16)
    values *= np.float16(shape[1] ** -0.5 / _SPREAD)
    return values if _is_matrix(name, shape) else values.astype(np.float32)


def _packed_shape(shape: tuple[int, ...]) -> tuple[int, int]:
    """Bytes of Q4_0: 18 for each 32 numbers of a row."""
    return shape[0], shape[1] // 32 * 18


def _random_blocks(name: str, shape: tuple[int, ...]) -> Any:
    """Q4_0: a scale in F16, then 32 numbers of 4 bits, from -8 to 7."""
    generator = np.random.default_rng(zlib.crc32(name.encode()))
    blocks = generator.integers(0, 256, size=(shape[0], shape[1] // 32, 18), dtype=np.uint8)
    blocks[:, :, :2] = np.array([shape[1] ** -0.5 / _BLOCK_SPREAD], dtype=np.float16).view(np.uint8)
    return blocks.reshape(_packed_shape(shape))
