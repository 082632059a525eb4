"""What sees in a file of its own beside a GGUF model: the same rows as out of the folder, and what does not fit."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from llmdesk import gguf_header
from tests.engine.oracle import local_model
from tests.engine.tiny_gguf import write_model_gguf
from tests.engine.tiny_seeing import LONGEST_PX, SIDE_PX, WHOLE, picture, save_seeing_model

pytest.importorskip("torch")
pytestmark = pytest.mark.model

UNSAID: dict[str, dict[str, Any]] = {
    "smolvlm": {},
    "qwen3_5": {"size": {"shortest_edge": 256 * 256, "longest_edge": 4096 * 4096}},
    "qwen3_5_moe": {"size": {"shortest_edge": 256 * 256, "longest_edge": 4096 * 4096}},
    "gemma4": {"max_soft_tokens": 280},
    "lfm2_vl": {"tile_size": 256, "min_tiles": 2, "max_tiles": 10, "min_image_tokens": 64, "max_image_tokens": 256},
}
"""What mmproj files do not say of how pictures are cut: as all models of a kind have it."""


WRITES = {
    "smolvlm": "model.text_model.",
    "qwen3_5": "model.language_model.",
    "qwen3_5_moe": "model.language_model.",
    "lfm2_vl": "model.language_model.",
    "gemma4": "model.language_model.",
}
ARCHITECTURES = {
    "smolvlm": "llama",
    "qwen3_5": "qwen35",
    "qwen3_5_moe": "qwen35moe",
    "lfm2_vl": "lfm2",
    "gemma4": "gemma4",
}
PROJECTORS = {
    "smolvlm": "idefics3",
    "qwen3_5": "qwen3vl_merger",
    "qwen3_5_moe": "qwen3vl_merger",
    "lfm2_vl": "lfm2",
    "gemma4": "gemma4v",
}


def write_text_gguf(folder: Path, path: Path, kind: str = "smolvlm") -> Path:
    """What writes, as llama.cpp's converter makes a model of its own of it."""
    from safetensors.numpy import load_file, save_file

    text = path.parent / f"text of {path.stem}"
    text.mkdir()
    values = json.loads((folder / "config.json").read_text(encoding="utf-8"))["text_config"]
    (text / "config.json").write_text(json.dumps({"head_dim": 16, **values}), encoding="utf-8")
    (text / "chat_template.jinja").write_text(WHOLE[kind].template, encoding="utf-8")
    for name in ("tokenizer.json", "tokenizer_config.json"):
        (text / name).write_bytes((folder / name).read_bytes())
    weights = load_file(folder / "model.safetensors")
    writes = {
        name.replace(WRITES[kind], "model."): value
        for name, value in weights.items()
        if name.startswith((WRITES[kind], "lm_head."))
    }
    save_file(writes, text / "model.safetensors")
    return write_model_gguf(text, path, architecture=ARCHITECTURES[kind])


