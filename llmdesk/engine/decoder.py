"""A lean decoder for the Llama family (Llama, Mistral, Qwen2, Qwen3) on a backend's kernels (engine thread only).

It holds exactly what a step needs: packed matrices, norms, a table of rotary angles. Shapes: T new tokens, H hidden,
N query heads, K key/value heads, D head size, P past tokens.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import torch  # noqa: TID253  (imported by backends only, on the engine thread)
from torch.nn import functional as F  # noqa: TID253

from llmdesk.engine.weights import Int8Matrix, Weights, concatenated, dequantized, quantize_int8, size_bytes
from llmdesk.errors import ModelDamaged

if TYPE_CHECKING:
    from llmdesk.engine.weights import Matrix

MODEL_TYPES = frozenset({"llama", "mistral", "qwen2", "qwen3"})
_CACHE_STEP_TOKENS = 512


class PackedLinear(Protocol):
    """A matrix in a kernel's own layout: ``y = x W^T + b`` for x (T, in) -> y (T, out)."""

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        """(T, in) -> (T, out)"""
        ...

    def add(self, x: torch.Tensor, residual: torch.Tensor) -> torch.Tensor:
        """(T, in), (T, out) -> residual + x W^T + b"""
        ...


class Kernels(Protocol):
    """The operators that a backend supplies."""

    dtype: torch.dtype

    def pack(self, matrix: Matrix, bias: torch.Tensor | None) -> PackedLinear:
        """Bring a matrix into the kernel's layout."""
        ...

    def rms_norm(self, x: torch.Tensor, weight: torch.Tensor, eps: float) -> torch.Tensor:
        """Over the last dimension."""
        ...

    def rotate(self, x: torch.Tensor, table: torch.Tensor, start: int) -> torch.Tensor:
        """Rotary embedding of (T, heads, D); ``table`` is (positions, D): sines, then cosines."""
        ...

    def gated(self, gate_up: torch.Tensor) -> torch.Tensor:
        """silu(gate) * up for (T, 2 F) -> (T, F)"""
        ...


