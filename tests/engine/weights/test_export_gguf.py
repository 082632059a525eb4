"""Models written as GGUF files: read again they are the same models, and llama.cpp reads them."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from llmdesk import gguf_header
from llmdesk.datatypes.model import LocalModel
from llmdesk.engine.matrices.forms import dequantized
from llmdesk.engine.weights.gguf_file import GgufFile
from llmdesk.errors import LoadCancelled, ModelDamaged, NotEnoughDisk, UnsupportedModel
from llmdesk.gemma4_layers import FULL, WINDOWED
from tests.engine.networks.test_decoder_architectures import CASES, LLAMA3, WINDOW
from tests.engine.oracle import build, local_model
from tests.engine.tiny_gguf import write_model_gguf
from tests.engine.tiny_models import (
    GEMMA4,
    GEMMA4_EXPERTS,
    GEMMA4_LARGE,
    GRANITE4_EXPERTS,
    GRANITE4_HYBRID,
    LFM2,
    LFM2_MOE,
    LFM3,
    QWEN35,
    QWEN35_MOE,
    save_model,
)
from tests.engine.weights.llama_cpp_logits import llama_cpp_logprobs
from tests.engine.weights.llama_cpp_tokens import llama_cpp_ids
from tests.engine.weights.test_gemma4 import whole_model
from tests.engine.weights.test_pre_tokenizers import check_same, embedded_model, our_ids
from tests.engine.weights.tokenizer_texts import TEXTS

torch = pytest.importorskip("torch")
gguf = pytest.importorskip("gguf")
pytestmark = pytest.mark.model

PROMPT = [(i * 37 + i * i) % 256 for i in range(40)]
WIDE = {"hidden_size": 256, "intermediate_size": 256, "head_dim": 64}
GEMMA3 = {"sliding_window": WINDOW, "num_hidden_layers": 7, "tie_word_embeddings": True, "query_pre_attn_scalar": 16}
QWEN35_EQUAL = {**QWEN35, "linear_num_value_heads": 2}
WRITTEN: dict[str, tuple[str, dict[str, Any]]] = {
    "llama": ("llama", WIDE),
    "llama tied": ("llama", {**WIDE, "tie_word_embeddings": True}),
    "llama with biases": ("llama", {"attention_bias": True}),
    "llama 3 rope": ("llama", LLAMA3),
    "llama linear rope": CASES["llama linear rope"],
    "llama yarn": CASES["llama yarn"],
    "mistral": CASES["mistral"],
    "smollm3": CASES["smollm3"],
    "qwen2": ("qwen2", WIDE),
    "qwen3": ("qwen3", WIDE),
    "qwen3-moe": CASES["qwen3-moe"],
    "olmoe": CASES["olmoe"],
    "olmo2": CASES["olmo2"],
    "olmo3": ("olmo3", {"sliding_window": WINDOW, "num_hidden_layers": 5}),
    "gemma2": ("gemma2", {"sliding_window": WINDOW, "attn_logit_softcapping": 2.0, "final_logit_softcapping": 3.0,
                          "tie_word_embeddings": True, "query_pre_attn_scalar": 16}),
    "gemma3": ("gemma3_text", GEMMA3),
    "phi3": ("phi3", {}),
    "phi4-mini": CASES["phi4-mini"],
    "phi3 longrope": CASES["phi3 longrope"],
    "granite": CASES["granite"],
    "granite 3, moe": CASES["granite 3, moe"],
    "granite 4, dense": CASES["granite 4, dense"],
    "granite 4, hybrid": ("granitemoehybrid", GRANITE4_HYBRID),
    "granite 4, hybrid, with positions": ("granitemoehybrid", {**GRANITE4_HYBRID, "position_embedding_type": "rope"}),
    "granite 4, hybrid, two groups": ("granitemoehybrid", {**GRANITE4_HYBRID, "mamba_n_groups": 2,
                                                           "mamba_d_state": 48}),
    "granite 4, hybrid, moe": ("granitemoehybrid", GRANITE4_EXPERTS),
    "gemma4": ("gemma4_text", GEMMA4),
    "gemma4, keys as values": ("gemma4_text", GEMMA4_LARGE),
    "gemma4, moe": ("gemma4_text", {**GEMMA4_EXPERTS, "num_hidden_layers": 2, "layer_types": [WINDOWED, FULL]}),
    "ministral3": CASES["ministral3"],
    "qwen3.5": ("qwen3_5_text", {**QWEN35, "num_hidden_layers": 4, "layer_types": None}),
    "qwen3.5, a key head for each": ("qwen3_5_text", {**QWEN35_EQUAL, "num_hidden_layers": 8, "layer_types": None}),
    "qwen3.5-moe": ("qwen3_5_moe_text", {**QWEN35_MOE, "num_hidden_layers": 4, "layer_types": None}),
    "qwen3-next": ("qwen3_next", {**QWEN35_MOE, "num_hidden_layers": 4, "layer_types": None}),
    "lfm2": ("lfm2", LFM2),
    "lfm2-moe": ("lfm2_moe", {**LFM2_MOE, "routed_scaling_factor": 1.0}),
    "gpt-oss": CASES["gpt-oss, moe"],
}  # fmt: skip


def export(model: Path | LocalModel, target: Path, precision: str, report: Any = lambda phase, done: None) -> Path:
    from llmdesk.engine.weights.exporting.gguf_export import export_gguf

    size = export_gguf(model if isinstance(model, LocalModel) else local_model(model), precision, target, report)  # type: ignore[arg-type]
    assert size == target.stat().st_size
    return target


def tensors_of(path: Path, precision: str) -> dict[str, Any]:
    """What llmdesk makes of a model for its own use, panels and all."""
    from llmdesk.engine.weights.loading import prepare

    weights = prepare(local_model(path), precision, lambda phase, done: None).weights  # type: ignore[arg-type]
    found: dict[str, Any] = {}
    for name in weights.names():
        panels = weights.panels(name)
        found[name] = panels.data if panels is not None else dequantized(weights.matrix(name)).float().numpy()
    return found


def differing(ours: dict[str, Any], again: dict[str, Any]) -> set[str]:
    """Bytes that differ, and numbers that do by more than what files round.

    That is 1 more and 1 less in norms of Gemma, powers of e, and halves for scales in a table that stays on the disk.
    """
    assert ours.keys() == again.keys()

    def is_same(name: str) -> bool:
        of_table = 2**-10 if "per_layer.weight" in name else 0
        atol = 2e-7 if "norm" in name or "A_log" in name else 0
        return np.allclose(ours[name], again[name], rtol=of_table, atol=atol)

    return {name for name in ours if not is_same(name)}


def rounded(folder: Path) -> Path:
    """Its weights as published ones are: numbers of bfloat16. Else rounding them might choose other experts."""
    from safetensors.torch import load_file, save_file

    file = folder / "model.safetensors"
    save_file({name: values.bfloat16().float() for name, values in load_file(file).items()}, file)
    return folder


def logits(path: Path, precision: str) -> Any:
    network, _ = build(path, precision)
    return network.forward(PROMPT, network.new_cache(), len(PROMPT))


@pytest.mark.parametrize("case", WRITTEN)
def test_what_is_read_again_computes_the_same(case: str, tmp_path: Path) -> None:
    """In float32: rotary angles, windows, the order of rows, norms, multipliers."""
    kind, options = WRITTEN[case]
    folder = rounded(save_model(tmp_path / "m", kind, **options))
    file = export(folder, tmp_path / "m.gguf", "bf16")
    assert torch.allclose(logits(file, "bf16"), logits(folder, "bf16"), rtol=0, atol=2e-5)


@pytest.mark.parametrize("precision", ["int4", "int8"])
@pytest.mark.parametrize(
    "case",
    ["llama", "llama tied", "qwen3", "olmoe", "gemma3", "gpt-oss", "gemma4", "gemma4, moe", "qwen3-next"],
)
def test_bits_are_kept(case: str, precision: str, tmp_path: Path) -> None:
    """What the kernels multiply with is byte for byte what it is without the file between."""
    kind, options = WRITTEN[case]
    folder = save_model(tmp_path / "m", kind, **options)
    file = export(folder, tmp_path / "m.gguf", precision)
    ours, again = tensors_of(folder, precision), tensors_of(file, precision)
    assert differing(ours, again) == set()


@pytest.mark.parametrize("precision", ["int4", "int8"])
@pytest.mark.parametrize("case", ["granite 4, hybrid", "granite 4, hybrid, moe"])
def test_of_a_hybrid_only_steps_are_rounded_that_llmdesk_keeps(case: str, precision: str, tmp_path: Path) -> None:
    """In files they are rows of a matrix that has one type of blocks."""
    kind, options = WRITTEN[case]
    folder = save_model(tmp_path / "m", kind, **options)
    file = export(folder, tmp_path / "m.gguf", precision)
    ours, again = tensors_of(folder, precision), tensors_of(file, precision)
    assert differing(ours, again) == {f"model.layers.{layer}.mamba.in_proj_dt.weight" for layer in (0, 2)}


def test_of_a_model_that_sees_the_part_that_writes_is_written(tmp_path: Path) -> None:
    """As published: among what sees, and with keys and values of layers that take others'."""
    from safetensors.torch import load_file, save_file

    text = export(save_model(tmp_path / "text", "gemma4_text", **GEMMA4), tmp_path / "text.gguf", "int8")
    folder = save_model(tmp_path / "whole", "gemma4_text", **GEMMA4)
    weights = load_file(folder / "model.safetensors")
    unused = {f"model.layers.6.self_attn.{role}_proj.weight": torch.ones(64, 64) for role in "kv"}
    save_file(weights | unused, folder / "model.safetensors")
    whole = export(whole_model(folder), tmp_path / "whole.gguf", "int8")
    assert [(tensor.name, tensor.shape) for tensor in GgufFile(whole).header.tensors] == [
        (tensor.name, tensor.shape) for tensor in GgufFile(text).header.tensors
    ]
    assert torch.equal(logits(whole, "int8"), logits(text, "int8"))


