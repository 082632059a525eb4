"""The angles by which queries and keys are rotated, read out of a model's configuration: plain data, no torch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from llmdesk.errors import ModelDamaged

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Rotary:
    """One set of rotary angles: ``angle[p, i] = p * inverse_frequencies[i]``.

    Attributes:
        inverse_frequencies: float32 (rotary_dims / 2,).
        factor: both sine and cosine are multiplied by it.
    """

    inverse_frequencies: NDArray[np.float32]
    factor: float

    def table(self, start: int, end: int) -> NDArray[np.float32]:
        """(end - start, rotary_dims) for positions from start: sines, then cosines, already scaled."""
        angles = np.outer(np.arange(start, end, dtype=np.float32), self.inverse_frequencies)
        table: NDArray[np.float32] = np.concatenate((np.sin(angles), np.cos(angles)), axis=-1) * np.float32(self.factor)
        return table


def rotaries_of(
    config: Any, head_dim: int, context_tokens: int, rope_factors: NDArray[np.float32] | None
) -> tuple[tuple[Rotary, ...], dict[str, int]]:
    """(rotaries, index of each kind of layer in them); Gemma 3 has one for each kind, others one for all.

    Args:
        config: transformers' configuration.
        head_dim, context_tokens, rope_factors: see architecture.describe.

    Raises:
        ModelDamaged: ``rope_factors`` do not fit.
    """
    parameters = config.rope_parameters
    if config.model_type != "gemma3_text":
        return (_rotary(config, parameters, None, head_dim, context_tokens, rope_factors),), {}
    kinds = sorted(set(config.layer_types))
    made = (_rotary(config, parameters[kind], kind, head_dim, context_tokens, rope_factors) for kind in kinds)
    return tuple(made), {kind: index for index, kind in enumerate(kinds)}


def _rotary(
    config: Any,
    parameters: dict[str, Any],
    layer_kind: str | None,
    head_dim: int,
    context_tokens: int,
    rope_factors: NDArray[np.float32] | None,
) -> Rotary:
    scaling = parameters.get("rope_type", "default")
    if scaling != "default" and rope_factors is None:
        from transformers.modeling_rope_utils import ROPE_INIT_FUNCTIONS

        inverse, factor = ROPE_INIT_FUNCTIONS[scaling](config, "cpu", seq_len=context_tokens, layer_type=layer_kind)
        return Rotary(inverse.float().numpy(), float(factor))
    # Only Phi rotates a part of each head when nothing is scaled; the others' plain form takes no notice of the factor.
    part = parameters.get("partial_rotary_factor", 1.0) if config.model_type == "phi3" else 1.0
    dims = int(head_dim * part)
    exponents = np.arange(0, dims, 2, dtype=np.float32) / np.float32(dims)
    inverse = np.float32(1.0) / np.power(np.float32(parameters["rope_theta"]), exponents)
    if rope_factors is not None:
        if rope_factors.shape != inverse.shape:
            raise ModelDamaged(f"{rope_factors.size} rotary factors are given, {inverse.size} are needed.")
        inverse = inverse / rope_factors
    return Rotary(inverse.astype(np.float32), 1.0)
