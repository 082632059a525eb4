"""What sees in a file of its own beside a GGUF model: the same rows as out of the folder, and what does not fit."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.engine.oracle import local_model
from tests.engine.tiny_gguf import write_model_gguf
from tests.engine.tiny_seeing import LONGEST_PX, SIDE_PX, TEMPLATE, picture, save_seeing_model

pytest.importorskip("torch")
pytestmark = pytest.mark.model


def write_text_gguf(folder: Path, path: Path) -> Path:
    """What writes, as llama.cpp's converter makes a model of its own of it."""
    from safetensors.numpy import load_file, save_file

    text = path.parent / f"text of {path.stem}"
    text.mkdir()
    values = json.loads((folder / "config.json").read_text(encoding="utf-8"))["text_config"]
    (text / "config.json").write_text(json.dumps({"head_dim": 16, **values}), encoding="utf-8")
    (text / "chat_template.jinja").write_text(TEMPLATE, encoding="utf-8")
    for name in ("tokenizer.json", "tokenizer_config.json"):
        (text / name).write_bytes((folder / name).read_bytes())
    weights = load_file(folder / "model.safetensors")
    writes = {name.replace("model.text_model.", "model."): value for name, value in weights.items()}
    save_file(writes, text / "model.safetensors")
    return write_model_gguf(text, path)


def write_mmproj(
    folder: Path, path: Path, *, is_old: bool = False, width: int = 0, projector: str = "idefics3"
) -> Path:
    """As llama.cpp's converter writes it, with the package's own table of names.

    ``is_old``: its two feed-forward matrices the other way round, and no size of whole pictures.
    """
    import gguf
    from gguf.tensor_mapping import get_tensor_name_map
    from safetensors.numpy import load_file

    vision = json.loads((folder / "config.json").read_text(encoding="utf-8"))["vision_config"]
    writer = gguf.GGUFWriter(path, "clip")
    writer.add_clip_projector_type(projector)
    writer.add_clip_has_vision_encoder(True)
    writer.add_vision_image_size(SIDE_PX)
    writer.add_vision_patch_size(8)
    writer.add_vision_embedding_length(vision["hidden_size"])
    writer.add_vision_feed_forward_length(vision["intermediate_size"])
    writer.add_vision_block_count(vision["num_hidden_layers"])
    writer.add_vision_head_count(vision["num_attention_heads"])
    writer.add_vision_attention_layernorm_eps(vision["layer_norm_eps"])
    writer.add_vision_projector_scale_factor(2)
    writer.add_vision_image_mean([0.5, 0.5, 0.5])
    writer.add_vision_image_std([0.5, 0.5, 0.5])
    if not is_old:
        writer.add_vision_preproc_image_size(LONGEST_PX)
    table = get_tensor_name_map(gguf.MODEL_ARCH.MMPROJ, vision["num_hidden_layers"])
    for name, values in load_file(folder / "model.safetensors").items():
        if "text_model" in name or name == "lm_head.weight":
            continue
        gguf_name = table.get_name(name, try_suffixes=(".weight", ".bias"))
        assert gguf_name is not None
        if is_old:
            parts = {"ffn_up": "ffn_down", "ffn_down": "ffn_up"}
            gguf_name = ".".join(parts.get(part, part) for part in gguf_name.split("."))
        if width and name == "model.connector.modality_projection.proj.weight":
            values = np.zeros((width, values.shape[1]), np.float32)
        writer.add_tensor(gguf_name, values)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def text_model_of_file(path: Path) -> Any:
    from llmdesk.engine.backends.native import NativeKernels
    from llmdesk.engine.backends.torch_model import text_model_of
    from llmdesk.engine.networks.decoder import Decoder
    from llmdesk.engine.weights.loading import prepare

    prepared = prepare(local_model(path, "int8"), "int8", lambda phase, done: None)
    kernels = NativeKernels(__import__("torch").bfloat16)
    return text_model_of(prepared, Decoder(prepared.config, prepared.weights, kernels, 512), 512)


@pytest.mark.parametrize("is_old", [False, True])
def test_rows_and_tokens_are_those_of_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_old: bool) -> None:
    from llmdesk.datatypes.chat import ChatMessage
    from llmdesk.datatypes.pictures import Picture
    from llmdesk.models.checks import check
    from llmdesk.models.memory import size_of
    from tests.engine.sight.test_sight import seeing_model

    if is_old:  # what it does not say is four tiles
        monkeypatch.setattr("llmdesk.engine.sight.mmproj_tower._LONGEST_TILES", LONGEST_PX // SIDE_PX)
    folder = save_seeing_model(tmp_path / "folder")
    path = write_text_gguf(folder, tmp_path / "Tiny-VLM-F32.gguf")
    assert not check(path).sees
    write_mmproj(folder, tmp_path / "mmproj-Tiny-VLM-f16.gguf", is_old=is_old)
    write_mmproj(folder, tmp_path / "mmproj-Other-VLM-f16.gguf", width=96)  # of another model beside it
    assert check(path).sees
    assert size_of(check(path)).sight_weights == size_of(check(folder)).sight_weights
    ours, theirs = text_model_of_file(path), seeing_model(folder)
    message = ChatMessage("user", "What is it?", pictures=(Picture(picture(1)),))
    ids = ours.chats.encode((message,)).ids
    assert ids == theirs.chats.encode((message,)).ids
    rows = []
    for model in (ours, theirs):
        glance = model.sight.glance(ids)
        assert list(glance.look(ids))
        rows.append(glance.rows(ids))
    assert np.abs(rows[0] - rows[1]).max() < 1e-6


@pytest.mark.parametrize("wrong", ["width", "projector", "cut"])
def test_one_that_does_not_fit_leaves_the_model_blind(tmp_path: Path, wrong: str) -> None:
    folder = save_seeing_model(tmp_path / "folder")
    path = write_text_gguf(folder, tmp_path / "Tiny-VLM-F32.gguf")
    changes: dict[str, dict[str, Any]] = {"width": {"width": 96}, "projector": {"projector": "ldp"}}
    made = write_mmproj(folder, tmp_path / "mmproj-Tiny-VLM-f16.gguf", **changes.get(wrong, {}))
    if wrong == "cut":
        made.write_bytes(made.read_bytes()[:-1000])
    assert text_model_of_file(path).sight is None


def test_a_model_of_texts_beside_one_that_sees_stays_blind(tmp_path: Path) -> None:
    from llmdesk.models.checks import check
    from tests.engine.tiny_models import save_model

    write_mmproj(save_seeing_model(tmp_path / "folder"), tmp_path / "mmproj-Tiny-VLM-f16.gguf")
    texts = save_model(tmp_path / "texts")  # as wide as the other one
    path = write_model_gguf(texts, tmp_path / "Tiny-LM-F32.gguf")
    assert not check(path).sees
    assert text_model_of_file(path).sight is None
