"""The oldest transformers that pyproject.toml allows does what the newest does, which all other tests run on."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# What depends on transformers' own modules, caches, and its reading of GGUF files.
TESTS = (
    "tests/engine/networks/test_modules.py",
    "tests/engine/weights/test_loading.py::test_a_gguf_file_gives_the_model_it_was_made_of",
    "tests/engine/generation/test_streaming.py",
)
RUN = """
import importlib.metadata, sys, pytest
assert importlib.metadata.version("transformers") == sys.argv[1]
sys.exit(pytest.main(["-q", "-p", "no:cacheprovider", *sys.argv[2:]]))
"""

pytest.importorskip("torch")
pytestmark = [pytest.mark.model, pytest.mark.long]


def lowest_version() -> str:
    """Of the ranges that users install by."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    found = {
        re.findall(r"^transformers>=([\d.]+)", line)[0]
        for line in extras["ipex"] + extras["native"]
        if line.startswith("transformers")
    }
    assert len(found) == 1, found
    return f"{found.pop()}.0"


@pytest.fixture
def oldest(pytestconfig: pytest.Config, tmp_path: Path) -> Path:
    """A folder with that version alone (14 MB to fetch), kept in pytest's cache if there is one."""
    cache = getattr(pytestconfig, "cache", None)
    version = lowest_version()
    folder = Path(cache.mkdir(f"transformers-{version}")) if cache else tmp_path / "kept"
    if (folder / "transformers").exists():
        return folder
    fetched = tmp_path / "fetched"
    command = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--no-deps",
        "--target",
        str(fetched),
        f"transformers=={version}",
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)
    if done.returncode and "(from versions: none)" in done.stderr:
        pytest.skip("the package index cannot be reached")
    assert done.returncode == 0, done.stderr
    shutil.copytree(fetched, folder, dirs_exist_ok=True)
    return folder


@pytest.mark.timeout(400)
def test_modules_and_gguf_files_work_on_the_oldest_transformers(oldest: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", RUN, lowest_version(), *TESTS],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(oldest), str(ROOT)])},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    assert " passed" in done.stdout
