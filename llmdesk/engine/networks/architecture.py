"""What a decoder computes, read once out of a model's configuration: plain data, no torch.

Every choice that an architecture makes (norms, positions, windows, activation) is a field of ``Architecture``; the
decoders ask these fields and never the configuration. The truth is transformers' own modelling code.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from llmdesk.datatypes.model import MODEL_TYPES
from llmdesk.engine.networks.beside import BesideParts
from llmdesk.engine.networks.config_values import integer, optional_number
from llmdesk.engine.networks.experts_config import dense_width, experts_of
from llmdesk.engine.networks.gemma4 import blank_token, per_layer_width
from llmdesk.engine.networks.head_sizes import head_dim_of, kv_heads_of
from llmdesk.engine.networks.kinds import KINDS
from llmdesk.engine.networks.layer_specs import layer_specs
from llmdesk.engine.networks.layers import (
    Experts,
    LayerSpec,
    NormPlaces,
    QkNorm,
    TensorNames,
    names_of,
    with_shared_keys,
)
from llmdesk.engine.networks.mixers import Convolution, MatrixState, Mixer, convolution_of, delta_net_of, mamba_of
from llmdesk.engine.networks.other_layers import other_layers
from llmdesk.engine.networks.rotary import Rotary, rotaries_of
from llmdesk.engine.networks.scales import LateQueries, late_queries_of, scales_of
from llmdesk.errors import UnsupportedModel
from llmdesk.own_decoders import ACTIVATIONS, Activation
from llmdesk.words import say

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from llmdesk.engine.matrices.stored import Weights

EMBEDDING, HEAD, FINAL_NORM = "model.embed_tokens.weight", "lm_head.weight", "model.norm.weight"
ROPE_FACTORS = "model.rotary_emb.rope_factors"
"""Name of an optional tensor (rotary_dims / 2,): divisors of the inverse frequencies, as GGUF's ``rope_freqs``."""


