"""What a decoder computes, read once out of a model's configuration: plain data, no torch.

Every choice that an architecture makes (norms, positions, windows, activation) is a field of ``Architecture``; the
decoders ask these fields and never the configuration. The truth is transformers' own modelling code.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from llmdesk.errors import ModelDamaged, UnsupportedModel

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from llmdesk.engine.weights import Weights

Activation = Literal["silu", "gelu_tanh", "relu2"]

MODEL_TYPES = frozenset(
    {"llama", "smollm3", "mistral", "qwen2", "qwen3", "gemma2", "gemma3_text", "phi3", "bitnet"}
)  # SmolLM2 is a llama, Phi-4-mini a phi3

EMBEDDING, HEAD, FINAL_NORM = "model.embed_tokens.weight", "lm_head.weight", "model.norm.weight"
ROPE_FACTORS = "model.rotary_emb.rope_factors"
"""Name of an optional tensor (rotary_dims / 2,): divisors of the inverse frequencies, as GGUF's ``rope_freqs``."""

_ACTIVATIONS: dict[str, Activation] = {
    "silu": "silu",
    "swish": "silu",
    "gelu_pytorch_tanh": "gelu_tanh",
    "relu2": "relu2",
}
_GEMMAS = frozenset({"gemma2", "gemma3_text"})


@dataclass(frozen=True, slots=True)
class Rotary:
    """One set of rotary angles: ``angle[p, i] = p * inverse_frequencies[i]``.

    Attributes:
        inverse_frequencies: float32 (rotary_dims / 2,).
        factor: both sine and cosine are multiplied by it.
    """

    inverse_frequencies: NDArray[np.float32]
    factor: float

    def table(self, start: int, end: int) -> NDArray[np.float32]:
        """(end - start, rotary_dims) for positions from start: sines, then cosines, already scaled."""
        angles = np.outer(np.arange(start, end, dtype=np.float32), self.inverse_frequencies)
        table: NDArray[np.float32] = np.concatenate((np.sin(angles), np.cos(angles)), axis=-1) * np.float32(self.factor)
        return table


@dataclass(frozen=True, slots=True)
class LayerSpec:
    """What differs from layer to layer.

    Attributes:
        rotary: index into ``Architecture.rotaries``; None: no position at all (NoPE).
        window: a token sees this many tokens, itself included; None: all.
    """

    rotary: int | None
    window: int | None


@dataclass(frozen=True, slots=True)
class TensorNames:
    """Names of a layer's tensors after ``model.layers.N.`` and without ``.weight`` or ``.bias``; None: there is none.

    Several names of one role are parts to be joined by rows, in this order. Biases exist where the files have them.
    """

    input_norm: str
    qkv: tuple[str, ...]
    q_norm: str | None
    k_norm: str | None
    attention_sub_norm: str | None
    output: str
    post_attention_norm: str | None
    mlp_norm: str
    gate_up: tuple[str, ...]
    mlp_sub_norm: str | None
    down: str
    post_mlp_norm: str | None


