"""GGUF files of random weights in a model's real shape, for measuring engines that read nothing else.

Written tensor by tensor, so that it takes the memory of one; no vocabulary, since speed is measured on token ids.
"""

from __future__ import annotations

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
    "lfm2_moe": "lfm2moe",
    "qwen3_5_text": "qwen35",
    "gemma4_text": "gemma4",
    "granite": "granite",
    "granitemoehybrid": "granite",
    "ministral3": "mistral3",
}
"""transformers' name of an architecture and GGUF's."""
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
    shapes = _gguf_shapes(kind, config.num_hidden_layers, tensor_shapes(architecture) | _choice_biases(architecture))
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
    writer.add_head_count(a.heads)
    writer.add_layer_norm_rms_eps(config.norm_eps if hasattr(config, "norm_eps") else config.rms_norm_eps)
    writer.add_vocab_size(a.vocab)
    if a.experts is not None:
        writer.add_expert_count(a.experts.count)
        writer.add_expert_used_count(a.experts.chosen)
        writer.add_expert_feed_forward_length(a.experts.intermediate)
    if getattr(config, "sliding_window", None):
        writer.add_sliding_window(config.sliding_window)
    if config.model_type == "gemma4_text":
        _add_gemma4(writer, config, a)
    else:
        writer.add_feed_forward_length(a.intermediate)
        writer.add_key_length(a.head_dim)
        writer.add_value_length(a.head_dim)
        _add_states(writer, config, a)
        _add_positions(writer, config, a)
    if hasattr(config, "residual_multiplier"):
        writer.add_embedding_scale(config.embedding_multiplier)
        writer.add_attention_scale(config.attention_multiplier)
        writer.add_residual_scale(config.residual_multiplier)
        writer.add_logit_scale(config.logits_scaling)
    _add_vocabulary(writer, a.vocab)


def _add_positions(writer: Any, config: Any, architecture: Any) -> None:
    import gguf

    parameters = config.rope_parameters
    rope = parameters.get("full_attention", parameters)
    writer.add_rope_dimension_count(architecture.rotary_dims)
    writer.add_rope_freq_base(rope["rope_theta"])
    if config.model_type == "phi3":
        writer.add_rope_scaling_orig_ctx_len(config.original_max_position_embeddings)
    if rope.get("rope_type") == "yarn":
        writer.add_rope_scaling_type(gguf.RopeScalingType.YARN)
        writer.add_rope_scaling_factor(rope["factor"])
        writer.add_rope_scaling_orig_ctx_len(rope["original_max_position_embeddings"])
    if config.model_type == "ministral3":
        writer.add_rope_scaling_yarn_log_mul(rope["mscale_all_dim"])
        writer.add_attn_temperature_scale(rope["llama_4_scaling_beta"])


def _add_gemma4(writer: Any, config: Any, architecture: Any) -> None:
    """What differs from layer to layer."""
    a, full = architecture, config.rope_parameters["full_attention"]
    windowed = [kind == "sliding_attention" for kind in config.layer_types]
    sizes = {a.key_heads(layer)[1] for layer in a.layers}
    larger, smaller = max(sizes), min(sizes)
    writer.add_feed_forward_length([layer.intermediate or a.intermediate for layer in a.layers])
    writer.add_head_count_kv([a.key_heads(layer)[0] for layer in a.layers])
    writer.add_sliding_window_pattern(windowed)
    writer.add_shared_kv_layers(sum(layer.keys_from is not None for layer in a.layers))
    writer.add_embedding_length_per_layer_input(a.per_layer)
    writer.add_final_logit_softcapping(config.final_logit_softcapping)
    for add, value in (("key_length", larger), ("value_length", larger), ("rope_dimension_count", larger)):
        getattr(writer, f"add_{add}")(value)
        getattr(writer, f"add_{add}_swa")(smaller)
    writer.add_rope_freq_base(full["rope_theta"])
    writer.add_rope_freq_base_swa(config.rope_parameters["sliding_attention"]["rope_theta"])


def _add_states(writer: Any, config: Any, architecture: Any) -> None:
    """Key/value heads, which LFM2 says layer by layer, and what delta nets are like."""
    import gguf

    a, delta = architecture, architecture.matrix_state
    if a.convolution is None:
        writer.add_head_count_kv(a.kv_heads)
    else:
        writer.add_head_count_kv([a.kv_heads if layer.mixer == "attention" else 0 for layer in a.layers])
        writer.add_shortconv_l_cache(a.convolution.taps)
    if config.model_type == "lfm2_moe":
        writer.add_leading_dense_block_count(config.num_dense_layers)
        writer.add_expert_gating_func(gguf.ExpertGatingFuncType.SIGMOID)
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
    from llmdesk.engine.weights.gguf_names import hf_names

    names = {name: own for own, name in hf_names(kind, layers).items()}
    return {names[name]: shape for name, shape in _as_in_files(kind, shapes).items()}


def _choice_biases(architecture: Any) -> dict[str, tuple[int, ...]]:
    """LFM2's, which llama.cpp does not do without."""
    from llmdesk.engine.networks.layers import CHOICE_BIAS

    experts = architecture.experts
    if experts is None or not experts.sigmoids:
        return {}
    layers = (index for index, layer in enumerate(architecture.layers) if layer.has_experts)
    return {f"model.layers.{index}.{CHOICE_BIAS}.weight": (experts.count,) for index in layers}


def _as_in_files(kind: str, shapes: dict[str, tuple[int, ...]]) -> dict[str, tuple[int, ...]]:
    """Attention's gate within the queries, taps as matrices; Granite's gate and up apart, Gemma 4's of experts not."""
    found: dict[str, tuple[int, ...]] = {}
    for name, shape in shapes.items():
        if name.endswith("self_attn.gate_proj.weight"):
            rows, columns = shape
            found[name.replace("gate_proj", "q_proj")] = (2 * rows, columns)
        elif name.endswith((".conv.conv.weight", ".conv1d.weight")):
            taps = 4 if kind == "qwen35" else 3
            found[name] = (shape[0] // taps, taps)
        elif name.endswith("shared_mlp.input_linear.weight"):
            for role in ("gate", "up"):
                found[name.replace("shared_mlp.input_linear", f"mlp.{role}_proj")] = (shape[0] // 2, shape[1])
        elif name.endswith("shared_mlp.output_linear.weight"):
            found[name.replace("shared_mlp.output_linear", "mlp.down_proj")] = shape
        elif kind == "gemma4" and ".experts.gate_proj." in name:
            found[name.replace("gate_proj", "gate_up_proj")] = (2 * shape[0], shape[1])
        elif kind != "gemma4" or ".experts.up_proj." not in name:
            found.setdefault(name, shape)
    return found


def _rope_factors(config: Any) -> dict[str, Any]:
    """What GGUF files hold of a scaled rotary embedding, so that every engine does the same work."""
    from llmdesk.engine.networks.architecture import describe

    parameters = config.rope_parameters
    if parameters.get("rope_type") == "longrope":
        kinds = ("long", "short")
        return {f"rope_factors_{k}.weight": np.array(parameters[f"{k}_factor"], dtype=np.float32) for k in kinds}
    if config.model_type == "gemma4_text":
        a = describe(config, 1)
        half = max(a.key_heads(layer)[1] for layer in a.layers) // 2
        rotated = int(half * parameters["full_attention"]["partial_rotary_factor"])
        return {"rope_freqs.weight": np.array([1.0] * rotated + [1e30] * (half - rotated), np.float32)}
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
