"""Tiny models as whole GGUF files, out of model folders that tiny_models made."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np


def write_model_gguf(
    folder: Path,
    path: Path,
    kind: str = "F32",
    architecture: str = "llama",
    *,
    is_early: bool = False,
    **options: Any,
) -> Path:
    """The model of a folder as one file; matrices in ``kind``, the rest in float32.

    ``is_early``: of Qwen3-Next as the first files were, whose delta nets have queries to z in one matrix.
    ``options`` are the package's own, as ``split_max_tensors``: then it is several files, named after ``path``.
    """
    import gguf

    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    writer = gguf.GGUFWriter(path, architecture, **options)
    if architecture == "gemma4":
        write_gemma4_fields(writer, config)
    else:
        _write_fields(writer, config)
    _write_tokenizer(writer, folder)
    for name, data, quantization in _tensors(folder, config, kind, architecture, is_early):
        writer.add_tensor(name, data, raw_dtype=quantization)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def _write_fields(writer: Any, config: dict[str, Any]) -> None:
    import gguf

    writer.add_context_length(config["max_position_embeddings"])
    writer.add_embedding_length(config["hidden_size"])
    writer.add_block_count(config["num_hidden_layers"])
    if "intermediate_size" in config:
        writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_head_count(config["num_attention_heads"])
    writer.add_key_length(config["head_dim"])
    if config["model_type"] in ("lfm2", "lfm2_moe"):
        heads = config["num_key_value_heads"]
        writer.add_head_count_kv([0 if kind == "conv" else heads for kind in config["layer_types"]])
        writer.add_shortconv_l_cache(config["conv_L_cache"])
        if "num_dense_layers" in config:
            writer.add_leading_dense_block_count(config["num_dense_layers"])
    elif config["model_type"] == "granitemoehybrid" and "linear_attention" in config["layer_types"]:
        _write_mamba_fields(writer, config)
    elif config["model_type"] in ("qwen3_5_text", "qwen3_5_moe_text", "qwen3_next"):
        writer.add_head_count_kv(config["num_key_value_heads"])
        writer.add_ssm_conv_kernel(config["linear_conv_kernel_dim"])
        writer.add_ssm_state_size(config["linear_key_head_dim"])
        writer.add_ssm_group_count(config["linear_num_key_heads"])
        writer.add_ssm_time_step_rank(config["linear_num_value_heads"])
        writer.add_ssm_inner_size(config["linear_value_head_dim"] * config["linear_num_value_heads"])
        if config["model_type"] != "qwen3_next":
            sections = config["rope_parameters"].get("mrope_section", [11, 11, 10])
            writer.add_rope_dimension_sections([*sections, 0])
    else:
        writer.add_head_count_kv(config["num_key_value_heads"])
    if experts := config.get("num_experts", config.get("num_local_experts")):
        writer.add_expert_count(experts)
        writer.add_expert_used_count(config["num_experts_per_tok"])
        if not config["model_type"].startswith("granitemoe"):
            width = config.get("moe_intermediate_size", config.get("intermediate_size"))
            writer.add_expert_feed_forward_length(width)
        if "shared_expert_intermediate_size" in config:
            writer.add_expert_shared_feed_forward_length(config["shared_expert_intermediate_size"])
    writer.add_layer_norm_rms_eps(config["rms_norm_eps"] if "rms_norm_eps" in config else config["norm_eps"])
    rope = config["rope_parameters"]
    rope = rope.get("full_attention", rope)
    writer.add_rope_freq_base(rope["rope_theta"])
    if "partial_rotary_factor" in rope:
        writer.add_rope_dimension_count(int(config["head_dim"] * rope["partial_rotary_factor"]))
    if config.get("sliding_window"):
        writer.add_sliding_window(config["sliding_window"])
    if rope["rope_type"] == "longrope":
        writer.add_rope_scaling_orig_ctx_len(config["original_max_position_embeddings"])
    elif rope["rope_type"] != "default":
        writer.add_rope_scaling_type(gguf.RopeScalingType(rope["rope_type"]))
        writer.add_rope_scaling_factor(rope["factor"])
        if "original_max_position_embeddings" in rope:
            writer.add_rope_scaling_orig_ctx_len(rope["original_max_position_embeddings"])
    _write_scales(writer, config, rope)


def _write_mamba_fields(writer: Any, config: dict[str, Any]) -> None:
    """As llama.cpp's converter writes them of Granite 4."""
    heads = config["num_key_value_heads"]
    writer.add_head_count_kv([0 if kind == "linear_attention" else heads for kind in config["layer_types"]])
    writer.add_ssm_conv_kernel(config["mamba_d_conv"])
    writer.add_ssm_state_size(config["mamba_d_state"])
    writer.add_ssm_group_count(config["mamba_n_groups"])
    writer.add_ssm_time_step_rank(config["mamba_n_heads"])
    writer.add_ssm_inner_size(config["mamba_d_head"] * config["mamba_n_heads"])
    writer.add_expert_shared_feed_forward_length(config["shared_intermediate_size"])
    writer.add_rope_scaling_finetuned(config["position_embedding_type"] == "rope")


