"""How much memory a model takes, and whether that fits (pure functions)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from llmdesk.datatypes import ModelSpec, Precision
from llmdesk.models.safetensors_header import Tensor

GB = 1_000_000_000
PROGRAM_BYTES = 900_000_000
"""Python, torch, the kernel library, Qt and the first working buffers, without any weights (measured with torch's build
of PyPI; the CPU build takes less)."""
_BYTES_PER_WEIGHT: dict[Precision, float] = {"bf16": 2.0, "int8": 1.02, "int4": 0.625}  # scales and zero points too
_EMBEDDINGS = ("embed_tokens", "token_embd", "wte")
_HEADS = ("lm_head", "output.weight")
_LIMIT_BYTES = 12 * GB
_LIMIT_SHARE = 0.75
_TIGHT_SHARE = 0.9

Fit = Literal["fits", "tight", "too_large"]


@dataclass(frozen=True, slots=True)
class MemoryFit:
    """``kind`` for colour and order, ``text`` as a sentence for the picker."""

    kind: Fit
    text: str


def estimate(tensors: Iterable[Tensor], precision: Precision) -> int:
    """Expected bytes of the whole program with such a model loaded, before a conversation grows.

    Embeddings stay in 16 bits, every other weight takes the precision; where embeddings serve as the output layer
    too, that is a second, packed copy.
    """
    embedding = rest = 0
    has_head = False
    for tensor in tensors:
        if any(part in tensor.name for part in _EMBEDDINGS):
            embedding += tensor.elements
        else:
            rest += tensor.elements
            has_head = has_head or tensor.name.startswith(_HEADS)
    packed = rest if has_head else rest + embedding
    return PROGRAM_BYTES + round(embedding * 2 + packed * _BYTES_PER_WEIGHT[precision])


def limit_bytes(total_bytes: int) -> int:
    """The most that a model may take here: 12 GB or 75 % of the machine's memory, the smaller."""
    return min(_LIMIT_BYTES, round(total_bytes * _LIMIT_SHARE))


def fit(spec: ModelSpec, available_bytes: int, total_bytes: int) -> MemoryFit:
    """Compare a model with the memory of this machine. ``available_bytes`` is what could be used right now."""
    if not spec.memory_bytes:
        return MemoryFit("tight", "It is not known how much memory it takes.")
    need = f"{'Takes' if spec.memory_measured else 'Takes about'} {spec.memory_bytes / GB:.1f} GB of memory"
    if spec.memory_bytes > limit_bytes(total_bytes):
        return MemoryFit(
            "too_large", f"{need}; on this machine a model may take {limit_bytes(total_bytes) / GB:.1f} GB."
        )
    if spec.memory_bytes > available_bytes * _TIGHT_SHARE:
        return MemoryFit("tight", f"{need}; {available_bytes / GB:.1f} GB are free now: close other programs first.")
    return MemoryFit("fits", f"{need}; {available_bytes / GB:.1f} GB are free.")
