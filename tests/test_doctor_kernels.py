"""What ``llmdesk doctor`` says of the kernels: those that a load would take."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from llmdesk.commands.doctor_kernels import kernels_report, kernels_text
from llmdesk.engine.networks.fused import library, ready_made, systems
from llmdesk.errors import LlmdeskError

needs_kernels = pytest.mark.skipif(library.best_isa() is None, reason="our own kernels do not run on this processor")


def report() -> tuple[dict[str, str | None], list[LlmdeskError]]:
    problems: list[LlmdeskError] = []
    return kernels_report(problems)["kernels"], problems


@needs_kernels
def test_those_that_came_along_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    isa = library.best_isa()
    assert isa is not None
    monkeypatch.setattr(ready_made, "FOLDER", tmp_path)
    monkeypatch.setattr(library, "_library_file", lambda isa: tmp_path / "compiled")
    monkeypatch.setattr(systems, "compiler", lambda isa: ["/usr/bin/cc", "-mavx2"])
    assert report() == ({"instruction_set": isa, "library": "", "compiler": "/usr/bin/cc"}, [])
    assert kernels_text(report()[0]) == f"llmdesk's for {isa}, compiled at the first load (by /usr/bin/cc)"
    (tmp_path / "compiled").touch()
    assert report()[0]["library"] == str(tmp_path / "compiled")
    came_along = tmp_path / ready_made.file_name(isa, library.sources_version())
    came_along.touch()
    assert kernels_text(report()[0]).endswith(str(came_along))


@needs_kernels
def test_where_nothing_compiles_that_is_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    isa = library.best_isa()
    assert isa is not None
    monkeypatch.setattr(ready_made, "FOLDER", tmp_path)
    monkeypatch.setattr(library, "_library_file", lambda isa: tmp_path / "compiled")
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    monkeypatch.setenv("PATH", str(tmp_path))
    found, (problem,) = report()
    assert kernels_text(found) == f"llmdesk's for {isa}, not compiled: no compiler"
    assert "no C compiler" in problem.user_message
    (tmp_path / ready_made.file_name(isa, library.sources_version())).touch()
    assert report()[1] == []  # none is needed


def test_none_and_nonsense(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LLMDESK_KERNELS", "off")
    assert kernels_text(report()[0]) == "none of llmdesk's own"
    monkeypatch.setenv("LLMDESK_KERNELS", "abacus")
    found, (problem,) = report()
    assert found["instruction_set"] is None
    assert "abacus" in problem.user_message
