"""Converting once, keeping the result, and what is said about files that are not right."""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path
from typing import Any, cast

import pytest

from llmdesk import paths
from llmdesk.engine.backend import LoadOptions
from llmdesk.errors import LlmdeskError, LoadCancelled, ModelDamaged, NotEnoughDisk, SetupError, UnsupportedModel
from llmdesk.models.catalogue import Catalogue
from tests.engine.networks.test_decoder_architectures import GPT_OSS, GRANITE3_EXPERTS, MINISTRAL3, MULTIPLIERS
from tests.engine.oracle import local_model
from tests.engine.tiny_gguf import write_model_gguf
from tests.engine.tiny_models import (
    EXPERTS,
    GRANITE4_EXPERTS,
    GRANITE4_HYBRID,
    LFM2,
    LFM2_MOE,
    QWEN35,
    QWEN35_MOE,
    save_model,
)

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.model

from llmdesk.engine.matrices.forms import dequantized  # noqa: E402
from llmdesk.engine.networks.architecture import describe  # noqa: E402
from llmdesk.engine.weights.loading import prepare, stop_token_ids  # noqa: E402


def load(folder: Path, precision: str = "int8", report: object = lambda phase, done: None):  # type: ignore[no-untyped-def]
    from llmdesk.engine.backends.stacks import NativeBackend

    return NativeBackend().load(local_model(folder, precision), LoadOptions(), report)  # type: ignore[arg-type]


def change_config(folder: Path, **values: Any) -> None:
    file = folder / "config.json"
    file.write_text(json.dumps(json.loads(file.read_text(encoding="utf-8")) | values), encoding="utf-8")


def converted_files() -> list[Path]:
    """Without what is kept of a model's small files."""
    files = (path for path in (paths.cache_dir() / "converted").rglob("*") if path.is_file())
    return sorted(path for path in files if path.name != "reading.kept")


def test_conversion_happens_once_per_precision(tmp_path: Path) -> None:
    folder = save_model(tmp_path / "m")
    phases: list[str] = []
    load(folder, report=lambda phase, done: phases.append(phase))
    assert any("converting" in phase for phase in phases)
    phases.clear()
    load(folder, report=lambda phase, done: phases.append(phase))
    assert not any("converting" in phase for phase in phases)
    load(folder, "int4")
    assert len(converted_files()) == 2


def test_changed_weights_are_converted_again_and_take_the_place_of_the_old_ones(tmp_path: Path) -> None:
    folder = save_model(tmp_path / "m")
    load(folder)
    (old,) = converted_files()
    save_model(tmp_path / "m", intermediate_size=96)
    load(save_model(tmp_path / "other"))
    load(folder)
    assert len(converted_files()) == 2
    assert not old.exists()


def test_only_the_files_that_an_index_names_are_read(tmp_path: Path) -> None:
    folder = save_model(tmp_path / "m")
    (folder / "consolidated.safetensors").write_bytes(b"the same weights under other names")
    names = {"model.norm.weight": "model.safetensors"}
    (folder / "model.safetensors.index.json").write_text(json.dumps({"weight_map": names}), encoding="utf-8")
    load(folder)
    (folder / "model.safetensors.index.json").write_text("{", encoding="utf-8")
    with pytest.raises(ModelDamaged, match="index"):
        load(folder, "int4")


def test_a_cancelled_conversion_leaves_nothing_that_would_be_used(tmp_path: Path) -> None:
    folder = save_model(tmp_path / "m")

    def cancel_late(phase: str, done: float) -> None:
        if "converting" in phase and done > 0.4:
            raise LoadCancelled("stopped")

    with pytest.raises(LoadCancelled):
        load(folder, report=cancel_late)
    assert converted_files() == []
    load(folder)


def test_progress_rises_from_0_to_1(tmp_path: Path) -> None:
    shares: list[float] = []
    load(save_model(tmp_path / "m"), report=lambda phase, done: shares.append(done))
    assert shares == sorted(shares)
    assert 0 <= shares[0] < shares[-1] <= 1


def test_missing_weights(tmp_path: Path) -> None:
    folder = save_model(tmp_path / "m")
    (folder / "model.safetensors").unlink()
    with pytest.raises(ModelDamaged, match="safetensors"):
        load(folder)


def test_truncated_weights(tmp_path: Path) -> None:
    folder = save_model(tmp_path / "m")
    file = folder / "model.safetensors"
    file.write_bytes(file.read_bytes()[:5000])
    with pytest.raises(ModelDamaged, match="cannot be read"):
        load(folder)