def write_mmproj(
    folder: Path,
    path: Path,
    kind: str = "smolvlm",
    *,
    is_old: bool = False,
    width: int = 0,
    projector: str = "",
    damaged: tuple[str, str] = ("", ""),
) -> Path:
    """As llama.cpp's converter writes it, with the package's own table of names.

    ``is_old``: its two feed-forward matrices the other way round, and no size of whole pictures.
    ``damaged``: a tensor's name, and what becomes of it: "missing", "flat", "longer".
    """
    import gguf
    from safetensors.numpy import load_file

    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    vision = config["vision_config"]
    writer = gguf.GGUFWriter(path, "clip")
    writer.add_clip_projector_type(projector or PROJECTORS[kind])
    writer.add_clip_has_vision_encoder(True)
    writer.add_vision_image_size(SIDE_PX)
    writer.add_vision_patch_size(vision["patch_size"])
    writer.add_vision_embedding_length(vision["hidden_size"])
    writer.add_vision_feed_forward_length(vision["intermediate_size"])
    writer.add_vision_block_count(layers := vision.get("num_hidden_layers", vision.get("depth")))
    writer.add_vision_head_count(vision.get("num_attention_heads", vision.get("num_heads")))
    writer.add_vision_attention_layernorm_eps(vision.get("layer_norm_eps", 1e-6))
    writer.add_vision_projector_scale_factor(config.get("downsample_factor", 2))
    writer.add_vision_spatial_merge_size(vision.get("spatial_merge_size", 2))
    writer.add_vision_image_mean([0.5, 0.5, 0.5])
    writer.add_vision_image_std([0.5, 0.5, 0.5])
    if not is_old:
        writer.add_vision_preproc_image_size(LONGEST_PX)
    for name, values in load_file(folder / "model.safetensors").items():
        if name.startswith((WRITES[kind], "lm_head.")):
            continue
        for gguf_name, part in gguf_tensors(kind, name, values, layers):
            if is_old:
                parts = {"ffn_up": "ffn_down", "ffn_down": "ffn_up"}
                gguf_name = ".".join(parts.get(each, each) for each in gguf_name.split("."))
            if width and gguf_name.startswith(("mm.model.fc.", "mm.2.", "mm.input_projection.")):
                part = np.zeros((width, *part.shape[1:]), np.float32)
            if gguf_name == damaged[0]:
                if damaged[1] == "missing":
                    continue
                part = part.reshape(-1) if damaged[1] == "flat" else np.concatenate((part, part[:1]))
            writer.add_tensor(gguf_name, np.ascontiguousarray(part))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def gguf_tensors(kind: str, name: str, values: Any, layers: int) -> Iterator[tuple[str, Any]]:
    """What the converter makes of a tensor of what sees."""
    merger = {"norm": "v.post_ln", "linear_fc1": "mm.0", "linear_fc2": "mm.2"}
    if kind.startswith("qwen3_5") and ".merger." in name:
        _, _, _, part, leaf = name.split(".")
        yield f"{merger[part]}.{leaf}", values
        return
    if kind.startswith("qwen3_5") and name.endswith("patch_embed.proj.weight"):
        yield "v.patch_embd.weight", values[:, :, 0]
        yield "v.patch_embd.weight.1", values[:, :, 1]
        return
    if kind == "lfm2_vl" and name.endswith("patch_embedding.weight"):
        values = values.reshape(len(values), 4, 4, 3).transpose(0, 3, 1, 2)
    if kind == "gemma4":
        yield from _of_gemma(name, values, layers)
        return
    if kind != "smolvlm":
        name = name.removeprefix("model.")
    published = name.replace("vision_tower.", "vision_tower.vision_model.")
    table = names_table(layers + 1)  # of numbered matrices behind them one is the 2nd
    gguf_name = table.get_name(published, try_suffixes=(".weight", ".bias"))
    assert gguf_name is not None, name
    yield gguf_name, values


@functools.cache
def names_table(layers: int) -> Any:
    """It takes longer to make than a file does."""
    import gguf
    from gguf.tensor_mapping import get_tensor_name_map

    return get_tensor_name_map(gguf.MODEL_ARCH.MMPROJ, layers)


def _of_gemma(name: str, values: Any, layers: int) -> Iterator[tuple[str, Any]]:
    name = name.replace("model.vision_tower.encoder.", "vision_model.model.").replace(".linear.weight", ".weight")
    if name.endswith("position_embedding_table"):
        name += ".weight"
    if name.endswith("patch_embedder.input_proj.weight"):
        values = values.reshape(len(values), 4, 4, 3).transpose(0, 3, 1, 2)
    ends = (".weight", ".bias", ".input_max", ".input_min", ".output_max", ".output_min")
    table = names_table(layers)
    gguf_name = table.get_name(name, try_suffixes=ends)
    if gguf_name is None:  # this package's table knows the clipped ones by their longer names only
        gguf_name = table.get_name(re.sub(r"_proj\.", "_proj.linear.", name), try_suffixes=ends)
    assert gguf_name is not None, name
    yield gguf_name, values.reshape(values.shape or (1,))


def text_model_of_file(path: Path) -> Any:
    from llmdesk.engine.backends.native import NativeKernels
    from llmdesk.engine.backends.torch_model import text_model_of
    from llmdesk.engine.networks.decoder import Decoder
    from llmdesk.engine.weights.loading import prepare

    prepared = prepare(local_model(path, "int8"), "int8", lambda phase, done: None)
    kernels = NativeKernels(__import__("torch").bfloat16)
    return text_model_of(prepared, Decoder(prepared.config, prepared.weights, kernels, 512), 512)


