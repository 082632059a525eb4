"""What sees, out of a GGUF file (mmproj) as llama.cpp writes them: its form, and its tensors (engine thread only)."""

from __future__ import annotations

import re
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

_TOP = {
    "vision_model.embeddings.patch_embedding": "v.patch_embd",
    "vision_model.embeddings.position_embedding": "v.position_embd",
    "vision_model.post_layernorm": "v.post_ln",
    "connector.modality_projection.proj": "mm.model.fc",
}
_LAYER = re.compile(r"vision_model\.encoder\.layers\.(\d+)\.(.+)\.(weight|bias)")
_PARTS = {
    "layer_norm1": "ln1",
    "layer_norm2": "ln2",
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.out_proj": "attn_out",
    "mlp.fc1": "ffn_up",
    "mlp.fc2": "ffn_down",
}
_OTHER_WAY = {"ffn_up": "ffn_down", "ffn_down": "ffn_up"}
"""Files of llama.cpp's first converters have these two the other way round."""
_LONGEST_TILES = 4
"""Along the longer side, where a file does not say it: as all of these models have it."""


def form_of(mmproj: Mmproj) -> PictureForm:
    """How pictures are cut. Raises ModelDamaged."""
    keys = ("clip.vision.image_mean", "clip.vision.image_std")
    arrays = gguf_header.read_arrays(mmproj.path, keys)
    with said_of_a_file(say("{name} cannot be used", name=mmproj.path.name)):
        side = int(mmproj.value("image_size"))
        processing = {
            "max_image_size": {"longest_edge": side},
            "size": {"longest_edge": int(mmproj.value("preproc_image_size", _LONGEST_TILES * side))},
            "image_mean": arrays.get(keys[0]),
            "image_std": arrays.get(keys[1]),
        }
        factor = mmproj.value("projector.scale_factor", 2)
        form = FORMS["smolvlm"]({"vision_config": _vision_of(mmproj), "scale_factor": factor}, processing)
        assert form is not None
        return form


def config_of(mmproj: Mmproj) -> Any:
    """transformers' configuration. Raises ModelDamaged."""
    from transformers import AutoConfig

    with said_of_a_file(say("{name} cannot be used", name=mmproj.path.name)):
        width = next(tensor.shape[0] for tensor in mmproj.header.tensors if tensor.name == "mm.model.fc.weight")
        return AutoConfig.for_model(
            "smolvlm",
            vision_config=_vision_of(mmproj),
            text_config={"model_type": "llama", "hidden_size": width},
            scale_factor=int(mmproj.value("projector.scale_factor", 2)),
        )


def _vision_of(mmproj: Mmproj) -> dict[str, int | float]:
    return {
        "hidden_size": int(mmproj.value("embedding_length")),
        "intermediate_size": int(mmproj.value("feed_forward_length")),
        "num_hidden_layers": int(mmproj.value("block_count")),
        "num_attention_heads": int(mmproj.value("attention.head_count")),
        "layer_norm_eps": float(mmproj.value("attention.layer_norm_epsilon", 1e-6)),
        "image_size": int(mmproj.value("image_size")),
        "patch_size": int(mmproj.value("patch_size")),
    }


class MmprojTensors:
    """Its tensors under the names of transformers' modules."""

    def __init__(self, mmproj: Mmproj) -> None:
        self._file = GgufFile(mmproj.path, lambda header: None)  # mmproj_of has looked at it

    def tensor(self, name: str, shape: tuple[int, ...]) -> torch.Tensor:
        """One of that shape, in float32. Raises ModelDamaged: there is none."""
        for candidate in self._candidates(name):
            if self._file.has(candidate) and tuple((found := self._file.floats(candidate)).shape) == shape:
                return found
        raise ModelDamaged(say("The model's files lack the tensor {name}.", name=self._candidates(name)[0]))

    def _candidates(self, name: str) -> tuple[str, ...]:
        if match := _LAYER.fullmatch(name):
            part = _PARTS.get(match[2], match[2])
            parts = (part, _OTHER_WAY[part]) if part in _OTHER_WAY else (part,)
            return tuple(f"v.blk.{match[1]}.{each}.{match[3]}" for each in parts)
        place, _, kind = name.rpartition(".")
        return (f"{_TOP.get(place, place)}.{kind}",)
