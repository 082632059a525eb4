"""The first halves of layers that keep a state instead of keys and values: plain data, no torch.

A state is of one length whatever came before, and it cannot be cut: it goes back only to where it was kept
(states.py). All of them look back over a few rows first, by a convolution of each column for itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from llmdesk.engine.networks.config_values import integer

Mixer = Literal["attention", "convolution"]

MIXERS: dict[str, Mixer] = {
    "full_attention": "attention",
    "sliding_attention": "attention",
    "conv": "convolution",
}
"""By the names that configurations give layers."""


@dataclass(frozen=True, slots=True)
class Convolution:
    """LFM's short convolution, with B, C, z = inputs(x), each as wide as the layer::

        y[p] = output(C[p] * sum over j < taps of w[j] (B z)[p - taps + 1 + j])

    Attributes:
        taps: tokens that it sees, the newest among them.
    """

    taps: int


def convolution_of(config: Any) -> Convolution | None:
    """What its short convolutions are like; None: no layer has one. Raises BadValue."""
    if "conv" not in (getattr(config, "layer_types", None) or ()):
        return None
    return Convolution(integer(config, "conv_L_cache"))
