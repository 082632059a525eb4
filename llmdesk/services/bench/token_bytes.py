"""How many bytes of weights a model reads for each token it writes, before it is loaded or even fetched (no torch)."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from llmdesk.datatypes.model import ModelSpec, Precision
from llmdesk.engine.measuring.shape_files import shape_of, shape_size
from llmdesk.memory_need import memory_need, weights_bytes


@cache
def bytes_per_token(spec: ModelSpec, precision: Precision) -> int:
    """From its shape where that is shipped, else from the memory that its weights take without what sees; 0: unknown.

    Of experts only those are read that a token chooses. The table in which tokens are looked up is not, unless it is
    the output layer as well; of that the lower plane is hardly read (docs/decisions/0047).
    """
    if (shape := shape_of(spec.id)) is not None and not spec.added_by_user:
        size = replace(shape_size(shape, of_a_token=True), embedding_weights=0)
        lower_plane = size.head_weights // 2 if precision != "bf16" else 0
        return weights_bytes(size, precision) - lower_plane
    need = memory_need(spec, None, precision, 0)
    return max(0, need.weights_bytes - spec.sight_bytes) if need is not None else 0
