"""Pictures for Gemma 4 are cut as transformers' own processor cuts them; which of its models see."""

from __future__ import annotations

from typing import Any

import pytest

from tests.engine.sight.test_kinds import SIZES
from tests.engine.tiny_seeing import WHOLE, image

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.model


def form_of(**changes: Any) -> Any:
    from llmdesk.engine.sight.gemma import GemmaForm

    return GemmaForm.of({"vision_config": WHOLE["gemma4"].vision}, WHOLE["gemma4"].processing | changes)


@pytest.mark.parametrize("tokens", [70, 280])
def test_sizes_and_pixels_are_those_of_transformers(tokens: int) -> None:
    from transformers.models.gemma4.image_processing_pil_gemma4 import Gemma4ImageProcessorPil

    from llmdesk.engine.sight.tower import _patches

    changes = {"max_soft_tokens": tokens}
    form = form_of(**changes)
    theirs = Gemma4ImageProcessorPil(**(WHOLE["gemma4"].processing | changes))
    for seed, size in enumerate(SIZES):
        expected = theirs([image(seed, size)], return_tensors="pt")
        (tile,) = form.tiles(image(seed, size))
        patches, _ = _patches(torch.from_numpy(tile), 4)
        count = patches.shape[1]
        assert (patches - expected["pixel_values"][:, :count]).abs().max() < 1e-6, size
        assert (expected["image_position_ids"][0, count:] == -1).all()
        text = "<|image|>" * int(expected["num_soft_tokens_per_image"][0])
        assert form.text(form.grid(*size)) == f"<|image>{text}<image|>", size


def test_a_picture_has_bounds() -> None:
    for size in ((8000, 5000), (40_000_000, 1), (1, 40_000_000), (1, 1)):
        rows, columns = form_of().grid(*size)
        assert 1 <= rows * columns <= 70, size


def test_models_whose_pictures_see_both_ways_are_used_for_texts() -> None:
    """Gemma 4 26B-A4B and 31B, whose parts of a picture see those behind them."""
    from llmdesk.whole_models import sees, whole_kind

    for said, expected in ((None, True), ("vision", False)):
        text = {"model_type": "gemma4_text", "use_bidirectional_attention": said}
        config = {"model_type": "gemma4", "text_config": text}
        assert sees(config) == expected
        kind = whole_kind(config)
        assert kind is not None
        assert "model.vision_tower." in kind.others