def _write_scales(writer: Any, config: dict[str, Any], rope: dict[str, Any]) -> None:
    """Of Granite and Ministral 3."""
    if "embedding_multiplier" in config:
        writer.add_embedding_scale(config["embedding_multiplier"])
        writer.add_attention_scale(config["attention_multiplier"])
        writer.add_residual_scale(config["residual_multiplier"])
        writer.add_logit_scale(config["logits_scaling"])
    if config["model_type"] == "ministral3":
        writer.add_rope_scaling_yarn_log_mul(rope["mscale_all_dim"])
        writer.add_attn_temperature_scale(rope["llama_4_scaling_beta"])


def write_gemma4_fields(writer: Any, config: dict[str, Any]) -> None:
    """As llama.cpp's converter writes them of a configuration's values, which transformers wrote layer by layer."""
    kinds, count = config["layer_types"], config["num_hidden_layers"]
    larger = config["per_layer_config"][next(iter(config["per_layer_config"]))]
    windowed = [kind == "sliding_attention" for kind in kinds]
    first_shared, width = count - config["num_kv_shared_layers"], config["intermediate_size"]
    writer.add_context_length(config["max_position_embeddings"])
    writer.add_embedding_length(config["hidden_size"])
    writer.add_block_count(count)
    writer.add_head_count(config["num_attention_heads"])
    writer.add_layer_norm_rms_eps(config["rms_norm_eps"])
    writer.add_sliding_window(config["sliding_window"])
    writer.add_sliding_window_pattern(windowed)
    writer.add_shared_kv_layers(config["num_kv_shared_layers"])
    writer.add_embedding_length_per_layer_input(config["hidden_size_per_layer_input"])
    writer.add_final_logit_softcapping(config["final_logit_softcapping"])
    writer.add_key_length(larger["head_dim"])
    writer.add_value_length(larger["head_dim"])
    writer.add_key_length_swa(config["head_dim"])
    writer.add_value_length_swa(config["head_dim"])
    if config["enable_moe_block"]:
        writer.add_expert_count(config["num_experts"])
        writer.add_expert_used_count(config["top_k_experts"])
        writer.add_expert_feed_forward_length(config["moe_intermediate_size"])
    heads, more = config["num_key_value_heads"], larger.get("num_key_value_heads")
    writer.add_head_count_kv(heads if more is None else [heads if each else more for each in windowed])
    wide = [width * (1 if layer < first_shared else 2) for layer in range(count)]
    writer.add_feed_forward_length(wide if config["use_double_wide_mlp"] else width)
    rope = config["rope_parameters"]
    writer.add_rope_freq_base(rope["full_attention"]["rope_theta"])
    writer.add_rope_freq_base_swa(rope["sliding_attention"]["rope_theta"])
    writer.add_rope_dimension_count(larger["head_dim"])
    writer.add_rope_dimension_count_swa(config["head_dim"])
    half = larger["head_dim"] // 2
    rotated = int(half * rope["full_attention"]["partial_rotary_factor"])
    writer.add_tensor("rope_freqs.weight", np.array([1.0] * rotated + [1e30] * (half - rotated), np.float32))


def _write_tokenizer(writer: Any, folder: Path) -> None:
    data = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))
    specials = {token["id"]: token["content"] for token in data["added_tokens"]}
    tokens = {index: token for token, index in data["model"]["vocab"].items()} | specials
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list([tokens[index] for index in sorted(tokens)])
    writer.add_token_types([3 if index in specials else 1 for index in sorted(tokens)])
    writer.add_token_scores([0.0] * len(tokens))  # merges are derived from them: there are none
    writer.add_eos_token_id(min(specials))
    writer.add_chat_template((folder / "chat_template.jinja").read_text(encoding="utf-8"))


def _stacked(weights: dict[str, Any], name: str) -> Any:
    """(experts, rows, columns) of the folder's matrices, one for each expert; None: the layer has none."""
    before, _, role = name.partition(".experts.")
    parts: list[Any] = []
    while (part := f"{before}.experts.{len(parts)}.{role}") in weights:
        parts.append(weights[part])
    return np.stack(parts) if parts else None


