"""What anybody may send or a hostile file may say: memory, sizes and threads have bounds."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from llmdesk.datatypes.chat import ChatMessage
from llmdesk.engine.generation.given import FIRST_GIVEN
from llmdesk.errors import FileError, ModelDamaged
from tests.engine.oracle import build
from tests.engine.sight.test_sight import answered, asked, seeing_model, shown
from tests.engine.tiny_seeing import TILE_TOKENS, WHOLE, picture, processing, save_seeing_model

pytest.importorskip("torch")
pytestmark = pytest.mark.model


def test_pictures_that_were_only_counted_are_forgotten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from llmdesk.engine.backends.torch_model import TorchModel

    text_model = seeing_model(save_seeing_model(tmp_path / "model"))
    model = TorchModel(None, text_model, lambda: None)  # type: ignore[arg-type]
    pictures = [picture(seed, (640, 480)) for seed in range(20)]
    most_bytes = 4 * len(pictures[0])
    monkeypatch.setattr("llmdesk.engine.sight.sight._MOST_KEPT_BYTES", most_bytes)
    counts = {model.count_tokens((shown("?", each),)) for each in pictures}
    assert len(counts) == 1
    seen = text_model.sight._seen
    assert 1 < len(seen) < 5
    assert sum(each.size_bytes for each in seen.values()) <= most_bytes
    many = model.count_tokens((shown("?", *pictures),))  # those of one chat stay together
    assert many > 20 * (min(counts) - 30)
    assert answered(text_model, asked(shown("?", pictures[0])))[1].new_tokens


HOSTILE_PROCESSING: list[dict[str, Any]] = [
    {"image_std": [0.5, 0, 0.5]},
    {"image_std": [0.5, float("nan"), 0.5]},
    {"image_mean": [0.5, float("inf"), 0.5]},
    {"rescale_factor": float("inf")},
    {"resample": 6},
    {"resample": -1},
]
HOSTILE_VISION: list[dict[str, Any]] = [
    {"num_hidden_layers": 10**6},
    {"num_hidden_layers": "2"},
    {"hidden_size": 1 << 40},
    {"intermediate_size": 1 << 40},
    {"num_attention_heads": 10**6},
    {"patch_size": 0},
    {"image_size": 4096, "patch_size": 1},
    {"image_size": 256, "patch_size": 4, "tiles_along": 16},
]


@pytest.mark.parametrize(
    ("vision", "changes"), [({}, each) for each in HOSTILE_PROCESSING] + [(each, {}) for each in HOSTILE_VISION]
)
def test_hostile_files_are_damage(tmp_path: Path, vision: dict[str, Any], changes: dict[str, Any]) -> None:
    from llmdesk.engine.sight.opening import sight_of

    folder = save_seeing_model(tmp_path / "model")
    tokenizer = build(folder)[1].tokenizer
    if side := vision.get("image_size"):
        longest = side * vision.get("tiles_along", 1)
        changes = {"max_image_size": {"longest_edge": side}, "size": {"longest_edge": longest}}
    values = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    values["vision_config"] |= vision
    (folder / "config.json").write_text(json.dumps(values), encoding="utf-8")
    (folder / "preprocessor_config.json").write_text(json.dumps(processing(**changes)), encoding="utf-8")
    with pytest.raises(ModelDamaged):
        sight_of(None, folder, tokenizer)


OTHER_HOSTILE: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("qwen3_5", {"depth": 10**6}, {}),
    ("qwen3_5", {"patch_size": 0}, {}),
    ("qwen3_5", {"out_hidden_size": 48}, {}),
    ("qwen3_5", {"out_hidden_size": 128}, {}),
    ("qwen3_5", {"spatial_merge_size": 1 << 20}, {}),
    ("qwen3_5", {}, {"merge_size": 3}),
    ("qwen3_5", {}, {"size": {"shortest_edge": -1, "longest_edge": 10**6}}),
    ("qwen3_5", {}, {"size": {"shortest_edge": 10**6, "longest_edge": 10**5}}),
    ("qwen3_5", {}, {"size": 3}),
    ("lfm2_vl", {"num_hidden_layers": 10**6}, {}),
    ("lfm2_vl", {}, {"encoder_patch_size": 3}),
    ("lfm2_vl", {}, {"tile_size": 33}),
    ("lfm2_vl", {}, {"max_tiles": 10**6}),
    ("lfm2_vl", {}, {"tile_size": 2048}),
    ("lfm2_vl", {}, {"tile_size": 264}),
    ("lfm2_vl", {}, {"min_image_tokens": 300, "max_image_tokens": 200}),
    ("lfm2_vl", {}, {"max_pixels_tolerance": "many"}),
    ("gemma4", {"position_embedding_size": 8}, {}),
    ("gemma4", {"pooling_kernel_size": 0}, {}),
    ("gemma4", {}, {"max_soft_tokens": 10**6}),
    ("gemma4", {}, {"do_normalize": True, "image_std": [0, 1, 1]}),
]


@pytest.mark.parametrize(("kind", "vision", "changes"), OTHER_HOSTILE)
def test_hostile_files_of_other_kinds_are_damage(
    tmp_path: Path, kind: str, vision: dict[str, Any], changes: dict[str, Any]
) -> None:
    from llmdesk.engine.sight.opening import sight_of

    folder = save_seeing_model(tmp_path / "model", kind)
    tokenizer = build(folder)[1].tokenizer
    values = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    values["vision_config"] |= vision
    (folder / "config.json").write_text(json.dumps(values), encoding="utf-8")
    said = json.dumps(WHOLE[kind].processing | changes)
    (folder / "preprocessor_config.json").write_text(said, encoding="utf-8")
    with pytest.raises(ModelDamaged):
        sight_of(None, folder, tokenizer)


@pytest.mark.parametrize("key", ["block_count", "feed_forward_length", "attention.head_count"])
def test_a_hostile_file_beside_a_gguf_model_is_damage(tmp_path: Path, key: str) -> None:
    from llmdesk.engine.sight.mmproj_tower import form_of
    from llmdesk.mmproj import Mmproj, mmproj_of
    from tests.engine.sight.test_mmproj import write_mmproj, write_text_gguf

    folder = save_seeing_model(tmp_path / "folder")
    path = write_text_gguf(folder, tmp_path / "Tiny-VLM-F32.gguf")
    write_mmproj(folder, tmp_path / "mmproj-Tiny-VLM-f16.gguf")
    mmproj = mmproj_of(path)
    assert mmproj is not None
    assert form_of(mmproj).text((0, 0)).count("<image>") == TILE_TOKENS
    header = replace(mmproj.header, values=mmproj.header.values | {f"clip.vision.{key}": 10**6})
    with pytest.raises(ModelDamaged):
        form_of(Mmproj(mmproj.path, header))


@pytest.mark.parametrize("kind", sorted(WHOLE))
def test_rows_of_another_width_are_damage(tmp_path: Path, kind: str) -> None:
    """The kernels would read beyond them."""
    model = seeing_model(save_seeing_model(tmp_path / "model", kind))
    ids = model.chats.encode((shown("?", picture(1)),)).ids
    assert list(model.sight.glance(ids).look(ids))
    eye = model.sight._eye
    assert eye._width == 64
    eye._width = 96
    ids = model.chats.encode((shown("?", picture(2)),)).ids
    with pytest.raises(ModelDamaged, match="64"):
        list(model.sight.glance(ids).look(ids))


def test_the_kernels_get_no_rows_of_another_width(tmp_path: Path) -> None:
    import numpy as np

    from llmdesk.engine.networks.fused import library
    from llmdesk.engine.networks.fused.decoder import FusedDecoder
    from llmdesk.engine.weights.loading import prepare
    from tests.engine.oracle import local_model
    from tests.engine.tiny_models import save_model

    if library.best_isa() is None:
        pytest.skip("our own kernels do not run here")
    prepared = prepare(local_model(save_model(tmp_path / "model"), "int8"), "int8", lambda phase, done: None)
    network = FusedDecoder(prepared.config, prepared.weights, 64)
    hidden = prepared.config.hidden_size
    ids = [1, FIRST_GIVEN, FIRST_GIVEN + 1, 2]
    for width in (hidden - 8, hidden + 8):
        cache = network.new_cache()
        with pytest.raises(ValueError, match=f"{width} wide"):
            network.forward(ids, cache, given=np.zeros((2, width), np.float32))
        assert cache.length == 0
    network.forward(ids, network.new_cache(), given=np.zeros((2, hidden), np.float32))


def test_others_keep_their_number_of_threads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They may change it between two tiles, and a tile may fail."""
    torch = pytest.importorskip("torch")
    model = seeing_model(save_seeing_model(tmp_path / "model"))
    monkeypatch.setattr("llmdesk.engine.sight.sight.default_threads", lambda: 2)
    ids = model.chats.encode((shown("?", picture(1)),)).ids
    looking = model.sight.glance(ids).look(ids)
    assert next(looking)[0] == 0
    for threads in (1, 3, 1):
        torch.set_num_threads(threads)
        next(looking)
        assert torch.get_num_threads() == threads

    def fail(tile: object) -> None:
        assert torch.get_num_threads() == 2
        raise MemoryError

    model.sight._eye.look = fail
    with pytest.raises(MemoryError):
        next(looking)
    assert torch.get_num_threads() == 1


