"""What cannot be read is refused when it is added, by its name, with advice that helps."""

from __future__ import annotations

import json
import shutil
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from llmdesk.errors import ModelError, UnsupportedModel
from llmdesk.gguf_kinds import READABLE_TYPES
from llmdesk.models.catalogue import Catalogue
from llmdesk.models.checks import check
from tests.models.builders import gguf, model_folder, safetensors, write
from tests.models.test_hostile_files import ARCHITECTURE, EMBEDDING, field, tensor, text
from tests.models.test_hostile_files import gguf as raw_gguf


def refused(path: Path, words: str, advice: str = "") -> None:
    with pytest.raises(ModelError) as caught:
        Catalogue.load().add_path(path)
    shown = f"{caught.value.user_message} {caught.value.hint}"
    assert words in caught.value.user_message, shown
    assert advice in caught.value.hint, shown
    assert caught.value.hint
    assert "etch it again" not in caught.value.hint


# -- GGUF files --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("architecture", "words", "advice"),
    [
        ("clip", "sees or hears (mmproj)", "model's own GGUF"),
        ("whisper", "speech", "made to write"),
        ("wavtokenizer-dec", "speech", "made to write"),
        ("flux", "pictures", "made to write"),
        ("sdxl", "pictures", "made to write"),
        ("jina-bert-v2", "embeddings", "made to write"),
        ("gemma-embedding", "embeddings", "made to write"),
        ("t5", "encoder and decoder", "made to write"),
        ("dream", "diffusion", "made to write"),
        ("mamba", "architecture “mamba” cannot be read yet (only llama", "safetensors folder"),
        ("of-tomorrow", "architecture “of-tomorrow”", "safetensors folder"),
    ],
)
def test_other_kinds_of_gguf_models(architecture: str, words: str, advice: str, tmp_path: Path) -> None:
    refused(gguf(tmp_path / "x.gguf", architecture=architecture), words, advice)


@pytest.mark.parametrize(
    ("kind", "words", "advice"),
    [
        ("adapter", "LoRA adapter", "Merge it into its model (Tiny)"),
        ("mmproj", "mmproj", "model's own GGUF"),
        ("imatrix", "importance matrix", "model's own GGUF"),
    ],
)
def test_gguf_files_that_are_no_models(kind: str, words: str, advice: str, tmp_path: Path) -> None:
    fields = [ARCHITECTURE, field("general.type", 8, text(kind)), field("general.base_model.0.name", 8, text("Tiny"))]
    refused(raw_gguf(tmp_path / "x.gguf", fields, [EMBEDDING]), words, advice)


def test_gguf_models_with_parts_that_are_not_read(tmp_path: Path) -> None:
    path = tmp_path / "x.gguf"
    experts = field("llama.expert_count", 4, struct.pack("<I", 8))
    refused(raw_gguf(path, [ARCHITECTURE, experts], [EMBEDDING]), "mixture of experts", "safetensors folder")
    for name in ("blk.0.ffn_gate_exps.weight", "blk.0.ffn_gate.7.weight", "blk.3.ffn_gate_inp.weight"):
        refused(raw_gguf(path, [ARCHITECTURE], [EMBEDDING, tensor(name, (4,))]), "mixture of experts")
    refused(raw_gguf(path, [ARCHITECTURE], [EMBEDDING, tensor("blk.0.ssm_a", (4,))]), "blk.0.ssm_a", "safetensors")
    refused(raw_gguf(path, [ARCHITECTURE], []), "only a vocabulary")
    refused(raw_gguf(path, [], [EMBEDDING]), "does not say of which architecture", "made to write")
    for kind in (9, 26, 31, 36, 41, 137):
        refused(raw_gguf(path, [ARCHITECTURE], [tensor("output.weight", (256,), kind)]), f"type {kind},", "Q4_K_M")


def test_the_part_for_pictures_inside_a_file_is_left_out(tmp_path: Path) -> None:
    """Ollama's files of models that see hold both; the text part is a whole model."""
    path = raw_gguf(tmp_path / "x.gguf", [ARCHITECTURE], [EMBEDDING, tensor("v.blk.0.attn_q.weight", (4,))])
    catalogue = Catalogue.load()
    size = catalogue.resolve(catalogue.add_path(path).id).size
    assert size is not None
    assert (size.embedding_weights, size.other_weights) == (4, 0)


