"""What users already have on disk: split files, and the folders of other programs."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from llmdesk.cli import main
from llmdesk.errors import ModelDamaged, ModelError, UnsupportedModel
from llmdesk.models import checks, memory
from llmdesk.models.catalogue import Catalogue
from llmdesk.models.foreign_folders import no_model
from tests.models.builders import gguf, model_folder, safetensors, write

PARTS = ("big-Q4-00001-of-00002.gguf", "big-Q4-00002-of-00002.gguf")


def split(folder: Path) -> list[Path]:
    """One model in two files."""
    folder.mkdir(parents=True, exist_ok=True)
    gguf(folder / "big-Q4.gguf", split_max_tensors=1)
    return [folder / name for name in PARTS]


# -- split GGUF files --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("given", [*PARTS, ""])
def test_any_part_or_the_folder_stands_for_a_split_model(given: str, tmp_path: Path) -> None:
    parts = split(tmp_path / "a")
    catalogue = Catalogue.load()
    spec = catalogue.add_path(tmp_path / "a" / given)
    assert (spec.id, spec.title, spec.source.kind, spec.source.location) == ("big-q4", "big Q4", "gguf", str(parts[0]))
    assert all(catalogue.add_path(path) == spec for path in (*parts, tmp_path / "a"))
    whole = checks.check(gguf(tmp_path / "whole.gguf"))
    found = checks.check(parts[0])
    assert found == whole
    assert catalogue.resolve(spec.id).size == memory.size_of(whole)
    assert spec.memory_bytes == catalogue.add_path(tmp_path / "whole.gguf").memory_bytes
    assert "its files stay" in catalogue.remove(spec.id)
    assert all(part.is_file() for part in parts)


@pytest.mark.parametrize("gone", [0, 1])
def test_the_missing_part_is_named(gone: int, tmp_path: Path) -> None:
    parts = split(tmp_path)
    catalogue = Catalogue.load()
    added = catalogue.add_path(parts[0])
    parts[gone].unlink()
    for path in (tmp_path, parts[1 - gone]):
        with pytest.raises(ModelDamaged, match=f"{PARTS[gone]} is missing") as caught:
            catalogue.add_path(path)
        assert "into one folder" in caught.value.hint
    with pytest.raises(ModelError, match=PARTS[gone]):
        catalogue.resolve(added.id)


def test_parts_of_other_models_and_renamed_ones(tmp_path: Path) -> None:
    parts = split(tmp_path)
    shutil.copy(parts[0], tmp_path / "only.gguf")
    with pytest.raises(ModelDamaged, match="one of 2 files of a model, under another name"):
        checks.check(tmp_path / "only.gguf")
    shutil.copy(parts[0], parts[1])
    with pytest.raises(ModelDamaged, match="does not belong to the parts beside it"):
        checks.check(parts[0])
    gguf(parts[1])
    with pytest.raises(ModelDamaged, match="does not belong"):
        checks.check(parts[0])
    (tmp_path / "x-00003-of-00002.gguf").write_bytes((tmp_path / "only.gguf").read_bytes())  # no part by its name
    with pytest.raises(ModelDamaged, match="under another name"):
        checks.check(tmp_path / "x-00003-of-00002.gguf")


def test_several_quantisations_are_listed_and_parts_for_pictures_left_out(tmp_path: Path) -> None:
    split(tmp_path)
    gguf(tmp_path / "small-Q8_0.gguf")
    gguf(tmp_path / "mmproj-small.gguf", architecture="clip")
    with pytest.raises(UnsupportedModel, match="several GGUF files") as caught:
        Catalogue.load().add_path(tmp_path)
    assert caught.value.hint == f"Open one of them: {PARTS[0]}, small-Q8_0.gguf."
    for part in PARTS:
        (tmp_path / part).unlink()
    assert Catalogue.load().add_path(tmp_path).id == "small-q8_0"


# -- safetensors -------------------------------------------------------------------------------------------------------


def shards(folder: Path, with_index: bool) -> Path:
    model_folder(folder)
    (folder / "model.safetensors").unlink()
    names = [f"model-0000{number}-of-00003.safetensors" for number in (1, 2, 3)]
    write(folder, {name: safetensors({name[:11]: (4, 4)}) for name in names})
    if with_index:
        index = {"weight_map": {name[:11]: name for name in names}}
        write(folder, {"model.safetensors.index.json": json.dumps(index).encode()})
    return folder


@pytest.mark.parametrize("with_index", [True, False])
def test_a_missing_shard_is_named_and_sizes_add_up(with_index: bool, tmp_path: Path) -> None:
    folder = shards(tmp_path / "m", with_index)
    assert sum(tensor.elements for tensor in checks.check(folder).tensors) == 3 * 16
    for file in ("config.json", "model-00002-of-00003.safetensors", "tokenizer.json"):
        assert Catalogue.load().add_path(folder / file).source.location == str(folder)
    (folder / "model-00002-of-00003.safetensors").unlink()
    with pytest.raises(ModelDamaged, match=r"lacks 1 of 3 weight files: model-00002-of-00003\.safetensors"):
        Catalogue.load().add_path(folder)


def test_an_index_does_not_lead_out_of_its_folder(tmp_path: Path) -> None:
    folder = model_folder(tmp_path / "m")
    write(tmp_path, {"x.safetensors": safetensors({"a": (4, 4)})})
    (folder / "model.safetensors.index.json").write_text('{"weight_map": {"a": "../x.safetensors"}}')
    with pytest.raises(ModelDamaged, match="outside its folder"):
        checks.check(folder)


# -- the hub's cache ---------------------------------------------------------------------------------------------------

COMMIT = "0123456789abcdef0123456789abcdef01234567"


def in_hub_cache(home: Path, repository: str, files: dict[str, bytes], commit: str = COMMIT) -> Path:
    """As huggingface_hub leaves them: data in blobs, links to them in a folder per commit."""
    folder = home / repository
    snapshot = folder / "snapshots" / commit
    snapshot.mkdir(parents=True)
    (folder / "blobs").mkdir(exist_ok=True)
    write(folder, {"refs/main": commit.encode()})
    for number, (name, data) in enumerate(files.items()):
        blob = folder / "blobs" / f"{number:040x}"
        blob.write_bytes(data)
        (snapshot / name).symlink_to(Path("../../blobs") / blob.name)
    return snapshot


def model_bytes(tmp_path: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in model_folder(tmp_path / "source").iterdir()}


@pytest.mark.parametrize("given", ["", "snapshots", f"snapshots/{COMMIT}", f"snapshots/{COMMIT}/config.json",
                                   f"snapshots/{COMMIT}/model.safetensors"])  # fmt: skip
def test_the_hub_s_cache_is_named_by_the_repository(given: str, tmp_path: Path) -> None:
    snapshot = in_hub_cache(tmp_path, "models--Qwen--Qwen3-0.6B-Base", model_bytes(tmp_path))
    catalogue = Catalogue.load()
    spec = catalogue.add_path(tmp_path / "models--Qwen--Qwen3-0.6B-Base" / given)
    assert (spec.id, spec.title) == ("qwen3-0.6b-base", "Qwen3 0.6B Base")
    assert spec.source.location == str(snapshot)
    assert catalogue.resolve(spec.id).path == snapshot


def test_the_snapshot_in_use_is_taken_and_one_that_is_not_whole_is_told(tmp_path: Path) -> None:
    new = in_hub_cache(tmp_path, "models--a--b", model_bytes(tmp_path))
    in_hub_cache(tmp_path, "models--a--b", {}, "f" * 40)
    (tmp_path / "models--a--b" / "refs" / "main").write_text(COMMIT)
    assert Catalogue.load().add_path(tmp_path / "models--a--b").source.location == str(new)
    (new / "model.safetensors").resolve().unlink()
    with pytest.raises(ModelDamaged, match=r"model\.safetensors"):
        Catalogue.load().add_path(tmp_path / "models--a--b" / "snapshots" / COMMIT)
    empty = tmp_path / "models--a--c" / "snapshots"
    empty.mkdir(parents=True)
    with pytest.raises(UnsupportedModel, match="did not finish"):
        Catalogue.load().add_path(empty.parent)


def test_gguf_files_in_the_hub_s_cache(tmp_path: Path) -> None:
    data = gguf(tmp_path / "x.gguf").read_bytes()
    snapshot = in_hub_cache(tmp_path, "models--bartowski--Tiny-GGUF", {"Tiny-Q4_K_M.gguf": data})
    catalogue = Catalogue.load()
    spec = catalogue.add_path(tmp_path / "models--bartowski--Tiny-GGUF")
    assert (spec.title, spec.source.location) == ("Tiny Q4_K_M", str(snapshot / "Tiny-Q4_K_M.gguf"))
    assert catalogue.add_path((snapshot / "Tiny-Q4_K_M.gguf").resolve()) == spec  # the blob
    assert catalogue.resolve(spec.id).path == snapshot / "Tiny-Q4_K_M.gguf"


# -- Ollama ------------------------------------------------------------------------------------------------------------


def in_ollama(home: Path, names: list[str], kind: str = "model") -> list[Path]:
    """Ollama's store with the same weights under several names; returns the manifests and the blob."""
    store = home / ".ollama" / "models"
    (store / "blobs").mkdir(parents=True)
    blob = store / "blobs" / ("sha256-" + "ab" * 32)
    gguf(blob)
    (store / "blobs" / ("sha256-" + "cd" * 32)).write_bytes(b'{"model_format":"gguf"}')
    layers = [
        {"mediaType": f"application/vnd.ollama.image.{kind}", "digest": "sha256:" + "ab" * 32, "size": 1},
        {"mediaType": "application/vnd.ollama.image.template", "digest": "sha256:" + "ef" * 32, "size": 1},
    ]
    config = {"mediaType": "application/vnd.docker.container.image.v1+json", "digest": "sha256:" + "cd" * 32}
    manifest = json.dumps({"schemaVersion": 2, "config": config, "layers": layers}).encode()
    write(store / "manifests", dict.fromkeys(names, manifest))
    return [*(store / "manifests" / name for name in names), blob]