def test_llama_cpp_reads_them(tmp_path: Path) -> None:
    """The next token's probabilities."""
    pytest.importorskip("xllamacpp")
    cases = list(WRITTEN)
    folders = {
        case: rounded(save_model(tmp_path / f"m{i}", WRITTEN[case][0], **WRITTEN[case][1]))
        for i, case in enumerate(cases)
    }
    files = [export(folder, tmp_path / f"{folder.name}.gguf", "bf16") for folder in folders.values()]
    theirs = dict(zip(cases, llama_cpp_logprobs(files, PROMPT, 260), strict=True))
    off = {}
    for case, folder in folders.items():
        ours = torch.log_softmax(logits(folder, "bf16")[-1], dim=-1).tolist()
        off[case] = max(abs(ours[token] - value) for token, value in theirs[case].items() if value > -12)
    assert {case: value for case, value in off.items() if value > 0.15} == {}


@pytest.mark.parametrize("precision", ["int4", "int8"])
def test_llama_cpp_reads_our_rounding(precision: str, tmp_path: Path) -> None:
    """Near to what we compute; it rounds what it multiplies with otherwise."""
    pytest.importorskip("xllamacpp")
    folder = save_model(tmp_path / "m", "qwen2", **WIDE)
    file = export(folder, tmp_path / "m.gguf", precision)
    (theirs,) = llama_cpp_logprobs([file], PROMPT, 260)
    ours = torch.log_softmax(logits(file, precision)[-1], dim=-1).tolist()
    assert max(abs(ours[token] - value) for token, value in theirs.items() if value > -12) < 0.15


