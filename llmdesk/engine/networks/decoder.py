"""The lean decoder: every architecture that ``describe`` knows, on a backend's kernels (engine thread only).

It holds exactly what a step needs: packed matrices, norms, tables of rotary angles. What an architecture adds is built
into a layer when it is loaded, so that a plain one pays nothing for it. Shapes: T new tokens, H hidden, N query heads,
K key/value heads, D head size, P past tokens.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

import torch  # noqa: TID253  (imported by backends only, on the engine thread)
from torch.nn import functional as F  # noqa: TID253

from llmdesk.engine.matrices.forms import Int8Matrix, concatenated, dequantized, each_of, quantize_int8, size_bytes
from llmdesk.engine.matrices.stored import Weights
from llmdesk.engine.networks.architecture import EMBEDDING, FINAL_NORM, HEAD, describe, rope_factors_of
from llmdesk.engine.networks.attention import View, attention, softcapped, view
from llmdesk.engine.networks.experts_beside import ExpertsBeside, Norm
from llmdesk.engine.networks.feed_forward import Dense, FeedForward, OfExperts
from llmdesk.engine.networks.gemma4_tensors import EXPERT_ROLES, LAYER_SCALE, ROUTER
from llmdesk.engine.networks.key_value_cache import KeyValueCache
from llmdesk.engine.networks.layers import LayerSpec, TensorNames
from llmdesk.engine.networks.linear import PackedLinear, WithInput, WithOutput, rounded_to_8_bits
from llmdesk.engine.networks.per_layer import LayerInput, PerLayer
from llmdesk.engine.networks.tensor_shapes import outside_vocabulary
from llmdesk.engine.networks.uneven_cache import UnevenCache
from llmdesk.errors import ModelDamaged
from llmdesk.own_decoders import Activation
from llmdesk.words import say

if TYPE_CHECKING:
    from llmdesk.engine.matrices.forms import Matrix

_FIRST_POSITIONS = 1024
_Views: TypeAlias = dict[tuple[int | None, int], View]


class Kernels(Protocol):
    """The operators that a backend supplies."""

    dtype: torch.dtype

    def pack(self, matrix: Matrix, bias: torch.Tensor | None) -> PackedLinear:
        """Bring a matrix into the kernel's layout."""
        ...

    def rms_norm(self, x: torch.Tensor, weight: torch.Tensor, eps: float) -> torch.Tensor:
        """Over the last dimension. A weight of ``dtype`` multiplies what is rounded, a float32 one before rounding."""
        ...

    def rotate(self, x: torch.Tensor, table: torch.Tensor, start: int) -> torch.Tensor:
        """Rotary embedding of (T, heads, D); ``table`` is (positions, R): sines, then cosines. R <= D are rotated."""
        ...

    def gated(self, gate_up: torch.Tensor, activation: Activation) -> torch.Tensor:
        """activation(gate) * up for (T, 2 F) -> (T, F)"""
        ...


@dataclass(slots=True)
class _Layer:
    spec: LayerSpec
    input_norm: torch.Tensor | None
    qkv: PackedLinear
    q_norm: torch.Tensor | None
    k_norm: torch.Tensor | None
    output: PackedLinear
    mlp_norm: torch.Tensor | None
    feed_forward: FeedForward
    value_norm: torch.Tensor | None
    own_input: LayerInput | None
    scale: torch.Tensor | None


