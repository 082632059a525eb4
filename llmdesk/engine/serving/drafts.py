"""Small models that draft for large ones, found and loaded while nobody wants anything (engine thread only)."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from llmdesk.datatypes.model import ErrorInfo, LocalModel
from llmdesk.engine.backend import LoadOptions, WritingModel
from llmdesk.engine.generation.draft_choice import may_draft
from llmdesk.engine.serving.loaded_models import LoadedModels
from llmdesk.engine.serving.room import Resident, plan_load, size_here
from llmdesk.engine.serving.waiting_line import WaitingLine
from llmdesk.errors import LoadCancelled, NotEnoughMemory
from llmdesk.memory_need import weights_bytes
from llmdesk.words import say

if TYPE_CHECKING:
    from llmdesk.engine.generation.text_model import TextModel

log = logging.getLogger(__name__)

SMALLEST_BYTES = 400_000_000
"""Weights of a model that is drafted for: below, a token takes so little time that nothing can be saved."""
_LARGEST_SHARE = 0.4
_SAME_SHARE = 0.99
"""Of the tokens: sizes of one family differ in some that nobody uses."""


class Drafts:
    """Pairs the models in memory; for a large one without a pair the smallest of its vocabulary that is on disk is
    loaded, if there is room.

    What was loaded for this goes when it drafts for nobody any more, as when its drafts were in vain for long, and
    like any other model that nobody uses. Nothing goes for it.

    Args:
        models: those in memory.
        installed: chat models on disk; looks at files.
    """

    def __init__(self, models: LoadedModels, installed: Callable[[], Iterable[LocalModel]]) -> None:
        self._models, self._installed = models, installed
        self._loaded: set[str] = set()  # ids of those that were loaded for this
        self._no_pairs: set[tuple[str, str]] = set()  # ids of a large and a small one
        self._pairs: dict[str, Resident] = {}  # who drafts, by the id of the large one
        self.is_loading = False

    def look(self) -> None:
        """Find out who drafts for whom now. May load a model, which ends early when somebody wants anything."""
        try:
            self._look()
        except Exception:  # answers do not depend on drafts
            log.exception("looking for models that draft failed")

    def note_use(self) -> None:
        """Who drafts is used when its large model is, during an answer, too."""
        for large in self._models.residents.values():
            if (small := self._pairs.get(large.model_id)) is not None:
                now_s = time.perf_counter() if large.running else large.last_use_s
                small.last_use_s = max(small.last_use_s, now_s)

    def _look(self) -> None:
        for large in list(self._models.residents.values()):
            if (text := _text(large)) is not None:
                self._review(large, text)
                if may_draft() and text.drafter is None and large.model.info.weights_bytes >= SMALLEST_BYTES:
                    self._find(large, text)
        self._tidy()

    def give_way(self, waiting: WaitingLine) -> None:
        """During a load. Raises LoadCancelled: it was for a draft, which an answer does not share the machine with."""
        if self.is_loading and waiting:
            raise LoadCancelled(say("Loading was stopped."), "")

    def _review(self, large: Resident, text: TextModel) -> None:
        """End a pair that is none any more."""
        if (drafter := text.drafter) is None:
            return
        if drafter.lengths.has_failed_for_long:
            log.info("%s drafts no more for %s: too little of it was right", drafter.model_id, large.model_id)
            self._no_pairs.add((large.model_id, drafter.model_id))
        elif may_draft() and drafter.model is None:  # it had to go, or was loaded anew
            large.looked_for_drafter = self._pairs[large.model_id].was_unloaded
        elif may_draft():
            return
        text.drafter = None
        del self._pairs[large.model_id]

    def _find(self, large: Resident, text: TextModel) -> None:
        if self._pair(large, text) or large.looked_for_drafter or large.users.isdisjoint(("gui", "api")):
            return
        for local in self._candidates(large, text):
            context_tokens = large.model.info.context_tokens  # a longer one, as if nobody had asked for any
            options = LoadOptions(context_tokens=context_tokens if context_tokens < local.spec.context_tokens else None)
            error = self._load(local, options, large)
            if error is not None and error.kind == LoadCancelled.__name__:
                return  # it is looked for again
            if self._pair(large, text):
                break
        large.looked_for_drafter = True

    def _pair(self, large: Resident, text: TextModel) -> bool:
        """With the smallest model in memory that is small enough and has the same tokens."""
        most = _LARGEST_SHARE * large.model.info.weights_bytes
        for small in sorted(self._models.residents.values(), key=lambda each: each.model.info.weights_bytes):
            pair, other = (large.model_id, small.model_id), _text(small)
            if other is None or pair in self._no_pairs or small.model.info.weights_bytes > most:
                continue
            if are_same(text.vocabulary(), other.vocabulary()):
                cost = small.model.info.weights_bytes / large.model.info.weights_bytes
                text.be_drafted_for(small.model_id, _while_loaded(small), cost)
                self._pairs[large.model_id] = small
                log.info("%s drafts for %s", *reversed(pair))
                return True
            self._no_pairs.add(pair)
        return False

    def _candidates(self, large: Resident, text: TextModel) -> list[LocalModel]:
        """Models on disk that may draft, the smallest first."""
        tokens, found = len(text.vocabulary()), list[tuple[int, LocalModel]]()
        for local in self._installed():
            model_id, size = local.spec.id, size_here(local)
            if model_id in self._models.residents or (large.model_id, model_id) in self._no_pairs or size is None:
                continue
            size_bytes = weights_bytes(size, local.spec.precision)
            is_small = size_bytes <= _LARGEST_SHARE * large.model.info.weights_bytes
            if is_small and _SAME_SHARE * tokens <= size.vocabulary <= tokens / _SAME_SHARE:
                found.append((size_bytes, local))
        return [local for _, local in sorted(found, key=lambda each: each[0])]

    def _load(self, local: LocalModel, options: LoadOptions, large: Resident) -> ErrorInfo | None:
        try:
            plan_load(local, options, [], list(self._models.residents.values()), may_displace=False)
        except NotEnoughMemory as error:  # known beforehand, it is no failure
            return error.info()
        self._loaded.add(local.spec.id)
        self.is_loading = True
        self._models.begin_load()
        try:
            failure = self._models.load(local.spec.id, options, "background")
        finally:
            self.is_loading = False
        if failure is None:
            self._models.residents[local.spec.id].drafts_for = large.model_id
        return failure

    def _tidy(self) -> None:
        """What was loaded for this and drafts for nobody goes."""
        self.note_use()
        drafting, gone = set[str](), set(self._pairs) - set(self._models.residents)
        for model_id in gone:
            del self._pairs[model_id]
        for large in self._models.residents.values():
            if (text := _text(large)) is not None and text.drafter is not None:
                drafting.add(text.drafter.model_id)
        for model_id in self._loaded - drafting:
            self._loaded.discard(model_id)
            found = self._models.residents.get(model_id)
            if found is not None and found.users == {"background"}:
                self._models.unload(model_id)


def _text(resident: Resident) -> TextModel | None:
    """What its texts are computed with; None where that happens elsewhere."""
    model = resident.model
    return model.text_model if isinstance(model, WritingModel) and model.info.work is not None else None


def _while_loaded(small: Resident) -> Callable[[], TextModel | None]:
    return lambda: _text(small)


def are_same(one: dict[str, int], other: dict[str, int]) -> bool:
    """Whether nearly all tokens of two models are the same. A token that is another one is never accepted."""
    return len(one.items() & other.items()) >= _SAME_SHARE * max(len(one), len(other))
