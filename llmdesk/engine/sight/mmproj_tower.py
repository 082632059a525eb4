"""What sees, out of a GGUF file (mmproj) as llama.cpp writes them: its form, and its tensors (engine thread only)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from llmdesk import gguf_header
from llmdesk.engine.sight.forms import FORMS, PictureForm
from llmdesk.engine.weights.gguf_file import GgufFile
from llmdesk.errors import ModelDamaged
from llmdesk.file_errors import said_of_a_file
from llmdesk.mmproj import Mmproj
from llmdesk.words import say

if TYPE_CHECKING:
    import torch

_SIGLIP_LAYER = {
    "layer_norm1": "ln1",
    "layer_norm2": "ln2",
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.out_proj": "attn_out",
    "mlp.fc1": "ffn_up",
    "mlp.fc2": "ffn_down",
}
_ENDS = "weight|bias|input_min|input_max|output_min|output_max"
_OTHER_WAY = {"ffn_up": "ffn_down", "ffn_down": "ffn_up"}
"""Files of llama.cpp's first converters have these two the other way round."""
_CLIPS = re.compile("input_|output_")
"""All of one shape, and of later files: one that is missing is not another's."""
_LONGEST_TILES, _GEMMA_POOLING = 4, 3
"""Tiles along the longer side, patches along a token's: where a file does not say it, as all such models have it."""


@dataclass(frozen=True, slots=True)
class _Reading:
    """How a kind's file is read.

    Attributes:
        values: of config.json, as far as they are about what sees.
        processing: of preprocessor_config.json, without the colours.
        layers: what the names of modules in layers begin with, a number behind it.
        names: of modules, and of those within a layer; GGUF's instead.
        patches: how the first module's weights are made of the file's.
    """

    values: Callable[[Mmproj], dict[str, Any]]
    processing: Callable[[Mmproj], dict[str, Any]]
    layers: str
    names: Mapping[str, str]
    patches: Callable[[GgufFile], torch.Tensor] | None = None


def form_of(mmproj: Mmproj) -> PictureForm:
    """How pictures are cut. Raises ModelDamaged."""
    kind = mmproj.projector.kind
    keys = ("clip.vision.image_mean", "clip.vision.image_std")
    arrays = gguf_header.read_arrays(mmproj.path, keys)
    colours = {"image_mean": arrays.get(keys[0]), "image_std": arrays.get(keys[1])}
    with said_of_a_file(say("{name} cannot be used", name=mmproj.path.name)):
        form = FORMS[kind](_READINGS[kind].values(mmproj), _READINGS[kind].processing(mmproj) | colours)
        assert form is not None
        return form


def config_of(mmproj: Mmproj) -> Any:
    """transformers' configuration. Raises ModelDamaged."""
    from transformers import AutoConfig

    projector = mmproj.projector
    text = {"smolvlm": "llama", "qwen3_5": "qwen3_5_text", "lfm2_vl": "lfm2", "gemma4": "gemma4_text"}[projector.kind]
    with said_of_a_file(say("{name} cannot be used", name=mmproj.path.name)):
        width = _tensor(mmproj, projector.projection).shape[0]
        values = _READINGS[projector.kind].values(mmproj)
        return AutoConfig.for_model(projector.kind, text_config={"model_type": text, "hidden_size": width}, **values)


def _tensor(mmproj: Mmproj, name: str) -> gguf_header.GgufTensor:
    """Raises ModelDamaged: there is none."""
    found = next((tensor for tensor in mmproj.header.tensors if tensor.name == name), None)
    if found is None:
        raise _lacks(name)
    return found


def _lacks(name: str) -> ModelDamaged:
    return ModelDamaged(say("The model's files lack the tensor {name}.", name=name))


def _siglip(mmproj: Mmproj) -> dict[str, int | float]:
    return {
        "hidden_size": int(mmproj.value("embedding_length")),
        "intermediate_size": int(mmproj.value("feed_forward_length")),
        "num_hidden_layers": int(mmproj.value("block_count")),
        "num_attention_heads": int(mmproj.value("attention.head_count")),
        "layer_norm_eps": float(mmproj.value("attention.layer_norm_epsilon", 1e-6)),
        "patch_size": int(mmproj.value("patch_size")),
    }


