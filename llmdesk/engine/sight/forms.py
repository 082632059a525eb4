"""How pictures become tokens: what all forms have in common, and which model has which (engine thread)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from llmdesk.engine.generation.given import Floats
from llmdesk.engine.sight.gemma import GemmaForm
from llmdesk.engine.sight.liquid import LiquidForm
from llmdesk.engine.sight.patches import PatchForm
from llmdesk.engine.sight.tiles import TileForm

if TYPE_CHECKING:
    from PIL.Image import Image

Grid: TypeAlias = "tuple[int, ...]"


class PictureForm(Protocol):
    """One kind's. What a picture is cut into is told by its size alone, before it is unpacked."""

    @property
    def word(self) -> str:
        """What the chat template writes in a picture's place, and what stands for each of its tokens in ``text``."""
        ...

    @property
    def advances(self) -> bool:
        """Its tokens stand at positions of three axes, and a text goes on behind the longest of them."""
        ...

    def grid(self, width_px: int, height_px: int) -> Grid:
        """How a picture of that size is cut; of forms that ``advances`` the rows and columns of its tokens."""
        ...

    def text(self, grid: Grid) -> str:
        """What stands for such a picture in a prompt, with ``word`` where its tokens are."""
        ...

    def tiles(self, image: Image) -> Iterator[Floats]:
        """(3, height, width) each, what is looked at by itself, in the order of the tokens."""
        ...


FORMS: Mapping[str, Callable[[Mapping[str, Any], Mapping[str, Any]], PictureForm | None]] = {
    "idefics3": TileForm.of,
    "smolvlm": TileForm.of,
    "qwen3_5": PatchForm.of,
    "qwen3_5_moe": PatchForm.of,
    "lfm2_vl": LiquidForm.of,
    "gemma4": GemmaForm.of,
}
"""By config.json's name: of config.json and preprocessor_config.json, None if they say nothing of how pictures are cut.

They raise BadValue, KeyError, TypeError or ValueError over what cannot be.
"""