@pytest.mark.parametrize(
    ("manifest", "title", "model_id"),
    [
        ("registry.ollama.ai/library/llama3.2/1b", "llama3.2:1b", "llama3.2-1b"),
        ("registry.ollama.ai/ada/mine/latest", "ada/mine:latest", "ada-mine-latest"),
        ("hf.co/bartowski/Tiny-GGUF/Q4_K_M", "hf.co/bartowski/Tiny GGUF:Q4_K_M", "hf.co-bartowski-tiny-gguf-q4_k_m"),
    ],
)
def test_ollama_s_models_have_their_names(manifest: str, title: str, model_id: str, tmp_path: Path) -> None:
    file, blob = in_ollama(tmp_path, [manifest])
    catalogue = Catalogue.load()
    spec = catalogue.add_path(file)
    assert (spec.id, spec.title, spec.source.location) == (model_id, title, str(blob))
    places = (
        blob,
        file.parent,
        blob.parent,
        blob.parent.parent,
        blob.parent.parent / "manifests",
        tmp_path / ".ollama",
    )
    assert all(catalogue.add_path(place) == spec for place in places)
    assert catalogue.resolve(spec.id).path == blob
    catalogue.remove(spec.id)
    assert blob.is_file()
    assert file.is_file()


def test_ollama_s_store_with_several_models_lists_them(tmp_path: Path) -> None:
    one, two, blob = in_ollama(tmp_path, [f"registry.ollama.ai/library/tiny/{tag}" for tag in ("1b", "3b")])
    for place in (tmp_path / ".ollama", one.parent):
        with pytest.raises(UnsupportedModel, match="several models of Ollama's") as caught:
            Catalogue.load().add_path(place)
        assert str(one) in caught.value.hint
    assert Catalogue.load().add_path(two).title == "tiny:3b"
    assert Catalogue.load().add_path(blob).title == "tiny:3b"  # known already