@dataclass(frozen=True, slots=True)
class Architecture:
    """A decoder's shape and choices. Norms are RMS norms.

    One layer, with x the residual stream::

        q, k, v = qkv(input_norm(x));  q, k = q_norm(q), k_norm(k)  [qk_norm];  q, k rotated (first rotary_dims)
        a = softmax(softcap(q k^T * attention_scale) + mask) v;     a = attention_sub_norm(a)  [sub_norms]
        a = a * sigmoid(gate(input_norm(x)))  [attention_gate]
        x = x + post_attention_norm(output(a))
        g, u = gate_up(mlp_norm(x));  h = mlp_sub_norm(activation(g) * u)  [norm with sub_norms only]
        x = x + post_mlp_norm(down(h))                 [or, in layers that have them, experts instead of one g, u, h]

    Attributes:
        norms: which are there: input_norm and mlp_norm ("before"), the two post_ ones ("after"), or all four.
        kv_heads, head_dim, intermediate: of layers that have none of their own (LayerSpec), the last one the width of
            a dense feed-forward. All dimensions of a head that has a size of its own are rotated.
        experts: of the layers that have them; None: no layer has.
        experts_beside: experts stand beside each layer's dense feed-forward (experts_beside.py); None: none do.
        norm_offset: added to every norm's weight (1 for Gemma, which also multiplies before it rounds), else 0; not to
            those of mixers with a state.
        embedding_scale: embeddings are multiplied by it; Gemma's is rounded to their own type before.
        logit_scale: logits are multiplied by it.
        late_queries: later queries are multiplied as well; None: they are not.
        head_gate: what each query head makes is multiplied by the sigmoid of a product with the layer's input.
        sinks: each query head has a score that takes its share of attention and gives nothing.
        part_names: see Kind.names.
        attention_softcap, logit_softcap: ``c * tanh(y / c)`` of scores before the mask, of logits.
        fused_qkv, fused_gate_up: the files hold one matrix where others hold three or two.
        tied: the head is the embedding.
        quantized_activations: the input of every matrix in the layers (not of the head) is rounded to 8 bits, each
            token with its own scale ``127 / max(|x|, 1e-5)``, round half to even, clamped to -128..127.
        float_norms: norms multiply before they round.
        value_norms: values are normed head by head, by weights of 1.
        layer_scales: what a layer makes is multiplied by a number of its own, the stream before it included.
        per_layer: width of what each token has for each layer (per_layer.py); 0: there is none.
        blank_token: whose those are that what stands for a picture has.
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
    logit_scale: float
    activation: Activation
    attention_scale: float
    attention_softcap: float | None
    logit_softcap: float | None
    qk_norm: QkNorm | None
    norms: NormPlaces
    sub_norms: bool
    fused_qkv: bool
    fused_gate_up: bool
    tied: bool
    quantized_activations: bool
    rotaries: tuple[Rotary, ...]
    experts: Experts | None
    late_queries: LateQueries | None
    sinks: bool
    part_names: Mapping[str, str]
    attention_gate: bool = False
    head_gate: bool = False
    convolution: Convolution | None = None
    matrix_state: MatrixState | None = None
    experts_beside: BesideParts | None = None
    float_norms: bool = False
    value_norms: bool = False
    layer_scales: bool = False
    per_layer: int = 0
    blank_token: int = 0

    def names(self, layer: LayerSpec) -> TensorNames:
        """Where this architecture's files keep such a layer's tensors."""
        names = names_of(
            self.norms,
            qk_norm=self.qk_norm is not None,
            sub_norms=self.sub_norms,
            sinks=self.sinks,
            fused_qkv=self.fused_qkv,
            fused_gate_up=self.fused_gate_up,
            has_experts=layer.has_experts,
            attention_gate=self.attention_gate,
            head_gate=self.head_gate,
            mixer=layer.mixer,
        )
        return with_shared_keys(names.renamed(self.part_names), layer)

    def columns(self, layer: LayerSpec) -> int:
        """Of what the convolution of a layer's mixer sees; 0: it has none."""
        if layer.mixer == "convolution" and self.convolution is not None:
            return self.convolution.columns
        state = self.matrix_state if layer.mixer in ("delta_net", "mamba") else None
        return 0 if state is None else state.columns

    def place(self, index: int) -> int:
        """Of the keys and values that a layer reads among those of all layers, or of its state among all states."""
        source = self.layers[index].keys_from
        index = index if source is None else source
        has_state = self.layers[index].mixer != "attention"
        return sum((layer.mixer != "attention") == has_state for layer in self.layers[:index])

    def key_heads(self, layer: LayerSpec) -> tuple[int, int]:
        """(key/value heads, size of a head) of such a layer, whoever's keys and values it reads."""
        return layer.kv_heads or self.kv_heads, layer.head_dim or self.head_dim

    def rotated(self, layer: LayerSpec) -> int:
        """Dimensions of a head that such a layer rotates."""
        return layer.head_dim or self.rotary_dims

    def widths(self, layer: LayerSpec) -> tuple[int, int]:
        """(how many feed-forwards such a layer holds, the width of each)"""
        if layer.has_experts and self.experts is not None:
            return self.experts.count, self.experts.intermediate
        return 1, layer.intermediate or self.intermediate


