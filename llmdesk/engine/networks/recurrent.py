"""Mixers with a state, put together for the decoder on a backend's kernels (engine thread only)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch  # noqa: TID253  (imported by backends only, on the engine thread)

from llmdesk.engine.networks.convolution import ShortConvolution
from llmdesk.engine.networks.delta_net import DeltaWeights, GatedDeltaNet
from llmdesk.engine.networks.mixers import DECAY_BIAS, DECAY_LOG, DELTA_GATES, DELTA_NORM

if TYPE_CHECKING:
    from typing import TypeAlias

    from llmdesk.engine.matrices.stored import Weights
    from llmdesk.engine.networks.architecture import Architecture
    from llmdesk.engine.networks.layers import LayerSpec
    from llmdesk.engine.networks.linear import PackedLinear

RecurrentMixer: TypeAlias = "ShortConvolution | GatedDeltaNet"


def recurrent_mixer(
    architecture: Architecture,
    weights: Weights,
    prefix: str,
    spec: LayerSpec,
    inputs: PackedLinear,
    output: PackedLinear,
    dtype: torch.dtype,
) -> RecurrentMixer | None:
    """What stands in a layer instead of attention, if anything does; ``prefix`` begins its tensors' names."""
    names = architecture.names(spec)
    if names.taps is None:
        return None
    taps = weights.tensor(f"{prefix}{names.taps}.weight").view(architecture.columns(spec), -1).to(dtype)
    if architecture.delta_net is None:
        bias = f"{prefix}{names.taps}.bias"
        taps_bias = weights.tensor(bias).to(dtype) if bias in weights.names() else None
        return ShortConvolution(inputs, taps, taps_bias, output)

    def floats(name: str) -> torch.Tensor:
        return weights.tensor(f"{prefix}{name}.weight").float()

    gates = torch.cat([weights.tensor(f"{prefix}{name}.weight") for name in DELTA_GATES]).to(dtype)
    of_layer = DeltaWeights(inputs, taps, gates, floats(DECAY_LOG), floats(DECAY_BIAS), floats(DELTA_NORM), output)
    return GatedDeltaNet(architecture.delta_net, of_layer, architecture.eps)
