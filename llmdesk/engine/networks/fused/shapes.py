"""What the kernels know of a network before its weights are there: its numbers (engine thread only)."""

from __future__ import annotations

import ctypes

from llmdesk.engine.networks.architecture import Architecture
from llmdesk.engine.networks.fused.structures import MIXERS, POINTER, CLayer, CNetwork
from llmdesk.engine.networks.layers import LayerSpec
from llmdesk.engine.networks.mixers import Mamba
from llmdesk.words import say

_ACTIVATIONS = {"silu": 0, "gelu_tanh": 1, "relu2": 2, "clamped_swiglu": 3}


def shape_of(a: Architecture) -> tuple[CNetwork, ctypes.Array[CLayer]]:
    """A network and its layers, to which it points; matrices and vectors are still missing."""
    layers = (CLayer * len(a.layers))()
    for index, spec in enumerate(a.layers):
        _fill(layers[index], a, index, spec)
    network = CNetwork(
        layers=len(a.layers), hidden=a.hidden, heads=a.heads, vocabulary=a.vocab,
        activation=_ACTIVATIONS[a.activation], per_row_activations=int(a.quantized_activations),
        norms_whole_width=int(a.qk_norm == "width"), has_attention_gate=int(a.attention_gate),
        has_experts_beside=int(a.experts_beside is not None), per_layer=a.per_layer, share_factor=1.0, eps=a.eps,
        attention_scale=a.attention_scale, attention_softcap=a.attention_softcap or 0.0,
        embedding_scale=a.embedding_scale, late_queries_growth=a.late_queries.growth if a.late_queries else 0.0,
        late_queries_from=a.late_queries.start if a.late_queries else 1, layer=ctypes.cast(layers, POINTER),
    )  # fmt: skip
    _fill_experts(network, a)
    _fill_mixers(network, a)
    return network, layers


def obstacle(library: ctypes.CDLL, a: Architecture) -> str | None:
    """Why these kernels cannot run such a network, or None if they can."""
    network, layers = shape_of(a)
    words = (
        None,
        say("it has more layers than the kernels were made for"),
        say("it has more experts than the kernels were made for"),
        say("its layers have unusual sizes"),
    )
    found = words[library.fused_obstacle(ctypes.byref(network))]
    del layers  # to which the network points
    return found


def _fill(layer: CLayer, a: Architecture, index: int, spec: LayerSpec) -> None:
    layer.window, layer.mixer = spec.window or 0, MIXERS[spec.mixer]
    layer.kv_heads, layer.head_dim = a.key_heads(spec)
    layer.rotary_dims, layer.intermediate = a.rotated(spec), a.widths(spec)[1]
    layer.keys_from = index if spec.keys_from is None else spec.keys_from


def _fill_experts(network: CNetwork, a: Architecture) -> None:
    if (experts := a.experts) is None:
        return
    network.experts, network.chosen_experts = experts.count, experts.chosen
    network.expert_width, network.share_factor = experts.intermediate, experts.scale
    network.normalizes_shares, network.chooses_by_sigmoids = experts.normalized, experts.sigmoids


def _fill_mixers(network: CNetwork, a: Architecture) -> None:
    """What layers with a state are like."""
    if (convolution := a.convolution) is not None:
        network.taps, network.mixer_width = convolution.taps, convolution.columns
    if (kind := a.matrix_state) is not None:
        network.taps, network.mixer_width = kind.taps, max(kind.columns, a.hidden)
        network.key_heads, network.value_heads = kind.key_heads, kind.value_heads
        network.key_dim, network.value_dim = kind.key_dim, kind.value_dim
        network.has_tiled_heads, network.is_mamba = kind.is_tiled, isinstance(kind, Mamba)
        network.mixer_eps = kind.eps
