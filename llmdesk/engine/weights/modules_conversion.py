"""From transformers' own loading to a weights file in 4 or 8 bits, under the names of its modules (engine thread only).

Rounded are the matrices that are multiplied: Linear, GPT-2's Conv1D, and the experts of transformers' common form. The
output layer gets 8 bits at least. Embeddings, norms, routers, convolutions, states and experts of other forms stay.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from llmdesk.datatypes.model import Precision
from llmdesk.engine.matrices.forms import GROUP, Int8Matrix, quantize_int8
from llmdesk.engine.matrices.quantize import quantize_int4
from llmdesk.engine.weights.conversion import converted, half_the_threads
from llmdesk.engine.weights.safetensors_source import FileWeights
from llmdesk.engine.weights.source import SourceTensor
from llmdesk.engine.weights.transformers_source import hand_over
from llmdesk.engine.weights.weights_file import WeightsWriter

if TYPE_CHECKING:
    import torch

    from llmdesk.engine.matrices.forms import Int4Matrix, Matrix

_SMALL_ELEMENTS = 1 << 16
"""Norms, biases and states keep the digits that they have; larger tables of floats become bf16."""


@dataclass(frozen=True, slots=True)
class _Rounding:
    """See conversion.Rules."""

    precision: Precision
    is_head: bool

    def apply(self, name: str, matrix: torch.Tensor, is_quantized: bool = False) -> Int4Matrix | Int8Matrix:
        """Some rows in their form."""
        if self.precision == "int4" and not self.is_head and matrix.shape[1] % GROUP == 0:
            return quantize_int4(matrix)
        return quantize_int8(matrix)


def convert_modules(
    config: Any, files: FileWeights, precision: Precision, path: Path, source: str, report: Callable[[float], None]
) -> None:
    """Write a weights file.

    Args:
        config: of the whole folder.
        path, source: see WeightsWriter.
        report: told the share that is done (0..1) every few milliseconds; may raise to stop.

    Raises:
        NotEnoughDisk, LlmdeskError: see WeightsWriter. ModelDamaged, UnsupportedModel: see ``hand_over``.
    """
    names = sorted(files.names())
    total = max(sum(math.prod(files.shape(name)) for name in names), 1)
    with half_the_threads(), WeightsWriter(path, source, [*names, *names]) as writer:
        _Writing(writer, precision, total, report).run(config, files)


class _Writing:
    def __init__(
        self, writer: WeightsWriter, precision: Precision, total: int, report: Callable[[float], None]
    ) -> None:
        self._writer, self._precision, self._total, self._report = writer, precision, total, report
        self._done = 0

    def run(self, config: Any, files: FileWeights) -> None:
        hand_over(config, files, self._take)

    def _take(self, model: Any, name: str, tensor: torch.Tensor) -> None:
        self._write(model, name, tensor)
        for target, origin in (getattr(model, "all_tied_weights_keys", None) or {}).items():
            if origin == name and self._matrix(model, target, tensor) is not None:
                self._write(model, target, tensor)  # an embedding that is the output layer: one form for each use

    def _write(self, model: Any, name: str, tensor: torch.Tensor) -> None:
        matrix = self._matrix(model, name, tensor)
        self._writer.add(name, _kept(tensor) if matrix is None else self._rounded(model, name, matrix), self._tell)
        self._done += tensor.numel()

    def _tell(self, elements: int = 0) -> None:
        self._report(min((self._done + elements) / self._total, 1.0))

    def _matrix(self, model: Any, name: str, tensor: torch.Tensor) -> torch.Tensor | None:
        """As (out, in), of all experts one after the other; None for what is not rounded."""
        from llmdesk.engine.networks.packed_modules import is_experts, is_packed, matrix_kind

        path, _, leaf = name.rpartition(".")
        module = model.get_submodule(path)
        if is_experts(module, leaf, tuple(tensor.shape)):
            turned = tensor.transpose(1, 2) if module.is_transposed else tensor
            return turned.reshape(-1, turned.shape[-1])
        if not is_packed(module, name):
            return None
        return tensor.t() if matrix_kind(module) == "conv1d" else tensor

    def _rounded(self, model: Any, name: str, matrix: torch.Tensor) -> Matrix:
        head = model.get_output_embeddings()
        is_head = head is not None and model.get_submodule(name.rpartition(".")[0]) is head
        shape = (int(matrix.shape[0]), int(matrix.shape[1]))
        tensor = SourceTensor(name, shape, lambda start, end: matrix[start:end])
        return converted(tensor, _Rounding(self._precision, is_head), partial(self._tell))


def _kept(tensor: torch.Tensor) -> torch.Tensor:
    import torch

    is_table = tensor.is_floating_point() and tensor.numel() > _SMALL_ELEMENTS
    return tensor.to(torch.bfloat16) if is_table else tensor
