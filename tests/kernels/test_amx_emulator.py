"""The emulator of AMX: right where it was worked out by hand, and it ends whatever the manual forbids."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from llmdesk.engine.networks.fused import library, systems
from tests.kernels import building
from tests.kernels.amx import SOURCE

BY_HAND = Path(__file__).with_name("amx_by_hand.c")


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    compiler = building.compiler_here()
    if sys.platform != "linux" or compiler is None or systems.AMX in library.isas_here():
        pytest.skip("is for Linux without AMX, and needs a compiler")
    made = tmp_path_factory.mktemp("amx") / "by_hand"
    options = ["-mamx-tile", "-mamx-int8", "-O2", "-std=gnu17"]
    subprocess.run([*compiler, *options, str(BY_HAND), str(SOURCE), "-o", str(made)], check=True)
    return made


def test_a_product_is_right(program: Path) -> None:
    assert subprocess.run([program], check=False).returncode == 0


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ("configuration", "not configured"),
        ("release", "not configured"),
        ("shape", "shapes"),
        ("palette", "palette"),
        ("above", "above 7"),
        ("operand", "operand that is not used"),
        ("stride", "without a stride"),
    ],
)
def test_what_is_forbidden_ends_the_process(program: Path, wrong: str, words: str) -> None:
    done = subprocess.run([program, wrong], capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGABRT
    assert words in done.stderr


def test_other_illegal_instructions_stay_illegal(program: Path) -> None:
    assert subprocess.run([program, "instruction"], check=False).returncode == -signal.SIGILL
