"""The first halves of layers that keep a state instead of keys and values: plain data, no torch.

A state is of one length whatever came before, and it cannot be cut: it goes back only to where it was kept
(states.py). All of them look back over a few rows first, by a convolution of each column for itself.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

from llmdesk.engine.networks.config_values import CONFIG, integer
from llmdesk.errors import BadValue
from llmdesk.words import say

Mixer = Literal["attention", "convolution", "delta_net"]

MIXERS: dict[str, Mixer] = {
    "full_attention": "attention",
    "sliding_attention": "attention",
    "conv": "convolution",
    "linear_attention": "delta_net",
}
"""By the names that configurations give layers."""

DELTA_GATES = ("linear_attn.in_proj_b", "linear_attn.in_proj_a")
"""Small matrices (value heads, hidden) that decide how much is written and forgotten: they keep their precision."""
DECAY_LOG, DECAY_BIAS, DELTA_NORM = "linear_attn.A_log", "linear_attn.dt_bias", "linear_attn.norm"


@dataclass(frozen=True, slots=True)
class Convolution:
    """LFM's short convolution, with B, C, z = inputs(x), each as wide as the layer::

        y[p] = output(C[p] * sum over j < taps of w[j] (B z)[p - taps + 1 + j])

    Attributes:
        taps: tokens that it sees, the newest among them.
        columns: of what it sees.
    """

    taps: int
    columns: int


@dataclass(frozen=True, slots=True)
class DeltaNet:
    """Qwen's gated delta net: one matrix S (key_dim, value_dim) for each value head, written and read by each token::

        q, k, v = silu(convolution(inputs(x)));  q, k = q / |q| / sqrt(key_dim), k / |k|
        g = exp(-exp(A_log) softplus(a x + dt_bias));  b = sigmoid(b x)      [for each value head]
        S = g S;  S = S + k (b (v - k S));  o = q S;  y = output(norm(o) * silu(z x))

    Value heads share queries and keys: value_heads / key_heads neighbours have one key head, or where ``is_tiled``
    (GGUF's order) every key_heads-th.

    Attributes:
        taps: see Convolution.
    """

    key_heads: int
    value_heads: int
    key_dim: int
    value_dim: int
    taps: int
    is_tiled: bool = False

    @property
    def keys(self) -> int:
        """Numbers of all key heads together."""
        return self.key_heads * self.key_dim

    @property
    def values(self) -> int:
        """Numbers of all value heads together."""
        return self.value_heads * self.value_dim

    @property
    def columns(self) -> int:
        """Of what the convolution sees: queries, keys and values."""
        return 2 * self.keys + self.values


def convolution_of(config: Any) -> Convolution:
    """What its short convolutions are like. Raises BadValue."""
    return Convolution(integer(config, "conv_L_cache"), integer(config, "hidden_size"))


def delta_net_of(config: Any) -> DeltaNet:
    """What its gated delta nets are like. Raises BadValue."""
    made = DeltaNet(
        key_heads=integer(config, "linear_num_key_heads"),
        value_heads=integer(config, "linear_num_value_heads"),
        key_dim=integer(config, "linear_key_head_dim"),
        value_dim=integer(config, "linear_value_head_dim"),
        taps=integer(config, "linear_conv_kernel_dim"),
    )
    if getattr(config, "linear_heads_are_tiled", False) and made.value_heads != made.key_heads:
        made = replace(made, is_tiled=True)
    if made.value_heads % made.key_heads:
        key, values = "linear_num_value_heads", {"found": made.value_heads, "heads": made.key_heads}
        raise BadValue(CONFIG, key, say("“{key}” is {found}; a multiple of {heads} is expected", key=key, **values))
    return made


def is_delta_gate(name: str) -> bool:
    """Whether a tensor is one of DELTA_GATES: rounded it would forget otherwise."""
    return name.removesuffix(".weight").endswith(DELTA_GATES)
