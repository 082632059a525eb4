"""IPEX's operators must not read beyond what they are given: a page behind it that nobody may touch."""

from __future__ import annotations

import subprocess
import sys

import pytest

from llmdesk.engine.backends.choice import ipex_obstacle

pytestmark = [
    pytest.mark.model,
    pytest.mark.skipif(ipex_obstacle() is not None, reason=str(ipex_obstacle())),
]

_ROTATE = """
import ctypes, mmap
import torch
from llmdesk.engine.backends.ipex import IpexKernels, load_operators

page, heads, kept, dim = mmap.PAGESIZE, 15, 12, 64
memory = mmap.mmap(-1, 3 * page)
address = ctypes.addressof(ctypes.c_char.from_buffer(memory))
assert ctypes.CDLL(None, use_errno=True).mprotect(ctypes.c_void_p(address + 2 * page), page, 0) == 0
row = torch.frombuffer(memory, dtype=torch.bfloat16, count=heads * dim, offset=2 * page - heads * dim * 2)
row[:] = torch.randn(heads * dim)
queries_and_keys = row.view(1, heads, dim)[:, :kept]
table = torch.randn(64, dim)
load_operators()
kernels = IpexKernels()
for start in range(8):
    rotated = kernels.rotate(queries_and_keys, table, start)
    assert torch.equal(rotated, kernels.rotate(queries_and_keys.contiguous(), table, start))
"""


def test_rotating_one_token_stays_inside_its_row() -> None:
    result = subprocess.run([sys.executable, "-c", _ROTATE], capture_output=True, text=True, timeout=100, check=False)
    assert result.returncode == 0, result.stderr[-2000:]
