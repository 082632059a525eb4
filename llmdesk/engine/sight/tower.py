"""What makes rows out of pictures, by transformers' own modules in float32 (engine thread only)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch  # noqa: TID253  (imported when the first picture comes, on the engine thread)
from torch import nn  # noqa: TID253

from llmdesk.engine.networks.modules import without_parameter_memory
from llmdesk.engine.weights.model_files import open_config, safetensors_files
from llmdesk.engine.weights.safetensors_source import FileWeights
from llmdesk.errors import ModelDamaged
from llmdesk.file_errors import said_of_a_file
from llmdesk.seeing import seeing_kind
from llmdesk.words import say

_PREFIX = "model."


class Tower:
    """The vision encoder of a folder and what joins it to the decoder.

    Args:
        folder: of the whole model.
        values: its config.json.

    Raises:
        ModelDamaged: tensors are missing or of other shapes than the configuration says.
        UnsupportedModel: transformers cannot make the modules.
    """

    def __init__(self, folder: Path, values: Mapping[str, Any]) -> None:
        kind = seeing_kind(values)
        assert kind is not None, "only models that see have a tower"
        config = open_config(folder)
        with said_of_a_file(say("config.json: no “{kind}” can be made of it", kind=config.model_type)):
            self._modules = _modules(config)
        weights = FileWeights(safetensors_files(folder))
        for name, parameter in list(self._modules.named_parameters()):
            stored = weights.tensor(_PREFIX + name)
            if stored.shape != parameter.shape:
                raise ModelDamaged(
                    say(
                        "{name} has the shape {found}, by the configuration it should have {expected}.",
                        name=_PREFIX + name,
                        found=tuple(stored.shape),
                        expected=tuple(parameter.shape),
                    )
                )
            owner, _, last = name.rpartition(".")
            setattr(self._modules.get_submodule(owner), last, nn.Parameter(stored.float(), requires_grad=False))
        weights.check_unchanged()
        self._modules.eval()

    @torch.inference_mode()
    def rows(self, tile: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """A tile (3, side, side) as (tokens, hidden) rows for the decoder."""
        pixels = torch.from_numpy(tile)[None]
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
