"""Writing a planned GGUF file: whole or not at all, with the room on the disk looked at before (engine thread only)."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from llmdesk.engine.weights.exporting.gguf_head import aligned, encoded, head
from llmdesk.engine.weights.exporting.plan import number_of
from llmdesk.errors import NotEnoughDisk, TransferError
from llmdesk.file_errors import said_of_writing
from llmdesk.whole_files import FOR_OTHERS, writing
from llmdesk.words import say

if TYPE_CHECKING:
    from llmdesk.engine.weights.exporting.plan import Plan

_FILE_TYPES = {
    "F32": 0,
    "F16": 1,
    "Q4_0": 2,
    "Q4_1": 3,
    "Q8_0": 7,
    "Q2_K": 10,
    "Q4_K": 15,
    "Q5_K": 17,
    "Q6_K": 18,
    "IQ4_NL": 25,
}
_FILE_TYPES |= {"BF16": 32, "TQ2_0": 37, "MXFP4": 38}
"""llama.cpp's numbers of files that are mostly of a type."""
_QUANTIZATION_VERSION = 2
_SPARE_BYTES = 64 << 20


def write_file(plan: Plan, target: Path, report: Callable[[float], None], *, replaces: bool = True) -> int:
    """Bytes of the file, which is there whole at the end, or as it was.

    Args:
        report: told the share (0..1) of the weights that is written; may raise to stop.
        replaces: a file of that name; else one that is there when all is written stays, with an error.

    Raises:
        NotEnoughDisk, TransferError: it cannot be written.
    """
    values = [
        *plan.values,
        encoded("general.file_type", _file_type(plan)),
        encoded("general.quantization_version", _QUANTIZATION_VERSION),
    ]
    entries = [tensor.entry for tensor in plan.tensors]
    beginning = head(values, entries)
    size = len(beginning) + sum(aligned(entry.size_bytes) for entry in entries)
    total, done = max(1, sum(tensor.elements for tensor in plan.tensors)), 0
    with said_of_writing(target, TransferError):
        require_room(target.absolute().parent, size)
        with writing(target, FOR_OTHERS, replaces=replaces) as file:
            file.write(beginning)
            for tensor in plan.tensors:
                written = 0
                for piece, share in tensor.pieces():
                    report((done + share * tensor.elements) / total)
                    file.write(piece)
                    written += len(piece)
                assert written == tensor.entry.size_bytes, tensor.entry.name
                file.write(bytes(aligned(written) - written))
                done += tensor.elements
    return size


def require_room(folder: Path, needed_bytes: int) -> None:
    """Raises NotEnoughDisk, OSError."""
    free_bytes = shutil.disk_usage(folder).free
    if needed_bytes + _SPARE_BYTES > free_bytes:
        raise NotEnoughDisk(
            say(
                "Not enough space in {parent}: {needed:.2f} GB are needed, {free:.2f} GB are free.",
                parent=folder,
                needed=needed_bytes / 1e9,
                free=free_bytes / 1e9,
            )
        )


def _file_type(plan: Plan) -> int:
    """That of the type that most matrices' numbers have."""
    numbers = {number_of(name): file_type for name, file_type in _FILE_TYPES.items()}
    counts: dict[int, int] = {}
    for tensor in plan.tensors:
        counts[tensor.entry.kind] = counts.get(tensor.entry.kind, 0) + tensor.elements
    return numbers.get(max(counts, key=lambda kind: counts[kind]), 0)
