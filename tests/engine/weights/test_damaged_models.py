"""Models whose files say what cannot be: named with file and key, before anything is built on it."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import struct
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest

from llmdesk import paths
from llmdesk.datatypes.model import LocalModel, Precision
from llmdesk.engine.backend import LoadOptions
from llmdesk.errors import ModelDamaged, ModelError, UnsupportedModel
from tests.engine.engine_thread import Collector, request, running
from tests.engine.oracle import local_model
from tests.engine.tiny_gguf import write_model_gguf
from tests.engine.tiny_models import save_model

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.model

from llmdesk.engine.weights.loading import prepare, stop_token_ids  # noqa: E402
from llmdesk.engine.weights.model_files import open_config  # noqa: E402

NAN, INF = float("nan"), float("inf")


def quiet(phase: str, done: float) -> None:
    pass


@pytest.fixture(scope="module")
def llama(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_model(tmp_path_factory.mktemp("damaged") / "llama", num_hidden_layers=2)


@pytest.fixture
def folder(llama: Path, tmp_path: Path) -> Path:
    """The model, to be spoiled."""
    import shutil

    return shutil.copytree(llama, tmp_path / "model")


def change(folder: Path, name: str = "config.json", **values: Any) -> None:
    file = folder / name
    old = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    file.write_text(json.dumps(old | values), encoding="utf-8")


def test_an_architecture_that_the_package_leaves_out_is_no_damage(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """transformers knows its name, but the module is not there."""
    monkeypatch.setitem(sys.modules, "transformers.models.univnet", None)
    change(folder, model_type="univnet")
    with pytest.raises(UnsupportedModel, match="univnet"):
        open_config(folder)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("num_hidden_layers", 0),
        ("num_hidden_layers", -1),
        ("num_hidden_layers", 10**9),
        ("num_attention_heads", 0),
        ("num_key_value_heads", 3),
        ("num_key_value_heads", 0),
        ("head_dim", 15),
        ("head_dim", -16),
        ("hidden_size", 0),
        ("hidden_size", "64"),
        ("intermediate_size", 2**40),
        ("vocab_size", -1),
        ("rms_norm_eps", NAN),
        ("rms_norm_eps", -1e-5),
        ("max_position_embeddings", 0),
        ("rope_parameters", {"rope_type": "default", "rope_theta": 0.0}),
        ("rope_parameters", {"rope_type": "default", "rope_theta": INF}),
        ("rope_parameters", {"rope_type": "default", "rope_theta": 1e4, "partial_rotary_factor": 64.0}),
        ("rope_parameters", {"rope_type": "linear", "rope_theta": 1e4, "factor": 2.0, "partial_rotary_factor": 2}),
        ("rope_parameters", {"rope_type": "linear", "rope_theta": 1e4, "factor": NAN}),
        ("rope_parameters", {"rope_type": "yarn", "rope_theta": 1e4, "factor": 4.0, "beta_fast": "x"}),
        ("rope_parameters", {"rope_type": "nothing", "rope_theta": 1e4}),
        ("eos_token_id", ["a"]),
        ("text_config", "vocab"),
        ("decoder", 3),
    ],
)
@pytest.mark.parametrize("precision", ["int4", "bf16"])
def test_a_configuration_that_cannot_be(folder: Path, key: str, value: Any, precision: Any) -> None:
    change(folder, **{key: value})
    with pytest.raises(ModelError, match=r"config\.json|tokens") as caught:
        stop_token_ids(prepare(local_model(folder), precision, quiet))
    if key != "rope_parameters":
        assert key in caught.value.user_message


def test_every_window_is_positive(tmp_path: Path) -> None:
    folder = save_model(tmp_path / "m", "mistral", sliding_window=-5, num_hidden_layers=1)
    with pytest.raises(ModelDamaged, match="sliding_window"):
        prepare(local_model(folder), "int4", quiet)


def set_gguf_number(path: Path, key: str, value: int) -> None:
    """Replace a field of 32 bits."""
    data = bytearray(path.read_bytes())
    at = data.index(key.encode()) + len(key)
    assert struct.unpack_from("<I", data, at)[0] in (4, 5)
    struct.pack_into("<I", data, at + 4, value)
    path.write_bytes(data)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("phi3.rope.dimension_count", 100_000),
        ("phi3.rope.dimension_count", 18),
        ("phi3.block_count", 0),
        ("phi3.attention.head_count", 0),
        ("phi3.attention.head_count_kv", 3),
        ("phi3.context_length", 0),
        ("phi3.attention.key_length", 17),
        ("phi3.feed_forward_length", 2**31),
    ],
)
def test_a_gguf_field_that_cannot_be(tmp_path: Path, key: str, value: int) -> None:
    rope = {"rope_type": "default", "rope_theta": 10000.0, "partial_rotary_factor": 0.5}
    folder = save_model(tmp_path / "m", "phi3", num_hidden_layers=1, rope_parameters=rope)
    path = write_model_gguf(folder, tmp_path / "m.gguf", architecture="phi3")
    prepare(local_model(path), "int8", quiet)
    set_gguf_number(path, key, value)
    with pytest.raises(ModelError, match=r"m\.gguf|shape"):
        prepare(local_model(path), "int8", quiet)


@pytest.mark.parametrize(
    ("key", "part"),
    [
        ("normalizer", {"type": "Prepend", "prepend": ""}),
        ("normalizer", {"type": "Precompiled", "precompiled_charsmap": "AAAA"}),
        ("normalizer", {"type": "Precompiled", "precompiled_charsmap": "/////wAA"}),
        ("model", {"type": "Unigram", "vocab": [], "unk_id": 5}),
    ],
)
def test_a_panic_of_the_tokenizer_library_is_no_end(folder: Path, key: str, part: Any) -> None:
    change(folder, "tokenizer.json", **{key: part})
    with pytest.raises(ModelDamaged, match="tokenizer"):
        prepare(local_model(folder), "int8", quiet)


def test_cutting_and_filling_up_are_not_for_prompts(folder: Path) -> None:
    cut = {"direction": "Right", "max_length": 2, "strategy": "LongestFirst", "stride": 2}
    change(folder, "tokenizer.json", truncation=cut)
    backend = prepare(local_model(folder), "int8", quiet).tokenizer.backend_tokenizer
    assert len(backend.encode("abcdef", add_special_tokens=False).ids) == 6


@pytest.mark.parametrize("name", ["config.json", "tokenizer.json", "tokenizer_config.json", "generation_config.json"])
@pytest.mark.parametrize("text", ["", "null", "[]", "[" * 100_000, '{"a":' * 100_000, '{"eos_token_id": {}}'])
def test_files_that_are_no_objects(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(text, encoding="utf-8")
    with contextlib.suppress(ModelError):  # some of it can be done without
        stop_token_ids(prepare(local_model(folder), "int8", quiet))


@pytest.mark.parametrize("value", [NAN, INF, -INF])
@pytest.mark.parametrize("precision", ["int4", "int8", "bf16"])
def test_numbers_that_are_none(folder: Path, value: float, precision: Any) -> None:
    from safetensors.torch import load_file, save_file

    from llmdesk.engine.backends.stacks import NativeBackend

    weights = load_file(folder / "model.safetensors")
    weights["model.layers.1.mlp.up_proj.weight"][77, 3] = value
    save_file(weights, folder / "model.safetensors")
    with pytest.raises(ModelDamaged, match="up_proj"):
        NativeBackend().load(local_model(folder, precision), LoadOptions(), quiet)


def test_numbers_that_overflow_on_the_way_show_in_the_logits(folder: Path) -> None:
    from safetensors.torch import load_file, save_file

    from llmdesk.engine.backends.stacks import NativeBackend

    weights = load_file(folder / "model.safetensors")
    weights["model.norm.weight"][:] = 3e38
    weights["lm_head.weight"] *= 1e6
    save_file(weights, folder / "model.safetensors")
    with pytest.raises(ModelDamaged, match="no numbers"):
        NativeBackend().load(local_model(folder, "bf16"), LoadOptions(), quiet)


def test_a_tensor_of_another_shape(folder: Path) -> None:
    from safetensors.torch import load_file, save_file

    weights = load_file(folder / "model.safetensors")
    weights["model.layers.0.self_attn.q_proj.weight"] = torch.zeros(32, 64)
    save_file(weights, folder / "model.safetensors")
    precisions: tuple[Precision, ...] = ("bf16", "int8")
    for precision in precisions:
        with pytest.raises(ModelDamaged, match=r"q_proj.*\(32, 64\).*\(64, 64\)"):
            prepare(local_model(folder), precision, quiet)


# -- what was converted -----------------------------------------------------------------------------------------------


@pytest.fixture
def gguf(folder: Path, tmp_path: Path) -> Path:
    return write_model_gguf(folder, tmp_path / "m.gguf", "Q4_0")


def converted(name: str) -> Path:
    (file,) = (paths.cache_dir() / "converted").glob(f"*/{name}")
    return file


def spoil(file: Path, spoiled: bytes) -> None:
    """As something does it that keeps times."""
    times = file.stat()
    file.chmod(0o644)
    file.write_bytes(spoiled)
    os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))


def spoil_form(file: Path, place: int, value: int) -> None:
    """What a kept matrix says of itself."""
    whole = file.read_bytes()
    (length,) = struct.unpack("<Q", whole[:8])
    at = 8 + length + json.loads(whole[8 : 8 + length])["model.layers.0.mlp.up_proj.weight.form"]["data_offsets"][0]
    spoiled = bytearray(whole)
    struct.pack_into("<q", spoiled, at + 8 * place, value)
    spoil(file, bytes(spoiled))


@pytest.mark.logs("is not what was written there, so it is made again")
@pytest.mark.parametrize("name", ["config.json", "tokenizer.json", "tokenizer_config.json", "chat_template.jinja"])
def test_a_damaged_conversion_heals(gguf: Path, name: str, caplog: pytest.LogCaptureFixture) -> None:
    prepare(local_model(gguf), "int4", quiet)
    whole = converted(name).read_bytes()
    spoil(converted(name), whole[: len(whole) // 2])
    with caplog.at_level(logging.WARNING):
        prepare(local_model(gguf), "int4", quiet)
    assert converted(name).read_bytes() == whole
    assert "made again" in caplog.text
    assert name in caplog.text


@pytest.mark.logs("is made again, since it is damaged")
@pytest.mark.parametrize("place", range(4), ids=["bits", "rows", "columns", "group"])
def test_the_form_of_a_kept_matrix_is_not_believed(gguf: Path, place: int, caplog: pytest.LogCaptureFixture) -> None:
    from llmdesk.engine.networks.fused import library

    if library.best_isa() is None:
        pytest.skip("without our own kernels there are no panels")
    prepare(local_model(gguf), "int4", quiet)
    for value in (0, 1, -32, 2, 16, 48, 2**40):
        caplog.clear()
        spoil_form(converted("weights-*.safetensors"), place, value)
        panels = prepare(local_model(gguf), "int4", quiet).weights.panels("model.layers.0.mlp.up_proj.weight")
        assert "is made again, since it is damaged" in caplog.text, value
        assert panels is not None
        assert (panels.form, panels.rows, panels.columns, panels.group) == (5, 128, 64, 32), value


@pytest.mark.logs("is made again, since it is damaged")
def test_nothing_is_mapped_any_more_when_a_damaged_conversion_is_deleted(
    gguf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Windows would not delete it."""
    import shutil

    from llmdesk.engine.networks.fused import library

    if library.best_isa() is None:
        pytest.skip("without our own kernels there are no panels")
    prepare(local_model(gguf), "int4", quiet)
    file = converted("weights-*.safetensors")
    spoil_form(file, 1, -32)
    mapped: list[bool] = []
    remove = shutil.rmtree

    def looking(folder: Path, **options: Any) -> None:
        mapped.append(any(mapping.path == str(file) for mapping in psutil.Process().memory_maps()))
        remove(folder, **options)

    monkeypatch.setattr(shutil, "rmtree", looking)
    prepare(local_model(gguf), "int4", quiet)
    assert mapped
    assert not any(mapped)


