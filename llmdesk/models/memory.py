"""What a model's files say about its use of memory, and the picker's sentence about it (pure functions)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import Literal

from llmdesk.datatypes.model import EmbeddingForm, ModelSize, ModelSpec, Precision
from llmdesk.gemma4_layers import stays_on_disk
from llmdesk.memory_need import (
    GB,
    MIN_CONTEXT_TOKENS,
    PROGRAM_BYTES,
    Fit,
    fit_of,
    limit_bytes,
    memory_need,
    weights_bytes,
    with_small_cache,
)
from llmdesk.models.checks import Checked
from llmdesk.models.safetensors_header import Tensor
from llmdesk.words import say

_EMBEDDINGS = ("embed_tokens", "token_embd", "wte")
_HEADS = ("lm_head", "output.weight")
_KEY_BIASES = ("k_proj.bias", "qkv_proj.bias", "attn_k.bias", "attn_qkv.bias")
_OTHER_EMBEDDINGS = ("wpe", "embed", "router", ".gate.weight")
_OTHER_HEADS = ("lm_head.weight", "embed_out.weight")
"""Of what runs on transformers' modules: tables and small matrices that stay in 16 bits, output layers."""
_ROUNDED_BLOCK_BITS = 4.5
"""Of a weight of GGUF's K blocks that is rounded to 4 bits: 256 divides their columns."""

_Part = Literal["sight", "on_disk", "embedding", "small", "head", "ternary", "table", "blocks", "in_8_bits", "other"]
"""Where a tensor's weights are counted; "small": states and biases, in 32 bits where the embedding has 16."""


@dataclass(frozen=True, slots=True)
class MemoryFit:
    """``kind`` for colour and order, ``text`` as a sentence for the picker."""

    kind: Fit
    text: str


def size_of(checked: Checked) -> ModelSize:
    """Count weights, and tell how the embedding is held: an output layer that the files lack is the embedding."""
    if checked.purpose == "embeddings":  # as they are stored: in 16 bits, or in 32
        halves = 1 if all(tensor.stored == "BF16" for tensor in checked.tensors) else 2
        return ModelSize(halves * sum(tensor.elements for tensor in checked.tensors), 0, 0)
    counted = Counter[_Part]()
    in_four_bits = Counter[bool]()
    is_quantized, blocks = False, list[Tensor]()
    for tensor in checked.tensors:
        part = _part_of(tensor, own_decoder=checked.own_decoder)
        counted[part] += tensor.elements
        is_quantized |= part == "embedding" and tensor.quantized
        blocks += [tensor] if part == "blocks" else []
        if tensor.four_bits and part in ("embedding", "head"):
            in_four_bits[tensor.table] += tensor.elements
    embedding, head = counted["embedding"] + 2 * counted["small"], counted["head"]
    form: EmbeddingForm = "floats"
    if checked.own_decoder and not head:
        form = "head"
    elif checked.own_decoder and is_quantized:
        form = "packed"
    size = ModelSize(
        embedding,
        (head or embedding) + counted["in_8_bits"],
        counted["other"],
        checked.cache_bytes_per_token,
        form,
        counted["ternary"],
        counted["table"],
        own_kernels=checked.own_kernels,
        vocabulary=checked.vocabulary,
        states_bytes=checked.states_bytes,
        sight_weights=counted["sight"],
        block_weights=counted["blocks"],
        block_bytes=round(sum(tensor.block_bits * tensor.elements for tensor in blocks) / 8),
        block_int4_bytes=round(sum(_bits_in_int4(tensor) * tensor.elements for tensor in blocks) / 8),
        blocks_stay_in_int4=checked.int4,
        vocabulary_in_int4=in_four_bits[False],
        vocabulary_in_tables=in_four_bits[True],
    )
    has_key_biases = any(tensor.name.endswith(_KEY_BIASES) for tensor in checked.tensors)
    return size if has_key_biases else with_small_cache(size, checked.small_cache_bytes_per_token)


def _bits_in_int4(block: Tensor) -> float:
    return block.block_bits if block.keeps_8_bits else min(block.block_bits, _ROUNDED_BLOCK_BITS)


def _part_of(tensor: Tensor, *, own_decoder: bool) -> _Part:
    if tensor.sees:
        return "sight"
    if own_decoder and stays_on_disk(tensor.name):
        return "on_disk"
    if not own_decoder and tensor.dimensions <= 2 and not tensor.name.endswith(".weight"):
        return "small"
    embeddings = _EMBEDDINGS if own_decoder else _EMBEDDINGS + _OTHER_EMBEDDINGS
    # transformers' modules keep what is no matrix as it is, experts of a rare form among them
    if any(part in tensor.name for part in embeddings) or not (own_decoder or tensor.dimensions <= 2):
        return "embedding"
    if tensor.name.startswith(_HEADS) or (not own_decoder and tensor.name.endswith(_OTHER_HEADS)):
        return "head"
    if tensor.ternary:
        return "ternary"
    if tensor.table:
        return "table"
    if tensor.block_bits:
        return "blocks"
    return "in_8_bits" if own_decoder and tensor.keeps_8_bits else "other"


def estimate(size: ModelSize, precision: Precision) -> int:
    """Expected bytes of the whole program with such a model loaded, before a conversation grows.

    It is for a machine on which llmdesk's own kernels run; the engine counts anew before it loads.
    """
    return PROGRAM_BYTES + weights_bytes(size, precision)


def fit(
    spec: ModelSpec,
    available_bytes: int,
    total_bytes: int,
    precision: Precision | None = None,
    size: ModelSize | None = None,
    sight_weight_bytes: int = 4,
) -> MemoryFit:
    """Compare a model with the memory of this machine, as the engine does it before a load (memory_need.fitting_load).

    ``available_bytes`` is what could be used right now. A long context shrinks to what fits when the model is loaded,
    so only the shortest one counts here. ``sight_weight_bytes``: what a weight of what sees takes on this machine; the
    catalogue says it for 4. Raises SetupError for a limit that is no number.
    """
    if spec.memory_bytes and not spec.memory_measured:
        saved = spec.sight_bytes * (4 - sight_weight_bytes) // 4
        spec = replace(spec, sight_bytes=spec.sight_bytes - saved, memory_bytes=max(0, spec.memory_bytes - saved))
    if spec.source.kind == "server":
        return MemoryFit("fits", say("Runs on {host} and takes no memory here", host=spec.source.host))
    precision = precision or spec.precision
    need = memory_need(spec, size, precision, min(MIN_CONTEXT_TOKENS, spec.context_tokens))
    if need is None:
        return MemoryFit("tight", say("It is not known how much memory it takes"))
    is_measured = spec.memory_measured and precision == spec.precision
    needed = need.total_bytes / GB
    takes = say("takes {needed:.1f} GB", needed=needed)
    if not is_measured:
        takes = say("takes about {needed:.1f} GB", needed=needed)
    kind = fit_of(need.total_bytes, available_bytes, limit_bytes(total_bytes))
    words = {
        "fits": say("Fits: {takes}", takes=takes),
        "tight": say("Tight: {takes}; close other programs first", takes=takes),
        "too_large": say("Does not fit: {takes}", takes=takes),
    }
    return MemoryFit(kind, words[kind])