class Decoder:
    """See the module.

    Args:
        config: transformers' configuration of the model.
        weights: matrices under transformers' names.
        kernels: the backend's operators.
        context_tokens: the longest sequence.
        report: told the share of layers that are packed (0..1).

    Raises:
        UnsupportedModel: ``architecture.obstacle`` says why.
        ModelDamaged: the weights do not fit the configuration.
    """

    def __init__(
        self,
        config: Any,
        weights: Weights,
        kernels: Kernels,
        context_tokens: int,
        report: Callable[[float], None] = lambda done: None,
    ) -> None:
        self._arch = arch = describe(config, context_tokens, rope_factors_of(weights))
        self._kernels, self._context_tokens = kernels, context_tokens
        self._weights_bytes = self._unread_bytes = 0  # the latter: of experts that a token does not choose
        self._windows = {(spec.window, arch.heads // arch.key_heads(spec)[0]) for spec in arch.layers}
        self._tables = self._rotary_tables(min(_FIRST_POSITIONS, context_tokens))
        self._names = weights.names()
        embedding = dequantized(weights.matrix(EMBEDDING))
        if embedding.shape != (arch.vocab, arch.hidden):
            raise ModelDamaged(
                say("The embedding has the shape {tuple}, config.json says otherwise.", tuple=tuple(embedding.shape))
            )
        self._embedding = embedding.to(kernels.dtype)
        self._norm = self._norm_weight(weights, FINAL_NORM)
        self._per_layer = PerLayer(arch, weights, kernels, self._pack, self._norm_weight) if arch.per_layer else None
        self._layers = []
        for index, spec in enumerate(arch.layers):
            report(index / len(arch.layers))
            self._layers.append(self._build_layer(weights, f"model.layers.{index}.", spec))
        self._head = self._pack(weights.matrix(HEAD if HEAD in self._names else EMBEDDING), None)

    @property
    def weights_bytes(self) -> int:
        """Bytes of all packed matrices and of the embedding table."""
        return self._weights_bytes + int(self._embedding.nbytes)

    @property
    def bytes_per_token(self) -> int:
        """Bytes of all packed matrices that one token reads: all, but of experts the chosen ones only."""
        return self._weights_bytes - self._unread_bytes

    def new_cache(self) -> KeyValueCache | UnevenCache:
        """An empty cache for one sequence."""
        arch = self._arch
        if any(layer.head_dim or layer.kv_heads or layer.keys_from is not None for layer in arch.layers):
            return UnevenCache.of(arch, self._context_tokens, self._kernels.dtype)
        return KeyValueCache(len(arch.layers), arch.kv_heads, arch.head_dim, self._context_tokens, self._kernels.dtype)

    @torch.inference_mode()
    def forward(self, ids: list[int], cache: KeyValueCache | UnevenCache, last: int = 1) -> torch.Tensor:
        """Process new tokens after what the cache holds.

        Returns:
            float32 logits (last, V) of the last tokens.
        """
        arch, kernels = self._arch, self._kernels
        cache.reserve(len(ids))
        views = self._views(len(ids), cache.length)
        x = self._embedded(ids)
        own = self._per_layer.inputs(ids, x) if self._per_layer is not None else None
        for index, layer in enumerate(self._layers):
            x = self._attend(x, layer, cache, index, views)
            x = layer.feed_forward.add(self._normed(x, layer.mlp_norm), x)
            if own is not None and layer.own_input is not None:
                x = layer.own_input.add(x, own[:, index])
            if layer.scale is not None:
                x = x * layer.scale
        cache.length += len(ids)
        logits = self._head(kernels.rms_norm(x[len(ids) - last :], self._norm, arch.eps)).float()
        return logits if arch.logit_softcap is None else softcapped(logits, arch.logit_softcap)

    def _normed(self, x: torch.Tensor, weight: torch.Tensor | None) -> torch.Tensor:
        return x if weight is None else self._kernels.rms_norm(x, weight, self._arch.eps)

    def _embedded(self, ids: list[int]) -> torch.Tensor:
        if max(ids) >= self._arch.vocab:
            raise outside_vocabulary(ids, self._arch.vocab)
        x: torch.Tensor = F.embedding(torch.tensor(ids), self._embedding)
        if self._arch.embedding_scale == 1.0:
            return x
        return x * torch.tensor(self._arch.embedding_scale, dtype=x.dtype)  # the scale is rounded too

    def _views(self, tokens: int, past: int) -> _Views:
        """What the new tokens see, for each window and number of query heads that share keys; makes room in tables."""
        if self._tables and past + tokens > self._tables[0].shape[0]:
            self._tables = self._rotary_tables(max(past + tokens, 2 * self._tables[0].shape[0]))
        return {each: view(tokens, past, *each, self._kernels.dtype) for each in self._windows}

    def _attend(
        self, x: torch.Tensor, layer: _Layer, cache: KeyValueCache | UnevenCache, index: int, views: _Views
    ) -> torch.Tensor:
        arch, spec, past, tokens = self._arch, layer.spec, cache.length, x.shape[0]
        (k, d), n, end = arch.key_heads(spec), arch.heads, past + tokens
        seen = views[spec.window, n // k]
        qkv = layer.qkv(self._normed(x, layer.input_norm)).view(tokens, -1, d)
        rotated = self._positioned(qkv[:, : n + k], layer, past)
        keys, values = (
            part[index if spec.keys_from is None else spec.keys_from] for part in (cache.keys, cache.values)
        )
        if spec.keys_from is None:
            keys[:, past:end] = rotated[:, n:].transpose(0, 1)
            values[:, past:end] = self._normed(qkv[:, -k:].contiguous(), layer.value_norm).transpose(0, 1)
        # The query heads of a group become query rows of their key/value head, so nothing is repeated.
        query = rotated[:, :n].reshape(tokens, k, n // k, d).permute(1, 2, 0, 3).reshape(1, k, n // k * tokens, d)
        out = attention(
            query, keys[None, :, seen.start : end], values[None, :, seen.start : end], seen.mask,
            arch.attention_scale, arch.attention_softcap,
        )  # fmt: skip
        out = out.view(k, n // k, tokens, d).permute(2, 0, 1, 3).reshape(tokens, n * d)
        return layer.output.add(out, x)

    def _positioned(self, qk: torch.Tensor, layer: _Layer, past: int) -> torch.Tensor:
        """Queries and keys (T, N + K, D), or queries alone, normed and rotated, each where the layer has it."""
        arch, kernels, n, d = self._arch, self._kernels, self._arch.heads, qk.shape[-1]
        parts = []
        for part, norm in ((qk[:, :n], layer.q_norm), (qk[:, n:], layer.k_norm)):
            if norm is not None:
                shape = (-1,) if arch.qk_norm == "width" else (-1, d)  # of what is normed together
                normed = kernels.rms_norm(part.contiguous().view(len(qk), *shape), norm, arch.eps)
                parts.append(normed.view(len(qk), -1, d))
        qk = torch.cat(parts, dim=1) if parts else qk
        return qk if layer.spec.rotary is None else kernels.rotate(qk, self._tables[layer.spec.rotary], past)

    def _build_layer(self, weights: Weights, prefix: str, spec: LayerSpec) -> _Layer:
        names, eps = self._arch.names(spec), self._arch.eps

        def norm(name: str | None) -> torch.Tensor | None:
            return None if name is None else self._norm_weight(weights, f"{prefix}{name}.weight")

        def linear(*parts: str, before: str | None = None, after: str | None = None) -> PackedLinear:
            made = self._linear(weights, [prefix + part for part in parts])
            if (weight := norm(before)) is not None:
                made = WithInput(made, partial(self._kernels.rms_norm, weight=weight, eps=eps))
            if (weight := norm(after)) is not None:
                made = WithOutput(made, partial(self._kernels.rms_norm, weight=weight, eps=eps))
            return made

        return _Layer(
            spec=spec,
            input_norm=norm(names.input_norm),
            qkv=linear(*names.qkv),
            q_norm=norm(names.q_norm),
            k_norm=norm(names.k_norm),
            output=linear(names.output, before=names.attention_sub_norm, after=names.post_attention_norm),
            mlp_norm=norm(names.mlp_norm),
            feed_forward=self._feed_forward(weights, prefix, spec, names, linear),
            value_norm=torch.ones(self._arch.key_heads(spec)[1]) if self._arch.value_norms else None,
            own_input=self._per_layer.of_layer(prefix) if self._per_layer is not None else None,
            scale=weights.tensor(prefix + LAYER_SCALE).to(self._kernels.dtype) if self._arch.layer_scales else None,
        )

    def _feed_forward(
        self, weights: Weights, prefix: str, spec: LayerSpec, names: TensorNames, linear: Callable[..., PackedLinear]
    ) -> FeedForward:
        if spec.has_experts:
            router, roles = f"{names.router}.weight", [f"{name}.weight" for name in (*names.gate_up, names.down)]
            return self._experts(weights, prefix, router, roles)
        is_beside = self._arch.experts_beside
        after = None if is_beside else names.post_mlp_norm
        dense = Dense(linear(*names.gate_up), linear(names.down, before=names.mlp_sub_norm, after=after), self._gated)
        if not is_beside:
            return dense
        experts = self._experts(weights, prefix, ROUTER, list(EXPERT_ROLES))

        def norm(weight: torch.Tensor) -> Norm:
            return partial(self._kernels.rms_norm, weight=weight, eps=self._arch.eps)

        post_norm = self._norm_weight(weights, f"{prefix}{names.post_mlp_norm}.weight")
        return ExpertsBeside(self._arch, weights, prefix, dense, experts, norm, post_norm)

    def _gated(self, gate_up: torch.Tensor) -> torch.Tensor:
        return self._kernels.gated(gate_up, self._arch.activation)

    def _experts(self, weights: Weights, prefix: str, router_name: str, roles: list[str]) -> OfExperts:
        kind = self._arch.experts
        assert kind is not None
        router = weights.tensor(prefix + router_name).to(self._kernels.dtype)
        gate, up, down = (each_of(weights.matrix(prefix + role), kind.count) for role in roles)
        bytes_before = self._weights_bytes
        gate_up = [self._pack(_joined(list(pair)), None) for pair in zip(gate, up, strict=True)]
        packed_down = [self._pack(matrix, None) for matrix in down]
        self._unread_bytes += round((self._weights_bytes - bytes_before) * (1 - kind.chosen / kind.count))
        return OfExperts(kind, router, gate_up, packed_down, self._gated)

    def _linear(self, weights: Weights, names: list[str]) -> PackedLinear:
        """The parts' rows as one matrix, with the biases that the files have."""
        biases = [weights.tensor(f"{name}.bias") for name in names if f"{name}.bias" in self._names]
        bias = torch.cat(biases).to(self._kernels.dtype) if biases else None
        packed = self._pack(_joined([weights.matrix(f"{name}.weight") for name in names]), bias)
        return WithInput(packed, rounded_to_8_bits) if self._arch.quantized_activations else packed

    def _norm_weight(self, weights: Weights, name: str) -> torch.Tensor:
        """Gemma's stays float32 with its offset: 1 + w has more digits than bf16 keeps."""
        weight = weights.tensor(name)
        return weight.float() + self._arch.norm_offset if self._arch.float_norms else weight.to(self._kernels.dtype)

    def _rotary_tables(self, positions: int) -> list[torch.Tensor]:
        return [torch.as_tensor(rotary.table(0, positions)) for rotary in self._arch.rotaries]

    def _pack(self, matrix: Matrix, bias: torch.Tensor | None) -> PackedLinear:
        self._weights_bytes += size_bytes(matrix)
        return self._kernels.pack(matrix, bias)


def _joined(matrices: list[Matrix]) -> Matrix:
    """Matrices of one input as one; of mixed forms (a GGUF may mix them) as int8, which loses next to nothing."""
    if len({type(matrix) for matrix in matrices}) > 1:
        matrices = [m if isinstance(m, Int8Matrix) else quantize_int8(dequantized(m)) for m in matrices]
    return matrices[0] if len(matrices) == 1 else concatenated(matrices)
