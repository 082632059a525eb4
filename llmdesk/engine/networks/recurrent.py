"""Mixers with a state, put together for the decoder on a backend's kernels (engine thread only)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch  # noqa: TID253  (imported by backends only, on the engine thread)

from llmdesk.engine.networks.convolution import ShortConvolution
from llmdesk.engine.networks.delta_net import DeltaWeights, GatedDeltaNet
from llmdesk.engine.networks.mamba import Mamba2, MambaWeights
from llmdesk.engine.networks.mixers import DeltaNet, Mamba
from llmdesk.engine.networks.tensor_shapes import vector

if TYPE_CHECKING:
    from typing import TypeAlias

    from llmdesk.engine.matrices.stored import Weights
    from llmdesk.engine.networks.architecture import Architecture
    from llmdesk.engine.networks.layers import LayerSpec
    from llmdesk.engine.networks.linear import PackedLinear

RecurrentMixer: TypeAlias = "ShortConvolution | GatedDeltaNet | Mamba2"


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
    bias = f"{prefix}{names.taps}.bias"
    taps_bias = vector(weights, bias, len(taps)).to(dtype) if bias in weights.names() else None
    if (kind := architecture.matrix_state) is None:
        return ShortConvolution(inputs, taps, taps_bias, output)

    def floats(name: str) -> torch.Tensor:
        return weights.tensor(f"{prefix}{name}.weight").float()

    parts = kind.parts
    gates = torch.cat([weights.tensor(f"{prefix}{name}.weight") for name in parts.gates]).to(dtype)
    decay_log, decay_bias, norm = floats(parts.decay_log), floats(parts.decay_bias), floats(parts.norm)
    if isinstance(kind, Mamba):
        skip = floats(str(parts.skip))
        of_mamba = MambaWeights(inputs, taps, taps_bias, gates, decay_log, decay_bias, skip, norm, output)
        return Mamba2(kind, of_mamba)
    assert isinstance(kind, DeltaNet)
    return GatedDeltaNet(kind, DeltaWeights(inputs, taps, gates, decay_log, decay_bias, norm, output))
