"""Rotary frequencies of models that were taught longer texts later: plain numbers, no torch.

As transformers has them (modeling_rope_utils.py): its ``rope_type`` names the way, and each reads keys of its own.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Scaled:
    """What a way is given.

    Attributes:
        values: the configuration's ``rope_parameters``.
        dims: that are rotated.
        context_tokens: the longest sequence that will be computed.
        trained_tokens: max_position_embeddings.
    """

    values: Mapping[str, Any]
    dims: int
    context_tokens: int
    trained_tokens: int

    def inverse(self, theta: float | None = None) -> NDArray[np.float32]:
        """(dims / 2,): the plain frequencies."""
        base = np.float32(self.values["rope_theta"] if theta is None else theta)
        exponents = np.arange(0, self.dims, 2, dtype=np.float32) / np.float32(self.dims)
        inverse: NDArray[np.float32] = np.float32(1.0) / np.power(base, exponents)
        return inverse

    def factor(self) -> float:
        """How many times longer the texts became, where it is not said in another way."""
        found = self.values.get("factor")
        return float(self.trained_tokens / self.values["original_max_position_embeddings"] if found is None else found)


def _linear(of: Scaled) -> tuple[NDArray[np.float32], float]:
    return of.inverse() / np.float32(of.values["factor"]), 1.0


def _dynamic(of: Scaled) -> tuple[NDArray[np.float32], float]:
    factor, tokens = of.values["factor"], max(of.context_tokens, of.trained_tokens)
    stretch = (factor * tokens / of.trained_tokens - (factor - 1)) ** (of.dims / (of.dims - 2))
    return of.inverse(of.values["rope_theta"] * stretch), 1.0


def _yarn(of: Scaled) -> tuple[NDArray[np.float32], float]:
    """Peng et al. 2023 (arXiv 2309.00071)."""
    values, dims, factor = of.values, of.dims, of.factor()

    def dim_of(rotations: float) -> float:
        trained = values["original_max_position_embeddings"]
        return dims * math.log(trained / (rotations * 2 * math.pi)) / (2 * math.log(values["rope_theta"]))

    low, high = dim_of(values.get("beta_fast") or 32), dim_of(values.get("beta_slow") or 1)
    if values.get("truncate", True):
        low, high = math.floor(low), math.ceil(high)
    low, high = max(low, 0), min(high, dims - 1)
    high += 0.001 if low == high else 0
    ramp = np.clip((np.arange(dims // 2, dtype=np.float32) - np.float32(low)) / np.float32(high - low), 0, 1)
    plain = of.inverse()
    return plain / np.float32(factor) * ramp + plain * (1 - ramp), _yarn_attention(values, factor)


def _yarn_attention(values: Mapping[str, Any], factor: float) -> float:
    def scale(by: float) -> float:
        return 1.0 if factor <= 1 else 0.1 * by * math.log(factor) + 1.0

    if (given := values.get("attention_factor")) is not None:
        return float(given)
    one, all_dims = values.get("mscale"), values.get("mscale_all_dim")
    return scale(one) / scale(all_dims) if one and all_dims else scale(1)


def _longrope(of: Scaled) -> tuple[NDArray[np.float32], float]:
    trained, factor, attention = (
        of.values["original_max_position_embeddings"],
        of.factor(),
        of.values.get("attention_factor"),
    )
    if attention is None:
        attention = 1.0 if factor <= 1.0 else math.sqrt(1 + math.log(factor) / math.log(trained))
    name = "long_factor" if of.context_tokens > trained else "short_factor"
    divisors: NDArray[np.float32] = np.array(of.values[name], dtype=np.float32)
    return of.inverse() / divisors, float(attention)


def _llama3(of: Scaled) -> tuple[NDArray[np.float32], float]:
    factor, trained = of.values["factor"], of.values["original_max_position_embeddings"]
    low, high = of.values["low_freq_factor"], of.values["high_freq_factor"]
    plain = of.inverse()
    wavelength = np.float32(2 * math.pi) / plain
    smooth = (np.float32(trained) / wavelength - np.float32(low)) / np.float32(high - low)
    between = (1 - smooth) * plain / np.float32(factor) + smooth * plain
    long, short = wavelength > trained / low, wavelength < trained / high
    return np.where(long, plain / np.float32(factor), np.where(short, plain, between)), 1.0


def _proportional(of: Scaled) -> tuple[NDArray[np.float32], float]:
    """Gemma 4: of a whole head's frequencies the first ones, which rotate a part of it; the rest stands still."""
    inverse = of.inverse() / np.float32(of.values.get("factor") or 1.0)
    inverse[int(of.values.get("partial_rotary_factor", 1.0) * of.dims // 2) :] = 0
    return inverse, 1.0


WAYS: Mapping[str, Callable[[Scaled], tuple[NDArray[np.float32], float]]] = {
    "linear": _linear,
    "dynamic": _dynamic,
    "yarn": _yarn,
    "longrope": _longrope,
    "llama3": _llama3,
    "proportional": _proportional,
}
"""By ``rope_type``: (inverse frequencies, what sine and cosine are multiplied by)."""

OF_WHOLE_HEADS = frozenset({"proportional"})
"""Those that have a frequency for all of a head's dimensions, whatever part is rotated."""
