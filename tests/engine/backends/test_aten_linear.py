"""Products of aten's kernels for every size that a matrix may have."""

from __future__ import annotations

import subprocess
import sys

import pytest

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.model

_PRODUCT = """
import torch
from llmdesk.engine.backends.aten_linear import pack_for_aten
from llmdesk.engine.matrices.forms import quantize_int8
from llmdesk.engine.matrices.quantize import quantize_int4

torch.manual_seed(1)
for bits, rows, columns in {sizes}:
    weight = torch.randn(rows, columns)
    matrix = quantize_int8(weight, columns) if bits == 8 else quantize_int4(weight)
    packed = pack_for_aten(matrix, None, torch.bfloat16)
    for tokens in (1, 2, 7, 33):
        x = torch.randn(tokens, columns, dtype=torch.bfloat16)
        expected = x.float() @ matrix.dequantized().t()
        for laid_out in (x, x.t().contiguous().t()):  # row by row, column by column
            found = packed(laid_out).float()
            assert found.shape == expected.shape, (bits, rows, columns)
            error = (found - expected).norm() / expected.norm()
            assert error < 0.01, (bits, rows, columns, float(error))
"""


@pytest.mark.parametrize(
    "sizes",
    [
        [(8, 16, 120), (8, 64, 136), (8, 33, 40), (8, 5, 8), (8, 70, 2), (8, 48, 4104)],
        [(8, 16, 128), (8, 64, 64), (8, 7, 96)],
        [(4, 260, 64), (4, 1, 32), (4, 17, 96), (4, 32, 64), (4, 100, 128)],
    ],
    ids=["8 bits, columns no multiple of 16", "8 bits", "4 bits, rows no multiple of 16"],
)
def test_sizes_that_the_kernels_do_not_take_together(sizes: list[tuple[int, int, int]]) -> None:
    """In a process of its own: what failed here was the process."""
    done = subprocess.run(
        [sys.executable, "-c", _PRODUCT.format(sizes=sizes)], capture_output=True, text=True, timeout=110
    )
    assert done.returncode == 0, done.stderr[-2000:] or f"ended by signal {-done.returncode}"
