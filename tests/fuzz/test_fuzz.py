"""Some spoiled files; ``make test-all`` tries two hundred, ``make fuzz`` thousands."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

pytest.importorskip("torch")
pytestmark = [pytest.mark.model, pytest.mark.skipif(sys.platform != "linux", reason="cases are forks")]


@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    ("cases", "workers"),
    [(range(28), 1), pytest.param(range(28, 200), 2, marks=pytest.mark.long)],
    ids=["some", "many"],
)
def test_no_file_crashes_hangs_or_poisons_the_program(tmp_path: Path, cases: range, workers: int) -> None:
    """Each worker imports all that a case needs: as much as twenty cases take."""
    from tests.fuzz.mutate import KINDS
    from tests.fuzz.run import fuzz

    failed = fuzz(tmp_path / "bases", cases, [*KINDS, "cache"], workers)
    assert not failed, "\n\n".join(f"{kind} {number}: {what}\n{words}" for kind, number, what, words, *_ in failed)