def test_damaged_config(tmp_path: Path) -> None:
    folder = save_model(tmp_path / "m")
    (folder / "config.json").write_text("{ not json", encoding="utf-8")
    with pytest.raises(ModelDamaged, match=r"config\.json"):
        load(folder)


def test_unknown_architecture(tmp_path: Path) -> None:
    folder = save_model(tmp_path / "m")
    (folder / "config.json").write_text(json.dumps({"model_type": "from_the_future"}), encoding="utf-8")
    with pytest.raises(UnsupportedModel, match="unknown"):
        load(folder)


def test_code_of_a_publisher_is_never_run(tmp_path: Path) -> None:
    folder = save_model(tmp_path / "m")
    trap = tmp_path / "trap"
    (folder / "evil.py").write_text(f"open({str(trap)!r}, 'w')\nclass C: pass\n", encoding="utf-8")
    config = {"model_type": "evil", "auto_map": {"AutoConfig": "evil.C"}}
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    with pytest.raises(UnsupportedModel):
        load(folder)
    assert not trap.exists()


def test_a_model_that_does_not_write_text(tmp_path: Path) -> None:
    folder = save_model(tmp_path / "m")
    (folder / "config.json").write_text(json.dumps({"model_type": "vit"}), encoding="utf-8")
    with pytest.raises(UnsupportedModel, match="text"):
        load(folder)


def test_packed_weights_are_refused_not_misread(tmp_path: Path) -> None:
    folder = save_model(tmp_path / "m")
    change_config(folder, quantization_config={"quant_method": "gptq", "bits": 4})
    with pytest.raises(UnsupportedModel, match="gptq"):
        load(folder)


def test_weights_of_another_model(tmp_path: Path) -> None:
    folder = save_model(tmp_path / "m")
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    config["num_hidden_layers"] = 9
    config.pop("layer_types", None)
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    with pytest.raises(ModelDamaged, match="lack"):
        load(folder)


def test_a_published_file_that_was_altered(tmp_path: Path) -> None:
    from dataclasses import replace

    from tests.engine.weights.test_gguf import write_gguf

    path = tmp_path / "m.gguf"
    write_gguf(path)
    model = local_model(path)
    source = replace(model.spec.source, sha256="0" * 64)
    altered = replace(model, spec=replace(model.spec, source=source))
    with pytest.raises(ModelDamaged, match="SHA-256"):
        prepare(altered, "int4", lambda phase, done: None)


@pytest.mark.parametrize("kept_bytes", [0, 5, 1000, -64])
def test_a_kept_conversion_that_is_not_whole_is_made_again(tmp_path: Path, kept_bytes: int) -> None:
    folder = save_model(tmp_path / "m")
    load(folder)
    (file,) = converted_files()
    whole = file.read_bytes()
    file.write_bytes(whole[:kept_bytes])
    load(folder)
    assert file.stat().st_size == len(whole)


def was_converted(folder: Path) -> bool:
    phases: list[str] = []
    load(folder, report=lambda phase, done: phases.append(phase))
    return any("converting" in phase for phase in phases)


def test_a_kept_conversion_that_was_altered_is_made_again(tmp_path: Path) -> None:
    folder = save_model(tmp_path / "m")
    load(folder)
    (file,) = converted_files()
    whole = file.read_bytes()
    file.write_bytes(whole[:-100] + bytes([whole[-100] ^ 1]) + whole[-99:])
    assert was_converted(folder)
    assert not was_converted(folder)


def test_a_kept_conversion_that_was_only_copied_is_read_once_and_kept(tmp_path: Path) -> None:
    folder = save_model(tmp_path / "m")
    load(folder)
    (file,) = converted_files()
    file.write_bytes(file.read_bytes())  # the same data with another time
    phases: list[str] = []
    for _ in range(2):
        load(folder, report=lambda phase, done: phases.append(phase))
    assert sum("checking" in phase for phase in phases) == 1
    assert not any("converting" in phase for phase in phases)


def test_a_conversion_of_another_version_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from llmdesk.engine.weights import weights_file

    folder = save_model(tmp_path / "m")
    with monkeypatch.context() as older:
        older.setattr(weights_file, "FORMAT", "an older one")
        load(folder)
    assert was_converted(folder)


def test_what_killed_conversions_left_is_removed(tmp_path: Path) -> None:
    import subprocess

    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    root = paths.cache_dir() / "converted"
    (root / "m-1").mkdir(parents=True)
    (root / f"m-1.{process.pid}.partial").mkdir()
    dead, alive = (root / "m-1" / f"w.safetensors.{pid}.partial" for pid in (process.pid, os.getppid()))
    dead.write_bytes(b"half")
    alive.write_bytes(b"half")
    load(save_model(tmp_path / "m"))
    assert [path.name for path in root.rglob("*.partial")] == [alive.name]