def _by_the_package(weights: dict[str, Any], config: dict[str, Any], kind: str, architecture: str) -> Any:
    """Under the names that the package's table has for those of the folder, as llama.cpp's converter writes them."""
    import gguf
    from gguf.tensor_mapping import get_tensor_name_map

    name = {"granitehybrid": "GRANITE_HYBRID", "granitemoe": "GRANITE_MOE"}.get(architecture, architecture.upper())
    table = get_tensor_name_map(gguf.MODEL_ARCH[name], config["num_hidden_layers"])
    for name, original in _with_stacked_experts(weights).items():
        part, _, leaf = name.rpartition(".")
        values = original.squeeze(1) if ".conv" in name and original.ndim == 3 else original
        if ".linear_attn." in name and architecture != "qwen3next":
            values = _tiled(name, values, config)
        if leaf == "A_log":
            part, leaf, values = name, "", -np.exp(values)
        elif leaf == "D":
            part, leaf = name, ""
        elif leaf == "dt_bias":
            part, leaf = f"{part}.dt_proj", "bias"
        elif architecture.startswith("qwen3") and name.endswith("norm.weight") and ".linear_attn." not in name:
            values = values + 1
        if leaf == "expert_bias":
            part, leaf = name, "bias"
        if ".mamba." in name and part.endswith((".A_log", ".D", ".norm")):
            values = values.reshape((config["mamba_n_groups"] if part.endswith(".norm") else len(values)), -1)
        is_small = values.size < 1024 or name.endswith((".router.layer.weight", ".shared_expert_gate.weight"))
        is_plain = values.ndim == 1 or is_small or name.endswith(".gate.weight") or "conv" in part.rpartition(".")[2]
        quantization = gguf.GGMLQuantizationType["F32" if is_plain else kind]
        gguf_name = f"{table.get_name(part)}.{leaf}".removesuffix(".")
        yield gguf_name, gguf.quants.quantize(values, quantization), quantization


def _with_parts_apart(weights: dict[str, Any], config: dict[str, Any], architecture: str) -> dict[str, Any]:
    """Gate and up of Granite's and Qwen's experts and of Granite's dense feed-forward, and Granite's rotary rows."""
    found: dict[str, Any] = {}
    for name, values in weights.items():
        layer = name.partition(".block_sparse_moe.")[0].partition(".mlp.")[0].partition(".shared_mlp.")[0]
        if (values.ndim == 3 and "gate_up_proj" in name) or "block_sparse_moe.input_linear" in name:
            gate, up = np.split(values, 2, axis=1)
            found |= {f"{layer}.mlp.experts.gate_proj.weight": gate, f"{layer}.mlp.experts.up_proj.weight": up}
        elif values.ndim == 3 and ("experts.down_proj" in name or "output_linear" in name):
            found[f"{layer}.mlp.experts.down_proj.weight"] = values
        elif name.endswith("shared_mlp.input_linear.weight"):
            place = "mlp.shared_expert" if config["num_local_experts"] else "mlp"
            for role, half in zip(("gate", "up"), np.split(values, 2), strict=True):
                found[f"{layer}.{place}.{role}_proj.weight"] = half
        elif name.endswith("shared_mlp.output_linear.weight") and not config["num_local_experts"]:
            found[f"{layer}.mlp.down_proj.weight"] = values
        elif name.endswith("block_sparse_moe.router.weight"):
            found[f"{layer}.block_sparse_moe.router.layer.weight"] = values
        else:
            found[name] = _permuted(name, values, config) if architecture.startswith("granite") else values
    return found


def _with_inputs_apart(weights: dict[str, Any], config: dict[str, Any]) -> dict[str, Any]:
    """Qwen3-Next's inputs of delta nets: queries, keys and values of all key heads, and z, instead of head by head."""
    found: dict[str, Any] = {}
    heads, key_dim = config["linear_num_key_heads"], config["linear_key_head_dim"]
    value_dim = config["linear_num_value_heads"] // heads * config["linear_value_head_dim"]
    for name, values in weights.items():
        if not name.endswith("in_proj_qkvz.weight"):
            found[name] = values
            continue
        by_head = values.reshape(heads, -1, values.shape[-1])
        parts = np.split(by_head, np.cumsum([key_dim, key_dim, value_dim]), axis=1)
        *inputs, z = (part.reshape(-1, values.shape[-1]) for part in parts)
        found[name.replace("qkvz", "qkv")] = np.concatenate(inputs)
        found[name.replace("qkvz", "z")] = np.ascontiguousarray(z)
    return found