def test_the_embedded_model_comes_out_as_the_blocks_it_has(tmp_path: Path) -> None:
    """All of its values, words and blocks; only what it says of who made the blocks may differ."""
    path = embedded_model()
    file = export(path, tmp_path / "m.gguf", "int4")
    before, after = GgufFile(path), GgufFile(file)
    for old, new in zip(before.header.tensors, after.header.tensors, strict=True):
        assert (old.name, old.shape, old.kind) == (new.name, new.shape, new.kind)
        assert np.array_equal(before.floats(old.name), after.floats(new.name)), old.name
    values, kept = gguf_header.read_values(path), gguf_header.read_values(file)
    of_blocks = ("general.file_type", "general.quantization_version", "quantize.")
    assert {key for key in values if kept.get(key) != values[key] and not key.startswith(of_blocks)} == set()


@pytest.mark.parametrize(
    ("kind", "architecture", "options"),
    [
        ("qwen3_5_text", "qwen35", QWEN35),
        ("qwen3_5_moe_text", "qwen35moe", QWEN35_MOE),
        ("qwen3_next", "qwen3next", QWEN35_MOE),
        ("lfm2", "lfm2", {**LFM2, "block_auto_adjust_ff_dim": False}),
        ("gemma4_text", "gemma4", GEMMA4),
    ],
)
def test_a_file_of_any_kind_gets_another_precision(
    kind: str, architecture: str, options: dict[str, Any], tmp_path: Path
) -> None:
    """Also of kinds that are not written out of folders: bits as llmdesk itself would round them."""
    folder = save_model(tmp_path / "m", kind, **options)
    file = write_model_gguf(folder, tmp_path / "f.gguf", "F16", architecture)
    smaller = export(file, tmp_path / "small.gguf", "int8")
    assert smaller.stat().st_size < file.stat().st_size
    ours, again = tensors_of(file, "int8"), tensors_of(smaller, "int8")
    assert differing(ours, again) == set()


