"""Pictures as Idefics 3 and SmolVLM see them: enlarged, cut into tiles, and once more as a whole (engine thread).

Sizes and roundings are those of transformers' own image processor for PIL. Each tile is made when its turn comes.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from llmdesk.engine.networks.config_values import CONFIG, check_integer

if TYPE_CHECKING:
    from PIL.Image import Image

_LARGEST_SIDE_PX = 4096
_MOST_TILES_ALONG = 16
_MOST_PATCHES_ALONG = 64
_VISION_SIZES = {
    "hidden_size": (1, 1 << 14),
    "intermediate_size": (1, 1 << 16),
    "num_hidden_layers": (1, 200),
    "num_attention_heads": (1, 256),
}
_RESAMPLE = (0, 5)
IMAGE_TOKEN, _FAKE_TOKEN, _GLOBAL_TOKEN = "<image>", "<fake_token_around_image>", "<global-img>"


@dataclass(frozen=True, slots=True)
class TileForm:
    """How pictures are cut, by preprocessor_config.json and config.json.

    Attributes:
        side_px: of a tile.
        longest_px: to which a picture is enlarged or made smaller along its longer side.
        is_cut: False: it is seen as a whole only.
        resample: PIL's number of the way in which sizes are changed.
        scale, mean, deviation: ``(value * scale - mean) / deviation`` of each colour.
        tile_tokens: tokens that a tile becomes.
    """

    side_px: int
    longest_px: int
    is_cut: bool
    resample: int
    scale: float
    mean: tuple[float, ...]
    deviation: tuple[float, ...]
    tile_tokens: int

    def __post_init__(self) -> None:
        """Raises ValueError: there are colours that would be no numbers."""
        if not all(map(math.isfinite, (self.scale, *self.mean, *self.deviation))) or 0 in self.deviation:
            raise ValueError(f"colours are ({self.scale} of what they are - {self.mean}) / {self.deviation}")

    @staticmethod
    def of(config: Mapping[str, Any], processing: Mapping[str, Any]) -> TileForm:
        """Of the two files. Raises BadValue, KeyError, TypeError or ValueError: they hold what cannot be."""
        vision = config.get("vision_config") or {}  # some files leave out what is as transformers has it
        size_px, patch_px = int(vision.get("image_size", 224)), int(vision.get("patch_size", 32))
        factor = int(config.get("scale_factor", 2))
        side, longest = int(processing["max_image_size"]["longest_edge"]), int(processing["size"]["longest_edge"])
        _check_vision(vision)
        is_cut_evenly = 0 < patch_px <= size_px <= _LARGEST_SIDE_PX and factor > 0 and size_px // patch_px % factor == 0
        if not is_cut_evenly or size_px // patch_px > _MOST_PATCHES_ALONG:
            raise ValueError(f"pictures of {size_px} pixels in patches of {patch_px}, {factor} along each side joined")
        if side != size_px or not 0 < longest <= _MOST_TILES_ALONG * side:
            raise ValueError(f"tiles of {side} pixels, and {longest} along the longer side, of pictures of {size_px}")
        resample = processing.get("resample", 1)
        check_integer(resample, "resample", _RESAMPLE, "preprocessor_config.json")
        return TileForm(
            side,
            longest,
            bool(processing.get("do_image_splitting", True)),
            resample,
            float(processing.get("rescale_factor", 1 / 255)),
            _colours(processing.get("image_mean")),
            _colours(processing.get("image_std")),
            (size_px // patch_px // factor) ** 2,
        )

    def grid(self, width_px: int, height_px: int) -> tuple[int, int]:
        """(rows, columns) of tiles beside the whole; (0, 0): the whole is all that is seen."""
        width, height = self._cut_size(*self._first_size(width_px, height_px))
        rows, columns = height // self.side_px, width // self.side_px
        return (rows, columns) if self.is_cut and max(rows, columns) > 1 else (0, 0)

    def text(self, rows: int, columns: int) -> str:
        """What stands for such a picture in a prompt, with ``IMAGE_TOKEN`` where its tokens are."""
        lines = (
            "".join(
                f"{_FAKE_TOKEN}<row_{row + 1}_col_{column + 1}>{IMAGE_TOKEN * self.tile_tokens}"
                for column in range(columns)
            )
            for row in range(rows)
        )
        whole = f"{_FAKE_TOKEN}{_GLOBAL_TOKEN}{IMAGE_TOKEN * self.tile_tokens}{_FAKE_TOKEN}"
        return "".join(f"{line}\n" for line in lines) + (f"\n{whole}" if rows else whole)

    def tiles(self, image: Image) -> Iterator[npt.NDArray[np.float32]]:
        """(3, side, side) each, row by row, at last the whole."""
        side, (rows, columns) = self.side_px, self.grid(*image.size)
        image = self._resized(image, *self._first_size(*image.size))
        if self.is_cut:
            image = self._resized(image, *self._cut_size(*image.size))
        for row in range(rows):
            for column in range(columns):
                left, top = column * side, row * side
                yield self._numbers(image.crop((left, top, left + side, top + side)))
        yield self._numbers(self._resized(image, side, side))

    def _first_size(self, width: int, height: int) -> tuple[int, int]:
        """Enlarged or made smaller to the longest side, the other one even."""
        ratio = width / height
        if width >= height:
            width, height = self.longest_px, _even(int(self.longest_px / ratio))
        else:
            width, height = _even(int(self.longest_px * ratio)), self.longest_px
        width, height = max(width, 1), max(height, 1)
        ratio = width / height
        if width >= height and width > _LARGEST_SIDE_PX:
            width, height = _LARGEST_SIDE_PX, int(_LARGEST_SIDE_PX / ratio)
        elif height > width and height > _LARGEST_SIDE_PX:
            width, height = int(_LARGEST_SIDE_PX * ratio), _LARGEST_SIDE_PX
        return max(width, 1), max(height, 1)

    def _cut_size(self, width: int, height: int) -> tuple[int, int]:
        """Whole tiles along both sides."""
        side, ratio = self.side_px, width / height
        if width >= height:
            width = _whole(width, side)
            return width, _whole(int(width / ratio), side)
        height = _whole(height, side)
        return _whole(int(height * ratio), side), height

    def _resized(self, image: Image, width: int, height: int) -> Image:
        return image if image.size == (width, height) else image.resize((width, height), self.resample)

    def _numbers(self, image: Image) -> npt.NDArray[np.float32]:
        colours = np.asarray(image, dtype=np.float32).transpose(2, 0, 1) * np.float32(self.scale)
        mean, deviation = (np.array(values, np.float32)[:, None, None] for values in (self.mean, self.deviation))
        return np.ascontiguousarray((colours - mean) / deviation)


def _check_vision(values: Mapping[str, Any]) -> None:
    """Of what sees, sizes that a file states: they are asked for before anything is made of them. Raises BadValue."""
    for key, limits in _VISION_SIZES.items():
        if key in values:
            check_integer(values[key], key, limits, CONFIG)


def _even(size: int) -> int:
    return size + size % 2


def _whole(size: int, side: int) -> int:
    return math.ceil(size / side) * side


def _colours(values: Any) -> tuple[float, ...]:
    """One for red, green and blue each."""
    found = tuple(map(float, (0.5, 0.5, 0.5) if values is None else values))
    if len(found) != 3:
        raise ValueError(f"{len(found)} numbers for three colours")
    return found
