"""Runs a race: one lane after the other, each with the engine and all of the memory for itself (engine thread only).

The lane that the others of its vocabulary are compared with is run first: the highest precision, of several models the
largest. So its answer is there when the others are loaded, and no model is loaded twice.
"""

from __future__ import annotations

import contextlib
import logging
import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from llmdesk.datatypes.chat import ChatMessage, GenerationRequest, SamplingParams
from llmdesk.datatypes.model import LocalModel
from llmdesk.engine.backend import LoadOptions
from llmdesk.engine.serving.heap import return_memory
from llmdesk.engine.serving.room import size_here
from llmdesk.engine_choices import choosing
from llmdesk.error_values import error_info
from llmdesk.errors import LlmdeskError, WorkStopped
from llmdesk.memory_need import weights_bytes
from llmdesk.services.process_memory import rss_bytes
from llmdesk.services.race.answering import Answering
from llmdesk.services.race.comparing import Comparison
from llmdesk.services.race.race import Lane, LaneRun, Plan, Race, Standing
from llmdesk.services.recording.recorder import conditions_now
from llmdesk.services.recording.recording import RecordedAnswer
from llmdesk.words import joined, say

if TYPE_CHECKING:
    from llmdesk.engine.backend import LoadedModel
    from llmdesk.engine.serving.work import WorkContext

log = logging.getLogger(__name__)

RACE = say("a race")
"""What others read who wait for the engine meanwhile."""
_WARM_UP_PROMPT, _WARM_UP_TOKENS = "Count from one to twenty.", 8
_LOADED, _WARM, _WRITTEN = 0.35, 0.4, 0.9  # shares of a lane's time
_BITS = {"bf16": 16, "int8": 8, "int4": 4}


@dataclass(frozen=True, slots=True)
class LaneNews:
    """What a lane does right now; ``tps`` None: it does not write (long enough) yet.

    Attributes:
        lane: its number.
        run: with the last news of a lane, what came of it.
    """

    lane: int
    tokens: int = 0
    tps: float | None = None
    run: LaneRun | None = None


Tell = Callable[[LaneNews], None]


def running_order(plan: Plan, models: Sequence[LocalModel | None]) -> list[int]:
    """Numbers of the lanes as they are to be run (see the module); what runs elsewhere comes last."""

    def rank(number: int) -> tuple[bool, int, int, int]:
        lane, model = plan.lanes[number], models[number]
        return lane.is_remote, -_BITS.get(lane.precision or "", 0), -_lane_bytes(lane, model), number

    return sorted(range(len(plan.lanes)), key=rank)


def run_race(
    context: WorkContext, plan: Plan, resolve: Callable[[str], LocalModel], tell: Tell = lambda news: None
) -> Race:
    """All lanes; one that fails does not end the others. Engine thread; takes minutes.

    Args:
        resolve: model id -> files on disk, or a server; what it raises is that lane's failure.
        tell: called on this thread, must neither block nor raise.

    Raises:
        WorkStopped: nobody wants it any more.
    """
    context.unload()
    conditions = conditions_now()
    load = round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None
    models = [_resolved(lane, resolve) for lane in plan.lanes]
    found = [model if isinstance(model, LocalModel) else None for model in models]
    order = running_order(plan, found)
    share, comparison = _Share(context, plan, found), Comparison(plan)
    runs: dict[int, LaneRun] = {}
    for place, number in enumerate(order, start=1):
        share.begin(number)
        one = _LaneWork(context, plan, number, share, comparison, tell)
        run = replace(one.run(models[number]), order=place)
        runs[number] = run
        tell(LaneNews(number, run.tokens, run.decode_tps or None, run))
    return Race(plan, comparison.settled(tuple(runs[number] for number in range(len(order)))), conditions, load)


class _Share:
    """Progress as a share of the whole race, which never goes back: a lane takes as long as its weights are large."""

    def __init__(self, context: WorkContext, plan: Plan, models: Sequence[LocalModel | None]) -> None:
        self._context = context
        sizes = [_lane_bytes(lane, model) for lane, model in zip(plan.lanes, models, strict=True)]
        usual = max(1, min((size for size in sizes if size), default=1))
        whole = sum(size or usual for size in sizes)
        self._shares = [(size or usual) / whole for size in sizes]
        self._done, self._now = 0.0, 0.0

    def begin(self, number: int) -> None:
        """The next lane."""
        self._done, self._now = self._done + self._now, self._shares[number]

    def report(self, text: str, fraction: float) -> None:
        """So much of this lane is done. Raises WorkStopped."""
        self._context.report(text, min(1.0, self._done + self._now * fraction))