def test_the_types_that_are_read_are_those_that_the_package_can() -> None:
    import gguf as reference
    import numpy as np

    known = set()
    for kind in reference.GGMLQuantizationType:
        _, size = reference.GGML_QUANT_SIZES[kind]
        try:
            reference.quants.dequantize(np.zeros((1, size), dtype=np.uint8), kind)
        except NotImplementedError:
            continue
        known.add(int(kind))
    assert known == READABLE_TYPES


def test_every_name_that_can_be_read_is_let_in() -> None:
    from llmdesk.engine.weights.gguf_names import hf_names
    from llmdesk.gguf_kinds import ARCHITECTURES, known_names

    for architecture in ARCHITECTURES:
        known = known_names(architecture)
        assert [name for name in hf_names(architecture, 2) if not known.fullmatch(name)] == []


def test_big_endian_and_old_files(tmp_path: Path) -> None:
    path = tmp_path / "x.gguf"
    path.write_bytes(b"GGUF" + struct.pack(">IQQ", 3, 0, 0) + bytes(100))
    refused(path, "big-endian", "usual GGUF file")
    path.write_bytes(b"GGUF" + struct.pack("<I", 1) + bytes(100))
    refused(path, "GGUF version 1", "newer GGUF file")
    for magic, name in ((b"lmgg", "GGML"), (b"fmgg", "GGMF"), (b"tjgg", "GGJT"), (b"algg", "GGLA")):
        for ending in (".gguf", ".bin"):
            file = path.with_suffix(ending)
            file.write_bytes(magic + struct.pack("<I", 3) + bytes(100))
            refused(file, name, "GGUF")


# -- other files -------------------------------------------------------------------------------------------------------


def zipped(path: Path, name: str) -> None:
    with zipfile.ZipFile(path, "w") as file:
        file.writestr(name, b"x" * 50)