@dataclass(frozen=True, slots=True)
class Architecture:
    """A decoder's shape and choices. Norms are RMS norms; all layers have the same shape.

    One layer, with x the residual stream::

        q, k, v = qkv(input_norm(x));  q, k = q_norm(q), k_norm(k)  [qk_norm];  q, k rotated (first rotary_dims)
        a = softmax(softcap(q k^T * attention_scale) + mask) v;     a = attention_sub_norm(a)  [sub_norms]
        x = x + post_attention_norm(output(a))                      [norm with post_norms only]
        g, u = gate_up(mlp_norm(x));  h = mlp_sub_norm(activation(g) * u)  [norm with sub_norms only]
        x = x + post_mlp_norm(down(h))                              [norm with post_norms only]

    Attributes:
        norm_offset: added to every norm's weight (1 for Gemma, which also multiplies before it rounds), else 0.
        embedding_scale: embeddings are multiplied by it, rounded to their own type as transformers does.
        attention_softcap, logit_softcap: ``c * tanh(y / c)`` of scores before the mask, of logits.
        fused_qkv, fused_gate_up: the files hold one matrix where others hold three or two.
        tied: the head is the embedding.
        quantized_activations: the input of every matrix in the layers (not of the head) is rounded to 8 bits, each
            token with its own scale ``127 / max(|x|, 1e-5)``, round half to even, clamped to -128..127.
    """

    layers: tuple[LayerSpec, ...]
    hidden: int
    heads: int
    kv_heads: int
    head_dim: int
    rotary_dims: int
    intermediate: int
    vocab: int
    eps: float
    norm_offset: float
    embedding_scale: float
    activation: Activation
    attention_scale: float
    attention_softcap: float | None
    logit_softcap: float | None
    qk_norm: bool
    post_norms: bool
    sub_norms: bool
    fused_qkv: bool
    fused_gate_up: bool
    tied: bool
    quantized_activations: bool
    rotaries: tuple[Rotary, ...]

    @property
    def names(self) -> TensorNames:
        """Where this architecture's files keep a layer's tensors."""
        separate = ("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj")
        return TensorNames(
            input_norm="input_layernorm",
            qkv=("self_attn.qkv_proj",) if self.fused_qkv else separate,
            q_norm="self_attn.q_norm" if self.qk_norm else None,
            k_norm="self_attn.k_norm" if self.qk_norm else None,
            attention_sub_norm="self_attn.attn_sub_norm" if self.sub_norms else None,
            output="self_attn.o_proj",
            post_attention_norm="post_attention_layernorm" if self.post_norms else None,
            mlp_norm="pre_feedforward_layernorm" if self.post_norms else "post_attention_layernorm",
            gate_up=("mlp.gate_up_proj",) if self.fused_gate_up else ("mlp.gate_proj", "mlp.up_proj"),
            mlp_sub_norm="mlp.ffn_sub_norm" if self.sub_norms else None,
            down="mlp.down_proj",
            post_mlp_norm="post_feedforward_layernorm" if self.post_norms else None,
        )


def obstacle(config: Any) -> str | None:
    """Why the decoders cannot run a model, or None if they can."""
    kind = config.model_type
    if kind not in MODEL_TYPES:
        return f"{kind} runs on transformers' own modules, which are slower"
    activation = _activation_name(config)
    if activation not in _ACTIVATIONS:
        return f"its activation {activation} is unusual, so it runs on transformers' own modules"
    if getattr(config, "use_bidirectional_attention", None):
        return "its tokens see what comes after them, so it runs on transformers' own modules"
    return None


def describe(config: Any, context_tokens: int, rope_factors: NDArray[np.float32] | None = None) -> Architecture:
    """The architecture that a configuration of transformers stands for.

    A window at least as long as the context is none. Of longrope's two sets of factors (Phi) the one is chosen that
    fits ``context_tokens``: the short ones up to ``original_max_position_embeddings``, the long ones above it, from
    the first token on. transformers changes over in mid-chat, when the text passes that length; then what is cached
    no longer fits.

    Args:
        config: transformers' configuration.
        context_tokens: the longest sequence that will be computed.
        rope_factors: divisors (rotary_dims / 2,) of the plain frequencies, which replace its scaling.

    Raises:
        UnsupportedModel: ``obstacle`` says why.
        ModelDamaged: ``rope_factors`` do not fit.
    """
    if reason := obstacle(config):
        raise UnsupportedModel(f"The decoder cannot run this model: {reason}.", "")
    kind, heads = config.model_type, config.num_attention_heads
    head_dim = getattr(config, "head_dim", None) or config.hidden_size // heads
    rotaries, rotary_of = _rotaries(config, head_dim, context_tokens, rope_factors)
    gemma, fused = kind in _GEMMAS, kind == "phi3"
    scored_dims = config.query_pre_attn_scalar if gemma else head_dim
    return Architecture(
        layers=_layers(config, context_tokens, rotary_of),
        hidden=config.hidden_size,
        heads=heads,
        kv_heads=getattr(config, "num_key_value_heads", None) or heads,
        head_dim=head_dim,
        rotary_dims=2 * len(rotaries[0].inverse_frequencies),
        intermediate=config.intermediate_size,
        vocab=config.vocab_size,
        eps=float(config.rms_norm_eps),
        norm_offset=1.0 if gemma else 0.0,
        embedding_scale=config.hidden_size**0.5 if gemma else 1.0,
        activation=_ACTIVATIONS[_activation_name(config)],
        attention_scale=float(scored_dims) ** -0.5,
        # transformers' Gemma 3 reads this setting and does not use it; no published model sets it.
        attention_softcap=config.attn_logit_softcapping if kind == "gemma2" else None,
        logit_softcap=config.final_logit_softcapping if gemma else None,
        qk_norm=kind in ("qwen3", "gemma3_text"),
        post_norms=gemma,
        sub_norms=kind == "bitnet",
        fused_qkv=fused,
        fused_gate_up=fused,
        tied=bool(config.tie_word_embeddings),
        quantized_activations=kind == "bitnet" or _quant_method(config) == "bitnet",
        rotaries=rotaries,
    )


