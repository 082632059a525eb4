"""Matrices in the files that llmdesk writes, and out of them again, looked at before kernels see them (engine thread).

A weights file is a safetensors file under transformers' names; a quantised matrix ``NAME`` stands in it as the
tensors that ``stored_parts`` makes of it, and ``Weights.matrix`` puts it together again.
"""

from __future__ import annotations

import os
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from llmdesk.engine.matrices.forms import Int4Matrix, Int8Matrix, PanelMatrix, panel_bytes
from llmdesk.errors import ModelDamaged
from llmdesk.words import say

if TYPE_CHECKING:
    import torch

    from llmdesk.engine.matrices.forms import Matrix

_INT4_PARTS = {"q4": "q", "scales": "scales", "zeros": "zeros"}
_INT8_PARTS = {"q8": "q", "scales": "scales"}
PADDING = "padding."
"""Beginning of the names of tensors that only fill a file up to the next aligned place."""


def stored_parts(name: str, matrix: Matrix | PanelMatrix) -> dict[str, torch.Tensor]:
    """The tensors as which a weights file holds a matrix; Weights.matrix is the way back."""
    if isinstance(matrix, Int4Matrix):
        return {f"{name}.{part}": getattr(matrix, attribute) for part, attribute in _INT4_PARTS.items()}
    if isinstance(matrix, Int8Matrix):
        return {f"{name}.{part}": getattr(matrix, attribute) for part, attribute in _INT8_PARTS.items()}
    if isinstance(matrix, PanelMatrix):
        import torch

        form = torch.tensor((matrix.bits, matrix.rows, matrix.columns, matrix.group))
        return {f"{name}.panels": matrix.data, f"{name}.form": form}
    return {name: matrix}


class Weights:
    """Matrices of one or several safetensors files by name. They are views of the mapped files: nothing is copied.

    Only for files that llmdesk wrote itself (others are read, see safetensors_source.py); what they hold is looked at
    nevertheless, since kernels work on it unseen.

    Raises:
        ModelDamaged: a file cannot be read, or a tensor is missing or not of the form that it should have.
    """

    is_mapped = True
    """Whether a change of the files would change the tensors that were given."""

    def __init__(self, paths: list[Path]) -> None:
        from safetensors import SafetensorError, safe_open

        self._files: dict[str, Any] = {}
        self._guards = [FileGuard(path) for path in paths]
        for path in paths:
            try:
                handle: Any = safe_open(path, framework="pt")
            except (SafetensorError, OSError) as error:
                raise ModelDamaged(say("{name} cannot be read: {error}.", name=path.name, error=error)) from error
            self._files |= dict.fromkeys(handle.keys(), handle)

    def check_unchanged(self) -> None:
        """Raises ModelDamaged if anything wrote to the mapped files since they were opened (microseconds)."""
        for guard in self._guards:
            guard.check()

    def names(self) -> set[str]:
        """Names of the matrices and vectors (without the suffixes of the quantised parts)."""
        hidden = (".scales", ".zeros", ".form")
        shown = (n for n in self._files if not n.endswith(hidden) and not n.startswith(PADDING))
        return {n.removesuffix(".q4").removesuffix(".q8").removesuffix(".panels") for n in shown}

    def shape(self, name: str) -> tuple[int, ...]:
        """Of the matrix or vector, whatever its form; nothing is unpacked."""
        if f"{name}.q4" in self._files or f"{name}.q8" in self._files:
            return tuple(self.matrix(name).shape)
        panels = self.panels(name)
        return tuple(self.tensor(name).shape) if panels is None else panels.shape

    def tensor(self, name: str) -> torch.Tensor:
        """A float tensor as stored."""
        tensor = self._part(name)
        if not tensor.is_floating_point():
            raise ModelDamaged(say("{name} holds {dtype} where plain numbers belong.", name=name, dtype=tensor.dtype))
        return tensor

    def matrix(self, name: str) -> Matrix:
        """A matrix in the form in which it is stored; one in panels as floats."""
        if f"{name}.q4" in self._files:
            found4 = Int4Matrix(*(self._part(f"{name}.{part}") for part in _INT4_PARTS))
            _check_parts(name, found4.q, "uint8", found4.scales, found4.zeros)
            return found4
        if f"{name}.q8" in self._files:
            found8 = Int8Matrix(*(self._part(f"{name}.{part}") for part in _INT8_PARTS))
            _check_parts(name, found8.q, "int8", found8.scales)
            return found8
        panels = self.panels(name)
        return self.tensor(name) if panels is None else panels.dequantized()

    def each(self, take: Callable[[str, Matrix], None]) -> None:
        """All of them, one after the other; ``take`` may raise, which ends it."""
        for name in sorted(self.names()):
            take(name, self._part(name) if name in self._files else self.matrix(name))

    @property
    def title(self) -> str:
        """The files' names, for a message."""
        return ", ".join(guard.name for guard in self._guards)

    def panels(self, name: str) -> PanelMatrix | None:
        """A matrix that is stored in the layout of our own kernels; None if it is not stored so."""
        if f"{name}.panels" not in self._files:
            return None
        form, data = self._part(f"{name}.form").tolist(), self._part(f"{name}.panels")
        whole_numbers = isinstance(form, list) and len(form) == 4 and all(isinstance(number, int) for number in form)
        if not whole_numbers or str(data.dtype) != "torch.uint8" or data.numel() != panel_bytes(*form):
            raise ModelDamaged(say("{name} is not stored as it says: {form}.", name=name, form=form))
        return PanelMatrix(data, *form)

    def _part(self, name: str) -> torch.Tensor:
        if name not in self._files:
            raise ModelDamaged(say("The model's files lack the tensor {name}.", name=name))
        tensor: torch.Tensor = self._files[name].get_tensor(name)
        return tensor


class FileGuard:
    """Knows whether a file that is mapped was written to. Holds it open: its name may come to stand for another."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.name = path.name
        try:
            self._file = path.open("rb")
        except OSError as error:
            raise ModelDamaged(
                say("{name} cannot be read: {reason}.", name=path.name, reason=error.strerror or error)
            ) from error
        weakref.finalize(self, self._file.close)
        self._seen = self._now()

    def check(self) -> None:
        """Raises ModelDamaged if length or time of change are others than at the beginning."""
        if self._now() != self._seen:
            raise ModelDamaged(
                say("{name} was changed by something else while it was in use.", name=self._path.name),
                say("Load the model again."),
            )

    def _now(self) -> tuple[int, int]:
        found = os.fstat(self._file.fileno())
        return found.st_size, found.st_mtime_ns


def _check_parts(name: str, q: torch.Tensor, dtype: str, *parts: torch.Tensor) -> None:
    """Quants (out, n) and per group numbers that belong together. Raises ModelDamaged."""
    shape = tuple(parts[0].shape)
    fits = q.dim() == 2 and len(shape) == 2 and shape[0] == q.shape[0] and shape[1] > 0
    fits = fits and q.shape[1] % shape[1] == 0 and str(q.dtype) == f"torch.{dtype}"
    if not fits or any(tuple(part.shape) != shape or str(part.dtype) != "torch.float32" for part in parts):
        raise ModelDamaged(say("The parts of {name} do not fit each other.", name=name))
