"""What llmdesk's own decoders and kernels run, as far as a model's files tell: one judgement for picker and engine.

Pure functions. The engine looks again when it knows all values (networks/architecture.py, networks/fused/decoder.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from llmdesk.datatypes.model import MODEL_TYPES
from llmdesk.whole_models import writing_values

Activation = Literal["silu", "gelu_tanh", "relu2", "clamped_swiglu"]

ACTIVATIONS: dict[str, Activation] = {
    "silu": "silu",
    "swish": "silu",
    "gelu_pytorch_tanh": "gelu_tanh",
    "relu2": "relu2",
}
"""Names of config.json, and what they are."""

WITH_LOCAL_ANGLES = frozenset({"gemma3_text", "gemma4_text", "olmo3", "lfm3"})
"""Architectures whose layers with a window rotate by angles of their own."""

_COLUMNS = 32  # of a block of weights: BLOCK in engine/matrices/panel_forms.py
_LANES, _MOST_HEAD_DIM = 16, 512


def may_run(config: Mapping[str, Any]) -> bool:
    """Whether a model with this config.json may run on our own decoders; what it leaves out is as usual."""
    config = writing_values(config)
    activation = config.get("hidden_activation") or config.get("hidden_act")
    return (
        str(config.get("model_type")) in MODEL_TYPES
        and (activation is None or str(activation) in ACTIVATIONS)
        and config.get("clip_qkv") is None
        and config.get("use_bidirectional_attention") in (None, False, "", "vision")  # that is of pictures only
    )


def kernels_take(head_dim: int, widths: Iterable[int]) -> bool:
    """Whether our own kernels multiply matrices of these numbers of columns, with heads of that size."""
    return not (head_dim % _LANES or head_dim > _MOST_HEAD_DIM or any(width % _COLUMNS for width in widths))