def test_a_model_in_several_files_becomes_one(tmp_path: Path) -> None:
    folder = save_model(tmp_path / "m")
    write_model_gguf(folder, tmp_path / "f.gguf", "F16", split_max_tensors=10)
    file = export(next(tmp_path.glob("f-00001*")), tmp_path / "one.gguf", "int8")
    assert "split.count" not in gguf_header.read_values(file)
    assert np.allclose(logits(file, "int8"), logits(next(tmp_path.glob("f-00001*")), "int8"))


@pytest.mark.parametrize(
    ("kind", "options", "says"),
    [
        ("mistral", {"sliding_window": WINDOW}, "layers"),
        ("qwen2", {"use_sliding_window": True, "sliding_window": WINDOW, "max_window_layers": 1}, "layers"),
        ("granitemoehybrid", CASES["granite 4, without positions"][1], "layers"),
        ("lfm2_moe", LFM2_MOE, "experts"),
        ("qwen3_5_text", {**QWEN35, "layer_types": ["full_attention", *2 * ["linear_attention"]]}, "layer_types"),
        ("lfm3", LFM3, "lfm3"),
    ],
)
def test_what_a_file_cannot_say_is_refused_before_anything_is_written(
    kind: str, options: dict[str, Any], says: str, tmp_path: Path
) -> None:
    folder = save_model(tmp_path / "m", kind, **options)
    with pytest.raises(UnsupportedModel, match=says):
        export(folder, tmp_path / "m.gguf", "int8")
    assert list(tmp_path.glob("*.gguf")) == []


def test_a_tokenizer_that_a_file_cannot_say_is_refused(tmp_path: Path) -> None:
    folder = save_model(tmp_path / "m")
    data = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))
    data["pre_tokenizer"] = {
        "type": "Sequence",
        "pretokenizers": [{"type": "Punctuation", "behavior": "Isolated"}, data["pre_tokenizer"]],
    }
    (folder / "tokenizer.json").write_text(json.dumps(data), encoding="utf-8")
    with pytest.raises(UnsupportedModel, match="cuts texts"):
        export(folder, tmp_path / "m.gguf", "int8")


def test_a_folder_that_lacks_a_tensor_makes_no_file(tmp_path: Path) -> None:
    from safetensors.torch import load_file, save_file

    folder = save_model(tmp_path / "m")
    weights = load_file(folder / "model.safetensors")
    del weights["model.layers.1.mlp.up_proj.weight"]
    save_file(weights, folder / "model.safetensors")
    with pytest.raises(ModelDamaged, match=r"model\.layers\.1\.mlp\.up_proj\.weight"):
        export(folder, tmp_path / "m.gguf", "int8")
    assert list(tmp_path.glob("*.gguf")) == []


def test_what_breaks_off_leaves_what_was_there(tmp_path: Path) -> None:
    folder, target = save_model(tmp_path / "m"), tmp_path / "x" / "m.gguf"
    target.parent.mkdir()
    target.write_bytes(b"mine")

    def stop(phase: str, done: float) -> None:
        if done > 0.5:
            raise LoadCancelled("")

    with pytest.raises(LoadCancelled):
        export(folder, target, "int8", stop)
    assert [(file.name, file.read_bytes()) for file in target.parent.iterdir()] == [("m.gguf", b"mine")]


def test_room_is_looked_at_before_a_byte_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, target = save_model(tmp_path / "m"), tmp_path / "x" / "m.gguf"
    target.parent.mkdir()
    room = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: room._replace(free=1000))
    with pytest.raises(NotEnoughDisk, match="m"):
        export(folder, target, "bf16")
    assert list(target.parent.iterdir()) == []


