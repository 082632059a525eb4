"""The lean decoder: every architecture that ``describe`` knows, on a backend's kernels (engine thread only).

It holds exactly what a step needs: packed matrices, norms, tables of rotary angles. What an architecture adds is built
into a layer when it is loaded, so that a plain one pays nothing for it. Shapes: T new tokens, H hidden, N query heads,
K key/value heads, D head size, P past tokens.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

import torch  # noqa: TID253  (imported by backends only, on the engine thread)
from torch.nn import functional as F  # noqa: TID253

from llmdesk.engine.generation.given import FIRST_GIVEN, has_given
from llmdesk.engine.matrices.forms import Int8Matrix, concatenated, dequantized, each_of, quantize_int8, size_bytes
from llmdesk.engine.matrices.stored import Weights
from llmdesk.engine.networks.architecture import EMBEDDING, FINAL_NORM, HEAD, describe, rope_factors_of
from llmdesk.engine.networks.attention import View, attention, softcapped, view
from llmdesk.engine.networks.feed_forward import Dense, FeedForward, OfExperts
from llmdesk.engine.networks.key_value_cache import KeyValueCache
from llmdesk.engine.networks.layers import CHOICE_BIAS, LayerSpec, TensorNames
from llmdesk.engine.networks.linear import PackedLinear, WithInput, WithOutput, rounded_to_8_bits
from llmdesk.engine.networks.recurrent import RecurrentMixer, recurrent_mixer
from llmdesk.engine.networks.state_cache import StateCache
from llmdesk.engine.networks.tensor_shapes import outside_vocabulary
from llmdesk.errors import ModelDamaged
from llmdesk.own_decoders import Activation
from llmdesk.words import say

if TYPE_CHECKING:
    from llmdesk.engine.generation.given import Floats
    from llmdesk.engine.matrices.forms import Matrix

_FIRST_POSITIONS = 1024


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
    place: int  # of its keys and values, or of its state, in a cache
    input_norm: torch.Tensor | None
    mixer: RecurrentMixer | None  # instead of attention
    qkv: PackedLinear
    gate: PackedLinear | None
    q_norm: torch.Tensor | None
    k_norm: torch.Tensor | None
    sinks: torch.Tensor | None
    output: PackedLinear
    mlp_norm: torch.Tensor | None
    feed_forward: FeedForward


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
        self._windows = {spec.window for spec in arch.layers}
        self._tables = self._rotary_tables(min(_FIRST_POSITIONS, context_tokens))
        self._names = weights.names()
        embedding = dequantized(weights.matrix(EMBEDDING))
        if embedding.shape != (arch.vocab, arch.hidden):
            raise ModelDamaged(
                say("The embedding has the shape {tuple}, config.json says otherwise.", tuple=tuple(embedding.shape))
            )
        self._embedding = embedding.to(kernels.dtype)
        self._norm = self._norm_weight(weights, FINAL_NORM)
        self._layers = []
        for index, spec in enumerate(arch.layers):
            report(index / len(arch.layers))
            self._layers.append(self._build_layer(weights, f"model.layers.{index}.", spec, arch.place(index)))
        self._head = self._pack(weights.matrix(HEAD if HEAD in self._names else EMBEDDING), None)

    @property
    def weights_bytes(self) -> int:
        """Bytes of all packed matrices and of the embedding table."""
        return self._weights_bytes + int(self._embedding.nbytes)

    @property
    def bytes_per_token(self) -> int:
        """Bytes of all packed matrices that one token reads: all, but of experts the chosen ones only."""
        return self._weights_bytes - self._unread_bytes

    def new_cache(self) -> KeyValueCache:
        """An empty cache for one sequence."""
        arch, states = self._arch, [layer.mixer.empty() for layer in self._layers if layer.mixer is not None]
        shape = len(arch.layers) - len(states), arch.kv_heads, arch.head_dim, self._context_tokens, self._kernels.dtype
        return StateCache(*shape, states) if states else KeyValueCache(*shape)

    @torch.inference_mode()
    def forward(self, ids: list[int], cache: KeyValueCache, last: int = 1, given: Floats | None = None) -> torch.Tensor:
        """Process new tokens after what the cache holds. ``given``: see Step.

        Returns:
            float32 logits (last, V) of the last tokens.
        """
        arch, kernels = self._arch, self._kernels
        cache.begin_step(len(ids))
        views = self._views(len(ids), cache.length)
        x = self._embedded(ids, given)
        for layer in self._layers:
            x = self._mix(x, layer, cache, views[layer.spec.window])
            x = layer.feed_forward.add(self._normed(x, layer.mlp_norm), x)
        cache.length += len(ids)
        logits = self._head(kernels.rms_norm(x[len(ids) - last :], self._norm, arch.eps)).float()
        if arch.logit_scale != 1.0:
            logits = logits * arch.logit_scale
        return logits if arch.logit_softcap is None else softcapped(logits, arch.logit_softcap)

    def _normed(self, x: torch.Tensor, weight: torch.Tensor | None) -> torch.Tensor:
        return x if weight is None else self._kernels.rms_norm(x, weight, self._arch.eps)

    def _embedded(self, ids: list[int], given: Floats | None) -> torch.Tensor:
        words = [0 if token >= FIRST_GIVEN else token for token in ids] if has_given(ids) else ids
        if max(words) >= self._arch.vocab:
            raise outside_vocabulary(words, self._arch.vocab)
        x: torch.Tensor = F.embedding(torch.tensor(words), self._embedding)
        if self._arch.norm_offset:
            x = x * torch.tensor(self._arch.embedding_scale, dtype=x.dtype)  # Gemma's scale is rounded too
        elif self._arch.embedding_scale != 1.0:
            x = x * self._arch.embedding_scale
        if given is not None:
            places = [place for place, token in enumerate(ids) if token >= FIRST_GIVEN]
            x[places] = torch.as_tensor(given[: len(places)]).to(x)
        return x

    def _views(self, tokens: int, past: int) -> dict[int | None, View]:
        """What the new tokens see, for each window that this architecture has; makes room in the rotary tables."""
        arch = self._arch
        if self._tables and past + tokens > self._tables[0].shape[0]:
            self._tables = self._rotary_tables(max(past + tokens, 2 * self._tables[0].shape[0]))
        group = arch.heads // arch.kv_heads
        return {window: view(tokens, past, window, group, self._kernels.dtype) for window in self._windows}

    def _mix(self, x: torch.Tensor, layer: _Layer, cache: KeyValueCache, seen: View) -> torch.Tensor:
        if layer.mixer is None:
            return self._attend(x, layer, cache, seen)
        assert isinstance(cache, StateCache)
        x, state = layer.mixer.add(self._normed(x, layer.input_norm), x, cache.states[layer.place])
        cache.states[layer.place] = state
        return x

    def _attend(self, x: torch.Tensor, layer: _Layer, cache: KeyValueCache, seen: View) -> torch.Tensor:
        arch, past, tokens = self._arch, cache.length, x.shape[0]
        n, k, d, end = arch.heads, arch.kv_heads, arch.head_dim, past + tokens
        normed = self._normed(x, layer.input_norm)
        qkv = layer.qkv(normed).view(tokens, n + 2 * k, d)
        rotated = self._positioned(qkv[:, : n + k], layer, past)
        keys, values = cache.keys[layer.place], cache.values[layer.place]
        keys[:, past:end] = rotated[:, n:].transpose(0, 1)
        values[:, past:end] = qkv[:, n + k :].transpose(0, 1)
        # The query heads of a group become query rows of their key/value head, so nothing is repeated.
        query = (
            self._scaled_late(rotated[:, :n], past)
            .reshape(tokens, k, n // k, d)
            .permute(1, 2, 0, 3)
            .reshape(1, k, n // k * tokens, d)
        )
        out = attention(
            query, keys[None, :, seen.start : end], values[None, :, seen.start : end], seen.mask,
            arch.attention_scale, arch.attention_softcap,
            None if layer.sinks is None else layer.sinks.view(k, -1, 1).repeat_interleave(tokens, dim=1),
        )  # fmt: skip
        out = out.view(k, n // k, tokens, d).permute(2, 0, 1, 3).reshape(tokens, n * d)
        if layer.gate is not None:
            out = out * layer.gate(normed).sigmoid()
        return layer.output.add(out, x)

    def _positioned(self, qk: torch.Tensor, layer: _Layer, past: int) -> torch.Tensor:
        """Queries and keys (T, N + K, D) normed and rotated, each where the layer has it."""
        arch, kernels, n = self._arch, self._kernels, self._arch.heads
        if layer.q_norm is not None and layer.k_norm is not None:
            shape = (-1,) if arch.qk_norm == "width" else (-1, arch.head_dim)  # of what is normed together
            q = kernels.rms_norm(qk[:, :n].contiguous().view(len(qk), *shape), layer.q_norm, arch.eps)
            key = kernels.rms_norm(qk[:, n:].contiguous().view(len(qk), *shape), layer.k_norm, arch.eps)
            qk = torch.cat((q.view(len(qk), n, -1), key.view(len(qk), -1, arch.head_dim)), dim=1)
        return qk if layer.spec.rotary is None else kernels.rotate(qk, self._tables[layer.spec.rotary], past)

    def _scaled_late(self, query: torch.Tensor, past: int) -> torch.Tensor:
        """Queries (T, N, D) times what their positions ask for."""
        late = self._arch.late_queries
        if late is None:
            return query
        factors = torch.from_numpy(late.factors(past, past + len(query)))
        return query * factors.to(query.dtype)[:, None, None]

    def _build_layer(self, weights: Weights, prefix: str, spec: LayerSpec, place: int) -> _Layer:
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

        qkv = linear(*names.qkv)
        output = linear(names.output, before=names.attention_sub_norm, after=names.post_attention_norm)
        return _Layer(
            spec=spec,
            place=place,
            input_norm=norm(names.input_norm),
            mixer=recurrent_mixer(self._arch, weights, prefix, spec, qkv, output, self._kernels.dtype),
            qkv=qkv,
            gate=linear(names.gate) if names.gate else None,
            q_norm=norm(names.q_norm),
            k_norm=norm(names.k_norm),
            sinks=None if names.sinks is None else weights.tensor(f"{prefix}{names.sinks}").float(),
            output=output,
            mlp_norm=norm(names.mlp_norm),
            feed_forward=self._experts(weights, prefix, names)
            if spec.has_experts
            else Dense(
                linear(*names.gate_up),
                linear(names.down, before=names.mlp_sub_norm, after=names.post_mlp_norm),
                self._gated,
            ),
        )

    def _gated(self, gate_up: torch.Tensor) -> torch.Tensor:
        return self._kernels.gated(gate_up, self._arch.activation)

    def _experts(self, weights: Weights, prefix: str, names: TensorNames) -> OfExperts:
        kind = self._arch.experts
        assert kind is not None
        router = weights.tensor(f"{prefix}{names.router}.weight").to(self._kernels.dtype)
        bias = f"{prefix}{CHOICE_BIAS}.weight"
        choice_bias = weights.tensor(bias).float() if bias in self._names else None
        roles = [f"{prefix}{name}" for name in (*names.gate_up, names.down)]
        gate, up, down = (each_of(weights.matrix(f"{role}.weight"), kind.count) for role in roles)
        apart = [self._biases_of_each(weights, role, kind.count) for role in roles]
        bytes_before = self._weights_bytes
        gate_up = [
            self._pack(_joined([g, u]), None if b is None or c is None else torch.cat((b, c)))
            for g, u, b, c in zip(gate, up, apart[0], apart[1], strict=True)
        ]
        packed_down = [self._pack(matrix, bias) for matrix, bias in zip(down, apart[2], strict=True)]
        self._unread_bytes += round((self._weights_bytes - bytes_before) * (1 - kind.chosen / kind.count))
        router_bias = self._bias(weights, [f"{prefix}{names.router}"])
        return OfExperts(kind, router, router_bias, choice_bias, gate_up, packed_down, self._gated)

    def _linear(self, weights: Weights, names: list[str]) -> PackedLinear:
        """The parts' rows as one matrix, with the biases that the files have."""
        packed = self._pack(_joined([weights.matrix(f"{name}.weight") for name in names]), self._bias(weights, names))
        return WithInput(packed, rounded_to_8_bits) if self._arch.quantized_activations else packed

    def _bias(self, weights: Weights, names: list[str]) -> torch.Tensor | None:
        """The parts' biases one after the other; None where the files have none."""
        biases = [weights.tensor(f"{name}.bias") for name in names if f"{name}.bias" in self._names]
        return torch.cat(biases).to(self._kernels.dtype) if biases else None

    def _biases_of_each(self, weights: Weights, role: str, count: int) -> list[torch.Tensor | None]:
        """Of each expert."""
        bias = self._bias(weights, [role])
        return [None] * count if bias is None else list(bias.chunk(count))

    def _norm_weight(self, weights: Weights, name: str) -> torch.Tensor:
        """Gemma's stays float32 with its offset: 1 + w has more digits than bf16 keeps."""
        weight = weights.tensor(name)
        offset = self._arch.norm_offset
        return weight.float() + offset if offset else weight.to(self._kernels.dtype)

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
