"""What explains a dip in the graphs: each cause with its definition, and the watch that notices it (pure; any clock).

The definitions are ``CAUSES``; the window shows them as tool tips, docs/figures.md lists them.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Literal

from llmdesk.datatypes.chat import GenerationStats, PromptProgress
from llmdesk.datatypes.resources import ResourceSample
from llmdesk.words import say

Kind = Literal[
    "note", "model", "prompt", "cache", "context", "frequency", "thermal", "swap", "others", "mains", "battery"
]

LONG_PROMPT_TOKENS = 64
CONTEXT_STEP_TOKENS = 1024
FREQUENCY_SHARE = 0.85
FREQUENCY_SPAN_S = 30.0
SWAP_BYTES_PER_S = 1_000_000
OTHERS_CORES = 0.75
QUIET_S = 5.0
"""A cause is told again only after it has not been there for so long."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that happened at a moment of the history."""

    t_s: float
    text: str
    kind: Kind = "note"


def meaning(kind: Kind) -> str:
    """When a mark of this kind is set, and what it explains; empty for plain notes."""
    return {
        "note": "",
        "model": say("A model was loaded and ready from here on."),
        "prompt": say(
            "More than {n} prompt tokens were to be read: nothing is written meanwhile.", n=LONG_PROMPT_TOKENS
        ),
        "cache": say("The beginning of the prompt, or the whole answer, was still known and not computed again."),
        "context": say(
            "The text has grown past a power of two, {n} tokens or more: each token reads more keys and values.",
            n=CONTEXT_STEP_TOKENS,
        ),
        "frequency": say(
            "While answering, the cores' mean clock fell below {percent} % of its median over the last {span} s.",
            percent=round(100 * FREQUENCY_SHARE),
            span=round(FREQUENCY_SPAN_S),
        ),
        "thermal": say("The processor reported that heat slowed it down."),
        "swap": say(
            "While answering, more than {rate} MB/s moved between memory and disk.", rate=SWAP_BYTES_PER_S // 10**6
        ),
        "others": say(
            "While answering, other programs computed on {cores} cores or more, twice in a row.", cores=OTHERS_CORES
        ),
        "mains": say("The machine was plugged in."),
        "battery": say("The machine runs on its battery from here on, and may compute slower."),
    }[kind]