def _idefics_values(mmproj: Mmproj) -> dict[str, Any]:
    vision = _siglip(mmproj) | {"image_size": int(mmproj.value("image_size"))}
    return {"vision_config": vision, "scale_factor": int(mmproj.value("projector.scale_factor", 2))}


def _idefics_processing(mmproj: Mmproj) -> dict[str, Any]:
    side = int(mmproj.value("image_size"))
    return {
        "max_image_size": {"longest_edge": side},
        "size": {"longest_edge": int(mmproj.value("preproc_image_size", _LONGEST_TILES * side))},
    }


def _qwen_values(mmproj: Mmproj) -> dict[str, Any]:
    return {
        "vision_config": {
            "hidden_size": int(mmproj.value("embedding_length")),
            "intermediate_size": int(mmproj.value("feed_forward_length")),
            "depth": int(mmproj.value("block_count")),
            "num_heads": int(mmproj.value("attention.head_count")),
            "patch_size": int(mmproj.value("patch_size")),
            "spatial_merge_size": int(mmproj.value("spatial_merge_size", 2)),
            "num_position_embeddings": _tensor(mmproj, "v.position_embd.weight").shape[0],
            "out_hidden_size": _tensor(mmproj, mmproj.projector.projection).shape[0],
        }
    }


def _liquid_values(mmproj: Mmproj) -> dict[str, Any]:
    return {
        "vision_config": _siglip(mmproj) | {"num_patches": _tensor(mmproj, "v.position_embd.weight").shape[0]},
        "downsample_factor": int(mmproj.value("projector.scale_factor", 2)),
        "projector_hidden_size": _tensor(mmproj, "mm.1.weight").shape[0],
        "projector_use_layernorm": any(tensor.name == "mm.input_norm.weight" for tensor in mmproj.header.tensors),
        "projector_bias": any(tensor.name == "mm.1.bias" for tensor in mmproj.header.tensors),
    }


def _gemma_values(mmproj: Mmproj) -> dict[str, Any]:
    names = {tensor.name for tensor in mmproj.tensors}
    hidden, heads = int(mmproj.value("embedding_length")), int(mmproj.value("attention.head_count"))
    return {
        "vision_config": {
            "hidden_size": hidden,
            "intermediate_size": int(mmproj.value("feed_forward_length")),
            "num_hidden_layers": int(mmproj.value("block_count")),
            "num_attention_heads": heads,
            "num_key_value_heads": heads,
            "head_dim": hidden // heads,
            "patch_size": int(mmproj.value("patch_size")),
            "pooling_kernel_size": int(mmproj.value("projector.scale_factor", _GEMMA_POOLING)),
            "position_embedding_size": _tensor(mmproj, "v.position_embd.weight").shape[1],
            "use_clipped_linears": any(name.endswith(".input_max") for name in names),
            "standardize": "v.std_bias" in names,
        }
    }


def _qwen_patches(file: GgufFile) -> torch.Tensor:
    """A film's two pictures apart in the file."""
    import torch

    names = [f"v.patch_embd.weight{end}" for end in ("", ".1")]
    pictures = [file.floats(name) for name in names if file.has(name)]
    if len(pictures) != 2 or pictures[0].shape != pictures[1].shape or pictures[0].dim() != 4:
        raise _lacks(names[-1])
    return torch.stack(pictures, dim=2)


def _patches_of_siglip(file: GgufFile) -> torch.Tensor:
    """The colours before the places in the file."""
    stored = file.floats("v.patch_embd.weight")
    if stored.dim() != 4:
        raise _lacks("v.patch_embd.weight")
    return stored.permute(0, 2, 3, 1).flatten(1)


