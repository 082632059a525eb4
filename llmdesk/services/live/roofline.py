"""How much of what this machine can do the running model uses (pure; any clock).

The definitions, once for every figure and sentence of them:

* **Bytes read per second**: for each running answer the steps of the last second (throughput.py) times the keys and
  values that a token at its depth reads, plus the weights once for each step of the fastest answer, for answers of one
  model share a step. Weights are the bytes of the matrices as they are loaded, not as a file's name says.
* **Memory's speed** (``Ceiling``): the fastest reading of the last ``HORIZON_S``. Readings are the probe's
  (engine/measuring/ceilings.py), taken in idle moments; and since a model that reads faster than the probe has measured
  the memory better, its own rate counts as a reading, too. The share is thus never above 100 %, and falls for good
  reasons only. Memory of shared machines halves within minutes, so old readings do not count while there is a newer.
* **Prompt**: operations per second of the prompt read last (two for each weight of the layers, attention besides;
  tokens from the cache are not computed and not counted), against the processor's speed in matrix products, in the
  same way.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

from llmdesk.datatypes.token_work import TokenWork
from llmdesk.words import say

HORIZON_S = 900.0
MEMORY_BOUND_SHARE = 0.6
MIXED_SHARE = 0.35


@dataclass(frozen=True, slots=True)
class Reading:
    """A speed that was measured: bytes or operations per second."""

    t_s: float
    per_s: float


class Ceiling:
    """The fastest of the readings that are young enough; the newest ones where all are old. One thread."""

    def __init__(self, horizon_s: float = HORIZON_S) -> None:
        self._horizon_s = horizon_s
        self._readings: deque[Reading] = deque()  # each faster than all after it

    def note(self, per_s: float, now_s: float) -> None:
        """A measurement."""
        while self._readings and self._readings[-1].per_s <= per_s:
            self._readings.pop()
        self._readings.append(Reading(now_s, per_s))
        self._forget(now_s)

    def best(self, now_s: float) -> Reading | None:
        """The reading that counts now; None before the first."""
        self._forget(now_s)
        return self._readings[0] if self._readings else None

    def clear(self) -> None:
        """Forget all."""
        self._readings.clear()

    def _forget(self, now_s: float) -> None:
        while len(self._readings) > 1 and self._readings[0].t_s < now_s - self._horizon_s:
            self._readings.popleft()


@dataclass(frozen=True, slots=True)
class Share:
    """What is used (per second) of what there is, and how old the measurement of that is."""

    used_per_s: float
    ceiling_per_s: float
    age_s: float

    @property
    def fraction(self) -> float:
        """0..1."""
        return self.used_per_s / self.ceiling_per_s


@dataclass(frozen=True, slots=True)
class AnswerStep:
    """An answer that is being written: its steps per second, and the tokens that the next one looks back on."""

    steps_per_s: float
    depth_tokens: int


class Roofline:
    """See the module. GUI thread only.

    Attributes:
        cache_bytes: the processor's last level cache; 0: not known.
    """

    def __init__(self, cache_bytes: int = 0) -> None:
        self.cache_bytes = cache_bytes
        self.memory, self.compute = Ceiling(), Ceiling()
        self._work: TokenWork | None = None
        self._memory_used: float | None = None
        self._prompt_used: float | None = None
        # What that was compared with; None: nothing was measured yet.
        self._memory_best: Reading | None = None
        self._prompt_best: Reading | None = None

    @property
    def work(self) -> TokenWork | None:
        """What a token of the window's model costs; None where that is not computed on this processor."""
        return self._work

    def use_model(self, work: TokenWork | None) -> None:
        """Another model is the window's."""
        if work != self._work:
            self._work, self._memory_used, self._prompt_used = work, None, None
            self._memory_best = self._prompt_best = None

    def answered(self, answers: Iterable[AnswerStep], now_s: float) -> None:
        """What is written now, of the window's model."""
        answers = list(answers)
        if self._work is None or not answers:
            return
        weights = self._work.weights_read_bytes * max(each.steps_per_s for each in answers)
        caches = sum(each.steps_per_s * self._work.cache_bytes(each.depth_tokens) for each in answers)
        self._memory_used = weights + caches
        self._memory_best = _best_with(self.memory, self._memory_used, now_s)

    def read_prompt(self, tokens: int, begin_tokens: int, seconds: float, now_s: float) -> None:
        """So many prompt tokens were computed after others that were known."""
        if self._work is None or seconds <= 0 or not (flops := self._work.prompt_flops(tokens, begin_tokens)):
            return
        self._prompt_used = flops / seconds
        self._prompt_best = _best_with(self.compute, self._prompt_used, now_s)

    def memory_share(self, now_s: float) -> Share | None:
        """Of the memory's read speed; None until an answer was written and the memory measured."""
        return _share(self._memory_used, self._memory_best or self.memory.best(now_s), now_s)

    def prompt_share(self, now_s: float) -> Share | None:
        """Of the processor's speed; None until a prompt was read and the processor measured."""
        return _share(self._prompt_used, self._prompt_best or self.compute.best(now_s), now_s)

    def sentence(self, share: Share | None, others_compute: bool = False) -> str:
        """What the memory's share means; ``others_compute``: other programs take much of the processor."""
        if share is None or self._work is None:
            return ""
        if self.cache_bytes and self._work.weights_read_bytes < self.cache_bytes:
            return sentences()[3]
        if share.fraction >= MEMORY_BOUND_SHARE:
            return sentences()[0]
        if others_compute:
            return sentences()[4]
        return sentences()[1] if share.fraction >= MIXED_SHARE else sentences()[2]


def sentences() -> tuple[str, str, str, str, str]:
    """Memory-bound, mixed, compute-bound, in the cache, held up by others."""
    return (
        say("Memory-bound: faster memory would help, more cores would not."),
        say("Between the two: faster memory would help, and so would faster cores."),
        say("Not memory-bound: faster or more cores would help, faster memory would not."),
        say("The model fits into the processor's cache: memory does not hold it up."),
        say("Not memory-bound: other programs take the processor."),
    )


def _best_with(ceiling: Ceiling, used: float, now_s: float) -> Reading | None:
    """The reading to compare with; what was used is one itself if it is faster."""
    best = ceiling.best(now_s)
    if best is not None and used > best.per_s:
        ceiling.note(used, now_s)
    return ceiling.best(now_s)


def _share(used: float | None, best: Reading | None, now_s: float) -> Share | None:
    if used is None or best is None:
        return None
    return Share(min(used, best.per_s), best.per_s, max(0.0, now_s - best.t_s))