@pytest.mark.skipif(sys.platform == "win32", reason="needs limits of a process")
@pytest.mark.parametrize(
    ("is_gguf", "most_bytes"),
    [(False, 20_000), (True, 20_000), (True, 2_000), (True, 200)],
    ids=["weights", "weights of a GGUF file", "its tokenizer", "its configuration"],
)
def test_a_full_disk_is_said(tmp_path: Path, is_gguf: bool, most_bytes: int) -> None:
    """A limit on the size of files stands in for the end of the disk: both fail in the middle of writing."""
    import resource

    path = save_model(tmp_path / "m")
    if is_gguf:
        path = write_model_gguf(path, tmp_path / "m.gguf")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, limits[1]))
    try:
        with pytest.raises(NotEnoughDisk, match="cannot be written"):
            load(path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert not any(file.name.startswith("weights") for file in converted_files())
    load(path)


@pytest.mark.may_log("made again", "read again")  # with a file in the way what was kept is no folder
@pytest.mark.parametrize("is_gguf", [False, True])
def test_a_cache_that_cannot_be_written_is_said(tmp_path: Path, is_gguf: bool) -> None:
    path = save_model(tmp_path / "m")
    if is_gguf:
        path = write_model_gguf(path, tmp_path / "m.gguf")
    in_the_way = paths.made(paths.cache_dir()) / "converted"
    in_the_way.write_text("")
    with pytest.raises(LlmdeskError, match="cannot be written") as told:
        load(path)
    assert str(in_the_way) in told.value.hint
    in_the_way.unlink()
    load(path)


def test_a_configuration_without_an_end_token(tmp_path: Path) -> None:
    """Some configurations of transformers do not even have the field."""
    from types import SimpleNamespace

    tokenizer = SimpleNamespace(eos_token_id=7, added_tokens_decoder={})
    prepared = SimpleNamespace(config=SimpleNamespace(), tokenizer=tokenizer, folder=tmp_path)
    assert stop_token_ids(cast("Any", prepared)) == {7}


PLAIN_ROPE = {"rope_type": "default", "rope_theta": 20_000.0}
LONG_ROPE = {
    "rope_type": "longrope",
    "rope_theta": 10_000.0,
    "partial_rotary_factor": 0.5,
    "long_factor": [1.0, 2.0, 4.0, 8.0],
    "short_factor": [1.0, 1.5, 2.0, 3.0],
    "original_max_position_embeddings": 256,
}
OLMO3_ROPE = {
    "full_attention": PLAIN_ROPE | {"rope_type": "yarn", "factor": 4.0, "original_max_position_embeddings": 128},
    "sliding_attention": PLAIN_ROPE,
}
GEMMA_ROPE = {
    "full_attention": {"rope_type": "linear", "factor": 8.0, "rope_theta": 1_000_000.0},
    "sliding_attention": {"rope_type": "default", "rope_theta": 10_000.0},
}


@pytest.mark.parametrize(
    ("kind", "architecture", "values"),
    [
        ("llama", "llama", {"rope_parameters": PLAIN_ROPE | {"rope_type": "linear", "factor": 4.0}}),
        ("smollm3", "smollm3", {"rope_parameters": PLAIN_ROPE, "num_hidden_layers": 5}),
        ("qwen2", "qwen2", {"rope_parameters": PLAIN_ROPE, "tie_word_embeddings": True}),
        (
            "qwen3",
            "qwen3",
            {
                "rope_parameters": PLAIN_ROPE
                | {"rope_type": "yarn", "factor": 4.0, "original_max_position_embeddings": 128}
            },
        ),
        (
            "gemma3_text",
            "gemma3",
            {"rope_parameters": GEMMA_ROPE, "sliding_window": 32, "query_pre_attn_scalar": 16, "num_hidden_layers": 7},
        ),
        ("phi3", "phi3", {"rope_parameters": LONG_ROPE, "original_max_position_embeddings": 256}),
        ("bitnet", "bitnet", {"rope_parameters": PLAIN_ROPE, "tie_word_embeddings": True}),
        (
            "qwen3_moe",
            "qwen3moe",
            {**EXPERTS, "rope_parameters": PLAIN_ROPE, "moe_intermediate_size": 32, "norm_topk_prob": True},
        ),
        ("olmoe", "olmoe", {**EXPERTS, "rope_parameters": PLAIN_ROPE}),
        ("olmo2", "olmo2", {"rope_parameters": PLAIN_ROPE}),
        ("lfm2", "lfm2", {**LFM2, "rope_parameters": PLAIN_ROPE, "block_auto_adjust_ff_dim": False}),
        ("lfm2_moe", "lfm2moe", {**LFM2_MOE, "rope_parameters": PLAIN_ROPE, "routed_scaling_factor": 1.0}),
        ("qwen3_5_text", "qwen35", {**QWEN35, "linear_num_key_heads": 4}),
        ("qwen3_5_moe_text", "qwen35moe", {**QWEN35_MOE, "linear_num_key_heads": 4}),
        ("qwen3_next", "qwen3next", QWEN35_MOE),
        ("granitemoe", "granitemoe", {**GRANITE3_EXPERTS, "rope_parameters": PLAIN_ROPE}),
        ("granitemoehybrid", "granitehybrid", {**GRANITE4_HYBRID, "rope_parameters": PLAIN_ROPE}),
        (
            "granitemoehybrid",
            "granitehybrid",
            {**GRANITE4_EXPERTS, "mamba_n_groups": 2, "position_embedding_type": "rope", "rope_parameters": PLAIN_ROPE},
        ),
        ("granite", "granite", {**MULTIPLIERS, "rope_parameters": PLAIN_ROPE}),
        ("ministral3", "mistral3", MINISTRAL3),
        ("gpt_oss", "gpt-oss", GPT_OSS),
        ("olmo3", "olmo2", {"rope_parameters": OLMO3_ROPE, "sliding_window": 32, "num_hidden_layers": 4}),
    ],
)
def test_a_gguf_file_gives_the_model_it_was_made_of(
    tmp_path: Path, kind: str, architecture: str, values: dict[str, Any]
) -> None:
    """What a decoder computes (all scalings of the rotary angles too), and with which numbers."""
    import dataclasses

    import numpy as np

    folder = save_model(tmp_path / "m", kind, **values)
    path = write_model_gguf(folder, tmp_path / "m.gguf", architecture=architecture)
    original, found = (prepare(local_model(place), "bf16", lambda phase, done: None) for place in (folder, path))
    assert found.config.model_type == kind
    for tokens in (200, 500):
        expected, described = (describe(prepared.config, tokens) for prepared in (original, found))
        assert dataclasses.replace(described, rotaries=()) == dataclasses.replace(expected, rotaries=())
        for ours, theirs in zip(described.rotaries, expected.rotaries, strict=True):
            assert np.allclose(ours.inverse_frequencies, theirs.inverse_frequencies, rtol=1e-6)
            assert ours.factor == pytest.approx(theirs.factor)
    assert found.weights.names() == original.weights.names()
    for name in found.weights.names():
        weight, expected_weight = (dequantized(prepared.weights.matrix(name)) for prepared in (found, original))
        tolerance = 1e-6 if weight.dim() == 1 else 0  # of adding 1 to Gemma's norms and taking it away
        assert torch.allclose(weight.float(), expected_weight.to(weight.dtype).float(), atol=tolerance, rtol=0), name


def test_the_first_files_of_qwen3_next_give_the_same_model(tmp_path: Path) -> None:
    from gguf import GGUFReader

    folder = save_model(tmp_path / "m", "qwen3_next", **QWEN35_MOE)
    early = write_model_gguf(folder, tmp_path / "early.gguf", architecture="qwen3next", is_early=True)
    assert "blk.0.ssm_in.weight" in [tensor.name for tensor in GGUFReader(early).tensors]
    expected, found = (
        prepare(local_model(place), "bf16", lambda phase, done: None).weights for place in (folder, early)
    )
    assert found.names() == expected.names()
    for name in expected.names():
        weight = dequantized(found.matrix(name))
        meant = expected.tensor(name).to(weight.dtype)
        assert torch.allclose(weight, meant, atol=1e-6 if weight.dim() == 1 else 0, rtol=0), name


@pytest.mark.parametrize(("kind", "values"), [("qwen3_5", QWEN35), ("qwen3_5_moe", QWEN35_MOE)])
def test_of_a_model_that_sees_the_part_that_writes_runs_on_our_own_decoder(
    tmp_path: Path, kind: str, values: dict[str, Any]
) -> None:
    from transformers import AutoConfig, AutoModelForImageTextToText

    from tests.engine.oracle import build
    from tests.engine.tiny_models import save_tokenizer

    folder = tmp_path / "m"
    folder.mkdir()
    text = {
        **values, "vocab_size": save_tokenizer(folder), "hidden_size": 64, "intermediate_size": 128, "head_dim": 16,
        "num_hidden_layers": 3, "num_attention_heads": 4, "num_key_value_heads": 2, "max_position_embeddings": 512,
    }  # fmt: skip
    eyes = {
        "depth": 1, "hidden_size": 32, "num_heads": 2, "intermediate_size": 32, "out_hidden_size": 64, "patch_size": 4,
        "num_position_embeddings": 16,
    }  # fmt: skip
    torch.manual_seed(7)
    config = AutoConfig.for_model(kind, text_config=text, vision_config=eyes)
    model = AutoModelForImageTextToText.from_config(config, dtype=torch.float32)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.1)
    model.eval().save_pretrained(folder)
    decoder, prepared = build(folder)
    assert prepared.config.model_type == f"{kind}_text"
    assert not any("visual" in name for name in prepared.weights.names())
    ids = [(i * 37) % 250 for i in range(60)]
    with torch.inference_mode():
        expected = model(torch.tensor([ids])).logits[0].float()
    found = decoder.forward(ids, decoder.new_cache(), 60)
    assert torch.allclose(found, expected, atol=1e-4), (found - expected).abs().max()


