"""Pictures as Idefics 3 and SmolVLM see them: enlarged, cut into tiles, and once more as a whole (engine thread).

Sizes and roundings are those of transformers' own image processor for PIL. Each tile is made when its turn comes.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from llmdesk.engine.generation.given import Floats
from llmdesk.engine.sight.pixels import LARGEST_SIDE_PX, MOST_TILED_TOKENS, Pixels, check_vision

if TYPE_CHECKING:
    from PIL.Image import Image

_MOST_TILES_ALONG = 16
_MOST_PATCHES_ALONG = 64
_BILINEAR = 1
_FAKE_TOKEN, _GLOBAL_TOKEN = "<fake_token_around_image>", "<global-img>"


@dataclass(frozen=True, slots=True)
class TileForm:
    """How pictures are cut, by preprocessor_config.json and config.json.

    Attributes:
        side_px: of a tile.
        longest_px: to which a picture is enlarged or made smaller along its longer side.
        is_cut: False: it is seen as a whole only.
        pixels: sizes and colours.
        tile_tokens: tokens that a tile becomes.
    """

    side_px: int
    longest_px: int
    is_cut: bool
    pixels: Pixels
    tile_tokens: int

    word = "<image>"
    advances = False

    @staticmethod
    def of(config: Mapping[str, Any], processing: Mapping[str, Any]) -> TileForm | None:
        """See forms.FORMS."""
        if "max_image_size" not in processing:
            return None
        vision = config.get("vision_config") or {}  # some files leave out what is as transformers has it
        size_px, patch_px = int(vision.get("image_size", 224)), int(vision.get("patch_size", 32))
        factor = int(config.get("scale_factor", 2))
        side, longest = int(processing["max_image_size"]["longest_edge"]), int(processing["size"]["longest_edge"])
        check_vision(vision)
        is_cut_evenly = 0 < patch_px <= size_px <= LARGEST_SIDE_PX and factor > 0 and size_px // patch_px % factor == 0
        if not is_cut_evenly or size_px // patch_px > _MOST_PATCHES_ALONG:
            raise ValueError(f"pictures of {size_px} pixels in patches of {patch_px}, {factor} along each side joined")
        if side != size_px or not 0 < longest <= _MOST_TILES_ALONG * side:
            raise ValueError(f"tiles of {side} pixels, and {longest} along the longer side, of pictures of {size_px}")
        tile_tokens, most_tiles = (size_px // patch_px // factor) ** 2, math.ceil(longest / side) ** 2 + 1
        if tile_tokens * most_tiles > MOST_TILED_TOKENS:
            raise ValueError(f"{most_tiles} tiles of {tile_tokens} tokens each")
        return TileForm(
            side,
            longest,
            bool(processing.get("do_image_splitting", True)),
            Pixels.of(processing, _BILINEAR),
            tile_tokens,
        )

    def grid(self, width_px: int, height_px: int) -> tuple[int, int]:
        """(rows, columns) of tiles beside the whole; (0, 0): the whole is all that is seen."""
        width, height = self._cut_size(*self._first_size(width_px, height_px))
        rows, columns = height // self.side_px, width // self.side_px
        return (rows, columns) if self.is_cut and max(rows, columns) > 1 else (0, 0)

    def text(self, grid: tuple[int, ...]) -> str:
        """See PictureForm."""
        rows, columns = grid
        lines = (
            "".join(
                f"{_FAKE_TOKEN}<row_{row + 1}_col_{column + 1}>{self.word * self.tile_tokens}"
                for column in range(columns)
            )
            for row in range(rows)
        )
        whole = f"{_FAKE_TOKEN}{_GLOBAL_TOKEN}{self.word * self.tile_tokens}{_FAKE_TOKEN}"
        return "".join(f"{line}\n" for line in lines) + (f"\n{whole}" if rows else whole)

    def tiles(self, image: Image) -> Iterator[Floats]:
        """Row by row, at last the whole: (3, side, side) each."""
        side, (rows, columns) = self.side_px, self.grid(*image.size)
        image = self.pixels.resized(image, *self._first_size(*image.size))
        if self.is_cut:
            image = self.pixels.resized(image, *self._cut_size(*image.size))
        for row in range(rows):
            for column in range(columns):
                left, top = column * side, row * side
                yield self.pixels.numbers(image.crop((left, top, left + side, top + side)))
        yield self.pixels.numbers(self.pixels.resized(image, side, side))

    def _first_size(self, width: int, height: int) -> tuple[int, int]:
        """Enlarged or made smaller to the longest side, the other one even."""
        ratio = width / height
        if width >= height:
            width, height = self.longest_px, _even(int(self.longest_px / ratio))
        else:
            width, height = _even(int(self.longest_px * ratio)), self.longest_px
        width, height = max(width, 1), max(height, 1)
        ratio = width / height
        if width >= height and width > LARGEST_SIDE_PX:
            width, height = LARGEST_SIDE_PX, int(LARGEST_SIDE_PX / ratio)
        elif height > width and height > LARGEST_SIDE_PX:
            width, height = int(LARGEST_SIDE_PX * ratio), LARGEST_SIDE_PX
        return max(width, 1), max(height, 1)

    def _cut_size(self, width: int, height: int) -> tuple[int, int]:
        """Whole tiles along both sides."""
        side, ratio = self.side_px, width / height
        if width >= height:
            width = _whole(width, side)
            return width, _whole(int(width / ratio), side)
        height = _whole(height, side)
        return _whole(int(height * ratio), side), height


def _even(size: int) -> int:
    return size + size % 2


def _whole(size: int, side: int) -> int:
    return math.ceil(size / side) * side
