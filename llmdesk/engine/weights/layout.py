"""How matrices lie in a converted file where our own kernels run the model (engine thread only)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from llmdesk.datatypes.model import Precision
from llmdesk.engine.backend import LoadReporter
from llmdesk.engine.networks.architecture import EMBEDDING, HEAD, rounds_activations
from llmdesk.engine.networks.gemma4_tensors import is_looked_up
from llmdesk.engine.weights.conversion import is_product
from llmdesk.words import say

if TYPE_CHECKING:
    from typing import TypeAlias

    from llmdesk.engine.matrices.forms import Matrix
    from llmdesk.engine.matrices.panel_matrix import PanelMatrix

    Layout: TypeAlias = Callable[[str, Matrix], Matrix | PanelMatrix]


def layout_of(config: Any, precision: Precision, report: LoadReporter) -> Layout | None:
    """What brings matrices into the layout of our own kernels, so that they can work on the mapped file.

    None where these kernels do not run the model; then the file holds plain quants and scales for any backend to pack.
    """
    from llmdesk.engine.matrices import panels
    from llmdesk.engine.networks.fused import decoder, library

    library.make(lambda: report(say("preparing the kernels"), 0.03))  # at the first use, if the set-up has not done it
    if decoder.obstacle(config) is not None:
        return None
    kernels = library.best()
    per_row = rounds_activations(config)
    head = EMBEDDING if getattr(config, "tie_word_embeddings", False) else HEAD

    def layout(name: str, matrix: Matrix) -> Matrix | PanelMatrix:
        if is_looked_up(name):
            return matrix
        packed = panels.in_panels(kernels, matrix, per_row)
        if precision == "bf16" and is_product(name, matrix.shape) and (name == head or name != EMBEDDING):
            packed = panels.floats_in_panels(kernels, packed)
        return panels.in_planes(kernels, packed) if name == head else packed

    return layout
