"""What is measured, loaded with progress and only if there is room for it (engine thread)."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import psutil

from llmdesk.datatypes.model import LocalModel, ModelSize, Precision
from llmdesk.engine.backends.choice import choose_backend_name
from llmdesk.engine.measuring.shape_files import shape_size
from llmdesk.engine.measuring.subject import Subject, load_subject
from llmdesk.engine.serving.room import size_here
from llmdesk.engine.serving.work import WorkContext
from llmdesk.engine_choices import choosing
from llmdesk.errors import NotEnoughMemory
from llmdesk.memory_need import GB, cache_bytes, limit_bytes, weights_bytes
from llmdesk.services.bench.versions import runs_own_kernels_here
from llmdesk.services.process_memory import restart_peak, rss_bytes
from llmdesk.words import say

_FLOAT_BYTES, _STORED_BYTES = 4, 2
ENGINES = ("", "ipex", "native")
"""What multiplies: as it is set (our own kernels where they run), or the operators of one of the backends."""


class Steps:
    """Progress in words and as a share of all steps, which never goes back."""

    def __init__(self, context: WorkContext, total: int) -> None:
        self._context, self._total, self._begun, self._told = context, total, 0, 0.0
        self.check = context.check

    def begin(self, text: str) -> None:
        """The next step."""
        self._begun += 1
        self.within(text, 0.0)

    def within(self, text: str, fraction: float) -> None:
        """So much of this step is done."""
        self._told = max(self._told, min(1.0, (self._begun - 1 + fraction) / self._total))
        self._context.report(text, self._told)


@contextmanager
def on_engine(engine: str) -> Iterator[None]:
    """Load on one of ENGINES for as long as the block runs."""
    if not engine:
        yield
        return
    with choosing(LLMDESK_BACKEND=engine, LLMDESK_KERNELS="off"):
        yield


def load(
    steps: Steps, target: LocalModel | str, precision: Precision, threads: int | None, least_context_tokens: int
) -> Subject:
    """A model, or a shape with random weights.

    Raises:
        NotEnoughMemory: before anything is read; LlmdeskError: see load_subject.
    """
    gc.collect()
    restart_peak()
    name = target if isinstance(target, str) else target.spec.id
    require_room(target, precision, least_context_tokens)

    def report(phase: str, fraction: float) -> None:
        words = say(
            "Loading {name} ({precision}): {phase}, {percent} %",
            name=name, precision=precision, phase=phase, percent=round(100 * fraction),
        )  # fmt: skip
        steps.within(words, fraction)

    steps.begin(say("Loading {name} ({precision})", name=name, precision=precision))
    return load_subject(target, choose_backend_name()[0], precision, threads, least_context_tokens, report)


def require_room(
    target: LocalModel | str, precision: Precision, context_tokens: int, *, has_reference: bool = False
) -> None:
    """Whether the weights and keys and values of that many tokens fit beside what the program holds already.

    Args:
        has_reference: the same model in float32 stands beside it (engine/measuring/reference.py).

    Raises:
        NotEnoughMemory: they do not.
    """
    size = _size_of(target)
    if size is None:
        return
    needed = weights_bytes(size, precision) + cache_bytes(size, precision, context_tokens)
    if has_reference and isinstance(target, LocalModel):
        is_blocks = target.path.suffix == ".gguf"  # taken apart to float32; others stay as they are stored
        in_few_bits = size.ternary_weights + size.table_weights + size.block_weights
        count = size.embedding_weights + size.other_weights + in_few_bits
        needed += (_FLOAT_BYTES if is_blocks else _STORED_BYTES) * count
    memory = psutil.virtual_memory()
    allowed = limit_bytes(memory.total) - rss_bytes()
    room = max(0, min(memory.available, allowed))
    if needed > room:
        in_the_way = say("Close other programs, or measure a lower precision or a smaller model.")
        if allowed <= memory.available:
            in_the_way = say("Raise engine.memory_limit_gb, or measure a lower precision or a smaller model.")
        raise NotEnoughMemory(
            say(
                "{name} as {precision} needs about {need:.1f} GB, but only {room:.1f} GB can be used.",
                name=target if isinstance(target, str) else target.spec.title,
                precision=precision,
                need=needed / GB,
                room=room / GB,
            ),
            in_the_way,
        )


def _size_of(target: LocalModel | str) -> ModelSize | None:
    if isinstance(target, LocalModel):
        return size_here(target)
    try:
        size = shape_size(target)
        return replace(size, own_kernels=size.own_kernels and runs_own_kernels_here())
    except (KeyError, ValueError, OSError):  # what is wrong with it is told when it is made
        return None