def _permuted(name: str, values: Any, config: dict[str, Any]) -> Any:
    """Rows of queries and keys as llama.cpp rotates them."""
    for part, heads in (("q_proj", "num_attention_heads"), ("k_proj", "num_key_value_heads")):
        if part in name:
            halves = values.reshape(config[heads], 2, config["head_dim"] // 2, *values.shape[1:])
            return np.ascontiguousarray(halves.swapaxes(1, 2).reshape(values.shape))
    return values


def _with_stacked_experts(weights: dict[str, Any]) -> dict[str, Any]:
    """LFM2's and Qwen's experts, a matrix each, as tensors of three dimensions."""
    found: dict[str, Any] = {}
    for name, values in weights.items():
        before, _, after = name.partition(".experts.")
        number, _, leaf = after.partition(".")
        if not number.isdigit():
            found[name] = values
        elif number == "0":
            each = [part for i in range(64) if (part := weights.get(f"{before}.experts.{i}.{leaf}")) is not None]
            roles = {"w1": "gate", "w2": "down", "w3": "up"}
            role = leaf.partition("_proj")[0] if "_proj" in leaf else roles[leaf[:2]]
            found[f"{before.replace('feed_forward', 'mlp')}.experts.{role}_proj.weight"] = np.stack(each)
    return found


def _tiled(name: str, values: Any, config: dict[str, Any]) -> Any:
    """Value heads in the order in which the first of each key head come first."""
    keys, heads = config["linear_num_key_heads"], config["linear_num_value_heads"]
    key_dim, value_dim = config["linear_key_head_dim"], config["linear_value_head_dim"]
    order = np.arange(heads).reshape(keys, heads // keys).T.reshape(-1)
    rows = (order[:, None] * value_dim + np.arange(value_dim)).reshape(-1)
    leaf = name.partition(".linear_attn.")[2].removesuffix(".weight")
    if leaf in ("in_proj_qkv", "conv1d"):
        first = 2 * keys * key_dim
        return np.concatenate((values[:first], values[first:][rows]))
    if leaf == "out_proj":
        return np.ascontiguousarray(values[:, rows])
    by_leaf = {"in_proj_z": rows, "in_proj_a": order, "in_proj_b": order, "A_log": order, "dt_bias": order}
    return values[by_leaf[leaf]] if leaf in by_leaf else values


def _gpt_oss_apart(weights: dict[str, Any]) -> None:
    """transformers' (experts, columns, rows), gate and up in turns, and biases, as llama.cpp has them."""
    for name in [name for name in weights if ".experts." in name]:
        values, is_bias = weights.pop(name), name.endswith("_bias")
        base, ending = name.removesuffix("_bias"), "bias" if is_bias else "weight"
        rows = values if is_bias else values.swapaxes(1, 2)
        if "gate_up" in base:
            for role, first in (("gate", 0), ("up", 1)):
                weights[f"{base.replace('gate_up', role)}.{ending}"] = np.ascontiguousarray(rows[:, first::2])
        else:
            weights[f"{base}.{ending}"] = np.ascontiguousarray(rows)


def _tensors(folder: Path, config: dict[str, Any], kind: str, architecture: str, is_early: bool) -> Any:
    import gguf
    from safetensors.numpy import load_file

    from llmdesk.engine.weights.gguf_names import hf_names

    weights = load_file(folder / "model.safetensors")
    if architecture in ("granitehybrid", "granitemoe", "qwen35moe", "qwen3next"):
        weights = _with_parts_apart(weights, config, architecture)
    if architecture == "qwen3next" and not is_early:
        weights = _with_inputs_apart(weights, config)
    if architecture in ("lfm2", "lfm2moe", "qwen35", "qwen35moe", "qwen3next", "granitehybrid", "granitemoe"):
        yield from _by_the_package(weights, config, kind, architecture)
        return
    if architecture == "gpt-oss":
        _gpt_oss_apart(weights)
    for gguf_name, name in hf_names(architecture, config["num_hidden_layers"]).items():
        if ".experts." in name and (all_of := _stacked(weights, name)) is not None:
            weights[name] = all_of
        name = name.removesuffix(".weight") if name.removesuffix(".weight") in weights else name
        if name not in weights:
            continue
        values = weights[name]
        if architecture in ("llama", "smollm3", "granite", "mistral3"):
            values = _permuted(name, values, config)
        if architecture == "gemma3" and name.endswith("norm.weight"):
            values = values + 1
        # A ternary file's embedding is not ternary.
        matrix_kind = "F16" if kind.startswith("TQ") and "embed" in name else kind
        is_router = "ffn_gate_inp" in gguf_name or ".router." in name
        is_rounded = values.ndim > 1 and not is_router and gguf_name.endswith(".weight")
        quantization = gguf.GGMLQuantizationType[matrix_kind if is_rounded else "F32"]
        yield gguf_name, gguf.quants.quantize(values, quantization), quantization
    rope = config["rope_parameters"]
    for length in ("long", "short"):
        if f"{length}_factor" in rope:
            factors = np.array(rope[f"{length}_factor"], dtype=np.float32)
            yield f"rope_factors_{length}.weight", factors, gguf.GGMLQuantizationType.F32