@pytest.mark.parametrize(
    ("kind", "is_old"),
    [
        ("smolvlm", False),
        ("smolvlm", True),
        ("qwen3_5", False),
        ("qwen3_5_moe", False),
        ("lfm2_vl", False),
        ("gemma4", False),
    ],
)
def test_rows_and_tokens_are_those_of_the_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, is_old: bool
) -> None:
    from llmdesk.datatypes.chat import ChatMessage
    from llmdesk.datatypes.pictures import Picture
    from llmdesk.engine.sight import liquid
    from llmdesk.models.checks import check
    from llmdesk.models.memory import size_of
    from tests.engine.sight.test_sight import seeing_model

    if kind == "lfm2_vl":  # what it does not say are 512 pixels, in which tokens of this model are too many
        monkeypatch.setitem(liquid._USUAL, "tile_size", UNSAID[kind]["tile_size"])
    if is_old:  # what it does not say is four tiles
        monkeypatch.setattr("llmdesk.engine.sight.mmproj_tower._LONGEST_TILES", LONGEST_PX // SIDE_PX)
    sizes = {"block_auto_adjust_ff_dim": False} if kind == "lfm2_vl" else {}  # as they are in a GGUF file
    folder = save_seeing_model(tmp_path / "folder", kind, **sizes)
    (folder / "preprocessor_config.json").write_text(json.dumps(WHOLE[kind].processing | UNSAID[kind]))
    path = write_text_gguf(folder, tmp_path / "Tiny-VLM-F32.gguf", kind)
    assert not check(path).sees
    write_mmproj(folder, tmp_path / "mmproj-Tiny-VLM-f16.gguf", kind, is_old=is_old)
    write_mmproj(folder, tmp_path / "mmproj-Other-VLM-f16.gguf", kind, width=96)  # of another model beside it
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
    from llmdesk.engine.backends.torch_model import _notice

    folder = save_seeing_model(tmp_path / "folder")
    path = write_text_gguf(folder, tmp_path / "Tiny-VLM-F32.gguf")
    changes: dict[str, dict[str, Any]] = {"width": {"width": 96}, "projector": {"projector": "ldp"}}
    made = write_mmproj(folder, tmp_path / "mmproj-Tiny-VLM-f16.gguf", **changes.get(wrong, {}))
    if wrong == "cut":
        made.write_bytes(made.read_bytes()[:-1000])
    model = text_model_of_file(path)
    assert model.sight is None
    assert ("mmproj-Tiny-VLM-f16.gguf" in _notice(model, path)) == (wrong != "cut")
    assert ("(ldp)" in _notice(model, path)) == (wrong == "projector")
    made.unlink()
    assert not _notice(model, path)


NO_DAMAGE: dict[str, set[tuple[str, str]]] = {
    "smolvlm": set(),
    "qwen3_5": {("v.position_embd.weight", "longer")},
    "qwen3_5_moe": {("v.position_embd.weight", "longer")},
    "lfm2_vl": {
        ("v.position_embd.weight", "longer"), ("mm.1.bias", "missing"), ("mm.input_norm.weight", "missing"),
    },
    "gemma4": {("mm.input_projection.weight", "longer"), ("v.std_bias", "missing")},
}  # fmt: skip
"""What a file may be without, and sizes that it tells by its tensors; those of rows are compared with the model's."""


@pytest.mark.parametrize("kind", sorted(WRITES))
def test_a_tensor_that_is_missing_or_of_another_shape_is_damage(tmp_path: Path, kind: str) -> None:
    """Each of those that only what sees has; as a vector, or with a row too many."""
    from llmdesk.engine.sight.mmproj_tower import MmprojTensors, config_of
    from llmdesk.engine.sight.tower import Eye
    from llmdesk.errors import ModelDamaged
    from llmdesk.mmproj import Mmproj

    folder = save_seeing_model(tmp_path / "folder", kind)
    names = tensor_names(folder, kind)
    assert "v.patch_embd.weight" in names
    made = set()
    for number, (name, dimensions) in enumerate(names.items()):
        for wrong in ("missing", "longer", *(("flat",) if dimensions > 1 else ())):
            path = write_mmproj(folder, tmp_path / f"mmproj-{number}-{wrong}.gguf", kind, damaged=(name, wrong))
            try:
                mmproj = Mmproj(path, gguf_header.read(path))
                Eye(config_of(mmproj), MmprojTensors(mmproj))
                made.add((name, wrong))
            except ModelDamaged:
                pass
            path.unlink()
    assert made == NO_DAMAGE[kind]


def tensor_names(folder: Path, kind: str) -> dict[str, int]:
    """How many dimensions each has: those outside of layers, and those of the first one."""
    path = write_mmproj(folder, folder.parent / "mmproj-whole.gguf", kind)
    found = {tensor.name: len(tensor.shape) for tensor in gguf_header.read(path).tensors}
    others = re.compile(r"v\.blk\.[^0]|.*(attn_[kv]|attn_out|ffn_gate)\.(in|out)put_")  # as many clips are enough
    return {name: found[name] for name in found if not others.match(name)}


def test_a_model_of_texts_beside_one_that_sees_stays_blind(tmp_path: Path) -> None:
    from llmdesk.models.checks import check
    from tests.engine.tiny_models import save_model

    write_mmproj(save_seeing_model(tmp_path / "folder"), tmp_path / "mmproj-Tiny-VLM-f16.gguf")
    texts = save_model(tmp_path / "texts")  # as wide as the other one
    path = write_model_gguf(texts, tmp_path / "Tiny-LM-F32.gguf")
    assert not check(path).sees
    assert text_model_of_file(path).sight is None
