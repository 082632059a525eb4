"""Matrices in the files that llmdesk writes, and out of them again, looked at before kernels see them (engine thread).

A weights file is a safetensors file under transformers' names; a quantised matrix ``NAME`` stands in it as the
tensors that ``stored_parts`` makes of it, and ``Weights.matrix`` puts it together again.
"""

from __future__ import annotations

import json
import math
import mmap
import os
import struct
import weakref
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from llmdesk.engine.matrices.forms import Int4Matrix, Int8Matrix, dequantized, rows
from llmdesk.engine.matrices.mapping import mapped
from llmdesk.engine.matrices.panel_forms import panel_bytes
from llmdesk.engine.matrices.panel_matrix import PanelMatrix
from llmdesk.engine.matrices.row_tables import table_rows
from llmdesk.errors import ModelDamaged
from llmdesk.words import say

if TYPE_CHECKING:
    import torch

    from llmdesk.engine.matrices.forms import Matrix

_INT4_PARTS = {"q4": "q", "scales": "scales", "zeros": "zeros"}
_INT8_PARTS = {"q8": "q", "scales": "scales"}
STORED_TYPES = {
    "float64": "F64",
    "float32": "F32",
    "float16": "F16",
    "bfloat16": "BF16",
    "int64": "I64",
    "int32": "I32",
    "int16": "I16",
    "int8": "I8",
    "uint8": "U8",
    "bool": "BOOL",
}
"""safetensors' names of torch's types."""
_TORCH_TYPES = {stored: name for name, stored in STORED_TYPES.items()}
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

        form = torch.tensor((matrix.form, matrix.rows, matrix.columns, matrix.group))
        return {f"{name}.panels": torch.from_numpy(matrix.data), f"{name}.form": form}
    return {name: dequantized(matrix)}


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
        self._guards = [FileGuard(path) for path in paths]
        self._stored: dict[str, _Stored] = {}
        for path in paths:
            self._stored |= _mapped(path)

    def check_unchanged(self) -> None:
        """Raises ModelDamaged if anything wrote to the mapped files since they were opened (microseconds)."""
        for guard in self._guards:
            guard.check()

    def names(self) -> set[str]:
        """Names of the matrices and vectors (without the suffixes of the quantised parts)."""
        hidden = (".scales", ".zeros", ".form")
        shown = (n for n in self._stored if not n.endswith(hidden) and not n.startswith(PADDING))
        return {n.removesuffix(".q4").removesuffix(".q8").removesuffix(".panels") for n in shown}

    def shape(self, name: str) -> tuple[int, ...]:
        """Of the matrix or vector, whatever its form; nothing is unpacked."""
        if parts := self._quants(name):
            rows, columns = next(iter(parts.values())).shape
            return (rows, 2 * columns) if "q4" in parts else (rows, columns)
        panels = self.panels(name)
        return self._numbers(name).shape if panels is None else panels.shape

    def floats(self, name: str) -> npt.NDArray[np.float32]:
        """A float tensor in float32, a copy of its own."""
        stored = self._numbers(name)
        if stored.dtype == _BFLOAT16:
            return (stored.array(np.uint16).astype(np.uint32) << 16).view(np.float32)
        return stored.array(_NUMPY_TYPES[stored.dtype]).astype(np.float32)

    def bfloat16_bits(self, name: str) -> npt.NDArray[np.uint16] | None:
        """A matrix that is stored in bfloat16; None if it is stored otherwise."""
        stored = self._stored.get(name)
        return stored.array(np.uint16) if stored is not None and stored.dtype == _BFLOAT16 else None

    def tensor(self, name: str) -> torch.Tensor:
        """A float tensor as stored."""
        self._numbers(name)
        return self._part(name)

    def matrix(self, name: str) -> Matrix:
        """A matrix in the form in which it is stored; one in panels as floats."""
        if f"{name}.q4" in self._stored:
            self._quants(name)
            return Int4Matrix(*(self._part(f"{name}.{part}") for part in _INT4_PARTS))
        if f"{name}.q8" in self._stored:
            self._quants(name)
            return Int8Matrix(*(self._part(f"{name}.{part}") for part in _INT8_PARTS))
        panels = self.panels(name)
        return self.tensor(name) if panels is None else panels.dequantized()

    def rows(self, name: str, ids: Sequence[int]) -> npt.NDArray[np.float32]:
        """Some rows of a matrix that is not stored in panels, float32 (T, in); no others are read, and no torch."""
        if parts := self._quants(name):
            return table_rows(parts, ids)
        stored = self._numbers(name)
        if stored.dtype == _BFLOAT16:
            return (stored.array(np.uint16)[list(ids)].astype(np.uint32) << 16).view(np.float32)
        return stored.array(_NUMPY_TYPES[stored.dtype])[list(ids)].astype(np.float32)

    def _quants(self, name: str) -> dict[str, npt.NDArray[Any]]:
        """The parts of a matrix of plain quants, which come first; empty if it is none. Raises ModelDamaged."""
        parts = _INT4_PARTS if f"{name}.q4" in self._stored else _INT8_PARTS if f"{name}.q8" in self._stored else ()
        found = {part: self._found(f"{name}.{part}") for part in parts}
        if not found:
            return {}
        (q, *others), expected = found.values(), "U8" if "q4" in found else "I8"
        shape = others[0].shape
        fits = (
            len(q.shape) == len(shape) == 2 and q.shape[0] == shape[0] and shape[1] > 0 and q.shape[1] % shape[1] == 0
        )
        if not fits or q.dtype != expected or any((other.dtype, other.shape) != ("F32", shape) for other in others):
            raise ModelDamaged(say("The parts of {name} do not fit each other.", name=name))
        return {part: each.array(_QUANT_TYPES[each.dtype]) for part, each in found.items()}

    def each(self, take: Callable[[str, Matrix], None]) -> None:
        """All of them, one after the other; ``take`` may raise, which ends it."""
        for name in sorted(self.names()):
            take(name, self._part(name) if name in self._stored else self.matrix(name))

    @property
    def title(self) -> str:
        """The files' names, for a message."""
        return ", ".join(guard.name for guard in self._guards)

    def panels(self, name: str) -> PanelMatrix | None:
        """A matrix that is stored in the layout of our own kernels; None if it is not stored so."""
        if f"{name}.panels" not in self._stored:
            return None
        form, data = (self._found(f"{name}.{part}") for part in ("form", "panels"))
        numbers = form.array(np.int64).tolist() if (form.dtype, form.shape) == ("I64", (4,)) else []
        if not numbers or data.dtype != "U8" or data.shape != (panel_bytes(*numbers),):
            raise ModelDamaged(say("{name} is not stored as it says: {form}.", name=name, form=numbers))
        return PanelMatrix(data.array(np.uint8), *numbers)

    def _part(self, name: str) -> torch.Tensor:
        return self._found(name).tensor()

    def _numbers(self, name: str) -> _Stored:
        stored = self._found(name)
        if stored.dtype not in _FLOATS:
            raise ModelDamaged(say("{name} holds {dtype} where plain numbers belong.", name=name, dtype=stored.dtype))
        return stored

    def _found(self, name: str) -> _Stored:
        if name not in self._stored:
            raise ModelDamaged(say("The model's files lack the tensor {name}.", name=name))
        return self._stored[name]


