"""Weights into transformers' modules: matrices packed, the rest as they are (engine thread only)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import torch  # noqa: TID253  (imported by backends only, on the engine thread)
from torch import nn  # noqa: TID253

from llmdesk.engine.matrices.forms import Quantized, dequantized, row_range, size_bytes
from llmdesk.engine.networks.decoder import Kernels
from llmdesk.engine.networks.families import text_config, unused_parts
from llmdesk.engine.networks.packed_modules import PackedExperts, PackedModule, is_experts, is_packed, matrix_kind
from llmdesk.errors import ModelDamaged
from llmdesk.words import first_of, say

if TYPE_CHECKING:
    from llmdesk.engine.matrices.forms import Matrix


class Filling:
    """Fills a model whose parameters have no memory yet.

    Args:
        model: transformers'.
        plain: last names of modules that stay as transformers made them.
        report: told the share that is done (0..1).
    """

    def __init__(self, model: Any, kernels: Kernels, plain: set[str], report: Callable[[float], None]) -> None:
        self._model, self._kernels, self._plain, self._report = model, kernels, plain, report
        self._unused = unused_parts(model)
        self._tied: dict[str, str] = dict(getattr(model, "all_tied_weights_keys", None) or {})
        self._expected = {name for name in model.state_dict() if not name.startswith(self._unused)}
        self._float32 = tuple(getattr(model, "_keep_in_fp32_modules_strict", None) or ())
        self._sources: dict[str, Matrix] = {}
        self._put: set[str] = set()
        self.weights_bytes = self.bytes_per_token = 0

    def put(self, name: str, matrix: Matrix) -> None:
        """A tensor of this name; others than the model's are passed over.

        Raises:
            ModelDamaged: it has another shape than the configuration says.
        """
        if name not in self._expected:
            return
        self._report(len(self._put) / len(self._expected))
        self._put.add(name)
        if name in self._tied.values():
            self._sources[name] = matrix
        path, _, leaf = name.rpartition(".")
        module = self._model.get_submodule(path)
        held = module.experts if isinstance(module, PackedExperts) else module
        old = getattr(held, leaf)
        if is_experts(held, leaf, tuple(old.shape)):
            self._put_experts(path, held, leaf, tuple(old.shape), matrix)
        elif is_packed(module, name) and path.rpartition(".")[2] not in self._plain:
            self._put_matrix(path, module, name, matrix)
        else:
            self._put_plain(held, name, leaf, old, matrix)

    def finish(self, files: str) -> None:
        """Share what is tied. Raises ModelDamaged if something is missing; ``files`` names where."""
        for name, source in self._tied.items():
            if name in self._expected and name not in self._put and source in self._sources:
                self.put(name, self._sources[source])
        self._sources.clear()
        computed = {
            name for name, _ in self._model.named_buffers()
        }  # transformers' loader knows which of them it needs
        if missing := sorted(self._expected - self._put - computed):
            raise ModelDamaged(
                say(
                    "The model's files ({files}) lack the tensor {what}, which “{kind}” needs.",
                    files=files,
                    what=first_of(missing),
                    kind=self._model.config.model_type,
                ),
                "",
            )

    def _put_matrix(self, path: str, module: nn.Module, name: str, matrix: Matrix) -> None:
        shape = tuple(module.weight.shape)
        if matrix_kind(module) == "conv1d":
            shape = shape[::-1]
            matrix = matrix.t() if isinstance(matrix, torch.Tensor) else matrix  # rounded ones were turned before
        self._check(name, tuple(matrix.shape), shape)
        packed = self._kernels.pack(matrix, None)
        parent, _, leaf = path.rpartition(".")
        made = PackedModule(shape, packed, module.bias, self._kernels.dtype)
        setattr(self._model.get_submodule(parent), leaf, made)
        self._count(matrix, reads=1.0)

    def _put_experts(self, path: str, experts: Any, leaf: str, shape: tuple[int, ...], matrix: Matrix) -> None:
        count, rows, columns = (shape[0], shape[2], shape[1]) if experts.is_transposed else shape
        if isinstance(matrix, torch.Tensor) and matrix.dim() == 3:
            turned = matrix.transpose(1, 2) if experts.is_transposed else matrix
            matrix = turned.reshape(-1, turned.shape[-1])
        self._check(f"{path}.{leaf}", tuple(matrix.shape), (count * rows, columns))
        parent, _, own = path.rpartition(".")
        place = self._model.get_submodule(path)
        if not isinstance(place, PackedExperts):
            place = PackedExperts(experts, self._kernels.dtype)
            setattr(self._model.get_submodule(parent), own, place)
        place.put(leaf, [row_range(matrix, rows * index, rows * (index + 1)) for index in range(count)], self._kernels)
        chosen = getattr(text_config(self._model.config), "num_experts_per_tok", None)
        self._count(matrix, reads=chosen / count if isinstance(chosen, int) else 1.0)

    def _put_plain(self, module: Any, name: str, leaf: str, old: torch.Tensor, matrix: Matrix) -> None:
        tensor = dequantized(matrix)
        if matrix_kind(module) == "conv1d" and leaf == "weight" and isinstance(matrix, Quantized):
            tensor = tensor.t()
        if old.is_floating_point():
            is_wide = self._kernels.dtype == torch.bfloat16 and any(part in name for part in self._float32)
            tensor = tensor.to(torch.float32 if is_wide else old.dtype)
        if not old.shape and tensor.numel() == 1:
            tensor = tensor.reshape(())
        self._check(name, tuple(tensor.shape), tuple(old.shape))
        if leaf in module._buffers:
            module._buffers[leaf] = tensor
        else:
            module._parameters[leaf] = nn.Parameter(tensor, requires_grad=False)
        self.weights_bytes += int(tensor.nbytes)

    def _count(self, matrix: Matrix, reads: float) -> None:
        held = size_bytes(matrix)
        self.weights_bytes += held
        self.bytes_per_token += round(held * reads)

    def _check(self, name: str, found: tuple[int, ...], expected: tuple[int, ...]) -> None:
        if found != expected:
            raise ModelDamaged(
                say("{stored} has the shape {shape}, config.json says otherwise.", stored=name, shape=found)
            )
