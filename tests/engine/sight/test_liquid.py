"""Pictures for LFM2-VL are cut as transformers' own processor cuts them, and stand in the same words."""

from __future__ import annotations

import ast
import importlib.util
import math
from pathlib import Path
from typing import Any

import pytest

from tests.engine.sight.test_kinds import SIZES, patches_of
from tests.engine.tiny_seeing import LIQUID_PROCESSING, WHOLE, image

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.model

LARGE = [(4000, 3000), (3000, 4000), (2000, 2000), (1000, 999), (8000, 500), (300, 290), (128, 32), (70, 56)]


def form_of(**changes: Any) -> Any:
    from llmdesk.engine.sight.liquid import LiquidForm

    return LiquidForm.of({"vision_config": WHOLE["lfm2_vl"].vision}, LIQUID_PROCESSING | changes)


def processor(**values: Any) -> Any:
    """The sizes of transformers' processor, whose module cannot be imported without torchvision, and the patches."""
    spec = importlib.util.find_spec("transformers.models.lfm2_vl")
    assert spec is not None
    assert spec.origin is not None
    tree = ast.parse(Path(spec.origin).with_name("image_processing_lfm2_vl.py").read_text(encoding="utf-8"))
    names = {"smart_resize", "_is_image_too_large", "_get_grid_layout", "_target_ratios"}
    functions = {"round_by_factor", "find_closest_aspect_ratio", "convert_image_to_patches"}
    kept: list[ast.stmt] = [each for each in tree.body if isinstance(each, ast.FunctionDef) and each.name in functions]
    (found,) = (each for each in tree.body if isinstance(each, ast.ClassDef) and each.name == "Lfm2VlImageProcessor")
    methods = [each for each in found.body if isinstance(each, ast.FunctionDef) and each.name in names]
    for method in methods:
        method.decorator_list = []
    kept.append(ast.ClassDef("Sizes", bases=[], keywords=[], body=[*methods], decorator_list=[]))
    room: dict[str, Any] = {"math": math, "torch": torch}
    exec(compile(ast.fix_missing_locations(ast.Module(kept, [])), "sizes", "exec"), room)
    return room


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"max_tiles": 10, "tile_size": 16},
        {"use_thumbnail": False},
        {"do_image_splitting": False},
        {"max_image_tokens": 256, "min_image_tokens": 64, "tile_size": 256, "max_tiles": 10},
    ],
)
def test_sizes_and_words_are_those_of_transformers(changes: dict[str, Any]) -> None:
    from transformers.models.lfm2_vl.processing_lfm2_vl import Lfm2VlProcessor

    form, said = form_of(**changes), dict[str, Any](LIQUID_PROCESSING | changes)
    theirs = processor()["Sizes"]()
    scale = {"downsample_factor": 2, "encoder_patch_size": 4}
    tokens = {key: said[key] for key in ("min_image_tokens", "max_image_tokens")}
    words = Lfm2VlProcessor.__new__(Lfm2VlProcessor)
    words.image_token, words.image_thumbnail_token = "<image>", "<|img_thumbnail|>"
    words.image_start_token, words.image_end_token = "<|image_start|>", "<|image_end|>"
    for width, height in [size for size in SIZES if max(size) < 200 * min(size)] + LARGE:
        new_width, new_height = theirs.smart_resize(height, width, **scale, **tokens)
        rows, columns = 1, 1
        is_large = theirs._is_image_too_large(
            height, width, said["max_image_tokens"], **scale, max_pixels_tolerance=said["max_pixels_tolerance"]
        )
        if is_large and said["do_image_splitting"]:
            columns, rows, *_ = theirs._get_grid_layout(
                height, width, said["min_tiles"], said["max_tiles"], said["tile_size"]
            )
        assert form.grid(width, height) == (rows, columns, new_height // 8, new_width // 8), (width, height)
        text = words._build_image_tokens(
            rows, columns, (said["tile_size"] // 8) ** 2, new_height * new_width // 64, said["use_thumbnail"], True
        )
        assert form.text(form.grid(width, height)) == text, (width, height)


def test_tiles_are_as_large_as_their_tokens_and_patches_are_those_of_transformers() -> None:
    form, convert = form_of(), processor()["convert_image_to_patches"]
    for seed, size in enumerate([*SIZES, (300, 290)]):
        tiles = [torch.from_numpy(tile) for tile in form.tiles(image(seed, size))]
        count = sum(tile.shape[1] * tile.shape[2] // 64 for tile in tiles)
        assert form.text(form.grid(*size)).count("<image>") == count
        for tile in tiles:
            assert torch.equal(convert(tile[None], 4)[0], patches_of(tile))


def test_a_strip_has_bounds() -> None:
    for form in (form_of(), form_of(do_image_splitting=False)):
        for size in ((40_000_000, 1), (1, 40_000_000), (1, 1)):
            assert 1 <= form.text(form.grid(*size)).count("<image>") <= 5 * 16, size
