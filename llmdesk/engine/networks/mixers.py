"""The first halves of layers that keep a state instead of keys and values: plain data, no torch.

A state is of one length whatever came before, and it cannot be cut: it goes back only to where it was kept
(states.py). All of them look back over a few rows first, by a convolution of each column for itself.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, ClassVar, Literal, TypeVar

from llmdesk.engine.networks.config_values import CONFIG, integer, number
from llmdesk.errors import BadValue
from llmdesk.words import say

Mixer = Literal["attention", "convolution", "delta_net", "mamba"]

MIXERS: dict[str, Mixer] = {
    "full_attention": "attention",
    "sliding_attention": "attention",
    "conv": "convolution",
    "linear_attention": "delta_net",
}
"""By the names that configurations give layers; what is linear attention, the architecture says (Kind)."""


@dataclass(frozen=True, slots=True)
class StateParts:
    """What a mixer with a matrix for a state has beside its matrices, by names after ``model.layers.N.``.

    ``gates`` are small matrices (value heads, hidden) that decide how much is written and forgotten: they keep their
    precision.
    """

    gates: tuple[str, ...]
    decay_log: str
    decay_bias: str
    norm: str
    skip: str | None = None


_OF_DELTA_NETS = StateParts(
    ("linear_attn.in_proj_b", "linear_attn.in_proj_a"),
    "linear_attn.A_log",
    "linear_attn.dt_bias",
    "linear_attn.norm",
)
JOINED_GATES = "linear_attn.in_proj_ba"
"""Both gates in one matrix, as Qwen3-Next's files have them: those of each key head's value heads together."""
_OF_MAMBA = StateParts(("mamba.in_proj_dt",), "mamba.A_log", "mamba.dt_bias", "mamba.norm", "mamba.D")


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
class MatrixState:
    """What mixers have in common that keep one matrix S (key_dim, value_dim) for each value head in float32.

    Attributes:
        taps: see Convolution.
        eps: of the norm of what is read.
        is_tiled: see DeltaNet.
        parts: their names.
    """

    key_heads: int
    value_heads: int
    key_dim: int
    value_dim: int
    taps: int
    eps: float
    is_tiled: bool = False
    parts: ClassVar[StateParts]

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

    @property
    def normed(self) -> int:
        """Length of the norm's weights."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class DeltaNet(MatrixState):
    """Qwen's gated delta net, written and read by each token::

        q, k, v = silu(convolution(inputs(x)));  q, k = q / |q| / sqrt(key_dim), k / |k|
        g = exp(-exp(A_log) softplus(a x + dt_bias));  b = sigmoid(b x)      [for each value head]
        S = g S;  S = S + k (b (v - k S));  o = q S;  y = output(norm(o) * silu(z x))

    Value heads share queries and keys: value_heads / key_heads neighbours have one key head, or where ``is_tiled``
    (GGUF's order) every key_heads-th.
    """

    parts: ClassVar[StateParts] = _OF_DELTA_NETS

    @property
    def normed(self) -> int:
        """See MatrixState: the same for all heads."""
        return self.value_dim


@dataclass(frozen=True, slots=True)
class Mamba(MatrixState):
    """Mamba-2 as Granite 4 has it, with what papers call C, B and x for queries, keys and values::

        q, k, v = silu(convolution(inputs(x)));  d = softplus(dt x + dt_bias)      [for each value head]
        S = exp(-exp(A_log) d) S;  S = S + k (d v);  o = q S + D v;  y = output(norm(o * silu(z x)))

    The norm is over all value heads that share queries and keys, which are neighbours.
    """

    parts: ClassVar[StateParts] = _OF_MAMBA

    @property
    def normed(self) -> int:
        """See MatrixState: each number has its own."""
        return self.values


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
        eps=number(config, "rms_norm_eps"),
    )
    if getattr(config, "linear_heads_are_tiled", False) and made.value_heads != made.key_heads:
        made = replace(made, is_tiled=True)
    return _checked(made, "linear_num_value_heads")


def mamba_of(config: Any) -> Mamba:
    """What its Mamba-2 layers are like. Raises BadValue."""
    made = Mamba(
        key_heads=integer(config, "mamba_n_groups"),
        value_heads=integer(config, "mamba_n_heads"),
        key_dim=integer(config, "mamba_d_state"),
        value_dim=integer(config, "mamba_d_head"),
        taps=integer(config, "mamba_d_conv"),
        eps=number(config, "rms_norm_eps"),
    )
    return _checked(made, "mamba_n_heads")


StateKind = TypeVar("StateKind", bound=MatrixState)


def _checked(made: StateKind, key: str) -> StateKind:
    """Raises BadValue if value heads cannot share key heads evenly."""
    if made.value_heads % made.key_heads:
        values = {"found": made.value_heads, "heads": made.key_heads}
        raise BadValue(CONFIG, key, say("“{key}” is {found}; a multiple of {heads} is expected", key=key, **values))
    return made


def is_state_gate(name: str) -> bool:
    """Whether a tensor is one of StateParts.gates, or holds them: rounded it would forget otherwise."""
    return name.removesuffix(".weight").endswith((*_OF_DELTA_NETS.gates, JOINED_GATES, *_OF_MAMBA.gates))
