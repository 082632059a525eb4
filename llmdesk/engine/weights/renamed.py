"""Tensors under the names that our decoders know, whatever a publisher calls them (engine thread only)."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from llmdesk.engine.weights.source import SourceTensor

if TYPE_CHECKING:
    from llmdesk.engine.matrices.forms import Matrix

# LFM's names and the usual ones.
_PARTS = {
    "operator_norm": "input_layernorm",
    "ffn_norm": "post_attention_layernorm",
    "feed_forward.w1": "mlp.gate_proj",
    "feed_forward.w3": "mlp.up_proj",
    "feed_forward.w2": "mlp.down_proj",
    "self_attn.q_layernorm": "self_attn.q_norm",
    "self_attn.k_layernorm": "self_attn.k_norm",
    "self_attn.out_proj": "self_attn.o_proj",
}
_IN_LAYER = re.compile(rf"(model\.layers\.\d+\.)({'|'.join(map(re.escape, _PARTS))})(\.weight|\.bias)")
_TOP = {"model.embedding_norm.weight": "model.norm.weight"}


def renamed(tensors: Iterable[SourceTensor]) -> list[SourceTensor]:
    """The same tensors under the usual names; a convolution's taps (columns, 1, taps) as one vector."""
    return [_flat(replace(tensor, name=_usual_name(tensor.name))) for tensor in tensors]


def _usual_name(name: str) -> str:
    if found := _IN_LAYER.fullmatch(name):
        return f"{found[1]}{_PARTS[found[2]]}{found[3]}"
    return _TOP.get(name, name)


def _flat(tensor: SourceTensor) -> SourceTensor:
    if not tensor.name.endswith(".conv.conv.weight"):
        return tensor

    def rows(start: int, end: int) -> Matrix:
        from llmdesk.engine.matrices.forms import dequantized

        return dequantized(tensor.rows(0, tensor.shape[0])).reshape(-1)[start:end]

    return replace(tensor, shape=(math.prod(tensor.shape),), rows=rows, whole=True)