class _LaneWork:
    """One lane, from its load to its figures."""

    def __init__(
        self, context: WorkContext, plan: Plan, number: int, share: _Share, comparison: Comparison, tell: Tell
    ) -> None:
        self._context, self._plan, self._number = context, plan, number
        self._lane, self._share, self._comparison, self._tell = plan.lanes[number], share, comparison, tell

    def run(self, found: LocalModel | LlmdeskError) -> LaneRun:
        """Raises WorkStopped; everything else is this lane's failure."""
        try:
            if isinstance(found, LlmdeskError):
                raise found
            self._tell(LaneNews(self._number))
            with _on(self._lane), self._loaded(found) as model:
                return self._run_with(model)
        except WorkStopped:
            raise
        except Exception as error:
            if not isinstance(error, LlmdeskError):
                log.exception("a lane of a race failed")
            info = error_info(error)
            words = joined((info.user_message, info.hint))
            return LaneRun(
                self._lane, 0, RecordedAnswer(self._plan.prompt, 0.0, 0.0, None, reason="failed", error=words)
            )

    @contextlib.contextmanager
    def _loaded(self, found: LocalModel) -> Iterator[LoadedModel]:
        name = self._lane.name

        def report(phase: str, fraction: float) -> None:
            self._share.report(say("{name}: loading, {phase}", name=name, phase=phase), _LOADED * fraction)

        report(say("starting"), 0.0)
        model = self._context.load(found, LoadOptions(precision=self._lane.precision), report)
        try:
            yield model
        finally:
            model.close()
            del model
            return_memory()

    def _run_with(self, model: LoadedModel) -> LaneRun:
        name, plan = self._lane.name, self._plan
        self._share.report(say("{name}: warming up", name=name), _LOADED)
        self._answer(model, _WARM_UP_PROMPT, replace(_sampling(plan), max_new_tokens=_WARM_UP_TOKENS))
        _forget(model)
        self._share.report(say("{name}: writing", name=name), _WARM)
        answering = self._answer(model, plan.prompt, _sampling(plan), self._tell_tokens)
        memory_bytes = 0 if model.info.server else rss_bytes()
        answer = answering.recorded(plan.prompt, model.info)
        run = LaneRun(self._lane, 0, answer, model.info.load_s, memory_bytes)
        if self._lane.is_remote:
            return replace(run, standing="server")
        return self._compared(model, run, answering.ids)

    def _answer(
        self, model: LoadedModel, prompt: str, sampling: SamplingParams, tell: Callable[[Answering], None] | None = None
    ) -> Answering:
        messages = (ChatMessage("user", prompt),)
        request = GenerationRequest(
            f"race-{self._number}", self._lane.model_id, messages, sampling,
            context_policy="refuse", response_cache=False, has_parts=True,
        )  # fmt: skip
        answering = Answering(self._context.check, tell)
        answering.run(model.generate(request, time.perf_counter(), threading.Event()))
        return answering

    def _tell_tokens(self, answering: Answering) -> None:
        done = min(1.0, answering.tokens / self._plan.max_tokens)
        self._share.report(say("{name}: writing", name=self._lane.name), _WARM + (_WRITTEN - _WARM) * done)
        self._tell(LaneNews(self._number, answering.tokens, answering.tps))

    def _compared(self, model: LoadedModel, run: LaneRun, ids: list[int]) -> LaneRun:
        text = say("{name}: comparing its probabilities", name=self._lane.name)

        def report(done: int, total: int) -> None:
            self._share.report(text, _WRITTEN + (1 - _WRITTEN) * done / total)

        try:
            standing, quality = self._comparison.place(self._number, model, ids, report)
        except WorkStopped:
            raise
        except Exception:  # the speed was measured all the same
            log.exception("a lane's quality could not be measured")
            standing, quality = _NOT_MEASURED, None
        return replace(run, standing=standing, quality=quality)


_NOT_MEASURED: Standing = "not_measured"


def _on(lane: Lane) -> contextlib.AbstractContextManager[None]:
    """With the kernels that the lane asks for; who names a backend wants its operators."""
    if lane.kernels in ("ipex", "native"):
        return choosing(LLMDESK_KERNELS="off", LLMDESK_BACKEND=lane.kernels)
    return choosing() if lane.kernels == "auto" else choosing(LLMDESK_KERNELS=lane.kernels)


def _forget(model: LoadedModel) -> None:
    """The warm-up's prompt has a beginning in common with the race's: nothing of it may be known already."""
    if model.responses is not None:
        model.responses.clear()
    if (text_model := getattr(model, "text_model", None)) is not None:
        text_model.prefix_cache.clear()
    if model.info.server:
        from llmdesk.engine.backends.remote import RemoteModel  # its libraries are there once such a model is

        if isinstance(model, RemoteModel):
            model.is_asked_anew = True


def _sampling(plan: Plan) -> SamplingParams:
    if plan.seed is None:
        return SamplingParams(temperature=0.0, max_new_tokens=plan.max_tokens)
    return SamplingParams(max_new_tokens=plan.max_tokens, seed=plan.seed)


def _resolved(lane: Lane, resolve: Callable[[str], LocalModel]) -> LocalModel | LlmdeskError:
    try:
        return resolve(lane.model_id)
    except LlmdeskError as error:
        return error


def _lane_bytes(lane: Lane, model: LocalModel | None) -> int:
    """Of its weights; 0: not known, or not here."""
    size = size_here(model) if model is not None else None
    return weights_bytes(size, lane.precision) if size is not None and lane.precision is not None else 0