def test_what_is_wrong_in_ollama_s_store(tmp_path: Path) -> None:
    file, blob = in_ollama(tmp_path / "a", ["registry.ollama.ai/library/tiny/1b"])
    with pytest.raises(UnsupportedModel, match="part of a model of Ollama's"):
        Catalogue.load().add_path(blob.with_name("sha256-" + "cd" * 32))
    blob.unlink()
    with pytest.raises(ModelDamaged, match="not there") as caught:
        Catalogue.load().add_path(file)
    assert "ollama pull tiny:1b" in caught.value.hint
    file.write_text("[")
    with pytest.raises(ModelDamaged, match="not one of Ollama's manifests"):
        Catalogue.load().add_path(file)
    for kind, words in (("adapter", "LoRA adapter"), ("tensor; name=a", "tensor by tensor"), ("license", "no weights")):
        file, _ = in_ollama(tmp_path / kind[:4], ["registry.ollama.ai/library/tiny/1b"], kind)
        with pytest.raises(UnsupportedModel, match=words):
            Catalogue.load().add_path(file)


def test_a_blob_alone_is_known_by_its_first_bytes(tmp_path: Path) -> None:
    blob = gguf(tmp_path / "blobs-of-a-friend")
    named = tmp_path / ("sha256-" + "ab" * 32)
    shutil.copy(blob, named)
    catalogue = Catalogue.load()
    assert catalogue.add_path(blob).id == "blobs-of-a-friend"
    assert "sha256" not in catalogue.add_path(named).title


