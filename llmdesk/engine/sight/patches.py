"""Pictures as Qwen's models see them: as they are, in whole patches, within a number of pixels (engine thread).

Sizes and roundings are those of transformers' own image processor for PIL.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from llmdesk.engine.generation.given import Floats
from llmdesk.engine.networks.config_values import CONFIG, check_integer
from llmdesk.engine.sight.pixels import Pixels, check_vision, fitted, no_strip

if TYPE_CHECKING:
    from PIL.Image import Image

MOST_TOKENS = 1024
"""The published files allow 16,384 of a picture. Each patch is compared with each: on a processor that is minutes."""
_LEAST_PX, _MOST_PX = 256 * 256, 4096 * 4096
_BICUBIC = 3


@dataclass(frozen=True, slots=True)
class PatchForm:
    """How pictures are cut, by preprocessor_config.json and config.json.

    Attributes:
        token_px: along each side of what becomes a token.
        limits_px: least and most pixels of a picture, which is enlarged or made smaller to have so many.
        pixels: sizes and colours.
    """

    token_px: int
    limits_px: tuple[int, int]
    pixels: Pixels

    word = "<|image_pad|>"
    advances = True

    @staticmethod
    def of(config: Mapping[str, Any], processing: Mapping[str, Any]) -> PatchForm | None:
        """See forms.FORMS."""
        size = processing.get("size") or {}
        if not processing:
            return None
        vision = config.get("vision_config") or {}  # some files leave out what is as transformers has it
        check_vision(vision)
        patch_px, merged = vision.get("patch_size", 16), vision.get("spatial_merge_size", 2)
        check_integer(patch_px, "patch_size", (1, 64), CONFIG)
        check_integer(merged, "spatial_merge_size", (1, 8), CONFIG)
        for key, own in (("patch_size", patch_px), ("merge_size", merged)):
            if processing.get(key, own) != own:
                raise ValueError(f"{key} is {processing[key]}, by config.json it is {own}")
        width, text_width = vision.get("out_hidden_size"), (config.get("text_config") or {}).get("hidden_size")
        if None not in (width, text_width) and width != text_width:
            raise ValueError(f"out_hidden_size is {width}, and hidden_size of the texts {text_width}")
        token_px = patch_px * merged
        least = int(processing.get("min_pixels") or size.get("shortest_edge") or _LEAST_PX)
        most = int(processing.get("max_pixels") or size.get("longest_edge") or _MOST_PX)
        most = min(most, MOST_TOKENS * token_px**2)
        if not 0 < least <= most or most < token_px**2:
            raise ValueError(f"pictures of {least} to {most} pixels in tokens of {token_px} x {token_px}")
        return PatchForm(token_px, (least, most), Pixels.of(processing, _BICUBIC))

    def grid(self, width_px: int, height_px: int) -> tuple[int, int]:
        """(rows, columns) of tokens."""
        return fitted(*no_strip(width_px, height_px), self.token_px, self.limits_px, least_along=0)

    def text(self, grid: tuple[int, ...]) -> str:
        """See PictureForm."""
        return self.word * math.prod(grid)

    def tiles(self, image: Image) -> Iterator[Floats]:
        """The whole."""
        rows, columns = self.grid(*image.size)
        yield self.pixels.numbers(self.pixels.resized(image, columns * self.token_px, rows * self.token_px))