class TensorWeights(Weights):
    """Weights that lie in no file of ours: a subclass gives them as torch's tensors."""

    is_mapped = False

    def floats(self, name: str) -> npt.NDArray[np.float32]:
        """See Weights."""
        found: npt.NDArray[np.float32] = self.tensor(name).float().numpy()
        return found

    def bfloat16_bits(self, name: str) -> None:
        """See Weights."""

    def panels(self, name: str) -> None:
        """See Weights: whoever wants panels makes them."""

    def rows(self, name: str, ids: Sequence[int]) -> npt.NDArray[np.float32]:
        """See Weights."""
        import torch

        found: npt.NDArray[np.float32] = rows(self.matrix(name), torch.tensor(ids)).float().numpy()
        return found


_BFLOAT16 = "BF16"
_FLOATS = frozenset({"F64", "F32", "F16", _BFLOAT16})
_QUANT_TYPES: dict[str, npt.DTypeLike] = {"U8": np.uint8, "I8": np.int8, "F32": np.float32}
_NUMPY_TYPES: dict[str, npt.DTypeLike] = {"F64": np.float64, "F32": np.float32, "F16": np.float16}


@dataclass(frozen=True, slots=True)
class _Stored:
    """A tensor of a mapped file, by safetensors' name of its type."""

    file: mmap.mmap
    dtype: str
    shape: tuple[int, ...]
    start: int

    def array(self, dtype: npt.DTypeLike) -> npt.NDArray[Any]:
        """A view of the file."""
        return np.frombuffer(self.file, dtype, math.prod(self.shape), self.start).reshape(self.shape)

    def tensor(self) -> torch.Tensor:
        """A view of the file."""
        import torch

        dtype = getattr(torch, _TORCH_TYPES[self.dtype])
        return torch.frombuffer(self.file, dtype=dtype, count=math.prod(self.shape), offset=self.start).view(self.shape)


def _mapped(path: Path) -> dict[str, _Stored]:
    """All tensors of a file. Raises ModelDamaged."""
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(
            path, framework="numpy"
        ):  # holds the head against the file's length, the tensors' places and types
            pass
        with path.open("rb") as file:
            (length,) = struct.unpack("<Q", file.read(8))
            head = json.loads(file.read(length))
            whole = mapped(file)
    except (SafetensorError, OSError, ValueError) as error:
        raise ModelDamaged(say("{name} cannot be read: {error}.", name=path.name, error=error)) from error
    return {
        name: _Stored(whole, entry["dtype"], tuple(entry["shape"]), 8 + length + entry["data_offsets"][0])
        for name, entry in head.items()
        if name != "__metadata__"
    }


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
