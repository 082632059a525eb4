"""Pixels of pictures as what sees takes them: sizes changed, colours as numbers around 0 (engine thread)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from llmdesk.engine.generation.given import Floats
from llmdesk.engine.networks.config_values import CONFIG, check_integer

if TYPE_CHECKING:
    from PIL.Image import Image

PROCESSING = "preprocessor_config.json"
LARGEST_SIDE_PX = 4096
MOST_TILE_TOKENS = 1024
MOST_TILED_TOKENS = 1 << 15
"""Of a picture in all its tiles: more than that no context here takes in a bearable time."""
_MOST_RATIO = 200
_RESAMPLE = (0, 5)
_VISION_SIZES = {
    "hidden_size": (1, 1 << 14),
    "intermediate_size": (1, 1 << 16),
    "num_hidden_layers": (1, 200),
    "depth": (1, 200),
    "num_attention_heads": (1, 256),
    "num_heads": (1, 256),
    "num_key_value_heads": (1, 256),
    "head_dim": (1, 1024),
    "global_head_dim": (1, 1024),
    "out_hidden_size": (1, 1 << 17),
    "num_position_embeddings": (1, 1 << 20),
    "position_embedding_size": (1, 1 << 20),
    "num_patches": (1, 1 << 20),
    "temporal_patch_size": (1, 16),
    "in_channels": (3, 3),
    "num_channels": (3, 3),
}


@dataclass(frozen=True, slots=True)
class Pixels:
    """By preprocessor_config.json.

    Attributes:
        resample: PIL's number of the way in which sizes are changed.
        scale, mean, deviation: ``(value * scale - mean) / deviation`` of each colour.
    """

    resample: int
    scale: float
    mean: tuple[float, ...]
    deviation: tuple[float, ...]

    def __post_init__(self) -> None:
        """Raises ValueError: there are colours that would be no numbers."""
        if not all(map(math.isfinite, (self.scale, *self.mean, *self.deviation))) or 0 in self.deviation:
            raise ValueError(f"colours are ({self.scale} of what they are - {self.mean}) / {self.deviation}")

    @staticmethod
    def of(
        processing: Mapping[str, Any], resample: int, usual_mean: float = 0.5, usual_deviation: float = 0.5
    ) -> Pixels:
        """Of the file, and of what transformers takes where that says nothing.

        Raises:
            BadValue, TypeError, ValueError: it holds what cannot be.
        """
        said = processing.get("resample")
        resample = resample if said is None else said
        check_integer(resample, "resample", _RESAMPLE, PROCESSING)
        return Pixels(
            resample,
            float(processing.get("rescale_factor", 1 / 255)),
            _colours(processing.get("image_mean"), usual_mean),
            _colours(processing.get("image_std"), usual_deviation),
        )

    def resized(self, image: Image, width_px: int, height_px: int) -> Image:
        """The same picture in that size."""
        return image if image.size == (width_px, height_px) else image.resize((width_px, height_px), self.resample)

    def numbers(self, image: Image) -> Floats:
        """(3, height, width)"""
        colours = np.asarray(image, dtype=np.float32).transpose(2, 0, 1) * np.float32(self.scale)
        mean, deviation = (np.array(values, np.float32)[:, None, None] for values in (self.mean, self.deviation))
        return np.ascontiguousarray((colours - mean) / deviation)


def no_strip(width_px: int, height_px: int) -> tuple[int, int]:
    """A size whose longer side is at most so many times the other: a strip is squeezed, since it would be enlarged."""
    return min(width_px, _MOST_RATIO * height_px), min(height_px, _MOST_RATIO * width_px)


def fitted(
    width_px: int, height_px: int, side_px: int, limits_px: tuple[int, int], *, least_along: int
) -> tuple[int, int]:
    """(rows, columns) of squares into which a picture of that size is brought, as many pixels as the limits allow.

    Args:
        side_px: of a square.
        limits_px: least and most pixels of all.
        least_along: of squares along a side, before the limits are looked at.
    """
    rows, columns = (max(least_along, round(size / side_px)) for size in (height_px, width_px))
    least, most = limits_px
    if rows * columns * side_px**2 > most:
        shrink = math.sqrt(height_px * width_px / most)
        return max(1, math.floor(height_px / shrink / side_px)), max(1, math.floor(width_px / shrink / side_px))
    if rows * columns * side_px**2 < least:
        grow = math.sqrt(least / (height_px * width_px))
        return math.ceil(height_px * grow / side_px), math.ceil(width_px * grow / side_px)
    return rows, columns


def check_vision(values: Mapping[str, Any]) -> None:
    """Of what sees, sizes that a file states: they are asked for before anything is made of them. Raises BadValue."""
    for key, limits in _VISION_SIZES.items():
        if values.get(key) is not None:
            check_integer(values[key], key, limits, CONFIG)


def _colours(values: Any, usual: float) -> tuple[float, ...]:
    """One for red, green and blue each."""
    found = tuple(map(float, (usual,) * 3 if values is None else values))
    if len(found) != 3:
        raise ValueError(f"{len(found)} numbers for three colours")
    return found