def test_a_chat_of_pictures_keeps_its_last_turns(tmp_path: Path) -> None:
    """One of them is damaged: it is told by its name."""
    from llmdesk.engine.generation.context import fit_chat

    model = seeing_model(save_seeing_model(tmp_path / "model"))
    messages = [shown("?", picture(0)), ChatMessage("assistant", "No."), shown("?", "no base64!")]
    for seed in range(20):
        messages += [ChatMessage("assistant", "Yes."), shown("And?", picture(seed))]
    for end in range(1, len(messages), 2):
        if end == 3:  # the damaged one would be refused
            continue
        chat, dropped = fit_chat(tuple(messages[:end]), "drop_oldest", 40, 512, model.chats.encode, model.chats.count)
        assert not dropped or len(chat.ids) > 200
    assert dropped


def test_a_chat_is_encoded_by_the_heads_of_its_pictures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Damage behind them is told by the look, and from then on like any other."""
    model = seeing_model(save_seeing_model(tmp_path / "model"))
    data = bytearray(base64.b64decode(picture(1, (640, 480))))
    data[data.index(b"IDAT") + 20 : -40] = bytes(len(data) - data.index(b"IDAT") - 60)
    damaged = shown("?", base64.b64encode(data).decode())
    with monkeypatch.context() as patch:
        patch.setattr("PIL.ImageFile.ImageFile.load", None)
        ids = model.chats.encode((damaged,)).ids
    assert sum(token >= FIRST_GIVEN for token in ids) == 5 * TILE_TOKENS
    for _ in range(2):
        with pytest.raises(FileError, match=r"a\.png"):
            answered(model, asked(damaged))
    assert answered(model, asked(damaged, ChatMessage("assistant", "No."), ChatMessage("user", "Go on.")))[1].new_tokens
