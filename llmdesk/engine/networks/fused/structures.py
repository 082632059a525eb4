"""The kernels' structures as c/engine.h has them (ctypes; engine thread only)."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from llmdesk.engine.generation.given import Floats, numbered_from
from llmdesk.engine.generation.step import Step
from llmdesk.engine.matrices.aligned import address_of

MIXERS = {"attention": 0, "convolution": 1, "delta_net": 2, "mamba": 2}
"""By the names of mixers.py."""
POINTER, INT, FLOAT = ctypes.c_void_p, ctypes.c_int32, ctypes.c_float
FEW_TOKENS = 8
"""FEW in c/simd.h: a step of an answer has no more."""
MOST_BEST = 256
"""See c/head.h: of more logits than that all are computed."""


OwnRows: TypeAlias = Callable[[Sequence[int]], "npt.NDArray[np.float32]"]


class CMatrix(ctypes.Structure):
    """A matrix in panels: ``form`` is one of panel_forms, ``group`` the columns that share a scale."""

    _fields_ = (("data", POINTER), ("bias", POINTER), ("form", INT), ("rows", INT), ("columns", INT), ("group", INT))


class CExpertsBeside(ctypes.Structure):
    """See c/experts.h; ``gate`` has no data where a layer has none."""

    _fields_ = (
        *(
            (name, POINTER)
            for name in ("dense_gate", "router_norm", "expert_scales", "dense_norm", "input_norm", "output_norm")
        ),
        *((name, CMatrix) for name in ("gate", "up", "down")),
    )


class CLayer(ctypes.Structure):
    """One layer; vectors are addresses of float32, None where a layer has none."""

    _fields_ = (
        *((name, POINTER) for name in ("input_norm", "q_norm", "k_norm", "attention_sub_norm", "post_attention_norm")),
        *((name, POINTER) for name in ("mlp_norm", "mlp_sub_norm", "post_mlp_norm", "rotary", "router", "v_norm")),
        *((name, POINTER) for name in ("router_bias", "sinks", "head_gate")),
        *((name, CMatrix) for name in ("q", "k", "v", "output", "gate", "up", "down", "attention_gate")),
        *((name, POINTER) for name in ("taps", "tap_bias", "choice_bias")),
        *((name, POINTER) for name in ("delta_gates", "decay_rates", "decay_bias", "mixer_norm", "skip")),
        ("own_gate", CMatrix),
        ("own_output", CMatrix),
        ("own_post_norm", POINTER),
        ("beside", CExpertsBeside),
        ("state_at", ctypes.c_int64),
        *((name, INT) for name in ("window", "mixer")),
        *((name, INT) for name in ("head_dim", "kv_heads", "rotary_dims", "intermediate", "keys_from")),
        ("scale", FLOAT),
    )


class CSequence(ctypes.Structure):
    """What a step does for one sequence; ``pages``, ``logits``, ``lowered``, ``given`` and ``state`` are addresses."""

    _fields_ = (
        *((name, POINTER) for name in ("ids", "pages", "logits")),
        *((name, INT) for name in ("tokens", "past", "last", "page_count", "is_prompt", "best")),
        *((name, INT) for name in ("lowered_count", "given_count", "logged")),
        ("lowered", POINTER),
        ("given", POINTER),
        ("state", POINTER),
        ("own_rows", POINTER),
        ("angles", POINTER),
    )


class CNetwork(ctypes.Structure):
    """All that a step needs to know."""

    _fields_ = (
        *((name, INT) for name in ("layers", "hidden", "heads", "vocabulary", "activation", "per_row_activations")),
        *((name, INT) for name in ("activations_in_planes", "cache_in_bytes", "norms_whole_width")),
        *((name, INT) for name in ("experts", "chosen_experts", "expert_width", "normalizes_shares")),
        *((name, INT) for name in ("taps", "mixer_width", "key_heads", "value_heads", "key_dim", "value_dim")),
        *((name, INT) for name in ("has_tiled_heads", "is_mamba", "has_attention_gate", "chooses_by_sigmoids")),
        *((name, INT) for name in ("has_experts_beside", "per_layer")),
        *((name, FLOAT) for name in ("eps", "mixer_eps", "attention_scale", "attention_softcap", "embedding_scale")),
        ("share_factor", FLOAT),
        ("late_queries_growth", FLOAT),
        ("late_queries_from", INT),
        ("embedding", CMatrix),
        ("head", CMatrix),
        ("embedding_bf16", POINTER),
        ("final_norm", POINTER),
        ("per_layer_projection", CMatrix),
        ("per_layer_norm", POINTER),
        ("layer", POINTER),
    )


def goes_with_many(step: Step) -> bool:
    """Whether its tokens are computed in the way of a prompt's, as the kernels decide it."""
    return step.is_prompt or len(step.ids) > FEW_TOKENS


