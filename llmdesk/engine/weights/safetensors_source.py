"""Tensors of a folder of safetensors files, read by rows (engine thread only)."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from llmdesk.engine.weights.source import STORED_TYPES, SourceTensor
from llmdesk.errors import ModelDamaged, UnsupportedModel

if TYPE_CHECKING:
    import torch

_TYPES = {stored: name for name, stored in STORED_TYPES.items()}


def safetensors_tensors(files: list[Path]) -> list[SourceTensor]:
    """All tensors by name. The files must be whole: open them with ``Weights`` before.

    Raises:
        UnsupportedModel: a type of numbers that is not known.
    """
    found = [tensor for file in files for tensor in _tensors_of(file)]
    return sorted(found, key=lambda tensor: tensor.name)


def _tensors_of(file: Path) -> list[SourceTensor]:
    with file.open("rb") as opened:
        (length,) = struct.unpack("<Q", opened.read(8))
        head = json.loads(opened.read(length))
    return [_tensor(file, 8 + length, name, entry) for name, entry in head.items() if name != "__metadata__"]


def _tensor(file: Path, data_start: int, name: str, entry: dict[str, Any]) -> SourceTensor:
    import torch

    if entry["dtype"] not in _TYPES:
        raise UnsupportedModel(f"{name} is stored as {entry['dtype']}, which llmdesk cannot read.", "")
    dtype: torch.dtype = getattr(torch, _TYPES[entry["dtype"]])
    begin, end = entry["data_offsets"]
    shape = tuple(entry["shape"]) or (1,)
    row_bytes = (end - begin) // shape[0] if shape[0] else 0

    def rows(first: int, last: int) -> torch.Tensor:
        count = (last - first) * row_bytes
        data = np.fromfile(file, np.uint8, count, offset=data_start + begin + first * row_bytes)
        if data.size != count:
            raise ModelDamaged(f"{file.name} ends in the middle of {name}.")
        return torch.from_numpy(data).view(dtype).view(last - first, *shape[1:])

    return SourceTensor(name, shape, rows)