class CauseWatch:
    """Turns samples and events into marks. One thread.

    Args:
        cores: logical processors of the machine.
    """

    def __init__(self, cores: int) -> None:
        self._cores = cores
        self._before: ResourceSample | None = None
        self._frequencies: deque[tuple[float, float]] = deque()
        self._others_since: ResourceSample | None = None
        self._last_s: dict[Kind, float] = {}
        self._prompts: dict[str, PromptProgress] = {}
        self._context_tokens: dict[str, int] = {}

    def answer_ended(self, request_id: str, stats: GenerationStats | None, now_s: float) -> list[Mark]:
        """Forget it; one that was not computed leaves a mark."""
        self._prompts.pop(request_id, None)
        self._context_tokens.pop(request_id, None)
        if stats is not None and stats.from_response_cache:
            return [Mark(now_s, say("answer was in the cache"), "cache")]
        return []

    def prompt(self, event: PromptProgress) -> list[Mark]:
        """What is to be read, and what need not be: told at the first event of an answer."""
        if event.request_id in self._prompts:
            return []
        self._prompts[event.request_id] = event
        self._context_tokens[event.request_id] = event.total_tokens
        marks = []
        left = event.total_tokens - event.done_tokens
        if event.done_tokens >= LONG_PROMPT_TOKENS:
            text = say("{n:,} of {total:,} prompt tokens cached", n=event.done_tokens, total=event.total_tokens)
            marks.append(Mark(event.t_s, text, "cache"))
        if left > LONG_PROMPT_TOKENS:
            marks.append(Mark(event.t_s, say("prompt of {n:,} tokens", n=left), "prompt"))
        return marks

    def tokens(self, request_id: str, new_tokens: int, t_s: float) -> list[Mark]:
        """An answer has so many tokens now."""
        before = self._context_tokens.get(request_id)
        if before is None:
            return []
        now = self._prompts[request_id].total_tokens + new_tokens
        self._context_tokens[request_id] = now
        step = CONTEXT_STEP_TOKENS
        while step * 2 <= now:
            step *= 2
        return [Mark(t_s, say("context of {n:,} tokens", n=step), "context")] if before < step <= now else []

    def sample(self, sample: ResourceSample, is_answering: bool) -> list[Mark]:
        """One reading of the machine. Heat, power and swap count between two readings."""
        before, self._before = self._before, sample
        marks = self._power_marks(before, sample)
        self._note_frequency(sample)
        if not is_answering:
            self._others_since = None
            return marks
        if before is not None:
            marks += self._heat_marks(before, sample) + self._swap_marks(before, sample)
        return marks + self._frequency_marks(sample) + self._others_marks(sample)

    def _power_marks(self, before: ResourceSample | None, now: ResourceSample) -> list[Mark]:
        if before is None or before.on_battery is None or now.on_battery is None or before.on_battery == now.on_battery:
            return []
        kind: Kind = "battery" if now.on_battery else "mains"
        return [Mark(now.t_s, say("on battery") if now.on_battery else say("plugged in"), kind)]

    def _heat_marks(self, before: ResourceSample, now: ResourceSample) -> list[Mark]:
        if before.throttle_count is None or now.throttle_count is None or now.throttle_count <= before.throttle_count:
            return []
        return self._told("thermal", now.t_s, say("slowed down by heat"))

    def _swap_marks(self, before: ResourceSample, now: ResourceSample) -> list[Mark]:
        if before.swapped_bytes is None or now.swapped_bytes is None or now.t_s <= before.t_s:
            return []
        rate = (now.swapped_bytes - before.swapped_bytes) / (now.t_s - before.t_s)
        if rate < SWAP_BYTES_PER_S:
            return []
        return self._told("swap", now.t_s, say("memory is moved to disk, {rate:.0f} MB/s", rate=rate / 1e6))

    def _note_frequency(self, sample: ResourceSample) -> None:
        if sample.frequency_mhz is not None:
            self._frequencies.append((sample.t_s, sample.frequency_mhz))
        while self._frequencies and self._frequencies[0][0] < sample.t_s - FREQUENCY_SPAN_S:
            self._frequencies.popleft()

    def _frequency_marks(self, sample: ResourceSample) -> list[Mark]:
        now_mhz = sample.frequency_mhz
        if now_mhz is None:
            return []
        import statistics  # the window is painted without it

        usual_mhz = statistics.median(mhz for _, mhz in self._frequencies)
        if now_mhz >= FREQUENCY_SHARE * usual_mhz:
            return []
        text = say("clock fell to {now:.1f} from {usual:.1f} GHz", now=now_mhz / 1000, usual=usual_mhz / 1000)
        return self._told("frequency", sample.t_s, text)

    def _others_marks(self, sample: ResourceSample) -> list[Mark]:
        others_cores = sample.others_percent / 100 * self._cores
        first, self._others_since = self._others_since, sample if others_cores >= OTHERS_CORES else None
        if first is None or self._others_since is None:
            return []
        self._others_since = first
        if sample.busiest_other:
            text = say("{name} computes, too", name=sample.busiest_other)
        else:
            text = say("other programs compute, too")
        return self._told("others", sample.t_s, text)

    def _told(self, kind: Kind, now_s: float, text: str) -> list[Mark]:
        """One mark for a stretch of the same cause."""
        last_s = self._last_s.get(kind)
        self._last_s[kind] = now_s
        return [] if last_s is not None and now_s - last_s < QUIET_S else [Mark(now_s, text, kind)]