_READINGS = {
    "smolvlm": _Reading(
        _idefics_values,
        _idefics_processing,
        "vision_model.encoder.layers.",
        {
            "vision_model.embeddings.patch_embedding": "v.patch_embd",
            "vision_model.embeddings.position_embedding": "v.position_embd",
            "vision_model.post_layernorm": "v.post_ln",
            "connector.modality_projection.proj": "mm.model.fc",
            **_SIGLIP_LAYER,
        },
    ),
    "qwen3_5": _Reading(
        _qwen_values,
        lambda mmproj: {"patch_size": int(mmproj.value("patch_size"))},
        "visual.blocks.",
        {
            "visual.patch_embed.proj": "v.patch_embd",
            "visual.pos_embed": "v.position_embd",
            "visual.merger.norm": "v.post_ln",
            "visual.merger.linear_fc1": "mm.0",
            "visual.merger.linear_fc2": "mm.2",
            "norm1": "ln1",
            "norm2": "ln2",
            "attn.qkv": "attn_qkv",
            "attn.proj": "attn_out",
            "mlp.linear_fc1": "ffn_up",
            "mlp.linear_fc2": "ffn_down",
        },
        _qwen_patches,
    ),
    "lfm2_vl": _Reading(
        _liquid_values,
        lambda mmproj: {"encoder_patch_size": int(mmproj.value("patch_size"))},
        "vision_tower.encoder.layers.",
        {
            "vision_tower.embeddings.patch_embedding": "v.patch_embd",
            "vision_tower.embeddings.position_embedding": "v.position_embd",
            "vision_tower.post_layernorm": "v.post_ln",
            "multi_modal_projector.layer_norm": "mm.input_norm",
            "multi_modal_projector.linear_1": "mm.1",
            "multi_modal_projector.linear_2": "mm.2",
            **_SIGLIP_LAYER,
        },
        _patches_of_siglip,
    ),
    "gemma4": _Reading(
        _gemma_values,
        lambda mmproj: {"patch_size": int(mmproj.value("patch_size"))},
        "vision_tower.encoder.layers.",
        {
            "vision_tower.patch_embedder.input_proj": "v.patch_embd",
            "vision_tower.patch_embedder.position_embedding_table": "v.position_embd.weight",
            "vision_tower.std_bias": "v.std_bias",
            "vision_tower.std_scale": "v.std_scale",
            "embed_vision.embedding_projection": "mm.input_projection",
            "input_layernorm": "ln1",
            "pre_feedforward_layernorm": "ln2",
            "post_attention_layernorm": "attn_post_norm",
            "post_feedforward_layernorm": "ffn_post_norm",
            "self_attn.q_norm": "attn_q_norm",
            "self_attn.k_norm": "attn_k_norm",
            "self_attn.q_proj": "attn_q",
            "self_attn.k_proj": "attn_k",
            "self_attn.v_proj": "attn_v",
            "self_attn.o_proj": "attn_out",
            "mlp.gate_proj": "ffn_gate",
            "mlp.up_proj": "ffn_up",
            "mlp.down_proj": "ffn_down",
        },
        _patches_of_siglip,
    ),
}
"""By config.json's name of the whole model."""


class MmprojTensors:
    """Its tensors under the names of transformers' modules."""

    def __init__(self, mmproj: Mmproj) -> None:
        self._file = GgufFile(mmproj.path, lambda header: None)  # mmproj_of has looked at it
        self._name, self._reading = mmproj.path.name, _READINGS[mmproj.projector.kind]
        self._in_layer = re.compile(re.escape(self._reading.layers) + rf"(\d+)\.(.+)\.({_ENDS})")

    def tensor(self, name: str, shape: tuple[int, ...]) -> torch.Tensor:
        """One of that shape, in float32. Raises ModelDamaged: there is none."""
        name = name.replace("vision_tower.vision_model.", "vision_tower.").replace(".linear.weight", ".weight")
        candidates = self._candidates(name)
        for candidate in candidates:
            if self._file.has(candidate) and tuple((found := self._values(candidate)).shape) in (shape, shape or (1,)):
                return found.reshape(shape)
        raise _lacks(candidates[0])

    def _values(self, name: str) -> torch.Tensor:
        make = self._reading.patches if name == "v.patch_embd.weight" else None
        with said_of_a_file(say("{name} cannot be used", name=self._name)):
            return self._file.floats(name) if make is None else make(self._file)

    def _candidates(self, name: str) -> tuple[str, ...]:
        names = self._reading.names
        if match := self._in_layer.fullmatch(name):
            part = names.get(match[2], match[2])
            parts = (part, _OTHER_WAY[part]) if part in _OTHER_WAY and not _CLIPS.match(match[3]) else (part,)
            return tuple(f"v.blk.{match[1]}.{each}.{match[3]}" for each in parts)
        place, _, kind = name.rpartition(".")
        return (names[name] if name in names else f"{names.get(place, place)}.{kind}",)