def test_a_head_that_names_other_places_is_not_believed(gguf: Path) -> None:
    prepare(local_model(gguf), "int4", quiet)
    file = converted("weights-*.safetensors")
    whole = file.read_bytes()
    spoil(
        file,
        whole.replace(b"layers.0.mlp.up_proj", b"layers.0.mlp.xp_proj").replace(
            b"layers.0.mlp.gate_proj", b"layers.0.mlp.up_proj   "
        ),
    )
    prepare(local_model(gguf), "int4", quiet)
    assert converted("weights-*.safetensors").read_bytes()[8:] != b""
    assert prepare(local_model(gguf), "int4", quiet).weights.shape("model.layers.0.mlp.up_proj.weight") == (128, 64)


# -- files that change while they are used -----------------------------------------------------------------------------


@pytest.fixture
def loaded() -> Iterator[Any]:
    from llmdesk.engine.backends.stacks import NativeBackend

    models: list[Any] = []

    def load(path: Path, precision: str) -> Any:
        models.append(NativeBackend().load(local_model(path, precision), LoadOptions(), quiet))
        return models[-1]

    yield load
    for model in models:
        model.close()


def answer(model: Any) -> str:
    import threading

    from llmdesk.datatypes.chat import ChatMessage, GenerationRequest, SamplingParams, TokenEvent
    from llmdesk.engine.generation.step import by_itself

    sampling = SamplingParams(temperature=0, max_new_tokens=5)
    asked = GenerationRequest("r", "tiny", (ChatMessage("user", "hi"),), sampling, response_cache=False)
    events = by_itself(model.generate(asked, 0.0, threading.Event()))
    return "".join(event.text for event in events if isinstance(event, TokenEvent))


