"""The kernels for AMX give the very bits of those for AVX512-VNNI: on hardware where there is some, else emulated."""

from __future__ import annotations

import ctypes
import functools
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from llmdesk.engine.networks.fused import library, systems
from tests.engine.tiny_models import EXPERTS, save_model
from tests.kernels.amx import amx

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.model

from tests.engine.networks.compiled import compiled  # noqa: E402
from tests.engine.networks.test_forms import MAKERS, SOURCE, SUPER_FORMS, multiplied  # noqa: E402
from tests.engine.networks.test_fused import CONTEXT, IDS, prepared  # noqa: E402

PROMPT = 41  # two tiles and a part of one
NETWORKS: list[tuple[str, dict[str, Any], str]] = [
    (
        "llama",
        {"hidden_size": 192, "intermediate_size": 320, "num_attention_heads": 6, "num_key_value_heads": 3},
        "int4",
    ),
    ("llama", {"hidden_size": 256, "intermediate_size": 768}, "int4"),  # super-blocks
    ("gemma3_text", {}, "int8"),
    ("bitnet", {}, "int4"),
    ("olmo2", {}, "int4"),
    ("qwen3_moe", {**EXPERTS, "moe_intermediate_size": 768}, "int4"),
]


@pytest.fixture(scope="module")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ctypes.CDLL | None]:
    with pytest.MonkeyPatch.context() as patch, amx(tmp_path_factory.mktemp("amx"), patch) as emulator:
        yield emulator


@pytest.fixture(scope="module")
def products(emulator: object) -> dict[str, ctypes.CDLL]:
    """The functions of form_products.c for both."""
    return {isa: _declared(compiled(SOURCE, isa)) for isa in (systems.AMX, "avx512-vnni")}


def _declared(loaded: ctypes.CDLL) -> ctypes.CDLL:
    loaded.bytes_of.restype = ctypes.c_int64
    return loaded


def assert_same_bits(found: ctypes.CDLL, expected: ctypes.CDLL, form: str, columns: int, tokens: int) -> None:
    draw = np.random.default_rng(columns + tokens)
    case = MAKERS[form](draw, 40, columns)
    x = draw.standard_normal((tokens, columns)).astype(np.float32)
    x[:, 3] *= 100.0
    made, wanted = (multiplied(library, case, x, False, False) for library in (found, expected))
    assert np.abs(wanted).max() > 0.0
    assert (made.view(np.int32) == wanted.view(np.int32)).all()


@pytest.mark.parametrize("tokens", [1, 16, 41])
@pytest.mark.parametrize("columns", [512, 768, 64 * 7, 96 * 5, 32 * 11])
@pytest.mark.parametrize("form", MAKERS)
def test_products_have_the_same_bits(products: dict[str, ctypes.CDLL], form: str, columns: int, tokens: int) -> None:
    """Columns that share a scale are 128, 96, 64 and 32 of these."""
    if form in SUPER_FORMS and columns % 256:
        pytest.skip("has super-blocks of 256 columns")
    assert_same_bits(products[systems.AMX], products["avx512-vnni"], form, columns, tokens)


@pytest.mark.long
def test_the_systems_compiler_makes_the_same(products: dict[str, ctypes.CDLL], tmp_path: Path) -> None:
    """At its highest level: gcc's own functions for tiles lose what was written before them."""
    if (compiler := shutil.which("gcc")) is None:
        pytest.skip("there is no gcc")
    made, options = tmp_path / "products.so", systems.ISAS[systems.AMX][2]
    command = [compiler, *options, *systems.OPTIONS, "-fPIC", str(SOURCE), "-o", str(made), "-lm"]
    subprocess.run(command, check=True, capture_output=True)
    for form in MAKERS:
        for columns in (512, 768) if form in SUPER_FORMS else (512, 96 * 5):
            assert_same_bits(_declared(ctypes.CDLL(str(made))), products["avx512-vnni"], form, columns, 41)


@pytest.mark.parametrize(("kind", "overrides", "precision"), NETWORKS)
def test_networks_have_the_same_bits(
    emulator: ctypes.CDLL | None, tmp_path: Path, kind: str, overrides: dict[str, Any], precision: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """By the library that processors with AMX get: a prompt with all its logits, then a token."""
    from llmdesk.engine.networks.fused.decoder import FusedDecoder

    model, before = prepared(save_model(tmp_path / "model", kind, **overrides), precision), _emulated(emulator)
    made: dict[str, list[npt.NDArray[np.float32]]] = {}
    for isa in (systems.AMX, "avx512-vnni"):
        monkeypatch.setenv("LLMDESK_KERNELS", isa)
        decoder = FusedDecoder(model.config, model.weights, CONTEXT)
        assert decoder.isa.lower() == isa
        cache = decoder.new_cache()
        made[isa] = [np.array(decoder.forward(ids, cache, len(ids))) for ids in (IDS[:PROMPT], IDS[:1])]
    for found, expected in zip(*made.values(), strict=True):
        assert (found.view(np.int32) == expected.view(np.int32)).all()
    assert emulator is None or _emulated(emulator) > before


def _emulated(emulator: ctypes.CDLL | None) -> int:
    return int(emulator.amx_emulated()) if emulator else 0


@pytest.mark.usefixtures("emulator")
def test_the_library_has_the_instructions() -> None:
    """And no others of AMX than the emulator knows."""
    if (objdump := shutil.which("objdump")) is None:
        pytest.skip("there is no objdump")
    library.load(systems.AMX)
    listing = subprocess.run(
        [objdump, "-d", library._library_file(systems.AMX)], capture_output=True, text=True, check=True
    )
    found = set(re.findall(r"\t((?:td|tile|ldtile|sttile)\w+)", listing.stdout))
    assert found == {"ldtilecfg", "tileloadd", "tdpbssd", "tdpbsud", "tilestored", "tilezero", "tilerelease"}


def test_it_is_for_programs_that_may_use_tiles(monkeypatch: pytest.MonkeyPatch) -> None:
    flags = systems.ISAS[systems.AMX][0]
    monkeypatch.delenv("LLMDESK_KERNELS", raising=False)
    monkeypatch.setattr(library, "processor_flags", lambda: flags)
    monkeypatch.setattr(library, "may_use_tiles", lambda: True)
    monkeypatch.setattr(library, "this_system", lambda: systems.SYSTEMS["linux"])
    assert library.best_isa() == "avx512-vnni"  # by itself it is not used: nobody has verified it on hardware
    monkeypatch.setenv("LLMDESK_KERNELS", "amx")
    assert library.best_isa() == systems.AMX
    monkeypatch.setattr(library, "may_use_tiles", lambda: False)
    assert library.best_isa() is None
    assert "amx" in (library.obstacle() or "")
    monkeypatch.setattr(library, "may_use_tiles", lambda: pytest.fail("only Linux is asked"))
    for other in (systems.SYSTEMS["win32"], systems.SYSTEMS["darwin"]):
        with monkeypatch.context() as patch:
            patch.setattr(library, "this_system", functools.partial(lambda system: system, other))
            assert systems.AMX not in library.isas_here()
