"""4 bits that are places in a table of 16 values: MXFP4, and GGUF's IQ4 (engine thread only)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from llmdesk.engine.matrices.forms import Int8Matrix
from llmdesk.engine.matrices.panel_forms import FP4_VALUES

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True, slots=True)
class TableMatrix(Int8Matrix):
    """4 bits that are a place in a table: ``w = scales q`` with q one of 16 values, scales for 32 columns.

    Our own kernels read it as that. For everything else it is an Int8Matrix with the very same numbers.
    """


@dataclass(frozen=True, slots=True)
class Fp4Matrix(TableMatrix):
    """MXFP4, 4.25 bits: q is one of panel_forms.FP4_VALUES, scales are powers of 2."""


@dataclass(frozen=True, slots=True)
class Iq4Matrix(TableMatrix):
    """GGUF's IQ4_NL and IQ4_XS, 4.5 bits: q is one of panel_forms.IQ4_VALUES."""


def fp4_matrix(numbers: torch.Tensor, exponents: torch.Tensor) -> Fp4Matrix:
    """Out of numbers in FP4_VALUES, uint8 (out, in), and E8M0's exponents of groups, uint8 (out, in / 32).

    255, which stands for no number, makes a scale that is none.
    """
    import torch

    return Fp4Matrix(torch.tensor(FP4_VALUES, dtype=torch.int8)[numbers.int()], _powers(exponents))


def fp4_of_pairs(pairs: torch.Tensor, exponents: torch.Tensor) -> Fp4Matrix:
    """The same out of bytes of two neighbours, the first in the lower half: uint8 (out, in / 2)."""
    import torch

    both = torch.tensor([(low, high) for high in FP4_VALUES for low in FP4_VALUES], dtype=torch.int8).view(torch.int16)
    return Fp4Matrix(both[:, 0][pairs.int()].view(torch.int8), _powers(exponents))


def _powers(exponents: torch.Tensor) -> torch.Tensor:
    """float32; the values are twice those of FP4."""
    import torch

    return torch.ldexp(torch.ones(exponents.shape), exponents.int() - 128).masked_fill(exponents == 255, torch.nan)