def test_value_heads_in_llama_cpps_order_give_the_same_logits(tmp_path: Path) -> None:
    from tests.engine.oracle import build

    folder = save_model(tmp_path / "m", "qwen3_5_text", spread=0.12, **QWEN35)
    path = write_model_gguf(folder, tmp_path / "m.gguf", architecture="qwen35")
    ids = [(i * 37) % 250 for i in range(60)]
    found, expected = (decoder.forward(ids, decoder.new_cache(), 60) for decoder, _ in (build(path), build(folder)))
    assert (found - expected).norm() < 0.03 * expected.norm()  # a GGUF's matrices are rounded to 16 bits


def test_a_gguf_file_s_tokenizer_is_converted_once(tmp_path: Path) -> None:
    from transformers import AutoTokenizer

    folder = save_model(tmp_path / "m")
    path = write_model_gguf(folder, tmp_path / "m.gguf")
    original = prepare(local_model(folder), "bf16", lambda phase, done: None)
    phases: list[str] = []
    prepared = prepare(local_model(path), "int4", lambda phase, done: phases.append(phase))
    assert any("tokenizer" in phase for phase in phases)
    text = "Grüße, <|user|> 12 + 3"
    assert prepared.tokenizer.encode(text) == AutoTokenizer.from_pretrained(folder)(text).input_ids
    assert stop_token_ids(prepared) == stop_token_ids(original)
    phases.clear()
    prepare(local_model(path), "int8", lambda phase, done: phases.append(phase))
    assert any("weights, once" in phase for phase in phases)
    assert not any("tokenizer" in phase for phase in phases)


