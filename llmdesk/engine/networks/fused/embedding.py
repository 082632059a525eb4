"""The embedding in one of the forms that our own kernels read (engine thread only)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from llmdesk.engine.matrices.forms import dequantized
from llmdesk.engine.matrices.panel_matrix import PanelMatrix
from llmdesk.engine.networks.architecture import EMBEDDING

if TYPE_CHECKING:
    from llmdesk.engine.matrices.forms import Matrix
    from llmdesk.engine.matrices.stored import Weights


def embedding_of(
    weights: Weights, pack: Callable[[Matrix], Matrix | PanelMatrix]
) -> PanelMatrix | npt.NDArray[np.uint16]:
    """In panels, or as the bits of bfloat16 (V, hidden) where it is not quantised. As stored, or brought there now."""
    if (stored := weights.panels(EMBEDDING)) is not None:
        return stored
    if (bits := weights.bfloat16_bits(EMBEDDING)) is not None:
        return bits
    made = pack(weights.matrix(EMBEDDING))
    if isinstance(made, PanelMatrix):
        return made
    import torch

    table: npt.NDArray[np.uint16] = dequantized(made).bfloat16().contiguous().view(torch.int16).numpy().view(np.uint16)
    return table
