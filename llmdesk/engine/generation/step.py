"""What an answer asks of its network, and how such steps are computed together (engine thread only)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

from llmdesk.datatypes.chat import Event
from llmdesk.engine.generation.given import Floats, Places, given_to
from llmdesk.engine.generation.prefix_cache import SequenceCache

PREFILL_CHUNK_TOKENS = 264
"""A multiple of 12, the rows of activations that our own kernels multiply at once."""


class Network(Protocol):
    """Token ids to logits."""

    def new_cache(self) -> SequenceCache:
        """An empty cache for one sequence."""
        ...

    def forward(self, ids: list[int], cache: Any, last: int = 1) -> Any:
        """Process new tokens; float32 logits (last, V) of the last of them, valid until the next call: an array, or
        what numpy can look at as one (a tensor on the processor).

        ``last`` may be 0: what comes before the end of a prompt needs none. Networks of models that see take ``given``
        and ``places``, too: see Step, and ``given_to``.
        """
        ...


@dataclass(slots=True, eq=False)
class Step:
    """The next tokens of one sequence. An answer yields it; when the answer goes on, it has been computed.

    Attributes:
        ids: what the cache is to hold next. Of a prompt, whoever computes it may take fewer, the first ones.
        last: of how many of them, from the end, logits are wanted.
        is_prompt: computed in the way of many tokens however few there are, so that a prompt's numbers do not depend
            on how it was cut.
        best: only so many of the largest logits need be right, and all others be smaller; 0: all are.
        lowered: tokens whose logits the caller lowers before it looks for the largest (never raises).
        sequences: how many were computed together with this one, itself among them.
        given: float32 (n, hidden), what the embedding has no row for: of the ids from FIRST_GIVEN on, in their order
            (see given.py). There may be more than there are such ids.
        places: where the ids stand (see given.py); None: one after the other, from the cache's length on. There may be
            more than there are ids.
        answers: how many answers had a step in this round, on any network: its time is that of them all.
        logits: float32 (last, V), valid until the next step of that network; None: nobody has computed it.
        error: why it could not be computed.
    """

    network: Network
    ids: list[int]
    cache: Any
    last: int = 1
    is_prompt: bool = False
    best: int = 0
    lowered: Sequence[int] = ()
    given: Floats | None = None
    places: Places | None = None
    sequences: int = 1
    answers: int = 1
    logits: Any = None
    error: Exception | None = None

    def cut(self, tokens: int) -> None:
        """Take only so many of a prompt's tokens."""
        if tokens < len(self.ids):
            self.ids, self.last, self.lowered = self.ids[:tokens], 0, ()

    def result(self) -> Any:
        """The logits, or None at the end of the program. Raises what stood in the way."""
        if self.error is not None:
            raise self.error
        return self.logits


@runtime_checkable
class SharingNetwork(Protocol):
    """A network that computes several sequences in one step."""

    def forward_many(self, steps: Sequence[Step]) -> None:
        """Compute them; each gets ``logits``, or ``error`` if it alone stands in the way.

        No sequence's numbers depend on the others. Raises what stands in the way of all of them.
        """
        ...


def compute(steps: Iterable[Step]) -> None:
    """Compute steps of any networks, those of one network together."""
    by_network: dict[int, list[Step]] = {}
    for step in steps:
        by_network.setdefault(id(step.network), []).append(step)
    for together in by_network.values():
        network = together[0].network
        for step in together:
            step.sequences = len(together)
        try:
            if isinstance(network, SharingNetwork):
                network.forward_many(together)
            else:
                compute_in_turn(network, together)
        except Exception as error:
            for step in together:
                step.error = step.error or error


def compute_in_turn(network: Network, steps: Sequence[Step]) -> None:
    """One after the other, for networks that hold one sequence per step."""
    import numpy as np  # the window is painted without it

    for step in steps:
        try:
            logits = network.forward(step.ids, step.cache, step.last, **given_to(step.given, step.places))
            step.logits = (
                np.asarray(logits).copy() if len(steps) > 1 else logits
            )  # the next call may write to the same memory
        except Exception as error:
            step.error = error


def by_itself(steps: Iterable[Event | Step | None]) -> Iterator[Event]:
    """The events of an answer that shares its steps with nobody."""
    for item in steps:
        if isinstance(item, Step):
            compute([item])
        elif item is not None:
            yield item
