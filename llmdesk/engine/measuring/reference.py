"""A model in plain float32, straight from its files: what every quantised form is compared with (engine thread only).

Nothing is converted or kept on disk. Weights that are stored as bf16 or f16 stay so in memory and become float32 while
they multiply; blocks of few bits are taken apart to float32, four bytes a weight.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

import torch  # noqa: TID253  (imported on the engine thread only)
from torch.nn import functional as F  # noqa: TID253

from llmdesk.engine.backends.native import NativeKernels
from llmdesk.engine.generation.step import Network
from llmdesk.engine.matrices.forms import dequantized
from llmdesk.engine.matrices.stored import TensorWeights
from llmdesk.engine.networks.architecture import HEAD, obstacle
from llmdesk.engine.networks.decoder import Decoder
from llmdesk.engine.networks.modules import ModulesNetwork
from llmdesk.engine.processor.threads import default_threads
from llmdesk.errors import ModelDamaged
from llmdesk.words import say

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from llmdesk.engine.matrices.forms import Matrix
    from llmdesk.engine.networks.linear import PackedLinear
    from llmdesk.engine.weights.source import SourceTensor


def float_reference(tensors: Iterable[SourceTensor], config: Any, context_tokens: int) -> Network:
    """The model in float32, whatever its precision here.

    Args:
        tensors: all of the model's files (loading.source_tensors).
        config: transformers' configuration.
        context_tokens: the longest sequence.

    Raises:
        ModelDamaged, UnsupportedModel: the files do not fit the configuration, or cannot be read.
    """
    weights: Any = _ExactWeights(tensors, tied=bool(getattr(config, "tie_word_embeddings", False)))
    if obstacle(config):
        return _OnAllCores(ModulesNetwork(config, weights, _FloatKernels(torch.float32), lambda done: None))
    return _OnAllCores(Decoder(config, weights, _FloatKernels(torch.float32), context_tokens))


class _ExactWeights(TensorWeights):
    """The files themselves: each tensor is read when it is asked for."""

    def __init__(self, tensors: Iterable[SourceTensor], tied: bool) -> None:
        self._tensors = {tensor.name: tensor for tensor in tensors if not (tied and tensor.name == HEAD)}

    def names(self) -> set[str]:
        return set(self._tensors)

    def shape(self, name: str) -> tuple[int, ...]:
        return self._tensors[name].shape

    def matrix(self, name: str) -> Matrix:
        if name not in self._tensors:
            raise ModelDamaged(say("The model's files lack the tensor {name}.", name=name))
        tensor = self._tensors[name]
        return tensor.finish(torch.cat([dequantized(tensor.rows(start, end)) for start, end in tensor.pieces()]))

    def rows(self, name: str, ids: Sequence[int]) -> NDArray[np.float32]:
        read = [dequantized(self._tensors[name].rows(row, row + 1)).float() for row in ids]
        found: NDArray[np.float32] = torch.cat(read).numpy()
        return found

    def tensor(self, name: str) -> torch.Tensor:
        return dequantized(self.matrix(name))

    @property
    def title(self) -> str:
        return "as they were read"

    def each(self, take: Callable[[str, Matrix], None]) -> None:
        for name in sorted(self._tensors):
            take(name, self.matrix(name))


class _Wide:
    """A product in float32 over weights as they are stored."""

    def __init__(self, weight: torch.Tensor, bias: torch.Tensor | None) -> None:
        self._weight, self._bias = weight, bias

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        return F.linear(x, self._weight.float(), self._bias)

    def add(self, x: torch.Tensor, residual: torch.Tensor) -> torch.Tensor:
        return residual + self(x)


class _FloatKernels(NativeKernels):
    def pack(self, matrix: Matrix, bias: torch.Tensor | None) -> PackedLinear:
        return _Wide(dequantized(matrix), bias)


class _OnAllCores:
    """Our own kernels leave torch one thread (see build_network); the reference takes all, and gives them back."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self.new_cache = network.new_cache

    def forward(self, ids: list[int], cache: Any, last: int = 1) -> Any:
        """See generation.Network."""
        before = torch.get_num_threads()
        torch.set_num_threads(default_threads())
        try:
            return self._network.forward(ids, cache, last)
        finally:
            torch.set_num_threads(before)