def test_it_says_what_llama_cpp_asks_for(tmp_path: Path) -> None:
    model = local_model(save_model(tmp_path / "m", "qwen2", **WIDE))
    model = replace(model, spec=replace(model.spec, title="Tiny", licence="Apache-2.0"))
    values = GgufFile(export(model, tmp_path / "m.gguf", "int4")).header.values
    expected = {
        "general.architecture": "qwen2",
        "general.type": "model",
        "general.name": "Tiny",
        "general.license": "apache-2.0",
        "general.file_type": 15,
        "general.quantization_version": 2,
        "qwen2.block_count": 3,
        "qwen2.context_length": 512,
        "qwen2.attention.head_count_kv": 2,
        "tokenizer.ggml.model": "gpt2",
        "tokenizer.ggml.pre": "gpt-2",
        "tokenizer.ggml.eos_token_id": 256,
        "tokenizer.ggml.add_bos_token": False,
    }
    assert {key: values.get(key) for key in expected} == expected
    assert "<|assistant|>" in str(values["tokenizer.chat_template"])


@pytest.fixture(scope="module")
def real_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The embedded model as a folder of bf16, as its publisher has it: its real words, ways to cut, and template.

    Nobody may write into it.
    """
    from llmdesk.engine.weights.loading import prepare

    folder = tmp_path_factory.mktemp("real")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LLMDESK_HOME", str(tmp_path_factory.mktemp("converted")))
        patch.setenv("LLMDESK_KERNELS", "off")  # whose layout is no publisher's
        prepared = prepare(local_model(embedded_model()), "bf16", lambda phase, done: None)
    for file in prepared.folder.glob("*.json*"):
        if file.name != "checksums.json":
            shutil.copyfile(file, folder / file.name)
    for file in prepared.folder.glob("chat_template*"):
        shutil.copyfile(file, folder / file.name)
    shutil.copyfile(next(prepared.folder.glob("weights-bf16*.safetensors")), folder / "model.safetensors")
    return folder


def test_a_real_vocabulary_goes_into_the_file_and_out_again(real_folder: Path, tmp_path: Path) -> None:
    """Words, their kinds and merges are those that its publisher wrote, and llama.cpp cuts texts as it did."""
    file = export(real_folder, tmp_path / "m.gguf", "int8")
    keys = tuple(f"tokenizer.ggml.{name}" for name in ("tokens", "token_type", "merges"))
    before, after = (gguf_header.read_arrays(path, keys) for path in (embedded_model(), file))
    assert after == before
    ours, theirs = gguf_header.read(file).values, gguf_header.read(embedded_model()).values
    for key in ("pre", "bos_token_id", "eos_token_id", "unknown_token_id", "add_bos_token"):
        assert ours[f"tokenizer.ggml.{key}"] == theirs[f"tokenizer.ggml.{key}"], key
    assert ours["tokenizer.chat_template"] == theirs["tokenizer.chat_template"]
    pytest.importorskip("xllamacpp")
    check_same(TEXTS, our_ids(file), llama_cpp_ids([file], TEXTS)[0])


def first_layers(folder: Path, target: Path, count: int) -> Path:
    """The same model with so many layers: all layers of it are alike, and each is quantised twice."""
    from safetensors.torch import load_file, save_file

    shutil.copytree(folder, target)
    config = json.loads((target / "config.json").read_text(encoding="utf-8"))
    (target / "config.json").write_text(json.dumps({**config, "num_hidden_layers": count}), encoding="utf-8")
    tensors = load_file(target / "model.safetensors")
    kept = {name: tensors[name] for name in tensors if ".layers." not in name or int(name.split(".")[2]) < count}
    assert len(kept) < len(tensors)
    save_file(kept, target / "model.safetensors")
    return target


@pytest.mark.parametrize(
    ("precision", "layers"),
    [("int4", 5), *(pytest.param(each, 29, marks=pytest.mark.long) for each in ("int4", "int8"))],
)
def test_a_real_model_computes_the_same_out_of_its_file(
    precision: str, layers: int, real_folder: Path, tmp_path: Path
) -> None:
    folder = first_layers(real_folder, tmp_path / "m", layers)
    file = export(folder, tmp_path / "m.gguf", precision)
    assert differing(tensors_of(folder, precision), tensors_of(file, precision)) == set()
    found, again = (logits(path, precision)[-1] for path in (folder, file))
    assert float((torch.log_softmax(found, -1) - torch.log_softmax(again, -1)).abs().max()) < 0.05


PLAIN_TEXTS = [text for text in TEXTS if not set(text) & {"<", "\0"}]
"""llama.cpp's words end where they have a zero."""


