"""BitNet b1.58: weights of -1, 0 and 1 times one scale, held exactly in 4 bits (engine thread only).

Our own kernels hold them in 2 (matrices/panels.py).

Published in two ways, told apart by ``quantization_config`` (transformers/integrations/bitnet.py):

- packed: four rows to a byte and a ``weight_scale`` beside each matrix. Row r of the packed matrix holds, from its
  lowest bits up, the rows r, r + n, r + 2n and r + 3n (n: packed rows), as 0, 1, 2 for -1, 0, 1. Of the linear class
  "autobitlinear" the result is multiplied by the scale, of "bitlinear" it is divided by it.
- "online": plain numbers, rounded to -1, 0, 1 times the mean of all their magnitudes whenever they are used.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from llmdesk.engine.matrices.forms import Int4Matrix, dequantized
from llmdesk.engine.weights.source import SourceTensor
from llmdesk.errors import ModelDamaged
from llmdesk.words import say

if TYPE_CHECKING:
    import torch

    from llmdesk.engine.matrices.forms import Matrix

_SCALE = "_scale"


def ternary_tensors(tensors: list[SourceTensor], packing: dict[str, Any]) -> Iterator[SourceTensor]:
    """The same tensors, the ternary ones as Int4Matrix with one group per row.

    Raises:
        ModelDamaged: while reading, a byte that stands for no weight.
    """
    scales = {tensor.name: tensor for tensor in tensors if tensor.name.endswith(_SCALE)}
    online = packing.get("quantization_mode") == "online"
    plain = tuple(packing.get("modules_to_not_convert") or ())
    divides = packing.get("linear_class", "bitlinear") != "autobitlinear"
    for tensor in tensors:
        if tensor.name in scales:
            continue
        if scale := scales.get(tensor.name + _SCALE):
            yield _packed(tensor, scale, divides)
        elif online and tensor.name.endswith("_proj.weight") and not tensor.name.startswith(plain):
            yield _online(tensor)
        else:
            yield tensor


def ternary_rows(weight: torch.Tensor) -> Int4Matrix | None:
    """Of numbers that are -s, 0 or s, with an s for each row; None if they are not."""
    import torch

    weight = weight.float()
    scales = weight.abs().amax(dim=1, keepdim=True).clamp_min(1e-30)
    signs = (weight / scales).round_()
    return _ternary(signs, scales) if torch.equal(signs * scales, weight) else None


def _ternary(signs: torch.Tensor, scales: torch.Tensor) -> Int4Matrix:
    """``signs`` -1, 0, 1 (out, in); ``scales`` (out, 1)."""
    import torch

    q = (signs + 1).to(torch.uint8)
    return Int4Matrix(q[:, 0::2] | (q[:, 1::2] << 4), scales.float().contiguous(), torch.ones_like(scales).float())


def _packed(tensor: SourceTensor, scale: SourceTensor, divides: bool) -> SourceTensor:
    def rows(start: int, end: int) -> Matrix:
        import torch

        packed = dequantized(tensor.rows(0, tensor.shape[0]))
        q = torch.cat([(packed >> bits) & 3 for bits in (0, 2, 4, 6)])
        if bool((q == 3).any()):
            raise ModelDamaged(say("{name} holds a value that is no ternary weight.", name=tensor.name))
        stored = float(dequantized(scale.rows(0, 1)).float())
        return _ternary(q.to(torch.int8) - 1, torch.full((q.shape[0], 1), 1 / stored if divides else stored))

    shape = (4 * tensor.shape[0], *tensor.shape[1:])
    return replace(tensor, shape=shape, rows=rows, is_quantized=True, whole=True)


def _online(tensor: SourceTensor) -> SourceTensor:
    def rows(start: int, end: int) -> Matrix:
        import torch

        weight = dequantized(tensor.rows(start, end))
        inverse = 1 / weight.float().abs().mean().clamp_min(1e-5)
        scale = (1 / inverse).to(weight.dtype).float()  # rounded as the product would be
        signs = (weight.float() * inverse).round().clamp(-1, 1)
        return _ternary(signs, torch.full((weight.shape[0], 1), float(scale)))

    return replace(tensor, rows=rows, is_quantized=True, whole=True)
