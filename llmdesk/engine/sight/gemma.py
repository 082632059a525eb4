"""Pictures as Gemma 4 sees them: as large as a number of tokens allows, in their own proportions (engine thread).

Sizes and roundings are those of transformers' own image processor for PIL.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from llmdesk.engine.generation.given import Floats
from llmdesk.engine.networks.config_values import CONFIG, check_integer
from llmdesk.engine.sight.pixels import PROCESSING, Pixels, check_vision

if TYPE_CHECKING:
    from PIL.Image import Image

_BICUBIC = 3
_MOST_TOKENS = 1120
_START, _END = "<|image>", "<image|>"


@dataclass(frozen=True, slots=True)
class GemmaForm:
    """How pictures are cut, by processor_config.json and config.json.

    Attributes:
        token_px: along each side of what becomes a token.
        most_tokens: of a picture.
        pixels: sizes and colours.
    """

    token_px: int
    most_tokens: int
    pixels: Pixels

    word = "<|image|>"
    advances = False

    @staticmethod
    def of(config: Mapping[str, Any], processing: Mapping[str, Any]) -> GemmaForm | None:
        """See forms.FORMS."""
        if not processing:
            return None
        vision = config.get("vision_config") or {}  # some files leave out what is as transformers has it
        check_vision(vision)
        patch_px, joined = vision.get("patch_size", 16), vision.get("pooling_kernel_size", 3)
        check_integer(patch_px, "patch_size", (1, 64), CONFIG)
        check_integer(joined, "pooling_kernel_size", (1, 8), CONFIG)
        for key, own in (("patch_size", patch_px), ("pooling_kernel_size", joined)):
            if processing.get(key, own) != own:
                raise ValueError(f"{key} is {processing[key]}, by config.json it is {own}")
        most = processing.get("max_soft_tokens", 280)
        check_integer(most, "max_soft_tokens", (1, _MOST_TOKENS), PROCESSING)
        if most * joined > vision.get("position_embedding_size", 10_240):
            raise ValueError(f"pictures of {most} tokens have more patches along a side than there are places")
        is_normed = bool(processing.get("do_normalize", False))
        colours = {key: value for key, value in processing.items() if is_normed or not key.startswith("image_")}
        return GemmaForm(patch_px * joined, most, Pixels.of(colours, _BICUBIC, usual_mean=0, usual_deviation=1))

    def grid(self, width_px: int, height_px: int) -> tuple[int, int]:
        """(rows, columns) of tokens."""
        grow = math.sqrt(self.most_tokens * self.token_px**2 / (height_px * width_px))
        rows, columns = (math.floor(grow * size / self.token_px) for size in (height_px, width_px))
        if rows == 0:
            return 1, min(width_px // height_px, self.most_tokens)
        if columns == 0:
            return min(height_px // width_px, self.most_tokens), 1
        return rows, columns

    def text(self, grid: tuple[int, ...]) -> str:
        """See PictureForm."""
        return f"{_START}{self.word * math.prod(grid)}{_END}"

    def tiles(self, image: Image) -> Iterator[Floats]:
        """The whole."""
        rows, columns = self.grid(*image.size)
        yield self.pixels.numbers(self.pixels.resized(image, columns * self.token_px, rows * self.token_px))
