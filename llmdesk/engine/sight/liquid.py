"""Pictures as LFM2-VL sees them: whole where they are small, else in tiles and once more as a whole (engine thread).

Sizes and roundings are those of transformers' own image processor.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from llmdesk.engine.generation.given import Floats
from llmdesk.engine.networks.config_values import CONFIG, check_integer
from llmdesk.engine.sight.pixels import MOST_TILE_TOKENS, PROCESSING, Pixels, check_vision, fitted, no_strip

if TYPE_CHECKING:
    from PIL.Image import Image

_BILINEAR = 2
_START, _END, _WHOLE = "<|image_start|>", "<|image_end|>", "<|img_thumbnail|>"
_LIMITS = {
    "tile_size": (16, 2048),
    "min_tiles": (1, 16),
    "max_tiles": (1, 16),
    "min_image_tokens": (1, 1024),
    "max_image_tokens": (1, 1024),
}
_USUAL = {"tile_size": 512, "min_tiles": 2, "max_tiles": 10, "min_image_tokens": 64, "max_image_tokens": 256}


@dataclass(frozen=True, slots=True)
class LiquidForm:
    """How pictures are cut, by preprocessor_config.json and config.json.

    Attributes:
        token_px: along each side of what becomes a token.
        patch_px: along each side of a patch.
        side_px: of a tile.
        tiles_along: (columns, rows) of tiles that there may be.
        limits_px: least and most pixels of a picture that is seen as a whole.
        large_px: one that would have more is cut.
        with_whole: a picture in tiles is seen as a whole, too.
        pixels: sizes and colours.
    """

    token_px: int
    patch_px: int
    side_px: int
    tiles_along: tuple[tuple[int, int], ...]
    limits_px: tuple[int, int]
    large_px: float
    with_whole: bool
    pixels: Pixels

    word = "<image>"
    advances = False

    @staticmethod
    def of(config: Mapping[str, Any], processing: Mapping[str, Any]) -> LiquidForm | None:
        """See forms.FORMS."""
        if not processing:
            return None
        vision = config.get("vision_config") or {}  # some files leave out what is as transformers has it
        check_vision(vision)
        patch_px, joined = vision.get("patch_size", 16), config.get("downsample_factor", 2)
        check_integer(patch_px, "patch_size", (1, 64), CONFIG)
        check_integer(joined, "downsample_factor", (1, 8), CONFIG)
        for key, own in (("encoder_patch_size", patch_px), ("downsample_factor", joined)):
            if processing.get(key, own) != own:
                raise ValueError(f"{key} is {processing[key]}, by config.json it is {own}")
        said = {key: processing.get(key, usual) for key, usual in _USUAL.items()}
        for key, limits in _LIMITS.items():
            check_integer(said[key], key, limits, PROCESSING)
        token_px, least, most = patch_px * joined, said["min_image_tokens"], said["max_image_tokens"]
        if said["tile_size"] % token_px or least > most or said["min_tiles"] > said["max_tiles"]:
            raise ValueError(f"tiles and tokens of {token_px} x {token_px} pixels that do not fit: {said}")
        if (said["tile_size"] // token_px) ** 2 > MOST_TILE_TOKENS:
            raise ValueError(f"a tile has more than {MOST_TILE_TOKENS} tokens: {said}")
        is_cut = bool(processing.get("do_image_splitting", True)) and said["max_tiles"] > 1
        return LiquidForm(
            token_px,
            patch_px,
            said["tile_size"],
            _ways(said["min_tiles"], said["max_tiles"]) if is_cut else (),
            (least * token_px**2, most * token_px**2),
            most * token_px**2 * float(processing.get("max_pixels_tolerance", 2.0)),
            bool(processing.get("use_thumbnail", True)),
            Pixels.of(processing, _BILINEAR),
        )

    def grid(self, width_px: int, height_px: int) -> tuple[int, int, int, int]:
        """(rows, columns) of tiles, which are one each if it is not cut; (rows, columns) of the whole's tokens."""
        width, height = no_strip(width_px, height_px)
        whole = fitted(width, height, self.token_px, self.limits_px, least_along=1)
        sides = (max(self.patch_px, round(side / self.token_px) * self.token_px) for side in (width, height))
        wide, high = sides
        if not self.tiles_along or wide * high <= self.large_px:
            return 1, 1, *whole
        columns, rows = self._tiles_for(width, height)
        return rows, columns, *whole

    def _tiles_for(self, width: int, height: int) -> tuple[int, int]:
        """Of the ways to cut the one whose proportions are nearest; of two as near the later one, if it is filled."""
        best, nearest = (1, 1), float("inf")
        for columns, rows in self.tiles_along:
            distance = abs(width / height - columns / rows)
            is_filled = width * height > 0.5 * self.side_px**2 * columns * rows
            if distance < nearest or (distance == nearest and is_filled):
                best, nearest = (columns, rows), distance
        return best

    def text(self, grid: tuple[int, ...]) -> str:
        """See PictureForm."""
        rows, columns, whole_rows, whole_columns = grid
        whole = self.word * (whole_rows * whole_columns)
        if (rows, columns) == (1, 1):
            return f"{_START}{whole}{_END}"
        tile = self.word * (self.side_px // self.token_px) ** 2
        places = ((row, column) for row in range(1, rows + 1) for column in range(1, columns + 1))
        tiles = "".join(f"<|img_row_{row}_col_{column}|>{tile}" for row, column in places)
        return f"{_START}{tiles}{f'{_WHOLE}{whole}' if self.with_whole else ''}{_END}"

    def tiles(self, image: Image) -> Iterator[Floats]:
        """Row by row, at last the whole."""
        rows, columns, whole_rows, whole_columns = self.grid(*image.size)
        side = self.side_px
        if (rows, columns) != (1, 1):
            large = self.pixels.resized(image, columns * side, rows * side)
            for place in range(rows * columns):
                left, top = place % columns * side, place // columns * side
                yield self.pixels.numbers(large.crop((left, top, left + side, top + side)))
            if not self.with_whole:
                return
        yield self.pixels.numbers(self.pixels.resized(image, whole_columns * self.token_px, whole_rows * self.token_px))


def _ways(least: int, most: int) -> tuple[tuple[int, int], ...]:
    """(columns, rows) of least to most tiles, the fewest first; of as many in the order in which a set has them."""
    along = range(1, most + 1)
    found = [
        (columns, rows)
        for count in range(least, most + 1)
        for columns in along[:count]
        for rows in along[:count]
        if least <= columns * rows <= most
    ]
    return tuple(sorted(set(found), key=lambda way: way[0] * way[1]))
