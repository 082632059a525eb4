"""What the architectures are that our decoders know: a row of plain data for each, no torch.

The names are those of datatypes/model.py. The truth is transformers' own modelling code.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from llmdesk.engine.networks.layers import NormPlaces, QkNorm


@dataclass(frozen=True, slots=True)
class Kind:
    """What configurations of one model_type have in common.

    Attributes:
        window: which layers see a window: those that config.json says, or all if it states one.
        sub_norms: see Architecture.
        experts: the name of their width in config.json, if the architecture has any.
        is_gemma: norms' weights are around 0, embeddings are scaled, and scores by a number of their own.
        is_gemma4: embeddings are scaled, scores are not; see gemma4.py.
        is_fused: the files hold one matrix where others hold three or two.
    """

    norms: NormPlaces = "before"
    qk_norm: QkNorm | None = None
    window: Literal["said", "all"] = "said"
    sub_norms: bool = False
    experts: str | None = None
    is_gemma: bool = False
    is_gemma4: bool = False
    is_fused: bool = False


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
    "phi3": Kind(window="all", is_fused=True),
    "gemma2": Kind(norms="both", is_gemma=True),
    "gemma3_text": Kind(norms="both", qk_norm="head", is_gemma=True),
    "gemma4_text": Kind(norms="both", qk_norm="head", experts="moe_intermediate_size", is_gemma4=True),
    "bitnet": Kind(sub_norms=True),
}
