"""What the architectures are that our decoders know: a row of plain data for each, no torch.

The names are those of datatypes/model.py. The truth is transformers' own modelling code.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from llmdesk.engine.networks.beside import OF_GEMMA4, SHARED, SHARED_BY_A_GATE, BesideParts
from llmdesk.engine.networks.layers import ROUTER, NormPlaces, QkNorm
from llmdesk.engine.networks.mixers import Mixer
from llmdesk.own_decoders import Activation


@dataclass(frozen=True, slots=True)
class Kind:
    """What configurations of one model_type have in common.

    Attributes:
        window: which layers see a window: those that config.json says, or all if it states one.
        sub_norms: see Architecture.
        experts: the name of their width in config.json, if the architecture has any.
        beside: experts stand beside the dense feed-forward of each layer; None: in its place.
        is_gemma: embeddings are scaled, and scores by a number of their own.
        is_gemma4: embeddings are scaled, scores are not; see gemma4.py.
        norms_around_0: 1 is added to all norms' weights, but a mixer's own.
        is_gated: what attention makes is multiplied by a gate, which the files hold within the queries' matrix.
        has_head_gate: see Architecture.
        is_fused: the files hold one matrix where others hold three or two.
        eps: config.json's name of what norms add to the mean square.
        width: the name of a dense feed-forward's width in config.json.
        names: what files call parts that layers.py names otherwise.
        sinks: see Architecture.
        activation: whatever config.json says.
        has_multipliers: config.json states multipliers (see scales.py).
        layer_types: what its layers may be, by config.json's names.
        linear_attention: what config.json calls so.
    """

    norms: NormPlaces = "before"
    qk_norm: QkNorm | None = None
    window: Literal["said", "all"] = "said"
    sub_norms: bool = False
    experts: str | None = None
    beside: BesideParts | None = None
    is_gemma: bool = False
    is_gemma4: bool = False
    norms_around_0: bool = False
    is_gated: bool = False
    has_head_gate: bool = False
    is_fused: bool = False
    eps: str = "rms_norm_eps"
    width: str = "intermediate_size"
    names: Mapping[str, str] = field(default_factory=dict)
    sinks: bool = False
    activation: Activation | None = None
    has_multipliers: bool = False
    layer_types: tuple[str, ...] = ("full_attention", "sliding_attention")
    linear_attention: Mixer = "delta_net"


_LFM_LAYERS, _WITH_LINEAR = ("full_attention", "conv"), ("full_attention", "linear_attention")
_QWEN_OF_EXPERTS = Kind(
    qk_norm="head",
    norms_around_0=True,
    is_gated=True,
    experts="moe_intermediate_size",
    beside=SHARED_BY_A_GATE,
    width="shared_expert_intermediate_size",
    names={f"mlp.{part}_proj": f"mlp.shared_expert.{part}_proj" for part in ("gate", "up", "down")},
    layer_types=_WITH_LINEAR,
)
KINDS = {
    "llama": Kind(),
    "smollm3": Kind(),
    "qwen2": Kind(),
    "qwen3": Kind(qk_norm="head"),
    "qwen3_moe": Kind(qk_norm="head", window="all", experts="moe_intermediate_size"),
    "olmoe": Kind(qk_norm="width", experts="intermediate_size"),  # it has no dense layers
    "olmo2": Kind(norms="after", qk_norm="width"),
    "olmo3": Kind(norms="after", qk_norm="width"),
    "mistral": Kind(window="all"),
    "ministral3": Kind(window="all"),
    "granite": Kind(has_multipliers=True),
    "granitemoe": Kind(has_multipliers=True, experts="intermediate_size"),
    "granitemoehybrid": Kind(
        has_multipliers=True,
        experts="intermediate_size",
        beside=SHARED,
        layer_types=_WITH_LINEAR,
        linear_attention="mamba",
        width="shared_intermediate_size",
    ),
    "gpt_oss": Kind(sinks=True, experts="intermediate_size", activation="clamped_swiglu", names={ROUTER: "mlp.router"}),
    "phi3": Kind(window="all", is_fused=True),
    "gemma2": Kind(norms="both", is_gemma=True, norms_around_0=True),
    "gemma3_text": Kind(norms="both", qk_norm="head", is_gemma=True, norms_around_0=True),
    "gemma4_text": Kind(
        norms="both", qk_norm="head", experts="moe_intermediate_size", beside=OF_GEMMA4, is_gemma4=True
    ),
    "bitnet": Kind(sub_norms=True),
    "qwen3_5_text": Kind(qk_norm="head", norms_around_0=True, is_gated=True, layer_types=_WITH_LINEAR),
    "qwen3_5_moe_text": _QWEN_OF_EXPERTS,
    "qwen3_next": _QWEN_OF_EXPERTS,
    "lfm2": Kind(qk_norm="head", eps="norm_eps", layer_types=_LFM_LAYERS),
    "lfm3": Kind(
        norms="both",
        qk_norm="head",
        eps="norm_eps",
        has_head_gate=True,
        layer_types=(*_LFM_LAYERS, "sliding_attention"),
        names={
            "post_attention_layernorm": "post_operator_norm",
            "pre_feedforward_layernorm": "post_attention_layernorm",  # LFM2's name for it is taken for this one
            "post_feedforward_layernorm": "post_ffn_norm",
        },
    ),
    "lfm2_moe": Kind(qk_norm="head", eps="norm_eps", experts="moe_intermediate_size", layer_types=_LFM_LAYERS),
}
