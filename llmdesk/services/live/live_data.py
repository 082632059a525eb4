"""What the dashboard shows, without widgets: the figures of the current answer and bounded histories for the graphs."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Literal

import psutil

from llmdesk.datatypes.chat import GenerationStats, PromptProgress, TokenEvent
from llmdesk.datatypes.resources import ResourceSample
from llmdesk.pauses import PAUSES, PauseWatch
from llmdesk.services.live.causes import CauseWatch, Kind, Mark
from llmdesk.services.live.ring_buffer import GAP, RingBuffer
from llmdesk.services.live.roofline import AnswerStep, Roofline
from llmdesk.services.live.throughput import LEAST_PROMPT_TOKENS, Throughput, moved, told_prompt_tps

HISTORY_S = 3600
TICKS_PER_S = 4
SAMPLES_PER_S = 2
MARKS = 512
SENTENCE_SAMPLES = 4 * SAMPLES_PER_S
POWER_SAMPLES = 2 * SAMPLES_PER_S
LEAST_DECODE_S = 0.2
LEAST_COMPUTED_TOKENS = 32
"""Of fewer prompt tokens no share of the processor's speed is told: most of that moment is no computing."""

_LONGEST_TAIL_S = 2.0
"""What was taken since the newest sample is reckoned by its power, but for no longer."""

