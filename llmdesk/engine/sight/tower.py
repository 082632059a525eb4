"""What makes rows out of pictures, by transformers' own modules (engine thread only)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

import torch  # noqa: TID253  (imported when the first picture comes, on the engine thread)
from torch import nn  # noqa: TID253

from llmdesk.engine.generation.given import Floats
from llmdesk.engine.networks.modules import without_parameter_memory
from llmdesk.engine.processor.hardware import processor_flags
from llmdesk.engine.sight.in_parts import in_parts
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


class Tower(Protocol):
    """A vision encoder and what joins it to the decoder; made of transformers' configuration of the whole model.

    Attributes:
        modules: both, under their names in the files; its parameters are replaced before it computes.
        parts: of what it computes for a tile, one after the other.
    """

    modules: nn.ModuleDict
    parts: int

    def look(self, tile: torch.Tensor) -> Iterator[torch.Tensor | None]:
        """(3, height, width) as (tokens, hidden) rows for the decoder, after a None for each part but the last."""
        ...


class IdeficsTower:
    """Idefics 3 and SmolVLM: a tile at once."""

    parts = 1

    def __init__(self, config: Any) -> None:
        if config.model_type == "idefics3":
            from transformers.models.idefics3.modeling_idefics3 import Idefics3Connector as Connector
            from transformers.models.idefics3.modeling_idefics3 import Idefics3VisionTransformer as Encoder
        else:
            from transformers.models.smolvlm.modeling_smolvlm import SmolVLMConnector as Connector
            from transformers.models.smolvlm.modeling_smolvlm import SmolVLMVisionTransformer as Encoder

        encoder = Encoder._from_config(config.vision_config, dtype=torch.float32, attn_implementation="sdpa")
        self.modules = nn.ModuleDict({"vision_model": encoder, "connector": Connector(config)})

    def look(self, tile: torch.Tensor) -> Iterator[torch.Tensor | None]:
        """See Tower."""
        with torch.inference_mode():
            seen = self.modules["vision_model"](pixel_values=tile[None]).last_hidden_state
            rows: torch.Tensor = self.modules["connector"](seen)[0]
        yield rows


class QwenTower:
    """Qwen3.5: a whole picture, which may have thousands of patches, layer by layer."""

    def __init__(self, config: Any) -> None:
        from transformers.models.qwen3_5.modeling_qwen3_5 import Qwen3_5VisionModel as Encoder

        vision = config.vision_config
        self._patch_px, self._merged, self._frames = (
            vision.patch_size,
            vision.spatial_merge_size,
            vision.temporal_patch_size,
        )
        encoder = Encoder._from_config(vision, dtype=torch.float32, attn_implementation="sdpa")
        self.modules = nn.ModuleDict({"visual": encoder})
        self.parts = len(encoder.blocks) + 1

    def look(self, tile: torch.Tensor) -> Iterator[torch.Tensor | None]:
        """See Tower."""
        encoder, (patches, grid) = self.modules["visual"], self._patches(tile)

        def run() -> torch.Tensor:
            rows: torch.Tensor = encoder(patches, grid_thw=grid).pooler_output
            return rows

        return in_parts(encoder, "blocks", run)

    def _patches(self, tile: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Patches (n, 3 * frames * side * side), those that become one token side by side; and their grid."""
        side, merged = self._patch_px, self._merged
        rows, columns = (size // side for size in tile.shape[1:])
        patches = tile.reshape(3, rows // merged, merged, side, columns // merged, merged, side)
        patches = patches.permute(1, 4, 2, 5, 0, 3, 6).reshape(rows * columns, 3, 1, side, side)
        patches = patches.expand(-1, -1, self._frames, -1, -1).reshape(rows * columns, -1)  # a film that stands still
        return patches, torch.tensor([[1, rows, columns]])


TOWERS = {"idefics3": IdeficsTower, "smolvlm": IdeficsTower, "qwen3_5": QwenTower}
"""By what transformers calls the whole model."""


class Eye:
    """A tower with its weights.

    Args:
        config: transformers' configuration of the whole model.

    Raises:
        ModelDamaged: tensors are missing or of other shapes than the configuration says.
    """

    def __init__(self, config: Any, tensors: Tensors) -> None:
        self._dtype = dtype = number_type()
        with (
            said_of_a_file(say("config.json: no “{kind}” can be made of it", kind=config.model_type)),
            without_parameter_memory(),
        ):
            self._tower: Tower = TOWERS[config.model_type](config)
        modules: Any = self._tower.modules
        for name, parameter in list(modules.named_parameters()):
            stored = tensors.tensor(name, tuple(parameter.shape))
            owner, _, last = name.rpartition(".")
            setattr(modules.get_submodule(owner), last, nn.Parameter(stored.to(dtype), requires_grad=False))
        modules.eval()

    @property
    def parts(self) -> int:
        """See Tower."""
        return self._tower.parts

    def look(self, tile: Floats) -> Iterator[Floats | None]:
        """See Tower; a part is computed each time that it is asked for the next one."""
        for rows in self._tower.look(torch.from_numpy(tile).to(self._dtype)):
            yield None if rows is None else rows.float().numpy()
