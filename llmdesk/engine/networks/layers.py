"""What a layer of a decoder is made of and where files keep it: plain data, no torch.

A layer is a mixer (attention, or one that keeps a state: mixers.py) and a feed-forward, which is dense, or of many
experts of which a router chooses a few for each token. Norms stand before each of the two, after it, or both.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Literal

from llmdesk.engine.networks.mixers import Mixer

NormPlaces = Literal["before", "after", "both"]
QkNorm = Literal["head", "width"]
"""Queries and keys are normed head by head, or all heads of a token together."""

ROUTER = "mlp.gate"
HEAD_GATE = "self_attn.g_proj"
# By the names that files have; the last two decide over a dense feed-forward beside experts, and over heads.
_ROUTERS = (
    *(f".{ROUTER}.weight", ".mlp.router.weight", ".router.proj.weight"),
    *(".mlp.shared_expert_gate.weight", f".{HEAD_GATE}.weight"),
)
CHOICE_BIAS = "mlp.expert_bias"
"""A number for each expert, which counts when they are chosen and not in their shares."""
_EXPERTS = "mlp.experts."
_DENSE = "mlp."
_MIXERS: dict[Mixer, tuple[tuple[str, ...], str, str]] = {  # inputs, taps, output
    "convolution": (("conv.in_proj",), "conv.conv", "conv.out_proj"),
    "delta_net": (
        ("linear_attn.in_proj_qkv", "linear_attn.in_proj_z"),
        "linear_attn.conv1d",
        "linear_attn.out_proj",
    ),
    "mamba": (("mamba.in_proj_qkv", "mamba.in_proj_z"), "mamba.conv1d", "mamba.out_proj"),
}


@dataclass(frozen=True, slots=True)
class LayerSpec:
    """What differs from layer to layer.

    Attributes:
        rotary: index into ``Architecture.rotaries``; None: no position at all (NoPE).
        window: a token sees this many tokens, itself included; None: all.
        has_experts: its feed-forward is ``Architecture.experts``, else it is dense.
        mixer: what it does with the tokens before; only attention has angles and windows.
        head_dim, kv_heads, intermediate: its own; None: those of the Architecture.
        keys_from: the layer whose keys and values it reads; None: it has its own.
        values_are_keys: the keys' matrix makes its values, too.
    """

    rotary: int | None
    window: int | None
    has_experts: bool = False
    mixer: Mixer = "attention"
    head_dim: int | None = None
    kv_heads: int | None = None
    intermediate: int | None = None
    keys_from: int | None = None
    values_are_keys: bool = False


@dataclass(frozen=True, slots=True)
class Experts:
    """A feed-forward of experts, each a gated one of its own::

        p = softmax(router x), of which the ``chosen`` largest count, divided by their sum  [normalized]
        y = sum of p_e down_e(activation(gate_e x) * up_e x)

    With ``sigmoids`` p = sigmoid(router x), the largest of p + CHOICE_BIAS are chosen, if the files have that, and
    what is divided by the sum is multiplied by ``scale``.

    Attributes:
        count: experts of a layer.
        chosen: of each token.
        intermediate: width of one.
        normalized: the chosen ones' shares sum up to 1.
        has_biases: router and experts add one to each product.
    """

    count: int
    chosen: int
    intermediate: int
    normalized: bool
    has_biases: bool = False
    sigmoids: bool = False
    scale: float = 1.0


@dataclass(frozen=True, slots=True)
class TensorNames:
    """Names of a layer's tensors after ``model.layers.N.`` and without ``.weight`` or ``.bias``; None: there is none.

    ``sinks`` is a whole name: nothing comes after it.
    Several names of one role are parts to be joined by rows, in this order. Biases exist where the files have them.
    Experts' matrices are all experts' rows one after the other: gate and up (experts * width, hidden), down (experts *
    hidden, width). What other mixers than attention take from a layer's input stands in the place of queries, keys and
    values; their taps are one vector, a column's after the other.
    """

    input_norm: str | None
    qkv: tuple[str, ...]
    gate: str | None
    head_gate: str | None
    taps: str | None
    q_norm: str | None
    k_norm: str | None
    attention_sub_norm: str | None
    sinks: str | None
    output: str
    post_attention_norm: str | None
    mlp_norm: str | None
    router: str | None
    gate_up: tuple[str, ...]
    mlp_sub_norm: str | None
    down: str
    post_mlp_norm: str | None

    def renamed(self, names: Mapping[str, str]) -> TensorNames:
        """The same, some of them called otherwise."""
        values: dict[str, Any] = {}
        for field in fields(self):
            value = getattr(self, field.name)
            is_several = isinstance(value, tuple)
            values[field.name] = (
                tuple(names.get(each, each) for each in value) if is_several else names.get(value, value)
            )
        return TensorNames(**values)


def names_of(
    norms: NormPlaces,
    *,
    qk_norm: bool,
    sub_norms: bool,
    sinks: bool,
    fused_qkv: bool,
    fused_gate_up: bool,
    has_experts: bool,
    attention_gate: bool = False,
    head_gate: bool = False,
    mixer: Mixer = "attention",
) -> TensorNames:
    """Where a layer's tensors are; the arguments are fields of Architecture and LayerSpec."""
    before, after = norms in ("before", "both"), norms in ("after", "both")
    place = _EXPERTS if has_experts else _DENSE
    # The name says what it follows where nothing stands after: then it is the norm before the feed-forward.
    mlp_norm = "pre_feedforward_layernorm" if after else "post_attention_layernorm"
    if mixer != "attention":
        qk_norm = sub_norms = attention_gate = head_gate = False
    qkv = ("self_attn.qkv_proj",) if fused_qkv else ("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj")
    inputs, taps, output = _MIXERS.get(mixer, (qkv, None, "self_attn.o_proj"))
    return TensorNames(
        input_norm="input_layernorm" if before else None,
        qkv=inputs,
        gate="self_attn.gate_proj" if attention_gate else None,
        head_gate=HEAD_GATE if head_gate else None,
        taps=taps,
        q_norm="self_attn.q_norm" if qk_norm else None,
        k_norm="self_attn.k_norm" if qk_norm else None,
        attention_sub_norm="self_attn.attn_sub_norm" if sub_norms else None,
        sinks="self_attn.sinks" if sinks else None,
        output=output,
        post_attention_norm="post_attention_layernorm" if after else None,
        mlp_norm=mlp_norm if before else None,
        router=ROUTER if has_experts else None,
        gate_up=(f"{place}gate_up_proj",) if fused_gate_up else (f"{place}gate_proj", f"{place}up_proj"),
        mlp_sub_norm="mlp.ffn_sub_norm" if sub_norms else None,
        down=f"{place}down_proj",
        post_mlp_norm="post_feedforward_layernorm" if after else None,
    )


def with_shared_keys(names: TensorNames, layer: LayerSpec) -> TensorNames:
    """The same without the tensors that such a layer has not, since it takes another's keys, or its keys for values."""
    if layer.keys_from is not None:
        return replace(names, qkv=names.qkv[:1], k_norm=None)
    return replace(names, qkv=names.qkv[:2]) if layer.values_are_keys else names


def is_of_experts(name: str) -> bool:
    """Whether a tensor holds experts' rows, of which a token needs some only."""
    return ".experts." in name


def is_router(name: str) -> bool:
    """Whether a tensor chooses experts, or how much of them or of heads counts: rounded it would choose others."""
    return name.endswith(_ROUTERS)