def test_a_file_in_16_bits_may_change_after_it_was_loaded(folder: Path, loaded: Any) -> None:
    model = loaded(folder, "bf16")
    before = answer(model)
    size = (folder / "model.safetensors").stat().st_size
    with (folder / "model.safetensors").open("r+b") as file:
        file.write(b"\xff" * size)
        file.flush()
        assert answer(model) == before
        file.truncate(100)
        assert answer(model) == before


def test_a_converted_file_that_changes_is_noticed_before_it_is_used(folder: Path, loaded: Any) -> None:
    model = loaded(folder, "int8")
    before = answer(model)
    file = converted("weights-*.safetensors")
    file.chmod(0o644)
    with file.open("r+b") as opened:
        opened.seek(-100, os.SEEK_END)
        opened.write(b"\x55" * 50)
    with pytest.raises(ModelDamaged, match="changed by something else"):
        answer(model)
    assert answer(loaded(folder, "int8")) == before  # made again


# -- nothing ends the engine ------------------------------------------------------------------------------------------


@pytest.mark.logs("loading layers failed", "loading panic failed")
def test_the_engine_goes_on_after_damaged_models(llama: Path, tmp_path: Path) -> None:
    import shutil

    from llmdesk.engine.backends.stacks import NativeBackend

    spoiled: dict[str, tuple[str, dict[str, Any]]] = {
        "layers": ("config.json", {"num_hidden_layers": 0}),
        "panic": ("tokenizer.json", {"normalizer": {"type": "Precompiled", "precompiled_charsmap": "AAAA"}}),
        "endless": ("tokenizer_config.json", {}),
    }
    places = {"good": llama} | {name: shutil.copytree(llama, tmp_path / name) for name in spoiled}
    for name, (file, values) in spoiled.items():
        change(places[name], file, **values)
    endless = "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}"
    (places["endless"] / "chat_template.jinja").write_text(endless)

    def resolve(model_id: str) -> LocalModel:
        local = local_model(places[model_id], "int8")
        return replace(local, spec=replace(local.spec, id=model_id))

    with running(NativeBackend, resolve) as runner:
        for name in [*spoiled, "good"]:
            sink = Collector()
            runner.submit(request(runner, model_id=name, max_new_tokens=3), sink)
            found = sink.result()
            kind = getattr(getattr(found, "error", None), "kind", "")
            assert kind == ("" if name == "good" else "ModelDamaged"), found