def test_a_bitnet_that_is_rounded_when_used_is_ternary_in_every_precision(tmp_path: Path) -> None:
    folder = save_model(tmp_path / "m", "bitnet", tie_word_embeddings=True)
    change_config(folder, quantization_config={"quant_method": "bitnet", "quantization_mode": "online"})
    for precision in ("int4", "bf16"):
        weights = prepare(local_model(folder), precision, lambda phase, done: None).weights
        values = dequantized(weights.matrix("model.layers.0.mlp.down_proj.weight"))
        assert len(values.unique()) == 3


def test_a_tokenizer_is_converted_beside_another_llmdesk(tmp_path: Path) -> None:
    """The other one was faster and uses the folder already: its files stay."""
    from llmdesk.engine.weights.gguf_file import GgufFile
    from llmdesk.engine.weights.gguf_small_files import convert_small_files

    gguf = GgufFile(write_model_gguf(save_model(tmp_path / "m"), tmp_path / "m.gguf"))
    folder = tmp_path / "converted"
    folder.mkdir()
    (folder / "weights-int8.safetensors").write_bytes(b"of the other one")
    convert_small_files(gguf, folder, lambda phase, done: None)
    names = {path.name for path in folder.iterdir()}
    assert {"weights-int8.safetensors", "config.json", "tokenizer.json"} <= names
    assert not list(tmp_path.glob("*.partial"))


@pytest.mark.skipif(sys.platform != "linux", reason="names as Linux has them")
@pytest.mark.parametrize("is_gguf", [True, False])
def test_a_home_whose_name_is_no_text_is_told_so(
    is_gguf: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9"))
    monkeypatch.setenv("LLMDESK_HOME", str(home))
    if is_gguf:
        model = Catalogue.load().resolve("smollm2-135m")
    else:
        model = local_model(Path(shutil.copytree(save_model(tmp_path / "m"), home / "data" / "m")))
    with pytest.raises(SetupError, match="no text in UTF-8") as caught:
        prepare(model, "int4", lambda phase, done: None)
    assert "LLMDESK_HOME" in caught.value.hint
    caught.value.user_message.encode()
