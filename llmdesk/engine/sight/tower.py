"""What makes rows out of pictures, by transformers' own modules (engine thread only)."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import torch  # noqa: TID253  (imported when the first picture comes, on the engine thread)
from torch import nn  # noqa: TID253

from llmdesk.engine.networks.modules import without_parameter_memory
from llmdesk.engine.processor.hardware import processor_flags
from llmdesk.engine.weights.model_files import safetensors_files
from llmdesk.engine.weights.safetensors_source import FileWeights
from llmdesk.errors import ModelDamaged
from llmdesk.file_errors import said_of_a_file
from llmdesk.words import say

_PREFIX = "model."
_MULTIPLY_BFLOAT16 = {"avx512_bf16", "amx_bf16"}


def number_type() -> torch.dtype:
    """As these models are published to be run, bfloat16, where the processor multiplies such numbers; else float32."""
    return torch.bfloat16 if processor_flags() & _MULTIPLY_BFLOAT16 else torch.float32


class Tensors(Protocol):
    """Where what sees is kept, under the names of transformers' modules."""

    def tensor(self, name: str, shape: tuple[int, ...]) -> torch.Tensor:
        """One of that shape, of any type of numbers. Raises ModelDamaged."""
        ...


class FolderTensors:
    """Those of a folder of safetensors files."""

    def __init__(self, folder: Path) -> None:
        self._weights = FileWeights(safetensors_files(folder))

    def tensor(self, name: str, shape: tuple[int, ...]) -> torch.Tensor:
        """See Tensors."""
        stored = self._weights.tensor(_PREFIX + name)
        if tuple(stored.shape) != shape:
            raise ModelDamaged(
                say(
                    "{name} has the shape {found}, by the configuration it should have {expected}.",
                    name=_PREFIX + name,
                    found=tuple(stored.shape),
                    expected=shape,
                )
            )
        return stored


class Tower:
    """A vision encoder and what joins it to the decoder.

    Args:
        config: transformers' configuration of the whole model.

    Raises:
        ModelDamaged: tensors are missing or of other shapes than the configuration says.
    """

    def __init__(self, config: Any, tensors: Tensors) -> None:
        dtype = number_type()
        with said_of_a_file(say("config.json: no “{kind}” can be made of it", kind=config.model_type)):
            self._modules = _modules(config)
        for name, parameter in list(self._modules.named_parameters()):
            stored = tensors.tensor(name, tuple(parameter.shape))
            owner, _, last = name.rpartition(".")
            setattr(self._modules.get_submodule(owner), last, nn.Parameter(stored.to(dtype), requires_grad=False))
        self._modules.eval()
        self._dtype = dtype

    @torch.inference_mode()
    def rows(self, tile: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """A tile (3, side, side) as (tokens, hidden) rows for the decoder."""
        pixels = torch.from_numpy(tile)[None].to(self._dtype)
        seen = self._modules.vision_model(pixel_values=pixels).last_hidden_state
        joined: npt.NDArray[np.float32] = self._modules.connector(seen)[0].float().numpy()
        return joined


def _modules(config: Any) -> Any:
    """Vision encoder and connector under their names in the files, their parameters without memory."""
    if config.model_type == "idefics3":
        from transformers.models.idefics3.modeling_idefics3 import Idefics3Connector as Connector
        from transformers.models.idefics3.modeling_idefics3 import Idefics3VisionTransformer as Encoder
    else:
        from transformers.models.smolvlm.modeling_smolvlm import SmolVLMConnector as Connector
        from transformers.models.smolvlm.modeling_smolvlm import SmolVLMVisionTransformer as Encoder

    with without_parameter_memory():
        encoder = Encoder._from_config(config.vision_config, dtype=torch.float32, attn_implementation="sdpa")
        return nn.ModuleDict({"vision_model": encoder, "connector": Connector(config)})
