"""Models of random weights in the real shape, to measure an architecture before any download (engine thread only).

Speed does not depend on what the weights are, only on their shapes and their form. So a configuration is all that is
kept of a model (``shapes/*.json``, with the fields of its published config.json), and each matrix is drawn when it is
asked for, straight in the form that loading would have given it: nothing is quantised, nothing is kept twice.
"""

from __future__ import annotations

import json
import math
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from llmdesk.datatypes.model import Precision
from llmdesk.engine.matrices.forms import Int4Matrix, Int8Matrix, SuperMatrix, dequantized, super_matrix
from llmdesk.engine.matrices.panel_forms import BLOCK, FP4_VALUES, SUPER
from llmdesk.engine.matrices.row_tables import table_rows
from llmdesk.engine.matrices.stored import TensorWeights
from llmdesk.engine.matrices.table_matrix import Fp4Matrix
from llmdesk.engine.measuring.shape_files import shape_file
from llmdesk.engine.networks.architecture import Architecture, describe
from llmdesk.engine.networks.layers import is_of_experts
from llmdesk.engine.networks.tensor_shapes import tensor_shapes
from llmdesk.engine.weights.conversion import Rules
from llmdesk.engine.weights.loading import PreparedModel
from llmdesk.errors import UnsupportedModel
from llmdesk.words import say

if TYPE_CHECKING:
    import torch
    from numpy.typing import NDArray

    from llmdesk.engine.matrices.forms import Matrix

_OF_STATES = (".linear_attn.norm.weight", ".A_log.weight", ".dt_bias.weight", ".conv1d.weight", ".conv.conv.weight")
_TABLE_ROWS = 1024
_INT4_SPREAD = 4.61  # standard deviation of 0..15, all equally likely
_INT8_SPREAD = 73.6  # of -127..127
_TERNARY_SPREAD = 0.816  # of -1, 0, 1
_FP4_SPREAD = 5.85  # of FP4_VALUES
_ROWS_DRAWN = 4096


def shape_config(name: str) -> Any:
    """transformers' configuration of a shipped shape (a unique beginning will do) or of a config.json.

    Raises:
        ModelNotFound: there is no such shape.
        UnsupportedModel: the file is not the configuration of a model that transformers knows.
    """
    from transformers import AutoConfig

    try:
        values = json.loads(shape_file(name).read_text(encoding="utf-8"))
        return AutoConfig.for_model(**values)
    except (ValueError, TypeError, KeyError, OSError) as error:
        raise UnsupportedModel(
            say("{name} is not a model's configuration: {error}", name=name, error=error), ""
        ) from error


def synthetic_model(name: str, precision: Precision, context_tokens: int) -> PreparedModel:
    """A model of random weights, always the same ones, that takes memory only where a backend packs it.

    Args:
        name: see ``shape_config``.
        precision: the form of the matrices.
        context_tokens: the longest sequence that will be computed.

    Raises:
        ModelNotFound, UnsupportedModel: see ``shape_config``, or the decoder does not know the architecture.
    """
    config = shape_config(name)
    architecture = describe(config, context_tokens)
    return PreparedModel(config, None, SyntheticWeights(architecture, precision), Path(), precision)


