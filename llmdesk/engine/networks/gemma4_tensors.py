"""The tensors that Gemma 4 has beyond other architectures', and their shapes (plain data, no torch)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from llmdesk.engine.networks.architecture import Architecture

PER_LAYER_EMBEDDING = "model.embed_tokens_per_layer.weight"
PER_LAYER_PROJECTION = "model.per_layer_model_projection.weight"
PER_LAYER_NORM = "model.per_layer_projection_norm.weight"
LAYER_GATE, LAYER_OUTPUT = "per_layer_input_gate.weight", "per_layer_projection.weight"
LAYER_POST_NORM, LAYER_SCALE = "post_per_layer_input_norm.weight", "layer_scalar"
"""The last four are a layer's: after ``model.layers.N.``."""


def gemma4_shapes(architecture: Architecture) -> dict[str, tuple[int, ...]]:
    """Empty for others."""
    width, hidden, count = architecture.per_layer, architecture.hidden, len(architecture.layers)
    shapes: dict[str, tuple[int, ...]] = {}
    if width:
        shapes[PER_LAYER_EMBEDDING] = (architecture.vocab, count * width)
        shapes[PER_LAYER_PROJECTION] = (count * width, hidden)
        shapes[PER_LAYER_NORM] = (width,)
    for prefix in (f"model.layers.{index}." for index in range(count)):
        if width:
            shapes[prefix + LAYER_GATE] = (width, hidden)
            shapes[prefix + LAYER_OUTPUT] = (hidden, width)
            shapes[prefix + LAYER_POST_NORM] = (hidden,)
        if architecture.layer_scales:
            shapes[prefix + LAYER_SCALE] = (1,)
    return shapes


def is_looked_up(name: str) -> bool:
    """Whether a tensor is a table of which a token needs one row, and which stays on the disk."""
    return name == PER_LAYER_EMBEDDING
