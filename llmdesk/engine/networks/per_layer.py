"""Per-layer embeddings (Gemma 4) on a backend's kernels: what a token brings for each layer (engine thread only).

::

    own[t, l] = (norm(projection(x[t]))[l] / sqrt(H) + table[id[t], l] * sqrt(P)) / sqrt(2)
    x = x + post_norm(output(activation(gate(x)) * own[t, l]))          after a layer's feed-forward

Shapes: T new tokens, L layers, P numbers for each layer, H hidden. The table stays where the weights are; only the rows
of the new tokens are read.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import torch  # noqa: TID253  (imported by backends only, on the engine thread)

from llmdesk.engine.generation.given import with_words
from llmdesk.engine.networks import gemma4_tensors as names
from llmdesk.engine.networks.linear import PackedLinear, WithOutput

if TYPE_CHECKING:
    from llmdesk.engine.matrices.forms import Matrix
    from llmdesk.engine.matrices.stored import Weights
    from llmdesk.engine.networks.architecture import Architecture
    from llmdesk.engine.networks.decoder import Kernels


class LayerInput:
    """What a layer does with it.

    Args:
        gate: (P, H); output: (H, P), normed.
        gated: (T, 2 P) -> (T, P)
    """

    def __init__(self, gate: PackedLinear, output: PackedLinear, gated: Callable[[torch.Tensor], torch.Tensor]) -> None:
        self._gate, self._output, self._gated = gate, output, gated

    def add(self, x: torch.Tensor, own: torch.Tensor) -> torch.Tensor:
        """x (T, H), own (T, P) -> x + what is made of both"""
        return self._output.add(self._gated(torch.cat((self._gate(x), own), dim=-1)), x)


class PerLayer:
    """See the module.

    Args:
        pack: brings a matrix into the backend's layout.
        norm: reads a norm's weights.
    """

    def __init__(
        self,
        architecture: Architecture,
        weights: Weights,
        kernels: Kernels,
        pack: Callable[[Matrix, torch.Tensor | None], PackedLinear],
        norm: Callable[[str], torch.Tensor],
    ) -> None:
        self._arch, self._weights, self._kernels, self._pack = architecture, weights, kernels, pack
        self._read_norm = norm
        self._projection = pack(weights.matrix(names.PER_LAYER_PROJECTION), None)
        self._norm = norm(names.PER_LAYER_NORM)

    def of_layer(self, prefix: str) -> LayerInput:
        """That of the layer whose tensors' names begin so."""
        arch, kernels = self._arch, self._kernels
        gate, output = (
            self._pack(self._weights.matrix(prefix + name), None) for name in (names.LAYER_GATE, names.LAYER_OUTPUT)
        )
        weight = self._read_norm(prefix + names.LAYER_POST_NORM)
        normed = WithOutput(output, partial(kernels.rms_norm, weight=weight, eps=arch.eps))
        return LayerInput(gate, normed, partial(kernels.gated, activation=arch.activation))

    def inputs(self, ids: list[int], x: torch.Tensor) -> torch.Tensor:
        """(T, L, P) of new tokens whose embeddings are x (T, H)."""
        arch = self._arch
        shape = (len(ids), len(arch.layers), arch.per_layer)
        words = with_words(ids, arch.blank_token)
        rows = torch.from_numpy(self._weights.rows(names.PER_LAYER_EMBEDDING, words)).to(x.device, x.dtype).view(shape)
        rows = rows * torch.tensor(arch.per_layer**0.5, dtype=x.dtype, device=x.device)  # the scale is rounded too
        made = (self._projection(x) * arch.hidden**-0.5).view(shape)
        return (self._kernels.rms_norm(made, self._norm, arch.eps) + rows) * 2**-0.5