class SyntheticWeights(TensorWeights):
    """Random matrices under transformers' names (see weights.Weights)."""

    def __init__(self, architecture: Architecture, precision: Precision) -> None:
        self._architecture = architecture
        self._shapes = tensor_shapes(architecture)
        self._table: dict[str, NDArray[Any]] | None = None
        self._rules = Rules(precision, architecture.tied, ternary=architecture.quantized_activations, super_blocks=True)

    def names(self) -> set[str]:
        """See Weights."""
        return set(self._shapes)

    def tensor(self, name: str) -> torch.Tensor:
        """Norms are 1, so that activations stay as wide as they came; routers choose experts at random."""
        import torch

        if len(self._shapes[name]) > 1:
            return dequantized(self.matrix(name))
        offset = 0.0 if name.endswith(_OF_STATES) else self._architecture.norm_offset
        return torch.full(self._shapes[name], 1.0 - offset, dtype=torch.bfloat16)

    def shape(self, name: str) -> tuple[int, ...]:
        """See Weights."""
        return self._shapes[name]

    def check_unchanged(self) -> None:
        """See Weights: there is no file."""

    def rows(self, name: str, ids: Sequence[int]) -> NDArray[np.float32]:
        """See Weights. Of a table that stays on the disk only a few are drawn, and given again and again."""
        if self._table is None:
            columns = self._shapes[name][1]
            draw = np.random.default_rng(zlib.crc32(name.encode()))
            scales = np.full((_TABLE_ROWS, columns // SUPER), _scale(SUPER, _INT8_SPREAD), np.float32)
            self._table = {
                "q8": draw.integers(-127, 128, (_TABLE_ROWS, columns), np.int8),
                "scales": scales if columns % SUPER == 0 else scales[:, :1],
            }
        return table_rows(self._table, [token_id % _TABLE_ROWS for token_id in ids])

    def matrix(self, name: str) -> Matrix:
        """See Weights; drawn anew each time, with the same result."""
        import torch

        shape = self._shapes[name]
        if len(shape) == 1:
            return self.tensor(name)
        generator = torch.Generator().manual_seed(zlib.crc32(name.encode()))
        if self._architecture.sinks and is_of_experts(name) and self._rules.precision != "bf16":
            return _fp4(shape, generator)  # as gpt-oss is published
        # What loading makes of two rows shows the form that it would give the whole matrix.
        sample = self._rules.apply(name, torch.ones(2, shape[1]))
        if isinstance(sample, SuperMatrix):
            return _super(shape, generator)
        if isinstance(sample, Int4Matrix):
            return _ternary(shape, generator) if sample.group == shape[1] else _int4(shape, sample.group, generator)
        if isinstance(sample, Int8Matrix):
            return _int8(shape, sample.group, generator)
        dtype = dequantized(sample).dtype
        return _random_bytes(shape, generator).view(torch.int8).to(dtype).mul_(_scale(shape[1], _INT8_SPREAD))


def _scale(in_features: int, spread: float) -> float:
    """The scale with which a product is about as wide as its input."""
    return float(in_features**-0.5 / spread)


def _random_bytes(shape: tuple[int, ...], generator: torch.Generator) -> torch.Tensor:
    """uint8, drawn eight at a time."""
    import torch

    count = shape[0] * shape[1]
    words = torch.empty(-(-count // 8), dtype=torch.int64).random_(-(2**63), None, generator=generator)
    return words.view(torch.uint8)[:count].view(shape)


def _int4(shape: tuple[int, ...], group: int, generator: torch.Generator) -> Int4Matrix:
    """Any nibbles, with zero points somewhere in the middle."""
    import torch

    rows, columns = shape
    q = _random_bytes((rows, columns // 2), generator)
    parts = (rows, columns // group)
    scales = torch.empty(parts).uniform_(0.5, 1.5, generator=generator).mul_(_scale(columns, _INT4_SPREAD))
    return Int4Matrix(q, scales, torch.empty(parts).uniform_(6.5, 8.5, generator=generator))


def _super(shape: tuple[int, ...], generator: torch.Generator) -> SuperMatrix:
    """The same in super-blocks."""
    import torch

    rows, columns = shape
    steps = torch.randint(21, 64, (rows, columns // BLOCK), dtype=torch.uint8, generator=generator)
    d = torch.full((rows, columns // SUPER), _scale(columns, _INT4_SPREAD) / 42, dtype=torch.float16)
    minima = (steps * 7.5 / 8).round_().to(torch.uint8)  # with an e of 8 d they begin half the range below 0
    return super_matrix(_random_bytes((rows, columns // 2), generator), steps, minima, d, 8 * d)


def _fp4(shape: tuple[int, ...], generator: torch.Generator) -> Fp4Matrix:
    """Any of FP4_VALUES with the power of 2 that comes nearest; after some rows the same ones again, to save time."""
    import torch

    rows, columns = shape
    numbers = _random_bytes((min(rows, _ROWS_DRAWN), columns), generator) & 15
    drawn = torch.tensor(FP4_VALUES, dtype=torch.int8)[numbers.int()]
    q = drawn.repeat(-(-rows // len(drawn)), 1)[:rows]
    scale = 2.0 ** round(math.log2(_scale(columns, _FP4_SPREAD)))
    return Fp4Matrix(q, torch.full((rows, columns // BLOCK), scale))


def _ternary(shape: tuple[int, ...], generator: torch.Generator) -> Int4Matrix:
    """-1, 0 and 1 times one scale, as 0, 1 and 2 (see bitnet.ternary_rows)."""
    import torch

    rows, columns = shape
    q = _random_bytes((rows, columns // 2), generator)
    scales = torch.full((rows, 1), _scale(columns, _TERNARY_SPREAD))
    return Int4Matrix(q % 3 + q // 3 % 3 * 16, scales, torch.ones(rows, 1))


def _int8(shape: tuple[int, ...], group: int, generator: torch.Generator) -> Int8Matrix:
    import torch

    rows, columns = shape
    q = _random_bytes(shape, generator).view(torch.int8).clamp_(-127, 127)
    scales = torch.empty(rows, columns // group).uniform_(0.5, 1.5, generator=generator)
    return Int8Matrix(q, scales.mul_(_scale(columns, _INT8_SPREAD)))
