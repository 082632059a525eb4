"""Kernels that came along are used as they are; none of other sources, and a damaged one is compiled anew."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from llmdesk.engine.networks.fused import library, ready_made

pytestmark = pytest.mark.skipif(library.best_isa() is None, reason="no processor for llmdesk's own kernels")


@pytest.fixture(autouse=True)
def ready(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where they are; nothing was loaded yet, and a compiler is none."""
    monkeypatch.setattr(ready_made, "FOLDER", tmp_path)
    monkeypatch.setattr(library, "_folder", lambda: tmp_path / "compiled")
    monkeypatch.setattr(library, "compiler", lambda isa: None)
    monkeypatch.setattr(library, "load", library.load.__wrapped__)
    return tmp_path


def named(isa: str) -> str:
    return ready_made.file_name(isa, library.sources_version())


def test_they_are_used_without_a_compiler(ready: Path) -> None:
    isa = library.best_isa()
    assert isa is not None
    assert library.obstacle() == "There is no C compiler for llmdesk's own kernels."
    compiled = next(iter(_compiled_by_the_setup(isa)), None)
    if compiled is None:
        pytest.skip("the set-up has compiled none")
    (ready / named(isa)).write_bytes(compiled.read_bytes())
    library.make(lambda: pytest.fail("something is compiled"))
    assert library.obstacle() is None
    assert library.best().fused_isa().decode().lower() == isa


def test_those_of_other_sources_are_not(ready: Path) -> None:
    isa = library.best_isa()
    assert isa is not None
    (ready / ready_made.file_name(isa, "00000000")).write_bytes(b"")
    assert ready_made.ready_made(isa, library.sources_version()) is None


@pytest.mark.logs("the kernels that came along cannot be loaded")
def test_damaged_ones_are_compiled_anew(ready: Path) -> None:
    isa = library.best_isa()
    assert isa is not None
    (ready / named(isa)).write_bytes(b"no library")
    assert library.obstacle() == "There is no C compiler for llmdesk's own kernels."  # it was looked for
    assert (ready / named(isa)).exists()


def _compiled_by_the_setup(isa: str) -> list[Path]:
    folder = Path(sys.prefix) / "share" / "llmdesk" / "kernels"
    return sorted(folder.glob(f"fused-{isa}-*.so"), key=lambda file: -file.stat().st_mtime)
