"""The driver that holds the kernels to recordings on other systems, here on this one: it must find what is wrong."""

from __future__ import annotations

import struct
import subprocess
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch")
pytestmark = pytest.mark.model

from llmdesk.engine.networks.fused import library, systems  # noqa: E402
from tests.engine.networks.test_fused import isas  # noqa: E402
from tests.kernels import building, cases  # noqa: E402
from tests.kernels.recording import BLOCK, Recording  # noqa: E402

if library.best_isa() is None:
    pytest.skip("our own kernels do not run on this processor", allow_module_level=True)


@pytest.fixture(scope="module")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Path:
    system = systems.this_system()
    assert system is not None
    return building.driver(tmp_path_factory.mktemp("driver"), system)


def replay(driver: Path, isa: str, *recordings: Path) -> subprocess.CompletedProcess[str]:
    library.load(isa)
    command = [driver, library._library_file(isa), *recordings]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("isa", isas())
def test_what_was_recorded_is_repeated(driver: Path, isa: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Gemma 2 has most of what a network can have; six bits come from GGUF files only."""
    monkeypatch.setenv("LLMDESK_KERNELS", isa)
    packing, network, other_blocks = (tmp_path / name for name in ("packing", "network", "other-blocks"))
    cases.write_packing(packing)
    cases.write_network(network, "gemma2", "int4")
    monkeypatch.setattr("llmdesk.engine.networks.fused.decoder.LARGE_WEIGHTS", 0)  # activations in planes
    cases.write_network(other_blocks, "llama", "int4", wrap=cases.InOtherBlocks, **cases.SUPER_BLOCKS)
    done = replay(driver, isa, packing, network, other_blocks)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("bytes equal") == 3


def test_every_wrong_bit_is_found(driver: Path, tmp_path: Path) -> None:
    isa = library.best_isa()
    assert isa is not None
    path = tmp_path / "packing"
    cases.write_packing(path)
    good = path.read_bytes()
    end = len(good) - 200  # within the two planes that are expected
    path.write_bytes(good[:end] + bytes([good[end] ^ 1]) + good[end + 1 :])
    done = replay(driver, isa, path)
    assert done.returncode == 1
    assert "other bits" in done.stderr
    path.write_bytes(good[: len(good) // 2])
    assert "ends too early" in replay(driver, isa, path).stderr


@pytest.mark.long
@pytest.mark.timeout(400)
@pytest.mark.parametrize("name", ["win32", "darwin"])
def test_compiles_for_other_systems(name: str, tmp_path: Path) -> None:
    """Linked, too; and the functions that Python declares are there. All instruction sets: `make wine-test`."""
    if not building.compiles_for_others():
        pytest.skip("ziglang is not installed")
    made = building.library(tmp_path, systems.SYSTEMS[name], "avx2")
    content = made.read_bytes()
    assert content.startswith({"win32": b"MZ", "darwin": b"\xcf\xfa\xed\xfe"}[name])
    for function in ("fused_create", "fused_forward", "fused_pack", "fused_split_q8", "fused_isa"):
        assert function.encode() in content


def test_memory_that_something_else_had_meanwhile_is_written_anew(tmp_path: Path) -> None:
    """Freed and given back to another page: with the same bytes, but they are no longer at hand."""
    page = np.zeros(64, np.uint8)
    with Recording(tmp_path / "any") as recording:
        recording.written(page.ctypes.data, 64)
        recording.block(page.ctypes.data, b"ids ")
        recording.written(page.ctypes.data, 64)
        recording.expect(page.ctypes.data, 64)
    lengths = [length for _, length in blocks_of((tmp_path / "any").read_bytes())]
    assert lengths == [64, 4, 64]


def blocks_of(content: bytes) -> Iterator[tuple[int, int]]:
    """Number and length of each block of a recording that has nothing else before its first expectation."""
    at = 0
    while int.from_bytes(content[at : at + 8], "little") == BLOCK:
        number, length = struct.unpack_from("<QQ", content, at + 8)
        yield number, length
        at += 24 + length
