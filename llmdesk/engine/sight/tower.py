"""What makes rows out of pictures, by transformers' own modules (engine thread only)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol

import torch  # noqa: TID253  (imported when the first picture comes, on the engine thread)
from torch import nn  # noqa: TID253

from llmdesk.engine.generation.given import Floats
from llmdesk.engine.networks.modules import without_parameter_memory
from llmdesk.engine.processor.hardware import multiplies_bfloat16
from llmdesk.engine.sight.in_parts import in_parts
from llmdesk.engine.weights.model_files import safetensors_files
from llmdesk.engine.weights.safetensors_source import FileWeights
from llmdesk.errors import ModelDamaged
from llmdesk.file_errors import said_of_a_file
from llmdesk.words import say

_PREFIX = "model."


def number_type() -> torch.dtype:
    """As these models are published to be run, bfloat16, where the processor multiplies such numbers; else float32."""
    return torch.bfloat16 if multiplies_bfloat16() else torch.float32


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
        names = self._weights.names()
        name = next((each for each in _names_of(name) if _PREFIX + each in names), name)
        stored = self._weights.tensor(_PREFIX + name)
        if not shape and stored.numel() == 1:  # a single number, which is read as a vector
            stored = stored.reshape(())
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


def _names_of(name: str) -> tuple[str, ...]:
    """transformers 5 left out a part of SigLIP's names, which files published before have."""
    longer, shorter = "vision_tower.vision_model.", "vision_tower."
    return name, name.replace(shorter, longer, 1), name.replace(longer, shorter, 1)


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
    """Qwen3.5 and its mixtures: a whole picture, which may have thousands of patches, layer by layer."""

    def __init__(self, config: Any) -> None:
        if config.model_type == "qwen3_5_moe":
            from transformers.models.qwen3_5_moe.modeling_qwen3_5_moe import Qwen3_5MoeVisionModel as Encoder
        else:
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


class LiquidTower:
    """LFM2-VL: a tile at once, of whatever size."""

    parts = 1

    def __init__(self, config: Any) -> None:
        from transformers.models.lfm2_vl.modeling_lfm2_vl import Lfm2VlMultiModalProjector as Projector
        from transformers.models.siglip2.modeling_siglip2 import Siglip2VisionModel as Encoder

        config.vision_config.vision_use_head = False  # it is not asked for what that says of a picture
        self._patch_px = config.vision_config.patch_size
        encoder = Encoder._from_config(config.vision_config, dtype=torch.float32, attn_implementation="sdpa")
        self.modules = nn.ModuleDict({"vision_tower": encoder, "multi_modal_projector": Projector(config)})

    def look(self, tile: torch.Tensor) -> Iterator[torch.Tensor | None]:
        """See Tower."""
        patches, (rows, columns) = _patches(tile, self._patch_px)
        with torch.inference_mode():
            seen = self.modules["vision_tower"](
                pixel_values=patches,
                pixel_attention_mask=torch.ones((1, rows * columns), dtype=torch.int32),
                spatial_shapes=torch.tensor([[rows, columns]]),
            ).last_hidden_state
            made: torch.Tensor = self.modules["multi_modal_projector"](seen.reshape(1, rows, columns, -1))
        yield made.flatten(0, 2)


class GemmaTower:
    """Gemma 4: a whole picture, layer by layer."""

    def __init__(self, config: Any) -> None:
        from transformers.models.gemma4.modeling_gemma4 import Gemma4MultimodalEmbedder as Embedder
        from transformers.models.gemma4.modeling_gemma4 import Gemma4VisionModel as Encoder

        vision = config.vision_config
        self._patch_px = vision.patch_size
        encoder = Encoder._from_config(vision, dtype=torch.float32, attn_implementation="sdpa")
        self.modules = nn.ModuleDict({"vision_tower": encoder, "embed_vision": Embedder(vision, config.text_config)})
        self.parts = len(encoder.encoder.layers) + 1

    def look(self, tile: torch.Tensor) -> Iterator[torch.Tensor | None]:
        """See Tower."""
        patches, (rows, columns) = _patches(tile, self._patch_px)
        places = torch.stack(torch.meshgrid(torch.arange(columns), torch.arange(rows), indexing="xy"), dim=-1)
        encoder = self.modules["vision_tower"]

        def run() -> torch.Tensor:
            seen = encoder(pixel_values=patches, pixel_position_ids=places.reshape(1, -1, 2)).last_hidden_state
            made: torch.Tensor = self.modules["embed_vision"](inputs_embeds=seen)
            return made

        return in_parts(encoder.encoder, "layers", run)


def _patches(tile: torch.Tensor, side: int) -> tuple[torch.Tensor, tuple[int, int]]:
    """(1, n, side * side * 3) of a tile (3, height, width), row by row; and how many rows and columns there are."""
    rows, columns = (size // side for size in tile.shape[1:])
    patches = tile.reshape(3, rows, side, columns, side).permute(1, 3, 2, 4, 0)
    return patches.reshape(1, rows * columns, -1), (rows, columns)


TOWERS: Mapping[str, Callable[[Any], Tower]] = {
    "idefics3": IdeficsTower,
    "smolvlm": IdeficsTower,
    "qwen3_5": QwenTower,
    "qwen3_5_moe": QwenTower,
    "lfm2_vl": LiquidTower,
    "gemma4": GemmaTower,
}
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
        self._width = int(config.text_config.hidden_size)
        with (
            said_of_a_file(say("config.json: no “{kind}” can be made of it", kind=config.model_type)),
            without_parameter_memory(),
        ):
            self._tower = TOWERS[config.model_type](config)
        modules: Any = self._tower.modules
        parameters = dict(modules.named_parameters())
        for name, value in modules.state_dict().items():
            stored = tensors.tensor(name, tuple(value.shape)).to(dtype)
            owner, _, last = name.rpartition(".")
            made = nn.Parameter(stored, requires_grad=False) if name in parameters else stored
            setattr(modules.get_submodule(owner), last, made)
        modules.eval()

    @property
    def parts(self) -> int:
        """See Tower."""
        return self._tower.parts

    def look(self, tile: Floats) -> Iterator[Floats | None]:
        """See Tower; a part is computed each time that it is asked for the next one.

        Raises ModelDamaged: rows are not as wide as what writes takes them.
        """
        for rows in self._tower.look(torch.from_numpy(tile).to(self._dtype)):
            if rows is not None and rows.shape[1] != self._width:
                raise ModelDamaged(
                    say(
                        "{name} has the shape {found}, by the configuration it should have {expected}.",
                        name="vision_config",
                        found=tuple(rows.shape),
                        expected=(len(rows), self._width),
                    )
                )
            yield None if rows is None else rows.float().numpy()