def obstacle(config: Any) -> str | None:
    """Why the decoders cannot run a model, or None if they can."""
    kind = config.model_type
    if kind not in MODEL_TYPES:
        return say("{kind} runs on transformers' own modules, which are slower", kind=kind)
    activation = _activation_name(config)
    if activation not in ACTIVATIONS:
        return say(
            "its activation {activation} is unusual, so it runs on transformers' own modules", activation=activation
        )
    if getattr(config, "clip_qkv", None) is not None:
        return say("its queries, keys and values are clipped, so it runs on transformers' own modules")
    if reason := other_layers(config):
        return reason
    if getattr(config, "use_bidirectional_attention", None) not in (None, False, "", "vision"):
        return say("its tokens see what comes after them, so it runs on transformers' own modules")
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
        ModelDamaged: ``rope_factors`` do not fit, or a value is none that it can be (BadValue).
    """
    if reason := obstacle(config):
        raise UnsupportedModel(say("The decoder cannot run this model: {reason}.", reason=reason), "")
    head_dim = head_dim_of(config)
    rotaries, rotary_of = rotaries_of(config, head_dim, context_tokens, rope_factors)
    return _architecture(config, head_dim, layer_specs(config, context_tokens, rotary_of), rotaries)


def _architecture(
    config: Any, head_dim: int, layers: tuple[LayerSpec, ...], rotaries: tuple[Rotary, ...]
) -> Architecture:
    kind, scales = KINDS[config.model_type], scales_of(config, head_dim)
    mixers = {layer.mixer for layer in layers}
    return Architecture(
        layers=layers,
        hidden=integer(config, "hidden_size"),
        heads=integer(config, "num_attention_heads"),
        kv_heads=kv_heads_of(config),
        head_dim=head_dim,
        rotary_dims=head_dim if kind.is_gemma4 else 2 * len(rotaries[0].inverse_frequencies),
        intermediate=dense_width(config, kind.width),
        vocab=integer(config, "vocab_size"),
        eps=scales.eps,
        norm_offset=1.0 if kind.norms_around_0 else 0.0,
        embedding_scale=scales.embedding_scale,
        logit_scale=scales.logit_scale,
        activation=kind.activation or ACTIVATIONS[_activation_name(config)],
        attention_scale=scales.attention_scale,
        attention_softcap=_attention_softcap(config),
        logit_softcap=optional_number(config, "final_logit_softcapping") if kind.is_gemma or kind.is_gemma4 else None,
        qk_norm=kind.qk_norm,
        norms=kind.norms,
        sub_norms=kind.sub_norms,
        fused_qkv=kind.is_fused,
        fused_gate_up=kind.is_fused,
        tied=bool(config.tie_word_embeddings),
        quantized_activations=rounds_activations(config),
        rotaries=rotaries,
        experts=experts_of(config),
        late_queries=late_queries_of(config),
        sinks=kind.sinks,
        part_names=kind.names,
        attention_gate=kind.is_gated,
        head_gate=kind.has_head_gate,
        convolution=convolution_of(config) if "convolution" in mixers else None,
        matrix_state=_matrix_state_of(config, mixers),
        experts_beside=kind.beside if experts_of(config) is not None else None,
        float_norms=kind.norms_around_0 or kind.is_gemma4,
        value_norms=kind.is_gemma4,
        layer_scales=kind.is_gemma4,
        per_layer=per_layer_width(config) if kind.is_gemma4 else 0,
        blank_token=blank_token(config) if kind.is_gemma4 else 0,
    )


def _matrix_state_of(config: Any, mixers: set[Mixer]) -> MatrixState | None:
    if "mamba" in mixers:
        return mamba_of(config)
    return delta_net_of(config) if "delta_net" in mixers else None


def _attention_softcap(config: Any) -> float | None:
    """transformers' Gemma 3 reads this setting and does not use it; no published model sets it."""
    return optional_number(config, "attn_logit_softcapping") if config.model_type == "gemma2" else None


def rope_factors_of(weights: Weights) -> NDArray[np.float32] | None:
    """The tensor ROPE_FACTORS of a model's files, if they have it."""
    if ROPE_FACTORS not in weights.names():
        return None
    return weights.floats(ROPE_FACTORS)


def _activation_name(config: Any) -> str:
    return str(getattr(config, "hidden_activation", None) or getattr(config, "hidden_act", "silu"))


def rounds_activations(config: Any) -> bool:
    """Whether activations are rounded to 8 bits with one scale per token, as in BitNet.

    That goes by its own name, or is the packed form of another architecture (a dictionary or transformers' object).
    """
    packing = getattr(config, "quantization_config", None)
    method = packing.get("quant_method") if isinstance(packing, dict) else getattr(packing, "quant_method", None)
    return config.model_type == "bitnet" or getattr(method, "value", method) == "bitnet"
