"""`make packages`: all targets in turn, with their times, until one fails."""

from __future__ import annotations

import shutil
from pathlib import Path

import packages
import pytest

MAKEFILE = """.PHONY: works computes fails never
works:
\t@sleep 0.3; touch works.made
computes:
\t@i=0; while [ $$i -lt 100000 ]; do i=$$((i + 1)); done
fails:
\t@exit 3
never:
\t@touch never.made
"""


@pytest.mark.skipif(shutil.which("make") is None, reason="not installed: make")
def test_each_is_timed_until_one_fails(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "Makefile").write_text(MAKEFILE)
    assert packages.make_all("make", ("works", "computes"), tmp_path) == 0
    assert (tmp_path / "works.made").exists()
    rows = [line.split() for line in capfd.readouterr().out.splitlines()]
    assert [row[1] for row in rows[-3:]] == ["works", "computes", "all"]
    assert packages.make_all("make", ("works", "fails", "never"), tmp_path) == 2  # make's own exit code
    lines = capfd.readouterr().out.splitlines()
    assert lines[-3].endswith("FAILED, exit code 2")
    assert lines[-1] == "packages: not begun: never"
    assert not (tmp_path / "never.made").exists()


def test_times_are_those_of_the_target(tmp_path: Path) -> None:
    (tmp_path / "Makefile").write_text(MAKEFILE)
    waited = packages._make("make", "works", tmp_path)
    assert waited.clock_s >= 0.3
    assert waited.processor_s < 0.25
    computed = packages._make("make", "computes", tmp_path)
    assert computed.clock_s * 2 > computed.processor_s > waited.processor_s


def test_the_makefile_knows_them_all() -> None:
    makefile = (Path(packages.__file__).parent.parent / "Makefile").read_text(encoding="utf-8")
    (known,) = [line.split()[1:] for line in makefile.splitlines() if line.startswith(".PHONY:")]
    assert set(packages.TARGETS) <= set(known)
    trials = {name for name in known if name.endswith("-test")}
    assert trials <= set(packages.TARGETS)