@pytest.mark.parametrize(
    ("name", "data", "words", "advice"),
    [
        ("model.onnx", b"\x08\x07\x12\x07pytorch", "ONNX", "safetensors and GGUF"),
        ("pytorch_model.bin", b"\x80\x02\x8a\x0a", "any code", "safetensors and GGUF"),
        ("model.ckpt", b"anything", "any code", "safetensors and GGUF"),
        ("model.tflite", b"\x1c\x00\x00\x00TFL3", "TFLite", "safetensors and GGUF"),
        ("model.h5", b"\x89HDF\r\n\x1a\n", "Keras", "safetensors and GGUF"),
        ("openvino_model.xml", b"<?xml version", "OpenVINO", "safetensors and GGUF"),
        ("m.tar.gz", b"\x1f\x8b\x08\x00", "archive", "Unpack"),
        ("m.llamafile", b"\x7fELF\x02", "program", "zip"),
        ("m.llamafile", b"MZqFpD=", "program", "zip"),
        ("m.gguf", b"version https://git-lfs.github.com/spec/v1\noid", "Git LFS", "git lfs pull"),
        ("m.gguf", b"\n<!DOCTYPE html><html>", "web page", "login"),
        ("m.gguf", b"GGU", "not a GGUF file", "Copy or download"),
        ("m.gguf", b"", "empty", "Copy or download"),
        ("m.gguf.part", b"GGUF", "did not finish", "finish"),
        ("m.gguf.incomplete", b"GGUF", "did not finish", "finish"),
        ("sha256-abc-partial", b"GGUF", "did not finish", "finish"),
        ("m.gguf-split-a", b"GGUF", "piece of a file", "> m.gguf"),
        ("m.gguf.part1of2", b"GGUF", "piece of a file", "> m.gguf"),
        ("Modelfile", b"FROM ./x.gguf", "recipe", "FROM"),
        ("alone.safetensors", safetensors({"a": (2, 2)}), "without config.json", "folder"),
        ("notes.txt", b"hello", "not a model file", ".gguf"),
    ],
)
def test_files_of_other_kinds(name: str, data: bytes, words: str, advice: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(data)
    refused(tmp_path / name, words, advice)


def test_zip_archives_and_pickles_in_them(tmp_path: Path) -> None:
    zipped(tmp_path / "model.pt", "model/data.pkl")
    refused(tmp_path / "model.pt", "any code")
    zipped(tmp_path / "model.zip", "model/config.json")
    refused(tmp_path / "model.zip", "archive", "Unpack")


# -- folders -----------------------------------------------------------------------------------------------------------


Change = Callable[[Path], Path]


def with_config(**values: Any) -> Change:
    return lambda folder: write(folder, {"config.json": json.dumps({"model_type": "llama", **values}).encode()})


def with_tensors(kind: str, *names: str) -> Change:
    data = safetensors(dict.fromkeys(names, (8, 8)), kind)
    return lambda folder: write(folder, {"model.safetensors": data})


def with_file(name: str) -> Change:
    return lambda folder: write(folder, {name: b"{}"})


W = "model.layers.0.mlp.up_proj.weight"
Q = "model.layers.0.mlp.up_proj"


@pytest.mark.parametrize(
    ("change", "form"),
    [
        (with_config(quantization={"group_size": 64, "bits": 4}), "MLX"),
        (with_config(quantization={"bits": 4}, quantization_config={"bits": 4}), "MLX"),
        (with_tensors("U32", W, f"{Q}.scales", f"{Q}.biases"), "MLX"),
        (with_config(quantization_config={"quant_method": "gptq", "bits": 4}), "GPTQ"),
        (with_config(text_config={"quantization_config": {"quant_method": "gptq"}}), "GPTQ"),
        (with_file("quantize_config.json"), "GPTQ"),
        (with_tensors("I32", f"{Q}.qweight", f"{Q}.qzeros", f"{Q}.g_idx"), "GPTQ"),
        (with_config(quantization_config={"quant_method": "awq"}), "AWQ"),
        (with_file("quant_config.json"), "AWQ"),
        (with_tensors("I32", f"{Q}.qweight", f"{Q}.qzeros"), "AWQ or GPTQ"),
        (with_config(quantization_config={"quant_method": "bitsandbytes"}), "bitsandbytes"),
        (with_config(quantization_config={"load_in_4bit": True}), "bitsandbytes"),
        (with_tensors("U8", W, f"{W}.absmax", f"{W}.quant_state.bitsandbytes__nf4"), "bitsandbytes"),
        (with_config(quantization_config={"quant_method": "exl2"}), "EXL2"),
        (with_tensors("I32", f"{Q}.q_weight", f"{Q}.q_scale"), "EXL2"),
        (with_tensors("I16", f"{Q}.trellis"), "EXL3"),
        (with_config(quantization_config={"quant_method": "fp8"}), "fp8"),
        (with_tensors("F8_E4M3", W), "fp8 (F8_E4M3)"),
        (with_tensors("F8_E5M2", W), "fp8 (F8_E5M2)"),
        (with_config(quantization_config={"quant_method": "mxfp4"}), "MXFP4"),
        (with_config(quantization_config={"quant_method": "of-tomorrow"}), "of-tomorrow"),
        (with_config(quantization_config={"bits": 3}), "unknown"),
        (with_config(quantization_config=[1]), "unknown"),
        (with_file("hf_quant_config.json"), "ModelOpt"),
        (with_tensors("U8", W), "U8"),
        (with_tensors("I32", W), "I32"),
    ],
)
def test_packed_weights_are_named(change: Change, form: str, tmp_path: Path) -> None:
    folder = model_folder(tmp_path / "m")
    change(folder)
    refused(folder, f"packed form {form}", "bf16 safetensors")


def test_gpt_oss_may_be_in_mxfp4(tmp_path: Path) -> None:
    folder = model_folder(tmp_path / "m")
    experts = "model.layers.0.mlp.experts.down_proj"
    with_config(model_type="gpt_oss", quantization_config={"quant_method": "mxfp4"})(folder)
    with_tensors("U8", f"{experts}_blocks", f"{experts}_scales")(folder)
    sizes = {tensor.name: (tensor.elements, tensor.table) for tensor in check(folder).tensors}
    assert sizes == {f"{experts}_blocks": (2 * 8 * 8, True), f"{experts}_scales": (0, True)}  # two in a byte


def test_masks_and_positions_of_old_files_are_no_packed_weights(tmp_path: Path) -> None:
    folder = model_folder(tmp_path / "m")
    data = safetensors({"h.0.attn.bias": (8, 8), "embeddings.position_ids": (1, 8)}, "U8")
    (folder / "model.safetensors").write_bytes(data)
    assert Catalogue.load().add_path(folder)


@pytest.mark.parametrize(
    ("files", "words", "advice"),
    [
        (["adapter_config.json", "adapter_model.safetensors"], "LoRA adapter", "Merge"),
        (["adapter_config.json", "adapter_model.bin", "tokenizer.json"], "LoRA adapter", "Merge"),
        (["config.json", "adapter_config.json", "adapter_model.safetensors"], "LoRA adapter", "Merge"),
        (["config.json", "model.onnx", "tokenizer.json"], "ONNX", "safetensors and GGUF"),
        (["config.json", "onnx/model.onnx"], "ONNX", "safetensors and GGUF"),
        (["config.json", "openvino_model.bin", "openvino_model.xml"], "OpenVINO", "safetensors and GGUF"),
        (["config.json", "pytorch_model.bin"], "any code", "safetensors and GGUF"),
        (["consolidated.00.pth", "params.json"], "publisher's own form", "-hf"),
        (["consolidated.safetensors", "params.json"], "publisher's own form", "-hf"),
        (["model.pt"], "any code", "safetensors and GGUF"),
        (["config.json", "tf_model.h5"], "TensorFlow", "safetensors and GGUF"),
        (["config.json", "flax_model.msgpack"], "Flax", "safetensors and GGUF"),
        (["model_index.json", "unet/x.txt"], "pictures", "safetensors and GGUF"),
    ],
)
def test_folders_of_other_kinds(files: list[str], words: str, advice: str, tmp_path: Path) -> None:
    data = {"adapter_model.safetensors": safetensors({"a.lora_A.weight": (4, 4)})}
    refused(write(tmp_path / "m", {name: data.get(name, b"{}") for name in files}), words, advice)


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ({"model_type": "bert"}, "embeddings"),
        ({"model_type": "whisper"}, "speech"),
        ({"model_type": "clip"}, "sees pictures"),
        ({"model_type": "t5"}, "encoder and decoder"),
        ({"model_type": "qwen2", "architectures": ["Qwen2ForSequenceClassification"]}, "judges texts"),
    ],
)
def test_folders_of_models_that_write_no_texts(config: dict[str, Any], words: str, tmp_path: Path) -> None:
    folder = model_folder(tmp_path / "m")
    (folder / "config.json").write_text(json.dumps(config))
    refused(folder, words, "made to write")


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("tokenizer.model", b"IQ== 0\nIg== 1\n", "tiktoken"),
        ("tokenizer.model", b"\x00\x01\x02 no protobuf", "not one of SentencePiece's"),
        ("tokenizer.model", b"", "empty"),
        ("tekken.json", b"{}", "only as tekken.json"),
        ("qwen.tiktoken", b"IQ== 0\n", "only as qwen.tiktoken"),
        ("vocab.json", b"{}", "only as vocab.json"),
    ],
)
def test_other_tokenizers(name: str, data: bytes, words: str, tmp_path: Path) -> None:
    folder = model_folder(tmp_path / "m")
    (folder / "tokenizer.json").unlink()
    (folder / name).write_bytes(data)
    refused(folder, words)


def test_notes_of_git_in_a_folder(tmp_path: Path) -> None:
    folder = model_folder(tmp_path / "m")
    (folder / "model.safetensors").write_bytes(b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n")
    refused(folder, "Git LFS", "git lfs pull")


def test_nothing_is_remembered_of_what_is_refused(tmp_path: Path) -> None:
    from llmdesk import paths

    with pytest.raises(UnsupportedModel):
        Catalogue.load().add_path(gguf(tmp_path / "x.gguf", architecture="clip"))
    assert not paths.user_catalogue().exists()
    shutil.rmtree(tmp_path, ignore_errors=True)
