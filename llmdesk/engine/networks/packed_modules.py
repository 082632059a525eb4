"""What stands in transformers' models where a Linear, GPT-2's Conv1D or a layer of experts stood (engine thread)."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import torch  # noqa: TID253  (imported by backends only, on the engine thread)
from torch import nn  # noqa: TID253

from llmdesk.engine.networks.linear import PackedLinear

if TYPE_CHECKING:
    from llmdesk.engine.matrices.forms import Matrix
    from llmdesk.engine.networks.decoder import Kernels

EXPERTS = ("gate_up_proj", "up_proj", "down_proj")
"""Names of the tensors (experts, out, in) that transformers' layers of experts hold."""
_ROUTERS = frozenset({"gate", "router", "shared_expert_gate"})
"""Names of the small matrices that choose experts: rounded ones would choose others."""


def is_packed(module: nn.Module, name: str) -> bool:
    """Whether a parameter's ``weight`` is a matrix that is multiplied: ``name`` is the whole one, with ``.weight``."""
    path, _, leaf = name.rpartition(".")
    return leaf == "weight" and matrix_kind(module) is not None and path.rpartition(".")[2] not in _ROUTERS


def matrix_kind(module: nn.Module) -> str | None:
    """ "linear" for (out, in), "conv1d" for GPT-2's (in, out), None for what is no plain product."""
    from transformers.pytorch_utils import Conv1D

    if isinstance(module, nn.Linear):
        return "linear" if _is_plain_product(type(module)) else None  # type: ignore[arg-type]  # (a class is hashable)
    return "conv1d" if type(module) is Conv1D else None


@cache
def _is_plain_product(kind: type[nn.Linear]) -> bool:
    """Whether a class made of Linear still computes x W^T + b, found by trying it on a few numbers."""
    if kind is nn.Linear:
        return True
    weight, bias, x = torch.rand(4, 6), torch.rand(4), torch.rand(2, 6)
    try:
        made = kind(6, 4)
        with torch.no_grad():
            made.weight, made.bias = nn.Parameter(weight), nn.Parameter(bias)
            return bool(torch.allclose(made(x), nn.functional.linear(x, weight, bias), atol=1e-5))
    except Exception:  # whatever it wants besides: then it stays as it is
        return False


def is_experts(module: nn.Module, leaf: str, shape: tuple[int, ...]) -> bool:
    """Whether this is a tensor of experts in the form that transformers has for nearly all of them."""
    return leaf in EXPERTS and len(shape) == 3 and hasattr(module, "is_transposed") and hasattr(module, "_apply_gate")


class PackedModule(nn.Module):
    """A product in a kernel's own layout. The bias stays a parameter of its own."""

    def __init__(
        self, shape: tuple[int, int], packed: PackedLinear, bias: nn.Parameter | None, dtype: torch.dtype
    ) -> None:
        super().__init__()
        self.out_features, self.in_features = shape
        self.bias = bias
        self.was_asked_for_weights = False
        self._packed, self._dtype = packed, dtype
        self._no_weights = torch.full((1, 1), torch.nan, dtype=dtype).expand(shape)

    @property
    def weight(self) -> torch.Tensor:
        """Of the right type and shape, for who wants to know these. Its numbers are none: a product would show it."""
        self.was_asked_for_weights = True
        return self._no_weights

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        rows = x.reshape(-1, self.in_features).to(self._dtype).contiguous()
        y = self._packed(rows).view(*x.shape[:-1], self.out_features).to(x.dtype)
        return y if self.bias is None else y + self.bias


class PackedExperts(nn.Module):
    """A layer of experts, each of which is computed for the tokens that chose it; what lies between is transformers'.

    Args:
        experts: the layer whose place this takes.
    """

    def __init__(self, experts: Any, dtype: torch.dtype) -> None:
        super().__init__()
        self.experts = experts
        self._dtype = dtype
        self._packed: dict[str, list[PackedLinear]] = {}

    def put(self, leaf: str, matrices: list[Matrix], kernels: Kernels) -> None:
        """All experts' matrices (out, in) of this name."""
        self._packed[leaf] = [kernels.pack(matrix, None) for matrix in matrices]
        setattr(self.experts, leaf, None)

    def forward(
        self, hidden_states: torch.Tensor, top_k_index: torch.Tensor, top_k_weights: torch.Tensor
    ) -> torch.Tensor:
        """(tokens, hidden), (tokens, k) numbers of experts, (tokens, k) their weights -> (tokens, hidden)"""
        x = hidden_states.reshape(-1, hidden_states.shape[-1])
        out = torch.zeros(x.shape, dtype=torch.float32, device=x.device)
        for expert in top_k_index.unique().tolist():
            if not 0 <= expert < len(self._packed["down_proj"]):
                continue  # a number beyond the last one stands for none
            token, place = torch.where(top_k_index == expert)
            y = self._expert(expert, x[token])
            out.index_add_(0, token, (y * top_k_weights[token, place, None]).float())
        return out.to(hidden_states.dtype).view(hidden_states.shape)

    def _expert(self, expert: int, x: torch.Tensor) -> torch.Tensor:
        layer = self.experts
        if layer.has_gate:
            y = layer._apply_gate(self._product("gate_up_proj", expert, x))
        else:
            y = layer.act_fn(self._product("up_proj", expert, x))
        y = self._product("down_proj", expert, y)
        return layer.post_expert_norm(y) if getattr(layer, "has_post_expert_norm", False) else y

    def _product(self, leaf: str, expert: int, x: torch.Tensor) -> torch.Tensor:
        y = self._packed[leaf][expert](x.to(self._dtype).contiguous())
        y = y.to(x.dtype)
        return y + getattr(self.experts, f"{leaf}_bias")[expert] if self.experts.has_bias else y
