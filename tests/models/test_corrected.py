"""An entry that an older llmdesk wrote learns what its files say when the model is loaded."""

from __future__ import annotations

from pathlib import Path

import pytest

from llmdesk.models.catalogue import SHIPPED, Catalogue
from tests.engine.tiny_seeing import save_seeing_model

pytest.importorskip("torch")
pytestmark = pytest.mark.model

ENTRY = """# mine
[[model]]
id = "eyes"
title = "Eyes"  # a good one
source = "folder"
location = '{folder}'
precision = "int8"
context_tokens = 512
memory_bytes = 900_000_000
"""


def test_what_sees_is_known_from_the_first_load_on(tmp_path: Path) -> None:
    user, folder = tmp_path / "models.toml", save_seeing_model(tmp_path / "folder", "qwen3_5")
    user.write_text(ENTRY.format(folder=folder), encoding="utf-8")
    catalogue = Catalogue(SHIPPED, user)
    before = catalogue.get("eyes")
    assert (before.sees, before.sight_bytes) == (False, 0)
    found = catalogue.resolve("eyes")
    assert found.spec.sees
    assert found.size is not None
    assert found.spec.sight_bytes == 4 * found.size.sight_weights > 0
    assert found.spec.memory_bytes == before.memory_bytes + found.spec.sight_bytes
    assert catalogue.get("eyes") == found.spec == Catalogue(SHIPPED, user).get("eyes")
    text = user.read_text(encoding="utf-8")
    assert text.startswith("# mine\n")
    assert "# a good one" in text
    changed_ns = user.stat().st_mtime_ns
    assert Catalogue(SHIPPED, user).resolve("eyes").spec == found.spec
    assert user.stat().st_mtime_ns == changed_ns  # once


def test_a_file_that_cannot_be_written_keeps_nobody_from_loading(tmp_path: Path) -> None:
    user, folder = tmp_path / "models.toml", save_seeing_model(tmp_path / "folder", "qwen3_5")
    user.write_text(ENTRY.format(folder=folder), encoding="utf-8")
    catalogue = Catalogue(SHIPPED, user)
    user.write_text("model = 3", encoding="utf-8")  # somebody is at it
    assert catalogue.resolve("eyes").spec.sees
    assert catalogue.get("eyes").sees
    assert user.read_text(encoding="utf-8") == "model = 3"