class KeyValueCache:
    """Keys and values of one sequence, all layers: (layers, K, capacity, D) each. Grows as it is filled."""

    def __init__(self, layers: int, kv_heads: int, head_dim: int, limit_tokens: int, dtype: torch.dtype) -> None:
        self.length = 0
        self._limit_tokens = limit_tokens
        shape = (layers, kv_heads, min(_CACHE_STEP_TOKENS, limit_tokens), head_dim)
        self.keys = torch.empty(shape, dtype=dtype)
        self.values = torch.empty(shape, dtype=dtype)

    @property
    def size_bytes(self) -> int:
        """Bytes held, used or not."""
        return int(self.keys.nbytes + self.values.nbytes)

    def truncate(self, length: int) -> bool:
        """Forget all after the first ``length`` tokens. Always possible here, so always True."""
        self.length = min(self.length, length)
        return True

    def reserve(self, tokens: int) -> None:
        """Make room for that many tokens more."""
        needed, capacity = self.length + tokens, self.keys.shape[2]
        if needed > capacity:
            steps = -(-needed // _CACHE_STEP_TOKENS)
            capacity = min(max(steps * _CACHE_STEP_TOKENS, capacity * 3 // 2), max(self._limit_tokens, needed))
            self.keys, self.values = self._grown(self.keys, capacity), self._grown(self.values, capacity)

    def _grown(self, old: torch.Tensor, capacity: int) -> torch.Tensor:
        layers, kv_heads, _, head_dim = old.shape
        new = torch.empty((layers, kv_heads, capacity, head_dim), dtype=old.dtype)
        new[:, :, : self.length] = old[:, :, : self.length]
        return new


@dataclass(slots=True)
class _Layer:
    input_norm: torch.Tensor
    qkv: PackedLinear
    q_norm: torch.Tensor | None
    k_norm: torch.Tensor | None
    output: PackedLinear
    mlp_norm: torch.Tensor
    gate_up: PackedLinear
    down: PackedLinear


class Decoder:
    """See the module.

    Args:
        config: transformers' configuration of the model.
        weights: matrices under transformers' names.
        kernels: the backend's operators.
        context_tokens: positions for which rotary angles are kept.
        report: told the share of layers that are packed (0..1).
    """

    def __init__(
        self, config: Any, weights: Weights, kernels: Kernels, context_tokens: int, report: Any = lambda done: None
    ) -> None:
        self._kernels = kernels
        self._context_tokens = context_tokens
        self._eps = float(config.rms_norm_eps)
        self._heads = config.num_attention_heads
        self._kv_heads = getattr(config, "num_key_value_heads", None) or self._heads
        self._head_dim = getattr(config, "head_dim", None) or config.hidden_size // self._heads
        self._weights_bytes = 0
        self._rotary = _rotary_table(config, self._head_dim, context_tokens)
        embedding = dequantized(weights.matrix("model.embed_tokens.weight"))
        if embedding.shape != (config.vocab_size, config.hidden_size):
            raise ModelDamaged(f"The embedding has the shape {tuple(embedding.shape)}, config.json says otherwise.")
        self._embedding = embedding.to(kernels.dtype)
        self._norm = weights.tensor("model.norm.weight").to(kernels.dtype)
        self._layers = []
        for index in range(config.num_hidden_layers):
            report(index / config.num_hidden_layers)
            self._layers.append(self._build_layer(weights, f"model.layers.{index}."))
        head = "lm_head.weight" if "lm_head.weight" in weights.names() else "model.embed_tokens.weight"
        self._head = self._pack(weights.matrix(head), None)

    @property
    def weights_bytes(self) -> int:
        """Bytes of all packed matrices (one pass over them is one token) plus the embedding table."""
        return self._weights_bytes + int(self._embedding.nbytes)

    def new_cache(self) -> KeyValueCache:
        """An empty cache for one sequence."""
        return KeyValueCache(
            len(self._layers), self._kv_heads, self._head_dim, self._context_tokens, self._kernels.dtype
        )

    @torch.inference_mode()
    def forward(self, ids: list[int], cache: KeyValueCache, last: int = 1) -> torch.Tensor:
        """Process new tokens after what the cache holds.

        Returns:
            float32 logits (last, V) of the last tokens.
        """
        cache.reserve(len(ids))
        mask = _causal_mask(len(ids), cache.length, self._heads // self._kv_heads, self._kernels.dtype)
        x = F.embedding(torch.tensor(ids), self._embedding)
        for index, layer in enumerate(self._layers):
            x = self._attend(x, layer, cache, index, mask)
            hidden = self._kernels.rms_norm(x, layer.mlp_norm, self._eps)
            x = layer.down.add(self._kernels.gated(layer.gate_up(hidden)), x)
        cache.length += len(ids)
        logits: torch.Tensor = self._head(self._kernels.rms_norm(x[-last:], self._norm, self._eps)).float()
        return logits

    def _attend(
        self, x: torch.Tensor, layer: _Layer, cache: KeyValueCache, index: int, mask: torch.Tensor | None
    ) -> torch.Tensor:
        tokens, past = x.shape[0], cache.length
        n, k, d = self._heads, self._kv_heads, self._head_dim
        qkv = layer.qkv(self._kernels.rms_norm(x, layer.input_norm, self._eps)).view(tokens, n + 2 * k, d)
        rotated = qkv[:, : n + k]
        if layer.q_norm is not None and layer.k_norm is not None:
            q = self._kernels.rms_norm(qkv[:, :n].contiguous(), layer.q_norm, self._eps)
            key = self._kernels.rms_norm(qkv[:, n : n + k].contiguous(), layer.k_norm, self._eps)
            rotated = torch.cat((q, key), dim=1)
        rotated = self._kernels.rotate(rotated, self._rotary, past)
        end = past + tokens
        keys, values = cache.keys[index], cache.values[index]
        keys[:, past:end] = rotated[:, n:].transpose(0, 1)
        values[:, past:end] = qkv[:, n + k :].transpose(0, 1)
        # The query heads of a group become query rows of their key/value head, so nothing is repeated.
        query = rotated[:, :n].reshape(tokens, k, n // k, d).permute(1, 2, 0, 3).reshape(1, k, n // k * tokens, d)
        out = F.scaled_dot_product_attention(query, keys[None, :, :end], values[None, :, :end], attn_mask=mask)
        out = out.view(k, n // k, tokens, d).permute(2, 0, 1, 3).reshape(tokens, n * d)
        return layer.output.add(out, x)

    def _build_layer(self, weights: Weights, prefix: str) -> _Layer:
        names = weights.names()

        def optional(name: str) -> torch.Tensor | None:
            return weights.tensor(prefix + name).to(self._kernels.dtype) if prefix + name in names else None

        def packed(*parts: str) -> PackedLinear:
            matrices = [weights.matrix(f"{prefix}{part}.weight") for part in parts]
            biases = [bias for part in parts if (bias := optional(f"{part}.bias")) is not None]
            return self._pack(_joined(matrices), torch.cat(biases) if biases else None)

        return _Layer(
            input_norm=weights.tensor(prefix + "input_layernorm.weight").to(self._kernels.dtype),
            qkv=packed("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"),
            q_norm=optional("self_attn.q_norm.weight"),
            k_norm=optional("self_attn.k_norm.weight"),
            output=packed("self_attn.o_proj"),
            mlp_norm=weights.tensor(prefix + "post_attention_layernorm.weight").to(self._kernels.dtype),
            gate_up=packed("mlp.gate_proj", "mlp.up_proj"),
            down=packed("mlp.down_proj"),
        )

    def _pack(self, matrix: Matrix, bias: torch.Tensor | None) -> PackedLinear:
        self._weights_bytes += size_bytes(matrix)
        return self._kernels.pack(matrix, bias)


def _joined(matrices: list[Matrix]) -> Matrix:
    """Matrices of one input as one; of mixed forms (a GGUF may mix them) as int8, which loses next to nothing."""
    if len({type(matrix) for matrix in matrices}) > 1:
        matrices = [m if isinstance(m, Int8Matrix) else quantize_int8(dequantized(m)) for m in matrices]
    return matrices[0] if len(matrices) == 1 else concatenated(matrices)


def _causal_mask(tokens: int, past: int, group: int, dtype: torch.dtype) -> torch.Tensor | None:
    """Additive (group * T, P + T): each token sees the past and itself; None for one token, which sees all."""
    if tokens == 1:
        return None
    mask = torch.full((tokens, past + tokens), float("-inf"), dtype=dtype).triu_(past + 1)
    return mask.repeat(group, 1)


def _rotary_table(config: Any, head_dim: int, positions: int) -> torch.Tensor:
    """float32 (positions, D): sines of D/2 angles, then their cosines, scaled as the configuration says."""
    from transformers.modeling_rope_utils import ROPE_INIT_FUNCTIONS

    rope = dict(getattr(config, "rope_parameters", None) or {})
    kind = rope.get("rope_type", "default")
    if kind == "default":
        theta: Any = rope.get("rope_theta") or getattr(config, "rope_theta", 10000.0)
        inverse = 1.0 / theta ** (torch.arange(0, head_dim, 2, dtype=torch.int64).float() / head_dim)
        factor = 1.0
    else:
        inverse, factor = ROPE_INIT_FUNCTIONS[kind](config, torch.device("cpu"))
    angles = torch.outer(torch.arange(positions).float(), inverse.float())
    return torch.cat((angles.sin(), angles.cos()), dim=-1) * factor