def sequences_of(
    steps: Sequence[Step],
    logits: npt.NDArray[np.float32],
    row: int,
    vocabulary: int,
    hidden: int,
    own_rows: OwnRows | None,
    angles: Sequence[npt.NDArray[np.float32] | None],
) -> tuple[ctypes.Array[CSequence], list[Any]]:
    """Steps for the kernels, which write their logits one after the other into (rows, V), from that row on.

    Args:
        own_rows: what tokens bring for each layer, float32 (T, layers * P); None: nothing.
        angles: sines and cosines, float32 (T, rotary_dims), of those that do not stand one after the other.

    Returns:
        the structures, and what is to be kept as long as the kernels read them.
    """
    sequences, kept = (CSequence * len(steps))(), list[Any]()
    address, row_bytes = address_of(logits), logits.strides[0]
    for sequence, step, turned in zip(sequences, steps, angles, strict=True):
        ids: Sequence[int] = step.ids
        if step.given is not None:
            ids = numbered_from(vocabulary, ids)
            kept.append(_rows_as_wide(step.given, hidden))
            sequence.given, sequence.given_count = address_of(kept[-1]), len(kept[-1])
        kept.append((ctypes.c_int32 * len(ids))(*ids))
        sequence.ids, sequence.pages = ctypes.addressof(kept[-1]), ctypes.addressof(step.cache.table)
        sequence.logits = address + row * row_bytes
        sequence.tokens, sequence.past, sequence.last = len(step.ids), step.cache.length, step.last
        sequence.page_count, sequence.is_prompt = step.cache.page_count, step.is_prompt
        if own_rows is not None:
            kept.append(own_rows(step.ids))
            sequence.own_rows = address_of(kept[-1])
        if turned is not None:
            kept.append(np.ascontiguousarray(turned))
            sequence.angles = address_of(kept[-1])
        sequence.best = step.best if step.best <= MOST_BEST else 0
        if sequence.best and len(step.lowered):
            kept.append((ctypes.c_int32 * len(step.lowered))(*step.lowered))
            sequence.lowered, sequence.lowered_count = ctypes.addressof(kept[-1]), len(step.lowered)
        sequence.state, sequence.logged = step.cache.state_address, step.cache.logged
        row += step.last
    return sequences, kept


def _rows_as_wide(given: Floats, hidden: int) -> Floats:
    """In one piece. Raises ValueError: the kernels would read beyond them."""
    if given.shape[1] != hidden:
        raise ValueError(f"given rows are {given.shape[1]} wide, and not {hidden}")
    return np.ascontiguousarray(given, np.float32)


def check_mirrors(library: ctypes.CDLL) -> None:
    """They are written down twice; a kernel would read another's fields for its own."""
    sizes = [ctypes.sizeof(structure) for structure in (CMatrix, CLayer, CNetwork, CSequence)]
    if not library.fused_sizes_are(*sizes):
        raise AssertionError(f"structures.py and engine.h do not agree: {sizes} bytes")
