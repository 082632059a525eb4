"""How much memory a model takes, and how it can be loaded so that it fits: one definition for engine and picker.

Pure functions, apart from asking what limit the user has set. All figures are of the whole program, in bytes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import reduce
from typing import Literal

from llmdesk.datatypes.model import EmbeddingForm, LoadChoice, ModelSize, ModelSpec, Precision
from llmdesk.engine_choices import chosen
from llmdesk.errors import NotEnoughMemory, SetupError
from llmdesk.numerals import decimal_number
from llmdesk.words import say

GB = 1_000_000_000
PROGRAM_BYTES = 1_000_000_000
"""Python, torch, the kernel library, Qt and the working buffers, without weights and caches (measured with a window and
torch's build of PyPI: 0.97 to 1.0 GB; the CPU build takes less)."""
MIN_CONTEXT_TOKENS = 2048
"""A context that nobody asked for is not made shorter than this to save memory."""
ENOUGH_CONTEXT_TOKENS = 8192
"""A context that nobody asked for is made this short before another model has to go for it."""
_BYTES_PER_WEIGHT: dict[Precision, float] = {"bf16": 2.0, "int8": 1.0625, "int4": 0.625}
"""With scales and zero points. In int4 the most: llmdesk's own kernels take 0.5625 where 256 divides the columns."""
_BYTES_PER_TERNARY_WEIGHT = 0.25  # on llmdesk's own kernels; on others 4 bits, with scales for large groups
_BYTES_PER_TERNARY_WEIGHT_ELSEWHERE = 0.52
_BYTES_PER_TABLE_WEIGHT = 0.5625  # on llmdesk's own kernels (MXFP4: 0.53); on others 8 bits with scales in 32
_BYTES_PER_TABLE_WEIGHT_ELSEWHERE = 1.125
SMALL_CACHE_WEIGHTS = 500_000_000
"""From so many weights on llmdesk's own kernels keep keys (without a bias) and values in 8 bits (decision 0057)."""
_LOWER: dict[Precision, tuple[Precision, ...]] = {"bf16": ("int8", "int4"), "int8": ("int4",), "int4": ()}
_LIMIT_BYTES = 12 * GB
_LIMIT_SHARE = 0.75


_TIGHT_SHARE = 0.9

Fit = Literal["fits", "tight", "too_large"]


@dataclass(frozen=True, slots=True)
class MemoryNeed:
    """What the program takes with a model loaded: itself, the weights, and keys, values and states of a full context.

    Chats that are kept beside that one take what the limit leaves (generation/prefix_cache.py), so they are not needed.
    """

    program_bytes: int
    weights_bytes: int
    cache_bytes: int

    @property
    def total_bytes(self) -> int:
        """All of it."""
        return self.program_bytes + self.weights_bytes + self.cache_bytes


def limit_bytes(total_bytes: int) -> int:
    """The most that llmdesk may take here: 12 GB or 75 % of the machine's memory, the smaller, unless it is set.

    Raises:
        SetupError: what was set (LLMDESK_MEMORY_LIMIT_GB, else the settings) is no number above 0.
    """
    choice = chosen("LLMDESK_MEMORY_LIMIT_GB")
    if choice is None:
        return min(_LIMIT_BYTES, round(total_bytes * _LIMIT_SHARE))
    limit_gb = decimal_number(choice.text)
    if limit_gb is None or limit_gb <= 0:
        raise SetupError(
            say("{choice} is not a number of gigabytes.", choice=choice), say("Set it to a number such as 8.")
        )
    return round(limit_gb * GB)


def fit_of(needed_bytes: int, available_bytes: int, limit: int) -> Fit:
    """``too_large``: over the limit, whatever else runs. ``tight``: nearly all of what is free now, or more."""
    if needed_bytes > limit:
        return "too_large"
    return "tight" if needed_bytes > available_bytes * _TIGHT_SHARE else "fits"


def weights_bytes(size: ModelSize, precision: Precision) -> int:
    """Bytes of all weights in memory: the embedding as ``size`` says, the output layer in 8 bits at least, unless both
    have fewer in their files."""
    head = _BYTES_PER_WEIGHT["int8" if precision == "int4" else precision]
    rest = _BYTES_PER_WEIGHT[precision]
    keeps_forms = size.own_kernels and precision != "bf16"
    ternary = _BYTES_PER_TERNARY_WEIGHT if size.own_kernels else _BYTES_PER_TERNARY_WEIGHT_ELSEWHERE
    forms: dict[EmbeddingForm, float] = {"floats": 2, "packed": head, "head": 0}
    table_elsewhere = rest if precision == "bf16" else _BYTES_PER_TABLE_WEIGHT_ELSEWHERE
    table = _BYTES_PER_TABLE_WEIGHT if keeps_forms else table_elsewhere
    blocks = (head if size.blocks_stay_in_int4 else rest) * size.block_weights
    if keeps_forms:
        blocks = size.block_int4_bytes if precision == "int4" else size.block_bytes
    saved = size.vocabulary_in_tables * (head - table) if keeps_forms else 0.0
    if keeps_forms and precision == "int4":
        saved += size.vocabulary_in_int4 * (head - rest)
    embedding = forms[size.embedding if size.own_kernels else "floats"]
    return round(
        size.embedding_weights * embedding
        + size.head_weights * head
        + size.ternary_weights * ternary
        + size.table_weights * table
        + size.other_weights * rest
        + blocks
        - saved
        + sight_bytes(size)
    )


def sight_bytes(size: ModelSize) -> int:
    """Of what sees, which is the same in every precision and is not read for a token."""
    return size.sight_weights * size.sight_weight_bytes


def with_small_cache(size: ModelSize, small_bytes_per_token: int) -> ModelSize:
    """The same size, with what keys and values of 8 bits take if the model is so large that it gets them.

    It is for models whose keys have no bias.
    """
    multiplied = size.head_weights + size.other_weights + size.ternary_weights + size.table_weights + size.block_weights
    if size.embedding == "packed":
        multiplied += size.embedding_weights
    is_large = multiplied >= SMALL_CACHE_WEIGHTS
    return replace(size, small_cache_bytes_per_token=small_bytes_per_token) if is_large else size


def cache_bytes_per_token(size: ModelSize, precision: Precision) -> int:
    """Keys and values of a token in all layers; 0: not known."""
    is_small = size.small_cache_bytes_per_token and size.own_kernels and precision != "bf16"
    return size.small_cache_bytes_per_token if is_small else size.cache_bytes_per_token


def cache_bytes(size: ModelSize, precision: Precision, context_tokens: int) -> int:
    """Keys, values and states of so many tokens."""
    return cache_bytes_per_token(size, precision) * context_tokens + size.states_bytes


def memory_need(
    spec: ModelSpec, size: ModelSize | None, precision: Precision, context_tokens: int
) -> MemoryNeed | None:
    """What a model takes in a precision with a full context. None if neither files nor catalogue tell.

    A measured figure of the catalogue counts for the precision it was measured in; it holds a short conversation.
    """
    cache = cache_bytes(size, precision, context_tokens) if size else 0
    known = max(0, spec.memory_bytes - PROGRAM_BYTES)
    if spec.memory_bytes and precision == spec.precision and (spec.memory_measured or size is None):
        return MemoryNeed(spec.memory_bytes - known, known, cache)
    if size is not None:
        return MemoryNeed(PROGRAM_BYTES, weights_bytes(size, precision), cache)
    if spec.memory_bytes:
        times = _BYTES_PER_WEIGHT[precision] / _BYTES_PER_WEIGHT[spec.precision]
        sight = min(spec.sight_bytes, known)
        return MemoryNeed(PROGRAM_BYTES, round((known - sight) * times) + sight, 0)
    return None


def fitting_load(
    spec: ModelSpec,
    size: ModelSize | None,
    precision: Precision,
    context_tokens: int | None,
    room_bytes: int,
    *,
    is_limit: bool = False,
) -> LoadChoice:
    """How to load a model into this much room: as asked, or, where no context was asked for, with a shorter one.

    ``is_limit``: the room is all that llmdesk may take here, so other programs are not in the way.

    Raises:
        NotEnoughMemory: it does not fit; its ``choices`` do.
    """
    asked_tokens = context_tokens or spec.context_tokens
    shortest = asked_tokens if context_tokens else MIN_CONTEXT_TOKENS
    found = _longest_fitting(spec, size, precision, asked_tokens, shortest, room_bytes)
    if found is not None:
        return found
    choices = tuple(
        choice
        for other in (precision, *_LOWER[precision])
        if (choice := _longest_fitting(spec, size, other, asked_tokens, MIN_CONTEXT_TOKENS, room_bytes))
    )
    need = memory_need(spec, size, precision, shortest)
    assert need is not None, "what is not known was found to fit"
    context = say(" with a context of {shortest:,} tokens", shortest=shortest) if need.cache_bytes else ""
    raise NotEnoughMemory(
        say(
            "{title} as {precision} needs about {need:.1f} GB{context}, but only {room:.1f} GB can be used.",
            title=spec.title,
            precision=precision,
            need=need.total_bytes / GB,
            context=context,
            room=room_bytes / GB,
        ),
        _hint(choices, precision, is_limit),
        choices=choices,
    )


def load_beside(
    spec: ModelSpec, size: ModelSize | None, precision: Precision, context_tokens: int | None, room_bytes: int
) -> LoadChoice | None:
    """As ``fitting_load``, but None if no long context fits: then another model should go first."""
    asked_tokens = context_tokens or spec.context_tokens
    shortest = asked_tokens if context_tokens else min(asked_tokens, ENOUGH_CONTEXT_TOKENS)
    return _longest_fitting(spec, size, precision, asked_tokens, shortest, room_bytes)


def _longest_fitting(
    spec: ModelSpec, size: ModelSize | None, precision: Precision, asked_tokens: int, shortest: int, room_bytes: int
) -> LoadChoice | None:
    """The longest context that fits, halved from what was asked for down to the shortest; what is not known fits."""
    tokens = asked_tokens
    while True:
        need = memory_need(spec, size, precision, tokens)
        if need is None or need.total_bytes <= room_bytes:
            return LoadChoice(precision, tokens, need.total_bytes if need else 0)
        if tokens <= shortest or need.cache_bytes == 0:
            return None
        tokens = max(tokens // 2, shortest)


def _hint(choices: tuple[LoadChoice, ...], precision: Precision, is_limit: bool) -> str:
    if not choices and is_limit:
        return say("llmdesk may take no more here; raise engine.memory_limit_gb, or choose a smaller model.")
    if not choices:
        return say("Close other programs or choose a smaller model.")
    ways = []
    for choice in choices:
        words = say("with a context of {tokens:,} tokens ({size:.1f} GB)", **_figures_of(choice))
        if choice.precision != precision:
            words = say("as {precision} with a context of {tokens:,} tokens ({size:.1f} GB)", **_figures_of(choice))
        ways.append(words)
    either = reduce(lambda one, other: say("{one} or {other}", one=one, other=other), ways)
    return say("It would fit {ways}.", ways=either)


def _figures_of(choice: LoadChoice) -> dict[str, object]:
    return {
        "precision": choice.precision,
        "tokens": choice.context_tokens,
        "size": choice.memory_bytes / GB,
    }