def rope_factors_of(weights: Weights) -> NDArray[np.float32] | None:
    """The tensor ROPE_FACTORS of a model's files, if they have it."""
    if ROPE_FACTORS not in weights.names():
        return None
    factors: NDArray[np.float32] = weights.tensor(ROPE_FACTORS).float().numpy()
    return factors


def _activation_name(config: Any) -> str:
    return str(getattr(config, "hidden_activation", None) or config.hidden_act)


def _quant_method(config: Any) -> str | None:
    """The name of the packed form, from what may be a dictionary or an object of transformers."""
    packing = getattr(config, "quantization_config", None)
    method = packing.get("quant_method") if isinstance(packing, dict) else getattr(packing, "quant_method", None)
    return None if method is None else str(getattr(method, "value", method))


def _layers(config: Any, context_tokens: int, rotary_of: dict[str, int]) -> tuple[LayerSpec, ...]:
    window = getattr(config, "sliding_window", None)
    window = window if window and window < context_tokens else None
    # 1 stands for a layer with positions, despite the name.
    with_position = getattr(config, "no_rope_layers", None) or [1] * config.num_hidden_layers
    return tuple(
        LayerSpec(
            rotary=rotary_of.get(kind, 0) if positioned else None,
            window=window if kind == "sliding_attention" else None,
        )
        for kind, positioned in zip(_layer_kinds(config), with_position, strict=True)
    )


def _layer_kinds(config: Any) -> list[str]:
    count = config.num_hidden_layers
    if config.model_type in ("mistral", "phi3"):  # a window in every layer, whatever is said of layer types
        return ["sliding_attention"] * count
    return getattr(config, "layer_types", None) or ["full_attention"] * count


def _rotaries(
    config: Any, head_dim: int, context_tokens: int, rope_factors: NDArray[np.float32] | None
) -> tuple[tuple[Rotary, ...], dict[str, int]]:
    """(rotaries, index of each kind of layer in them); Gemma 3 has one for each kind, others one for all."""
    parameters = config.rope_parameters
    if config.model_type != "gemma3_text":
        return (_rotary(config, parameters, None, head_dim, context_tokens, rope_factors),), {}
    kinds = sorted(set(config.layer_types))
    made = (_rotary(config, parameters[kind], kind, head_dim, context_tokens, rope_factors) for kind in kinds)
    return tuple(made), {kind: index for index, kind in enumerate(kinds)}


def _rotary(
    config: Any,
    parameters: dict[str, Any],
    layer_kind: str | None,
    head_dim: int,
    context_tokens: int,
    rope_factors: NDArray[np.float32] | None,
) -> Rotary:
    scaling = parameters.get("rope_type", "default")
    if scaling != "default" and rope_factors is None:
        from transformers.modeling_rope_utils import ROPE_INIT_FUNCTIONS

        inverse, factor = ROPE_INIT_FUNCTIONS[scaling](config, "cpu", seq_len=context_tokens, layer_type=layer_kind)
        return Rotary(inverse.float().numpy(), float(factor))
    # Only Phi rotates a part of each head when nothing is scaled; the others' plain form takes no notice of the factor.
    part = parameters.get("partial_rotary_factor", 1.0) if config.model_type == "phi3" else 1.0
    dims = int(head_dim * part)
    exponents = np.arange(0, dims, 2, dtype=np.float32) / np.float32(dims)
    inverse = np.float32(1.0) / np.power(np.float32(parameters["rope_theta"]), exponents)
    if rope_factors is not None:
        if rope_factors.shape != inverse.shape:
            raise ModelDamaged(f"{rope_factors.size} rotary factors are given, {inverse.size} are needed.")
        inverse = inverse / rope_factors
    return Rotary(inverse.astype(np.float32), 1.0)