Phase = Literal["nothing", "prompt", "decoding", "ended", "kept"]
"""``kept``: the last answer ended before anything was measured, so the speed is that of one before."""


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of the current or last answer; None where nothing was measured."""

    phase: Phase = "nothing"
    tps: float | None = None
    first_token_s: float | None = None
    prompt_tps: float | None = None
    token_p50_s: float | None = None
    token_p99_s: float | None = None
    prompt_fraction: float | None = None
    """How much of the prompt is read, while it is."""
    energy_per_token_j: float | None = None


class LiveData:
    """See the module. GUI thread only; all times are ``time.perf_counter()`` seconds, passed in."""

    def __init__(self, pauses: PauseWatch = PAUSES) -> None:
        self.history = object()  # another one for each history: what was known of one says nothing of the next
        self.watch(pauses)
        self.throughput = Throughput()
        self.roofline = Roofline()
        self.model_bytes: int | None = None  # the window's model: its weights
        self.cache_bytes: int | None = None  # and what it keeps of texts
        self._causes = CauseWatch(psutil.cpu_count() or 1)
        # Sampled by tick():
        self.tick_t_s = RingBuffer(HISTORY_S * TICKS_PER_S)
        self.tps = RingBuffer(HISTORY_S * TICKS_PER_S)
        self.token_ms = RingBuffer(HISTORY_S * TICKS_PER_S)
        # One value for each ResourceSample:
        self.sample_t_s = RingBuffer(HISTORY_S * SAMPLES_PER_S)
        self.process_percent = RingBuffer(HISTORY_S * SAMPLES_PER_S)
        self.system_percent = RingBuffer(HISTORY_S * SAMPLES_PER_S)
        self.process_bytes = RingBuffer(HISTORY_S * SAMPLES_PER_S)
        self.system_bytes = RingBuffer(HISTORY_S * SAMPLES_PER_S)
        self.power_w = RingBuffer(HISTORY_S * SAMPLES_PER_S)
        self.gpu_percent = RingBuffer(HISTORY_S * SAMPLES_PER_S)
        self.sample: ResourceSample | None = None
        self.current_tps: float | None = None  # live, then that of the whole answer
        self._last_tps: float | None = None  # the last one that was measured
        self._was_live = False  # some tick has seen the speed since an answer was the first to run
        self._untold_tps: float | None = None  # of an answer that was over before: the next tick notes it
        self.marks: deque[Mark] = deque(maxlen=MARKS)
        self._request_id = ""  # of the newest answer, whose figures are shown
        self._running: set[str] = set()
        self._started_s = self._tick_s = 0.0
        self._phase: Phase = "nothing"
        self._first_token_s: float | None = None
        self._prompt_tps: float | None = None
        self._prompt_begin: PromptProgress | None = None
        self._prompt_done_tokens = self._prompt_total_tokens = 0
        self._depths: dict[str, int] = {}  # tokens of each running answer's prompt
        self._new_tokens: dict[str, int] = {}
        self._watts: deque[float] = deque(maxlen=POWER_SAMPLES)
        self._energy_per_token_j: float | None = None

    def watch(self, pauses: PauseWatch) -> None:
        """Take the pauses of the program from here on from this watch."""
        self._pauses, self._known_pauses = pauses, pauses.since(0)[1]

    def set_aside(self) -> Callable[[], None]:
        """Begin anew, with a watch of its own; what is returned brings back all that was there."""
        kept = dict(vars(self))
        LiveData.__init__(self, PauseWatch())
        return lambda: vars(self).update(kept)

    def add_sample(self, sample: ResourceSample) -> None:
        """One reading of the machine."""
        self._note_pauses()
        self.sample = sample
        self.sample_t_s.append(sample.t_s)
        self.process_percent.append(sample.process_cpu_percent)
        self.system_percent.append(sample.system_cpu_percent)
        self.process_bytes.append(sample.process_rss_bytes)
        self.system_bytes.append(sample.system_used_bytes)
        self.power_w.append(GAP if sample.power.watts is None else sample.power.watts)
        self.gpu_percent.append(
            GAP if sample.gpu is None or sample.gpu.busy_percent is None else sample.gpu.busy_percent
        )
        self._take_power(sample)
        self.marks.extend(self._causes.sample(sample, self._phase == "decoding"))

    def _take_power(self, sample: ResourceSample) -> None:
        """Energy per token: mean power of the last seconds by the speed of the last one, while an answer is written."""
        if not self._running or self.current_tps is None or sample.power.watts is None:
            self._watts.clear()
            return
        self._watts.append(sample.power.watts)
        if len(self._watts) == POWER_SAMPLES and self.current_tps:
            self._energy_per_token_j = sum(self._watts) / len(self._watts) / self.current_tps

    def energy_j(self, begin_s: float, end_s: float) -> float | None:
        """What was taken between two moments; None where not all of it was measured."""
        times, watts = self.sample_t_s.window(), self.power_w.window()
        newest = len(times) - 1
        if newest < 0 or end_s - times[newest] > _LONGEST_TAIL_S:
            return None
        total_j, until_s = 0.0, end_s
        for index in range(newest, -1, -1):
            part_s = until_s - max(begin_s, times[index])
            if part_s > 0:
                total_j += watts[min(index + 1, newest)] * part_s  # of the time behind this sample
                until_s = times[index]
            if times[index] <= begin_s:
                return None if math.isnan(total_j) else total_j
        return None

    def answer_started(self, request_id: str, now_s: float) -> None:
        """A request was submitted: its figures replace those of the answer before. The speed is that of all."""
        if not self._running:
            self._was_live = False
        self._running.add(request_id)
        self.throughput.start(request_id)
        self._request_id, self._started_s, self._phase = request_id, now_s, "prompt"
        self._first_token_s = self._prompt_tps = self._prompt_begin = self.current_tps = None
        self._prompt_total_tokens = 0
        self._energy_per_token_j = None
        self._watts.clear()

    def prompt_progress(self, event: PromptProgress) -> None:
        """Prompt tokens were read: from the second event on their speed is known."""
        self.marks.extend(self._causes.prompt(event))
        self._depths[event.request_id] = event.total_tokens
        if event.request_id != self._request_id:
            return
        if self._prompt_begin is None:
            self._prompt_begin = event
        if event.looked is not None:  # what went by so far was no reading of tokens
            self._prompt_begin = event
        self._prompt_done_tokens, self._prompt_total_tokens = event.done_tokens, event.total_tokens
        self._measure_prompt(event.t_s)

    def tokens(self, events: Iterable[TokenEvent]) -> None:
        """New tokens, of any running answer."""
        self._note_pauses()
        newest: dict[str, TokenEvent] = {}
        for event in events:
            self.throughput.add(event)
            newest[event.request_id] = event
            if self._phase == "prompt" and event.request_id == self._request_id:
                self._phase = "decoding"
                self._first_token_s = event.t_s - self._started_s
                self._measure_prompt(event.t_s)  # as in GenerationStats, whose figures come at the end
        for request_id, event in newest.items():
            self._new_tokens[request_id] = event.new_tokens
            self.marks.extend(self._causes.tokens(request_id, event.new_tokens, event.t_s))

    def _measure_prompt(self, now_s: float) -> None:
        begin = self._prompt_begin
        if begin is not None and now_s > begin.t_s and self._prompt_done_tokens > begin.done_tokens:
            tokens, seconds = self._prompt_done_tokens - begin.done_tokens, now_s - begin.t_s
            self._prompt_tps = tokens / seconds if tokens >= LEAST_PROMPT_TOKENS else None
            if tokens >= LEAST_COMPUTED_TOKENS:
                self.roofline.read_prompt(tokens, begin.done_tokens, seconds, now_s)

    def answer_ended(self, request_id: str, stats: GenerationStats | None) -> None:
        """An answer ended; its own statistics, where there are any, replace what was measured of it here.

        While others run, the speed stays theirs; the figures of the last one to end stay.
        """
        self.throughput.end(request_id)
        for known in (self._depths, self._new_tokens):
            known.pop(request_id, None)
        self.marks.extend(self._causes.answer_ended(request_id, stats, self._tick_s))
        self._running.discard(request_id)
        if stats is not None and (request_id == self._request_id or not self._running):
            self._prompt_tps = told_prompt_tps(stats)
            self._first_token_s = stats.ttft_s or None
        if self._running:
            self._phase = "decoding" if request_id == self._request_id else self._phase
            return
        if stats is not None and stats.decode_s >= LEAST_DECODE_S and not stats.from_response_cache:
            # As the speed, from here on the share is that of the whole answer; short ones have no other.
            steps = max(0, stats.new_tokens - stats.untimed_tokens - stats.accepted_tokens)
            depth = stats.prompt_tokens + stats.new_tokens // 2
            self.roofline.answered([AnswerStep(steps / stats.decode_s, depth)], self._tick_s)
        if not self._was_live and stats is not None and stats.decode_tps and not stats.from_response_cache:
            self._untold_tps = stats.decode_tps
        measured_tps = stats.decode_tps if stats is not None and stats.decode_tps else self.current_tps
        self._phase = "ended" if measured_tps or self._last_tps is None else "kept"
        self.current_tps = self._last_tps = measured_tps or self._last_tps

    def mark(self, text: str, now_s: float, kind: Kind = "note") -> None:
        """Note a moment."""
        self.marks.append(Mark(now_s, text, kind))

    def tick(self, now_s: float) -> None:
        """Sample the live speed into the history."""
        self._note_pauses()
        self._tick_s = now_s
        if self._running:
            steps = self.throughput.steps_per_s(now_s)
            depths = ((each, self._depths.get(each, 0) + self._new_tokens.get(each, 0)) for each in steps)
            self.roofline.answered((AnswerStep(steps[each], depth) for each, depth in depths), now_s)
            self.current_tps = self.throughput.live_tps(now_s)
        live = bool(self._running) and self.current_tps is not None
        self._was_live |= live
        tps = self.current_tps if live else self._untold_tps
        self._untold_tps = None
        token_ms = self.throughput.take_token_ms()
        if live and token_ms is None and len(self.token_ms):  # a slow model: no token since the last tick
            token_ms = self.token_ms.window(1)[0]
        self.tick_t_s.append(now_s)
        self.tps.append(tps or 0.0)
        self.token_ms.append(token_ms or 0.0 if tps else 0.0)
        while self.marks and self.marks[0].t_s < now_s - HISTORY_S:
            self.marks.popleft()

    def figures(self) -> Figures:
        """The figures as of the last tick or the end of the answer."""
        p50_ms, p99_ms = self.throughput.token_ms() or (None, None)
        return Figures(
            self._phase,
            self.current_tps,
            self._first_token_s,
            self._prompt_tps,
            None if p50_ms is None else p50_ms / 1000,
            None if p99_ms is None else p99_ms / 1000,
            self.prompt_fraction,
            self._energy_per_token_j,
        )

    @property
    def phase(self) -> Phase:
        """Of the newest answer."""
        return self._phase

    @property
    def prompt_fraction(self) -> float | None:
        """How much of the prompt is read, while it is."""
        if self._phase != "prompt" or not self._prompt_total_tokens:
            return None
        return self._prompt_done_tokens / self._prompt_total_tokens

    def mean_processor_percent(self) -> tuple[float, float]:
        """(this process, the system), means of the last seconds; (0, 0) before the first sample."""
        histories = (self.process_percent.window(SENTENCE_SAMPLES), self.system_percent.window(SENTENCE_SAMPLES))
        process, system = ([value for value in history if value == value] for history in histories)
        return (sum(process) / len(process), sum(system) / len(system)) if process else (0.0, 0.0)

    def _note_pauses(self) -> None:
        """Where the program did not run there is a gap in every history, and no figure holds that time."""
        pauses, self._known_pauses = self._pauses.since(self._known_pauses)
        for pause in pauses:
            self.throughput.leave_out(pause.begin_s, pause.end_s)
            self._started_s = moved(self._started_s, pause.begin_s, pause.end_s)
            if (begin := self._prompt_begin) is not None:
                self._prompt_begin = replace(begin, t_s=moved(begin.t_s, pause.begin_s, pause.end_s))
            for t_s in (pause.begin_s, pause.end_s):
                for times, histories in self._histories():
                    times.append(max(t_s, times.window(1)[0]) if len(times) else t_s)
                    for history in histories:
                        history.append(GAP)

    def _histories(self) -> tuple[tuple[RingBuffer, tuple[RingBuffer, ...]], ...]:
        samples = (
            *(self.process_percent, self.system_percent, self.process_bytes, self.system_bytes),
            *(self.power_w, self.gpu_percent),
        )
        return (self.tick_t_s, (self.tps, self.token_ms)), (self.sample_t_s, samples)
