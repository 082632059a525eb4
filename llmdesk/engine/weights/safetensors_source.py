"""Tensors of a folder of safetensors files, read by rows (engine thread only).

These are the user's own files, which anything may write to at any time. They are read and never mapped: of a mapped
file a change would change answers, and a truncation would end the process (docs/decisions/0018).
"""

from __future__ import annotations

import json
import os
import struct
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from llmdesk.engine.matrices.forms import Quantized
from llmdesk.engine.matrices.stored import STORED_TYPES, TensorWeights
from llmdesk.engine.weights.source import SourceTensor, check_numbers
from llmdesk.errors import ModelDamaged, UnsupportedModel
from llmdesk.file_errors import said_of_a_file
from llmdesk.words import say

if TYPE_CHECKING:
    import torch

    from llmdesk.engine.matrices.forms import Matrix

_TYPES = {stored: name for name, stored in STORED_TYPES.items()}


class FileWeights(TensorWeights):
    """A model's plain weights as its publisher stored them: each tensor is read when it is asked for (see Weights).

    Args:
        arrange: makes other tensors of those in the files, as expert_tensors.py does.

    Raises:
        ModelDamaged: a file is not whole or holds numbers that are none. UnsupportedModel: see safetensors_tensors.
    """

    def __init__(
        self, files: list[Path], arrange: Callable[[list[SourceTensor]], list[SourceTensor]] = lambda tensors: tensors
    ) -> None:
        self._tensors = {tensor.name: tensor for tensor in arrange(safetensors_tensors(files))}
        self._versions = [(file, _version(file)) for file in files]

    def check_unchanged(self) -> None:
        """See Weights: what was read between the beginning and now belongs together."""
        for file, version in self._versions:
            if _version(file) != version:
                raise ModelDamaged(
                    say("{name} was changed while it was read.", name=file.name), say("Load the model again.")
                )

    def names(self) -> set[str]:
        """See Weights."""
        return set(self._tensors)

    def shape(self, name: str) -> tuple[int, ...]:
        """See Weights."""
        return self._source_of(name).shape

    def each(self, take: Callable[[str, Matrix], None]) -> None:
        """See Weights."""
        for name in sorted(self._tensors):
            tensor = self.stored(name)
            if tensor.is_floating_point():
                check_numbers(name, tensor)
            take(name, tensor)

    @property
    def title(self) -> str:
        """The files' names, for a message."""
        first, *others = (file.name for file, _ in self._versions)
        return f"{first} and {len(others)} more" if others else first

    def dtype(self, name: str) -> torch.dtype:
        """Of the numbers as they are stored; one row is read."""
        return self._rows(name, 0, 1).dtype

    def stored(self, name: str) -> torch.Tensor:
        """Whatever numbers there are, whole ones too; a copy of its own."""
        return self._rows(name, 0, self._source_of(name).shape[0])

    def _rows(self, name: str, start: int, end: int) -> torch.Tensor:
        tensor = self._source_of(name).rows(start, end)
        assert not isinstance(tensor, Quantized)
        return tensor

    def rows(self, name: str, ids: Sequence[int]) -> NDArray[np.float32]:
        """See Weights; a row that comes twice is read once."""
        read = {row: self._rows(name, row, row + 1)[0].float() for row in set(ids)}
        for row in read.values():
            check_numbers(name, row)
        return np.stack([read[row].numpy() for row in ids])

    def tensor(self, name: str) -> torch.Tensor:
        """See Weights; a copy of its own."""
        tensor = self.stored(name)
        if not tensor.is_floating_point():
            raise ModelDamaged(say("{name} holds {dtype} where plain numbers belong.", name=name, dtype=tensor.dtype))
        check_numbers(name, tensor)
        return tensor

    def matrix(self, name: str) -> torch.Tensor:
        """See Weights."""
        return self.tensor(name)

    def _source_of(self, name: str) -> SourceTensor:
        if name not in self._tensors:
            raise ModelDamaged(say("The model's files lack the tensor {name}.", name=name))
        return self._tensors[name]


def _version(file: Path) -> tuple[int, int, int]:
    found = os.stat(file)
    return found.st_ino, found.st_size, found.st_mtime_ns


def safetensors_tensors(files: list[Path]) -> list[SourceTensor]:
    """All tensors by name.

    Raises:
        ModelDamaged: a file is not whole.
        UnsupportedModel: a type of numbers that is not known.
    """
    from safetensors import safe_open

    for file in files:
        # The library holds the head against the file's length, the tensors' offsets and types; it reads no data.
        with said_of_a_file(say("{name} cannot be read", name=file.name)), safe_open(file, framework="numpy"):
            pass
    found = [tensor for file in files for tensor in _tensors_of(file)]
    return sorted(found, key=lambda tensor: tensor.name)


def _tensors_of(file: Path) -> list[SourceTensor]:
    with file.open("rb") as opened:
        (length,) = struct.unpack("<Q", opened.read(8))
        head = json.loads(opened.read(length))
    with said_of_a_file(say("{name} cannot be read", name=file.name)):
        return [_tensor(file, 8 + length, name, entry) for name, entry in head.items() if name != "__metadata__"]


def _tensor(file: Path, data_start: int, name: str, entry: dict[str, Any]) -> SourceTensor:
    import torch

    if entry["dtype"] not in _TYPES:
        raise UnsupportedModel(
            say("{name} is stored as {entry}, which llmdesk cannot read.", name=name, entry=entry["dtype"]), ""
        )
    dtype: torch.dtype = getattr(torch, _TYPES[entry["dtype"]])
    begin, end = entry["data_offsets"]
    shape = tuple(entry["shape"]) or (1,)
    if 0 in shape:
        raise ModelDamaged(say("{name} in {name2} is empty.", name=name, name2=file.name))
    row_bytes = (end - begin) // shape[0]

    def rows(first: int, last: int) -> torch.Tensor:
        count = (last - first) * row_bytes
        data = np.fromfile(file, np.uint8, count, offset=data_start + begin + first * row_bytes)
        if data.size != count:
            raise ModelDamaged(say("{name} ends in the middle of {name2}.", name=file.name, name2=name))
        return torch.from_numpy(data).view(dtype).view(last - first, *shape[1:])

    return SourceTensor(name, shape, rows)
