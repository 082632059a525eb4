"""A matrix in the layout of our own kernels (engine thread only; panels.py makes them)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from llmdesk.engine.matrices.panel_forms import (
    BF16,
    PANEL_ROWS,
    Q8,
    SPLIT,
    STRETCH_GROUPS,
    STRETCH_SCALES,
    bfloat16_of,
    unpacked,
)

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import torch


@dataclass(frozen=True, slots=True)
class PanelMatrix:
    """A matrix of 2 to 16 bits as our own kernels read it: panels of 16 rows (see fused/c/matrix.h).

    Attributes:
        data: all panels; numpy's, since the kernels' way is free of torch.
        form: one of panel_forms.FORMS.
        rows, columns: of the matrix.
        group: columns that share a scale.
    """

    data: npt.NDArray[np.uint8]
    form: int
    rows: int
    columns: int
    group: int

    @property
    def shape(self) -> tuple[int, int]:
        """(out, in)"""
        return self.rows, self.columns

    def dequantized(self) -> torch.Tensor:
        """float32 (out, in), or bfloat16 of what is stored so."""
        import torch

        if self.form == SPLIT:
            return self.joined().dequantized()
        if self.form == BF16:
            return bfloat16_of(torch.from_numpy(self.data), self.rows, self.columns)
        return unpacked(self.form, torch.from_numpy(self.data), self.rows, self.columns, self.group)

    def joined(self) -> PanelMatrix:
        """One of SPLIT with its 8 bits together, a copy."""
        import numpy as np  # the window is painted without it

        panels, halves = -(-self.rows // PANEL_ROWS), self.columns * PANEL_ROWS // 2
        first = self.data[: -panels * halves].reshape(panels, -1)
        others = self.data[-panels * halves :].reshape(panels, -1)
        parts, quants = [], STRETCH_GROUPS * self.group * PANEL_ROWS // 2
        for start in range(0, halves, quants):  # of each stretch the scales, then its quants' halves together
            stretch = first[:, start + start // quants * STRETCH_SCALES :][:, : STRETCH_SCALES + quants]
            upper = stretch[:, STRETCH_SCALES:].reshape(panels, -1, 64)
            lower = others[:, start : start + quants].reshape(panels, -1, 64)
            both = np.stack(((upper & 15) << 4 | lower & 15, upper & 0xF0 | lower >> 4), axis=2)
            parts += [stretch[:, :STRETCH_SCALES], both.reshape(panels, -1)]
        return PanelMatrix(np.concatenate(parts, axis=1).ravel(), Q8, self.rows, self.columns, self.group)
