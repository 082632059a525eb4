"""Experts as one tall matrix of each role, whatever form their files have (engine thread only).

Published folders hold a matrix for each expert, transformers' own and GGUF's one tensor of three dimensions. Here all
experts' rows stand one after the other: gate and up (experts * width, hidden), down (experts * hidden, width). So
whatever is done to a matrix (rounding, storing, panels) is done to experts too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from llmdesk.engine.weights.gpt_oss_experts import untangled
from llmdesk.engine.weights.source import SourceTensor
from llmdesk.errors import ModelDamaged
from llmdesk.words import say

if TYPE_CHECKING:
    import torch

    from llmdesk.engine.matrices.forms import Matrix

_ONE = re.compile(r"(.+\.experts\.)(\d{1,6})\.((?:gate|up|down)_proj\.weight)")
_ALL = re.compile(r"(.+\.experts\.)(gate_up|gate|up|down)_proj(?:\.weight)?")


def joined_experts(tensors: Iterable[SourceTensor]) -> list[SourceTensor]:
    """The same tensors, experts' as tall matrices; those without experts as they are.

    Raises:
        ModelDamaged: an expert's matrix is missing or of another shape than its neighbours'.
    """
    single: dict[str, dict[int, SourceTensor]] = {}
    found: list[SourceTensor] = []
    for tensor in untangled(list(tensors)):
        if one := _ONE.fullmatch(tensor.name):
            single.setdefault(one[1] + one[3], {})[int(one[2])] = tensor
        elif len(tensor.shape) == 3 and (all_of := _ALL.fullmatch(tensor.name)):
            found += _of_three_dimensions(tensor, all_of[1], all_of[2])
        else:
            found.append(tensor)
    return found + [_tall(name, experts) for name, experts in single.items()]


def _tall(name: str, experts: dict[int, SourceTensor]) -> SourceTensor:
    count, shape = max(experts) + 1, next(iter(experts.values())).shape
    missing = next((number for number in range(count) if number not in experts), None)
    if missing is not None:
        before, _, after = name.rpartition(".experts.")
        lacking = f"{before}.experts.{missing}.{after}"
        raise ModelDamaged(say("The model's files lack the tensor {name}.", name=lacking))
    if strange := next((each for each in experts.values() if each.shape != shape or len(shape) != 2), None):
        raise ModelDamaged(
            say("{name} has the shape {found}, others have {expected}.", name=strange.name, found=strange.shape,
                expected=shape)
        )  # fmt: skip
    parts = [experts[number] for number in range(count)]

    def rows(start: int, end: int) -> Matrix:
        return _rows_of(parts, shape[0], start, end)

    return SourceTensor(name, (count * shape[0], shape[1]), rows, is_quantized=parts[0].is_quantized)


def _rows_of(parts: list[SourceTensor], rows_each: int, start: int, end: int) -> Matrix:
    """Rows of all parts together."""
    from llmdesk.engine.matrices.forms import concatenated

    pieces = []
    for index in range(start // rows_each, -(-end // rows_each)):
        base = index * rows_each
        pieces.append(parts[index].rows(max(start - base, 0), min(end - base, rows_each)))
    return pieces[0] if len(pieces) == 1 else concatenated(pieces)


def split_gate_up(tall: SourceTensor, experts: int) -> list[SourceTensor]:
    """Gate and up, of which a tall matrix ``...gate_up_proj.weight`` has each expert's rows one after the other."""
    rows_each = tall.shape[0] // experts
    half, columns = rows_each // 2, tall.shape[1]

    def part(at: int) -> SourceTensor:
        return SourceTensor(tall.name, (half, columns), lambda start, end: tall.rows(at + start, at + end))

    def made(role: str, first: int) -> SourceTensor:
        parts = [part(expert * rows_each + first) for expert in range(experts)]
        name = tall.name.replace("gate_up_proj", f"{role}_proj")
        return replace(
            tall,
            name=name,
            shape=(experts * half, columns),
            rows=lambda start, end: _rows_of(parts, half, start, end),
        )

    return [made("gate", 0), made("up", half)]


def _of_three_dimensions(tensor: SourceTensor, prefix: str, role: str) -> list[SourceTensor]:
    """(experts, rows, columns) as one tall matrix; gate_up as two, the upper half of each expert and the lower one."""
    count, rows_each, columns = tensor.shape
    if role != "gate_up":
        name, shape = f"{prefix}{role}_proj.weight", (count * rows_each, columns)
        return [replace(tensor, name=name, shape=shape, rows=lambda start, end: _flat_rows(tensor, start, end))]
    half = rows_each // 2

    def part(at: int) -> SourceTensor:
        return SourceTensor(tensor.name, (half, columns), lambda start, end: _flat_rows(tensor, at + start, at + end))

    def tall(name: str, first: int) -> SourceTensor:
        parts = [part(expert * rows_each + first) for expert in range(count)]
        shape = (count * half, columns)
        return SourceTensor(f"{prefix}{name}_proj.weight", shape, lambda start, end: _rows_of(parts, half, start, end))

    return [tall("gate", 0), tall("up", half)]


def _flat_rows(tensor: SourceTensor, start: int, end: int) -> Matrix:
    """Rows of the last dimension; the file gives whole experts."""
    from llmdesk.engine.matrices.forms import each_part

    rows_each = tensor.shape[1]
    first, last = start // rows_each, -(-end // rows_each)

    def cut(part: torch.Tensor) -> torch.Tensor:
        flat = part.reshape(-1, part.shape[-1])
        return flat[start - first * rows_each : end - first * rows_each]

    return each_part(tensor.rows(first, last), cut)
