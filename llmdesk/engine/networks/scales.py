"""Plain numbers by which a network multiplies what is no matrix: plain data, no torch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from llmdesk.engine.networks.config_values import integer, number
from llmdesk.engine.networks.kinds import KINDS

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Scales:
    """See Architecture, which has them under the same names."""

    eps: float
    embedding_scale: float
    attention_scale: float
    logit_scale: float


def scales_of(config: Any, head_dim: int) -> Scales:
    """Out of a configuration. Raises BadValue.

    What Granite multiplies each block's output by, before it is added, needs no field: norms read the stream only up to
    its size, so a stream that is that many times smaller says the same, if it begins that many times smaller and eps is
    measured by it.
    """
    kind, hidden = KINDS[config.model_type], integer(config, "hidden_size")
    eps = number(config, kind.eps)
    if kind.is_gemma:
        return Scales(eps, hidden**0.5, number(config, "query_pre_attn_scalar") ** -0.5, 1.0)
    if kind.is_gemma4:
        return Scales(eps, hidden**0.5, 1.0, 1.0)
    if not kind.has_multipliers:
        return Scales(eps, 1.0, head_dim**-0.5, 1.0)
    residual = number(config, "residual_multiplier", 1.0)
    return Scales(
        eps / residual**2,
        number(config, "embedding_multiplier", 1.0) / residual,
        number(config, "attention_multiplier", 1.0),
        1 / number(config, "logits_scaling", 1.0),
    )


@dataclass(frozen=True, slots=True)
class LateQueries:
    """Queries at position p times ``1 + growth log(1 + floor(p / start))``, as Llama 4 and Ministral 3 have it."""

    growth: float
    start: int

    def factors(self, first: int, end: int) -> NDArray[np.float32]:
        """(end - first,) of these positions."""
        positions = np.arange(first, end)
        return (1 + self.growth * np.log1p(positions // self.start)).astype(np.float32)


def late_queries_of(config: Any) -> LateQueries | None:
    """None: all positions' queries are the same. Raises BadValue."""
    values = config.rope_parameters
    if config.model_type != "ministral3" or not isinstance(values, dict) or values.get(_GROWTH) is None:
        return None
    return LateQueries(number(values, _GROWTH), integer(values, "original_max_position_embeddings"))


_GROWTH = "llama_4_scaling_beta"
