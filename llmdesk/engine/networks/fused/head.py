"""The output layer in two planes, of which the lower one is read where it can decide (c/head.h; engine thread only)."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from typing import TYPE_CHECKING

from llmdesk.engine.matrices.panel_forms import PANEL_ROWS, SPLIT
from llmdesk.engine.matrices.panel_matrix import PanelMatrix
from llmdesk.engine.matrices.panels import in_planes

if TYPE_CHECKING:
    from llmdesk.engine.matrices.stored import Weights

_OCTET_BYTES = 4 * 64  # of a panel's lower plane, read by the first pass: OCTETS in c/head.h


def head_of(library: ctypes.CDLL, weights: Weights, name: str, panels: PanelMatrix) -> tuple[PanelMatrix, HeadReading]:
    """The matrix of that name as an output layer: as it is stored, else in two planes if it can be."""
    made = in_planes(library, panels) if weights.panels(name) is None else panels
    assert isinstance(made, PanelMatrix), "planes are made of panels"
    return made, HeadReading.of(made)


@dataclass(frozen=True, slots=True)
class HeadReading:
    """What a step reads of an output layer.

    Attributes:
        lower_bytes: of the lower plane, what the first pass leaves; 0 if there is none.
        panel_bytes: of both planes of 16 rows.
    """

    lower_bytes: int = 0
    panel_bytes: int = 0

    @classmethod
    def of(cls, head: PanelMatrix) -> HeadReading:
        """See above."""
        if head.form != SPLIT:
            return cls()
        panels = -(-head.rows // PANEL_ROWS)
        return cls(panels * (head.columns * PANEL_ROWS // 2 - _OCTET_BYTES), head.data.nbytes // panels)

    def unread_bytes(self, library: ctypes.CDLL, engine: int | None) -> int:
        """Of the lower plane, the mean of the steps until now that wanted their best logits only."""
        steps, panels = ctypes.c_int64(), ctypes.c_int64()
        if self.lower_bytes and engine:
            library.fused_head_counts(engine, ctypes.byref(steps), ctypes.byref(panels))
        return self.lower_bytes - round(panels.value / max(1, steps.value) * self.panel_bytes)
