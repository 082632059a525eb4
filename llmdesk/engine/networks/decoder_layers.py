"""Layers of the lean decoder, built of a model's weights for a backend's kernels (engine thread only)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import torch  # noqa: TID253  (imported by backends only, on the engine thread)

from llmdesk.engine.matrices.forms import (
    GROUP,
    Int8Matrix,
    concatenated,
    dequantized,
    each_of,
    form_of,
    quantize_int8,
    size_bytes,
)
from llmdesk.engine.networks.experts_beside import ExpertsBeside, ExpertsWithNorms, Norm
from llmdesk.engine.networks.feed_forward import Dense, FeedForward, OfExperts
from llmdesk.engine.networks.gemma4_tensors import LAYER_SCALE
from llmdesk.engine.networks.layers import CHOICE_BIAS, LayerSpec, TensorNames
from llmdesk.engine.networks.linear import PackedLinear, WithInput, WithOutput, rounded_to_8_bits
from llmdesk.engine.networks.per_layer import LayerInput, PerLayer
from llmdesk.engine.networks.recurrent import RecurrentMixer, recurrent_mixer

if TYPE_CHECKING:
    from llmdesk.engine.matrices.forms import Matrix
    from llmdesk.engine.matrices.stored import Weights
    from llmdesk.engine.networks.architecture import Architecture
    from llmdesk.engine.networks.decoder import Kernels


@dataclass(slots=True)
class Layer:
    """A layer, ready to compute; what is None it has not."""

    spec: LayerSpec
    place: int  # of its keys and values, or of its state, in a cache
    input_norm: torch.Tensor | None
    mixer: RecurrentMixer | None  # instead of attention
    qkv: PackedLinear
    gate: PackedLinear | None
    head_gate: torch.Tensor | None
    q_norm: torch.Tensor | None
    k_norm: torch.Tensor | None
    sinks: torch.Tensor | None
    output: PackedLinear
    mlp_norm: torch.Tensor | None
    feed_forward: FeedForward
    value_norm: torch.Tensor | None
    own_input: LayerInput | None
    scale: torch.Tensor | None


class LayerBuilder:
    """Packs what a decoder multiplies by.

    Attributes:
        weights_bytes: of all that was packed.
        unread_bytes: of these what a token does not read, since it chooses other experts.
        per_layer: what tokens bring for each layer; None: nothing.
    """

    def __init__(self, architecture: Architecture, weights: Weights, kernels: Kernels) -> None:
        self._arch, self._weights, self._kernels = architecture, weights, kernels
        self._names = weights.names()
        self.weights_bytes = self.unread_bytes = 0
        has_own = architecture.per_layer > 0
        self.per_layer = PerLayer(architecture, weights, kernels, self.pack, self.norm_weight) if has_own else None

    def layer(self, index: int) -> Layer:
        """Pack that layer's matrices."""
        spec, prefix = self._arch.layers[index], f"model.layers.{index}."
        names, eps = self._arch.names(spec), self._arch.eps

        def norm(name: str | None) -> torch.Tensor | None:
            return None if name is None else self.norm_weight(f"{prefix}{name}.weight")

        def linear(*parts: str, before: str | None = None, after: str | None = None) -> PackedLinear:
            made = self._linear([prefix + part for part in parts])
            if (weight := norm(before)) is not None:
                made = WithInput(made, partial(self._kernels.rms_norm, weight=weight, eps=eps))
            if (weight := norm(after)) is not None:
                made = WithOutput(made, partial(self._kernels.rms_norm, weight=weight, eps=eps))
            return made

        qkv = linear(*names.qkv)
        output = linear(names.output, before=names.attention_sub_norm, after=names.post_attention_norm)
        return Layer(
            spec=spec,
            place=self._arch.place(index),
            input_norm=norm(names.input_norm),
            mixer=recurrent_mixer(self._arch, self._weights, prefix, spec, qkv, output, self._kernels.dtype),
            qkv=qkv,
            gate=linear(names.gate) if names.gate else None,
            head_gate=self._plain(f"{prefix}{names.head_gate}.weight") if names.head_gate else None,
            q_norm=norm(names.q_norm),
            k_norm=norm(names.k_norm),
            sinks=None if names.sinks is None else self._weights.tensor(f"{prefix}{names.sinks}").float(),
            output=output,
            mlp_norm=norm(names.mlp_norm),
            feed_forward=self._feed_forward(prefix, spec, names, linear),
            value_norm=torch.ones(self._arch.key_heads(spec)[1]) if self._arch.value_norms else None,
            own_input=None if self.per_layer is None else self.per_layer.of_layer(prefix),
            scale=self._scale(prefix),
        )

    def _feed_forward(
        self, prefix: str, spec: LayerSpec, names: TensorNames, linear: Callable[..., PackedLinear]
    ) -> FeedForward:
        if spec.has_experts:
            return self._experts(prefix, str(names.router), [*names.gate_up, names.down])
        beside = self._arch.experts_beside
        after = names.post_mlp_norm if beside is None or beside.norms is None else None
        dense = Dense(linear(*names.gate_up), linear(names.down, before=names.mlp_sub_norm, after=after), self._gated)
        if beside is None:
            return dense
        router, *roles = (name.removesuffix(".weight") for name in (beside.router, *beside.roles))
        experts = self._experts(prefix, router, roles)
        if beside.norms is None:
            gate = None if beside.dense_gate is None else self._plain(prefix + beside.dense_gate)
            return ExpertsBeside(dense, experts, gate)

        def norm(weight: torch.Tensor) -> Norm:
            return partial(self._kernels.rms_norm, weight=weight, eps=self._arch.eps)

        post_norm = self.norm_weight(f"{prefix}{names.post_mlp_norm}.weight")
        return ExpertsWithNorms(beside.norms, self._weights, prefix, dense, experts, norm, post_norm)

    def _scale(self, prefix: str) -> torch.Tensor | None:
        if not self._arch.layer_scales:
            return None
        return self._weights.tensor(prefix + LAYER_SCALE).to(self._kernels.dtype)

    def _gated(self, gate_up: torch.Tensor) -> torch.Tensor:
        return self._kernels.gated(gate_up, self._arch.activation)

    def _experts(self, prefix: str, router_name: str, role_names: list[str]) -> OfExperts:
        kind = self._arch.experts
        assert kind is not None
        router = self._plain(f"{prefix}{router_name}.weight")
        bias = f"{prefix}{CHOICE_BIAS}.weight"
        choice_bias = self._weights.tensor(bias).float() if bias in self._names else None
        roles = [f"{prefix}{name}" for name in role_names]
        gate, up, down = (each_of(self._weights.matrix(f"{role}.weight"), kind.count) for role in roles)
        apart = [self._biases_of_each(role, kind.count) for role in roles]
        bytes_before = self.weights_bytes
        gate_up = [
            self.pack(_joined([g, u]), None if b is None or c is None else torch.cat((b, c)))
            for g, u, b, c in zip(gate, up, apart[0], apart[1], strict=True)
        ]
        packed_down = [self.pack(matrix, bias) for matrix, bias in zip(down, apart[2], strict=True)]
        self.unread_bytes += round((self.weights_bytes - bytes_before) * (1 - kind.chosen / kind.count))
        router_bias = self._bias([f"{prefix}{router_name}"])
        return OfExperts(kind, router, router_bias, choice_bias, gate_up, packed_down, self._gated)

    def _linear(self, names: list[str]) -> PackedLinear:
        """The parts' rows as one matrix, with the biases that the files have."""
        packed = self.pack(_joined([self._weights.matrix(f"{name}.weight") for name in names]), self._bias(names))
        return WithInput(packed, rounded_to_8_bits) if self._arch.quantized_activations else packed

    def _bias(self, names: list[str]) -> torch.Tensor | None:
        """The parts' biases one after the other; None where the files have none."""
        biases = [self._weights.tensor(f"{name}.bias") for name in names if f"{name}.bias" in self._names]
        return torch.cat(biases).to(self._kernels.dtype) if biases else None

    def _biases_of_each(self, role: str, count: int) -> list[torch.Tensor | None]:
        """Of each expert."""
        bias = self._bias([role])
        return [None] * count if bias is None else list(bias.chunk(count))

    def norm_weight(self, name: str) -> torch.Tensor:
        """A norm's. Gemma's stays float32 with its offset: 1 + w has more digits than bf16 keeps."""
        weight = self._weights.tensor(name)
        return weight.float() + self._arch.norm_offset if self._arch.float_norms else weight.to(self._kernels.dtype)

    def _plain(self, name: str) -> torch.Tensor:
        """A small matrix that keeps its precision."""
        return self._weights.tensor(name).to(self._kernels.dtype)

    def pack(self, matrix: Matrix, bias: torch.Tensor | None) -> PackedLinear:
        """Bring a matrix into the kernels' layout, and count it."""
        self.weights_bytes += size_bytes(matrix)
        return self._kernels.pack(matrix, bias)


def _joined(matrices: list[Matrix]) -> Matrix:
    """Matrices of one input as one; of mixed forms (a GGUF may mix them) as int8, which loses next to nothing."""
    if len(set(map(form_of, matrices))) > 1:
        matrices = [_in_int8(matrix) for matrix in matrices]
    return matrices[0] if len(matrices) == 1 else concatenated(matrices)


def _in_int8(matrix: Matrix) -> Int8Matrix:
    """In groups of 32, or a row's where 32 does not divide it; the same numbers if it has those already."""
    group = GROUP if matrix.shape[1] % GROUP == 0 else matrix.shape[1]
    if isinstance(matrix, Int8Matrix) and matrix.group == group:
        return Int8Matrix(matrix.q, matrix.scales)
    return quantize_int8(dequantized(matrix))