# -- LM Studio, and folders of folders ---------------------------------------------------------------------------------


def test_lm_studio_s_folders(tmp_path: Path) -> None:
    folder = tmp_path / "models" / "lmstudio-community" / "Tiny-GGUF"
    folder.mkdir(parents=True)
    path = gguf(folder / "Tiny-Q4_K_M.gguf")
    gguf(folder / "mmproj-Tiny-F16.gguf", architecture="clip")
    catalogue = Catalogue.load()
    spec = catalogue.add_path(path)
    assert spec.title == "Tiny Q4_K_M"
    assert all(catalogue.add_path(place) == spec for place in (folder, folder.parent, tmp_path / "models"))
    other = tmp_path / "models" / "mlx" / "other"
    model_folder(other)
    with pytest.raises(UnsupportedModel, match="several models") as caught:
        catalogue.add_path(tmp_path / "models")
    assert "lmstudio-community/Tiny-GGUF/Tiny-Q4_K_M.gguf, mlx/other" in caught.value.hint


def test_a_file_whose_name_says_nothing_is_named_by_its_folder(tmp_path: Path) -> None:
    (tmp_path / "Tiny-Chat").mkdir()
    assert Catalogue.load().add_path(gguf(tmp_path / "Tiny-Chat" / "model.gguf")).title == "Tiny Chat"


def test_an_entry_by_hand_may_name_what_models_add_takes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from llmdesk import paths

    parts = split(tmp_path / "a.b.c")
    entry = '[[model]]\nid = "mine"\ntitle = "Mine"\nsource = "gguf"\nlocation = "{}"\n'
    for place in (parts[1], parts[0].parent):
        paths.user_catalogue().write_text(entry.format(place))
        assert Catalogue.load().resolve("mine").path == parts[0]
    hub = '[[model]]\nid = "mine"\ntitle = "Mine"\nsource = "hub"\nlocation = "a/b"\nfile = "a.b.c/x.gguf"\n'
    paths.user_catalogue().write_text(hub)
    assert main(["models", "list"]) == 0
    assert "mine" in capsys.readouterr().out
    (paths.models_dir() / "mine").mkdir(parents=True)
    gguf(paths.models_dir() / "mine" / "x.gguf")
    assert Catalogue.load().resolve("mine").path == paths.models_dir() / "mine" / "x.gguf"
    paths.user_catalogue().write_text(hub.replace('"hub"', '"package"\nrevision = "1"'))
    catalogue = Catalogue.load()
    assert "key “file”: expected PACKAGE/NAME.gguf" in catalogue.problems[0].user_message
    assert main(["models", "list"]) == 0


def test_the_root_has_a_name() -> None:
    assert no_model(Path("/")).user_message.startswith("/ is")
