"""Tensors under the names that our decoders know, whatever a publisher calls them (engine thread only)."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from llmdesk.engine.networks.config_values import integer
from llmdesk.engine.networks.kinds import KINDS
from llmdesk.engine.networks.layers import HEAD_GATE
from llmdesk.engine.weights.granite_hybrid import arranged_granite
from llmdesk.engine.weights.qwen3_next import parts_of
from llmdesk.engine.weights.source import SourceTensor

if TYPE_CHECKING:
    import torch

    from llmdesk.engine.matrices.forms import Matrix

# LFM's names and the usual ones.
_PARTS = {
    "operator_norm": "input_layernorm",
    "ffn_norm": "post_attention_layernorm",
    "feed_forward.gate": "mlp.gate",
    "feed_forward.w1": "mlp.gate_proj",
    "feed_forward.w3": "mlp.up_proj",
    "feed_forward.w2": "mlp.down_proj",
    "self_attn.q_layernorm": "self_attn.q_norm",
    "self_attn.k_layernorm": "self_attn.k_norm",
    "self_attn.out_proj": "self_attn.o_proj",
    "self_attn.gate_proj": HEAD_GATE,
}
_IN_LAYER = re.compile(rf"(model\.layers\.\d+\.)({'|'.join(map(re.escape, _PARTS))})(\.weight|\.bias)")
_EXPERT = re.compile(r"(model\.layers\.\d+\.)feed_forward\.experts\.(\d{1,6})\.(w[123])\.weight")
_GUESSING = "mtp."
_TOP = {"model.embedding_norm.weight": "model.norm.weight"}


def renamed(tensors: Iterable[SourceTensor], config: Any) -> list[SourceTensor]:
    """The same tensors under the usual names: a convolution's taps (columns, 1, taps) as one vector, queries and
    attention's gate apart; what guesses further tokens is left out.

    Args:
        config: of the part that writes.
    """
    found = [_flat(replace(tensor, name=usual_name(tensor.name))) for tensor in tensors]
    if config.model_type in ("granitemoehybrid", "granitemoe"):
        return arranged_granite(found, config)
    if not getattr(KINDS.get(config.model_type), "is_gated", False):
        return found
    head_dim = integer(config, "head_dim")
    wanted = [tensor for tensor in found if not tensor.name.startswith(_GUESSING)]
    if config.model_type == "qwen3_next":
        wanted = [part for tensor in wanted for part in parts_of(tensor, config)]
    return [part for tensor in wanted for part in _gate_apart(tensor, head_dim)]


def _gate_apart(tensor: SourceTensor, head_dim: int) -> list[SourceTensor]:
    """Each head's queries stand before its gate."""
    pair = 2 * head_dim
    if ".self_attn.q_proj." not in tensor.name or tensor.shape[0] % pair:
        return [tensor]

    def part(first: int) -> Callable[[int, int], Matrix]:
        def rows(start: int, end: int) -> Matrix:
            from llmdesk.engine.matrices.forms import each_part

            heads = range(start // head_dim, -(-end // head_dim))
            read = tensor.rows(heads.start * pair, heads.stop * pair)
            cut = slice(start - heads.start * head_dim, end - heads.start * head_dim)

            def chosen(whole: torch.Tensor) -> torch.Tensor:
                each = whole.unflatten(0, (len(heads), pair))[:, first : first + head_dim]
                return each.flatten(0, 1)[cut].contiguous()

            return each_part(read, chosen)

        return rows

    shape = (tensor.shape[0] // 2, *tensor.shape[1:])
    queries, gate = tensor.name, tensor.name.replace("q_proj", "gate_proj")
    return [replace(tensor, name=queries, shape=shape, rows=part(0)),
            replace(tensor, name=gate, shape=shape, rows=part(head_dim))]  # fmt: skip


def usual_name(name: str) -> str:
    """What our decoders call a tensor."""
    if found := _EXPERT.fullmatch(name):
        return f"{found[1]}mlp.experts.{found[2]}.{_PARTS[f'feed_forward.{found[3]}'].removeprefix('mlp.')}.weight"
    if ".feed_forward.experts." in name:
        return name.replace(".feed_forward.", ".mlp.")
    if name.endswith(".feed_forward.expert_bias"):
        return f"{name.replace('.feed_forward.', '.mlp.')}.weight"
    if name.endswith((".A_log", ".dt_bias", ".mamba.D")):
        return f"{name}.weight"
    if found := _IN_LAYER.fullmatch(name):
        return f"{found[1]}{_PARTS[found[2]]}{found[3]}"
    return _TOP.get(name, name)


def _flat(tensor: SourceTensor) -> SourceTensor:
    if not tensor.name.endswith((".conv.conv.weight", ".linear_attn.conv1d.weight", ".mamba.conv1d.weight")):
        return tensor

    def rows(start: int, end: int) -> Matrix:
        from llmdesk.engine.matrices.forms import dequantized

        return dequantized(tensor.rows(0, tensor.shape[0])).reshape(-1)[start:end]

    return replace(tensor, shape=(math.prod(tensor.shape),), rows=rows, whole=True)
