"""Pictures for Qwen's models are cut as transformers' own processor cuts them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.engine.sight.test_kinds import SIZES
from tests.engine.tiny_seeing import QWEN_PROCESSING, WHOLE, image

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.model


def form_of(**changes: Any) -> Any:
    from llmdesk.engine.sight.patches import PatchForm

    return PatchForm.of({"vision_config": WHOLE["qwen3_5"].vision}, QWEN_PROCESSING | changes)


@pytest.mark.parametrize("changes", [{}, {"size": {"shortest_edge": 64, "longest_edge": 24 * 24}}, {"resample": 2}])
def test_sizes_and_patches_are_those_of_transformers(changes: dict[str, Any]) -> None:
    from transformers import AutoConfig
    from transformers.models.qwen2_vl.image_processing_pil_qwen2_vl import Qwen2VLImageProcessorPil

    from llmdesk.engine.sight.tower import QwenTower

    theirs, form = Qwen2VLImageProcessorPil(**(QWEN_PROCESSING | changes)), form_of(**changes)
    tower = QwenTower(AutoConfig.for_model("qwen3_5", vision_config=WHOLE["qwen3_5"].vision))
    for seed, size in enumerate(SIZES):
        expected = theirs([image(seed, size)], return_tensors="pt")
        (tile,) = form.tiles(image(seed, size))
        patches, grid = tower._patches(torch.from_numpy(tile))
        assert grid.tolist() == expected["image_grid_thw"].tolist(), size
        assert [2 * side for side in form.grid(*size)] == grid[0, 1:].tolist()
        assert (patches - expected["pixel_values"]).abs().max() < 1e-6, size
        assert form.text(form.grid(*size)) == "<|image_pad|>" * (int(grid.prod()) // 4)


def test_a_picture_has_bounds() -> None:
    form = form_of(size={"shortest_edge": 64, "longest_edge": 10**9})
    for size in ((8000, 5000), (40_000_000, 1), (1, 40_000_000), (1, 1)):
        rows, columns = form.grid(*size)
        assert 1 <= rows * columns <= 1024, size
