"""Converting once, keeping the result, and what is said about files that are not right."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from llmdesk import paths
from llmdesk.engine.backend import LoadOptions
from llmdesk.errors import LoadCancelled, ModelDamaged, UnsupportedModel
from tests.engine.test_decoder import local_model
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
