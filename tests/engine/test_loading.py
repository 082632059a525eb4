"""Converting once, keeping the result, and what is said about files that are not right."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from llmdesk import paths
from llmdesk.engine.backend import LoadOptions
from llmdesk.errors import LoadCancelled, ModelDamaged, NotEnoughDisk, UnsupportedModel
from tests.engine.oracle import local_model
from tests.engine.tiny_models import save_model

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.model


def load(folder: Path, precision: str = "int8", report: object = lambda phase, done: None):  # type: ignore[no-untyped-def]
    from llmdesk.engine.backends.native import NativeBackend

    return NativeBackend().load(local_model(folder, precision), LoadOptions(), report)  # type: ignore[arg-type]


def converted_files() -> list[Path]:
    return sorted(path for path in (paths.cache_dir() / "converted").rglob("*") if path.is_file())


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


def test_changed_weights_are_converted_again(tmp_path: Path) -> None:
    folder = save_model(tmp_path / "m")
    load(folder)
    save_model(tmp_path / "m", intermediate_size=96)
    load(folder)
    assert len(converted_files()) == 2


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
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    config["quantization_config"] = {"quant_method": "bitnet"}
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    with pytest.raises(UnsupportedModel, match="bitnet"):
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

    from llmdesk.engine.loading import prepare
    from tests.engine.test_gguf import write_gguf

    path = tmp_path / "m.gguf"
    write_gguf(path)
    model = local_model(path)
    source = replace(model.spec.source, sha256="0" * 64)
    altered = replace(model, spec=replace(model.spec, source=source))
    with pytest.raises(ModelDamaged, match="SHA-256"):
        prepare(altered, "int4", lambda phase, done: None)


@pytest.mark.parametrize("kept_bytes", [0, 5, 1000])
def test_a_kept_conversion_that_is_not_whole_is_made_again(tmp_path: Path, kept_bytes: int) -> None:
    folder = save_model(tmp_path / "m")
    load(folder)
    (file,) = converted_files()
    whole = file.read_bytes()
    file.write_bytes(whole[:kept_bytes])
    load(folder)
    assert file.read_bytes() == whole


@pytest.mark.skipif(sys.platform == "win32", reason="needs limits of a process")
def test_a_full_disk_is_said(tmp_path: Path) -> None:
    """A limit on the size of files stands in for the end of the disk: both fail in the middle of writing."""
    import resource

    folder = save_model(tmp_path / "m")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, limits[1]))
    try:
        with pytest.raises(NotEnoughDisk, match="cannot be written"):
            load(folder)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert converted_files() == []
    load(folder)


def test_a_configuration_without_an_end_token(tmp_path: Path) -> None:
    """Some configurations of transformers do not even have the field."""
    from types import SimpleNamespace
    from typing import Any, cast

    from llmdesk.engine.loading import stop_token_ids

    prepared = SimpleNamespace(config=SimpleNamespace(), tokenizer=SimpleNamespace(eos_token_id=7), folder=tmp_path)
    assert stop_token_ids(cast("Any", prepared)) == {7}


def test_a_tokenizer_is_converted_beside_another_llmdesk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other one was faster and uses the folder already: its files stay."""
    from transformers import AutoConfig, AutoTokenizer

    from llmdesk.engine import loading

    source = save_model(tmp_path / "m")
    config, tokenizer = AutoConfig.from_pretrained(source), AutoTokenizer.from_pretrained(source)
    monkeypatch.setattr(AutoConfig, "from_pretrained", lambda *args, **kwargs: config)
    monkeypatch.setattr(AutoTokenizer, "from_pretrained", lambda *args, **kwargs: tokenizer)
    folder = tmp_path / "converted"
    folder.mkdir()
    (folder / "weights-int8.safetensors").write_bytes(b"of the other one")
    loading._convert_tokenizer(tmp_path / "m.gguf", folder, lambda phase, done: None)
    names = {path.name for path in folder.iterdir()}
    assert {"weights-int8.safetensors", "config.json", "tokenizer.json"} <= names
    assert not list(tmp_path.glob("partial-*"))
