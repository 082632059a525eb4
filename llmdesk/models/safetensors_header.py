"""The head of a safetensors file: which tensors it has, and whether the file is whole.

Form: 8 bytes little-endian length, that many bytes of JSON, then the data.
"""

from __future__ import annotations

import json
import math
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from llmdesk.errors import ModelDamaged
from llmdesk.gemma4_layers import keeps_8_bits
from llmdesk.models.foreign_files import stand_in
from llmdesk.plain_files import check_file
from llmdesk.words import say

_MAX_HEADER_BYTES = 100_000_000
_HEAD_OF_TEXT = 100


_WEIGHTS_PER_BYTE = 4
"""BitNet's files hold so many weights of -1, 0 or 1 in one."""
_OF_MXFP4 = (".experts.gate_up_proj_blocks", ".experts.down_proj_blocks", ".experts.gate_up_proj_scales",
             ".experts.down_proj_scales")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tensor:
    """Name and number of weights.

    ``quantized``: in blocks of few bits; ``keeps_8_bits``: where int4 is asked for; ``ternary``: BitNet's -1, 0 and 1;
    ``table``: 4 bits that are places in a table (MXFP4, IQ4); ``block_bits``: of a weight of GGUF's K blocks that our
    own kernels read as they are, else 0; ``four_bits``: in GGUF's blocks of 4 bits, those in tables among them.
    ``stored``: safetensors' name of the type of its numbers; ``dimensions``: 2 for a matrix; ``sees``: it belongs to
    what sees, beside a model that writes.
    """

    name: str
    elements: int
    quantized: bool = False
    keeps_8_bits: bool = False
    ternary: bool = False
    table: bool = False
    block_bits: float = 0.0
    four_bits: bool = False
    stored: str = ""
    dimensions: int = 2
    sees: bool = False


def read(path: Path) -> tuple[Tensor, ...]:
    """The tensors of a file. Raises ModelDamaged for a truncated file or one of another form."""
    size_bytes = check_file(path)
    with path.open("rb") as file:
        head = file.read(8)
        length = struct.unpack("<Q", head)[0] if len(head) == 8 else 0
        if wrong := stand_in(path, head + file.read(_HEAD_OF_TEXT)):
            raise wrong
        file.seek(8)
        if not 2 <= length <= min(_MAX_HEADER_BYTES, size_bytes - 8):
            raise _damaged(path, size_bytes)
        raw = file.read(length)
    try:
        entries = {name: entry for name, entry in json.loads(raw).items() if name != "__metadata__"}
        data_bytes = max((_size(entry["data_offsets"][1]) for entry in entries.values()), default=0)
        tensors = tuple(_tensor(name, entry) for name, entry in entries.items())
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError) as error:
        raise ModelDamaged(say("{name} is not a safetensors file.", name=path.name)) from error
    if 8 + length + data_bytes > size_bytes:
        raise ModelDamaged(
            say(
                "{name} ends too early: it has {size_bytes:,} bytes and should have {data_bytes:,}.",
                name=path.name,
                size_bytes=size_bytes,
                data_bytes=8 + length + data_bytes,
            )
        )
    return tensors


def _tensor(name: str, entry: dict[str, Any]) -> Tensor:
    elements, stored = math.prod(_size(number) for number in entry["shape"]), str(entry["dtype"])
    if name.endswith(_OF_MXFP4):  # two weights in a byte; their exponents are no weights
        count = 2 * elements if name.endswith("_blocks") else 0
        return Tensor(name, count, quantized=True, table=True, stored=stored, dimensions=len(entry["shape"]))
    count = elements * _WEIGHTS_PER_BYTE if stored == "U8" else elements
    is_ternary, dimensions = stored == "U8", len(entry["shape"])
    return Tensor(
        name, count, keeps_8_bits=keeps_8_bits(name), ternary=is_ternary, stored=stored, dimensions=dimensions
    )


def _size(value: object) -> int:
    """Raises ValueError for what is no number of bytes or elements."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 1 << 63:
        raise ValueError(f"{value!r} is no size")
    return value


def _damaged(path: Path, size_bytes: int) -> ModelDamaged:
    return ModelDamaged(
        say(
            "{name} is not a safetensors file, or ends too early ({size_bytes:,} bytes).",
            name=path.name,
            size_bytes=size_bytes,
        )
    )
