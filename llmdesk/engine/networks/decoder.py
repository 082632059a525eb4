"""The lean decoder: every architecture that ``describe`` knows, on a backend's kernels (engine thread only).

It holds exactly what a step needs: packed matrices, norms, tables of rotary angles. What an architecture adds is built
into a layer when it is loaded, so that a plain one pays nothing for it. Shapes: T new tokens, H hidden, N query heads,
K key/value heads, D head size, P past tokens.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

import torch  # noqa: TID253  (imported by backends only, on the engine thread)
from torch.nn import functional as F  # noqa: TID253

from llmdesk.engine.generation.given import FIRST_GIVEN, with_words
from llmdesk.engine.matrices.forms import dequantized
from llmdesk.engine.matrices.stored import Weights
from llmdesk.engine.networks.architecture import EMBEDDING, FINAL_NORM, HEAD, describe, rope_factors_of
from llmdesk.engine.networks.attention import View, attention, softcapped, view
from llmdesk.engine.networks.decoder_layers import Layer, LayerBuilder
from llmdesk.engine.networks.key_value_cache import KeyValueCache
from llmdesk.engine.networks.linear import PackedLinear
from llmdesk.engine.networks.state_cache import StateCache
from llmdesk.engine.networks.tensor_shapes import outside_vocabulary
from llmdesk.engine.networks.uneven_cache import UnevenCache
from llmdesk.errors import ModelDamaged
from llmdesk.own_decoders import Activation
from llmdesk.words import say

if TYPE_CHECKING:
    from llmdesk.engine.generation.given import Floats, Places
    from llmdesk.engine.matrices.forms import Matrix

_FIRST_POSITIONS = 1024
_Views: TypeAlias = dict[tuple[int | None, int], View]
_Angles: TypeAlias = list[tuple[torch.Tensor, int]]
"""Of each rotary: a table, and the row in it of the first new token."""


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
        builder = LayerBuilder(arch, weights, kernels)
        self._windows = {(spec.window, arch.heads // arch.key_heads(spec)[0]) for spec in arch.layers}
        self._tables = self._rotary_tables(min(_FIRST_POSITIONS, context_tokens))
        embedding = dequantized(weights.matrix(EMBEDDING))
        if embedding.shape != (arch.vocab, arch.hidden):
            raise ModelDamaged(
                say("The embedding has the shape {tuple}, config.json says otherwise.", tuple=tuple(embedding.shape))
            )
        self._embedding = embedding.to(kernels.dtype)
        self._norm = builder.norm_weight(FINAL_NORM)
        self._per_layer = builder.per_layer
        self._layers = []
        for index in range(len(arch.layers)):
            report(index / len(arch.layers))
            self._layers.append(builder.layer(index))
        self._head = builder.pack(weights.matrix(HEAD if HEAD in weights.names() else EMBEDDING), None)
        self._weights_bytes, self._unread_bytes = builder.weights_bytes, builder.unread_bytes

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
        arch, states = self._arch, [layer.mixer.empty() for layer in self._layers if layer.mixer is not None]
        if any(layer.head_dim or layer.kv_heads or layer.keys_from is not None for layer in arch.layers):
            return UnevenCache.of(arch, self._context_tokens, self._kernels.dtype)
        shape = len(arch.layers) - len(states), arch.kv_heads, arch.head_dim, self._context_tokens, self._kernels.dtype
        return StateCache(*shape, states) if states else KeyValueCache(*shape)

    @torch.inference_mode()
    def forward(
        self,
        ids: list[int],
        cache: KeyValueCache | UnevenCache,
        last: int = 1,
        given: Floats | None = None,
        places: Places | None = None,
    ) -> torch.Tensor:
        """Process new tokens after what the cache holds. ``given``, ``places``: see Step.

        Returns:
            float32 logits (last, V) of the last tokens.
        """
        arch, kernels = self._arch, self._kernels
        cache.begin_step(len(ids))
        views = self._views(len(ids), cache.length)
        angles = self._angles(len(ids), cache.length, places)
        x = self._embedded(ids, given)
        own = self._per_layer.inputs(ids, x) if self._per_layer is not None else None
        for index, layer in enumerate(self._layers):
            x = self._mix(x, layer, cache, views, angles)
            x = layer.feed_forward.add(self._normed(x, layer.mlp_norm), x)
            if own is not None and layer.own_input is not None:
                x = layer.own_input.add(x, own[:, index])
            if layer.scale is not None:
                x = x * layer.scale
        cache.length += len(ids)
        logits = self._head(kernels.rms_norm(x[len(ids) - last :], self._norm, arch.eps)).float()
        if arch.logit_scale != 1.0:
            logits = logits * arch.logit_scale
        return logits if arch.logit_softcap is None else softcapped(logits, arch.logit_softcap)

    def _normed(self, x: torch.Tensor, weight: torch.Tensor | None) -> torch.Tensor:
        return x if weight is None else self._kernels.rms_norm(x, weight, self._arch.eps)

    def _embedded(self, ids: list[int], given: Floats | None) -> torch.Tensor:
        words = with_words(ids, 0)
        if max(words) >= self._arch.vocab:
            raise outside_vocabulary(words, self._arch.vocab)
        x: torch.Tensor = F.embedding(torch.tensor(words), self._embedding)
        if self._arch.float_norms:
            x = x * torch.tensor(self._arch.embedding_scale, dtype=x.dtype)  # Gemma's scale is rounded too
        elif self._arch.embedding_scale != 1.0:
            x = x * self._arch.embedding_scale
        if given is not None:
            places = [place for place, token in enumerate(ids) if token >= FIRST_GIVEN]
            x[places] = torch.as_tensor(given[: len(places)]).to(x)
        return x

    def _views(self, tokens: int, past: int) -> _Views:
        """What the new tokens see, for each window and number of query heads that share keys."""
        return {each: view(tokens, past, *each, self._kernels.dtype) for each in self._windows}

    def _angles(self, tokens: int, past: int, places: Places | None) -> _Angles:
        if self._tables and past + tokens > self._tables[0].shape[0]:
            self._tables = self._rotary_tables(max(past + tokens, 2 * self._tables[0].shape[0]))
        if places is None:
            return [(table, past) for table in self._tables]
        rotaries = zip(self._arch.rotaries, self._tables, strict=True)
        return [(table[rotary.angles_at(places[:tokens])], 0) for rotary, table in rotaries]

    def _mix(
        self, x: torch.Tensor, layer: Layer, cache: KeyValueCache | UnevenCache, views: _Views, angles: _Angles
    ) -> torch.Tensor:
        if layer.mixer is None:
            return self._attend(x, layer, cache, views, angles)
        assert isinstance(cache, StateCache)
        x, state = layer.mixer.add(self._normed(x, layer.input_norm), x, cache.states[layer.place])
        cache.states[layer.place] = state
        return x

    def _attend(
        self, x: torch.Tensor, layer: Layer, cache: KeyValueCache | UnevenCache, views: _Views, angles: _Angles
    ) -> torch.Tensor:
        arch, spec, past, tokens = self._arch, layer.spec, cache.length, x.shape[0]
        (k, d), n, end = arch.key_heads(spec), arch.heads, past + tokens
        seen = views[spec.window, n // k]
        normed = self._normed(x, layer.input_norm)
        qkv = layer.qkv(normed).view(tokens, -1, d)
        rotated = self._positioned(qkv[:, : n + k], layer, angles)
        keys, values = cache.keys[layer.place], cache.values[layer.place]
        if spec.keys_from is None:
            keys[:, past:end] = rotated[:, n:].transpose(0, 1)
            values[:, past:end] = self._normed(qkv[:, -k:].contiguous(), layer.value_norm).transpose(0, 1)
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
        if layer.head_gate is not None:
            opened = F.linear(normed, layer.head_gate).sigmoid()
            out = (out.view(tokens, n, d) * opened[..., None]).view(tokens, n * d)
        return layer.output.add(out, x)

    def _positioned(self, qk: torch.Tensor, layer: Layer, angles: _Angles) -> torch.Tensor:
        """Queries and keys (T, N + K, D), or queries alone, normed and rotated, each where the layer has it."""
        arch, kernels, n, d = self._arch, self._kernels, self._arch.heads, qk.shape[-1]
        parts = []
        for part, norm in ((qk[:, :n], layer.q_norm), (qk[:, n:], layer.k_norm)):
            if norm is not None:
                shape = (-1,) if arch.qk_norm == "width" else (-1, d)  # of what is normed together
                normed = kernels.rms_norm(part.contiguous().view(len(qk), *shape), norm, arch.eps)
                parts.append(normed.view(len(qk), -1, d))
        qk = torch.cat(parts, dim=1) if parts else qk
        return qk if layer.spec.rotary is None else kernels.rotate(qk, *angles[layer.spec.rotary])

    def _scaled_late(self, query: torch.Tensor, past: int) -> torch.Tensor:
        """Queries (T, N, D) times what their positions ask for."""
        late = self._arch.late_queries
        if late is None:
            return query
        factors = torch.from_numpy(late.factors(past, past + len(query)))
        return query * factors.to(query.dtype)[:, None, None]

    def _rotary_tables(self, positions: int) -> list[torch.Tensor]:
        return [torch.as_tensor(rotary.table(0, positions)) for rotary in self._arch.rotaries]