def save_pieces(folder: Path, *, of_lines: bool) -> int:
    """A tokenizer as Gemma's folders have it: pieces with visible spaces, bytes for the rest, merges. Returns words.

    ``of_lines``: as published ones have, no piece goes beyond the end of a line.
    """
    from tokenizers import (
        AddedToken,
        Regex,
        Tokenizer,
        decoders,
        models,
        normalizers,
        pre_tokenizers,
        processors,
        trainers,
    )
    from transformers import PreTrainedTokenizerFast

    visible = normalizers.Replace(" ", "\u2581")
    trained = Tokenizer(models.BPE())
    trained.normalizer = visible
    if of_lines:
        trained.pre_tokenizer = pre_tokenizers.Split(Regex("\n+"), behavior="isolated")
    names = ["<pad>", "<eos>", "<bos>", "<unk>", *(f"<0x{byte:02X}>" for byte in range(256))]
    trainer = trainers.BpeTrainer(vocab_size=1500, min_frequency=1, special_tokens=names, show_progress=False)
    trained.train_from_iterator(PLAIN_TEXTS, trainer)
    model = json.loads(trained.to_str())["model"]
    merges = [tuple(merge) for merge in model["merges"]]
    tokenizer = Tokenizer(models.BPE(model["vocab"], merges, unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    tokenizer.normalizer = visible
    tokenizer.decoder = decoders.Sequence([decoders.Replace("\u2581", " "), decoders.ByteFallback(), decoders.Fuse()])
    tokenizer.add_special_tokens([AddedToken(name, special=True, normalized=False) for name in names[:4]])
    tokenizer.add_tokens([AddedToken("<table>", normalized=False)])
    tokenizer.post_processor = processors.TemplateProcessing(single="<bos> $A", special_tokens=[("<bos>", 2)])
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, bos_token="<bos>", eos_token="<eos>", unk_token="<unk>", pad_token="<pad>"
    )
    fast.save_pretrained(folder)
    return int(tokenizer.get_vocab_size())


@pytest.mark.parametrize(
    ("kind", "options", "model"), [("gemma3_text", GEMMA3, "llama"), ("gemma4_text", GEMMA4, "gemma4")]
)
def test_a_vocabulary_of_pieces_is_written(kind: str, options: dict[str, Any], model: str, tmp_path: Path) -> None:
    """llama.cpp merges by scores, Gemma 4's by merges; the folder has merges in their order."""
    from tokenizers import Tokenizer

    folder = folder_of_pieces(tmp_path, kind, options, of_lines=True)
    file = export(folder, tmp_path / "m.gguf", "int8")
    values = gguf_header.read(file).values
    keys = ("model", "add_bos_token", "add_space_prefix", "bos_token_id", "eos_token_id", "unknown_token_id")
    assert [values[f"tokenizer.ggml.{key}"] for key in keys] == [model, True, False, 2, 1, 3]
    own = Tokenizer.from_file(str(folder / "tokenizer.json"))
    ours = [own.encode(text, add_special_tokens=False).ids for text in PLAIN_TEXTS]
    pytest.importorskip("xllamacpp")
    check_same(PLAIN_TEXTS, ours, llama_cpp_ids([file], PLAIN_TEXTS)[0])


def test_pieces_that_llama_cpp_would_cut_are_refused(tmp_path: Path) -> None:
    folder = folder_of_pieces(tmp_path, "gemma4_text", GEMMA4, of_lines=False)
    with pytest.raises(UnsupportedModel, match="cut texts otherwise"):
        export(folder, tmp_path / "m.gguf", "int8")


def folder_of_pieces(tmp_path: Path, kind: str, options: dict[str, Any], *, of_lines: bool) -> Path:
    words = save_pieces(tmp_path / "t", of_lines=of_lines)
    sizes = dict.fromkeys(("vocab_size", "vocab_size_per_layer_input")[: 1 + (kind == "gemma4_text")], words)
    folder = save_model(tmp_path / "m", kind, **{**options, **sizes}, eos_token_id=1, pad_token_id=0)
    for name in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copyfile(tmp_path / "t" / name, folder / name)
    (folder / "chat_template.jinja").unlink()
    return folder
