"""The engine's models: loading, making room, going back to the models before, unloading.

Everything runs on the engine thread, apart from ``news``, ``cancel_load`` and ``load_stopper``.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection
from dataclasses import replace

from llmdesk.datatypes.model import ErrorInfo, LocalModel, ModelInfo, ModelInMemory, ModelStatus, Origin
from llmdesk.engine.backend import Backend, LoadedModel, LoadOptions, LoadReporter
from llmdesk.engine.serving.heap import exempt_from_collection, held_bytes, return_memory
from llmdesk.engine.serving.model_loader import ModelLoader
from llmdesk.engine.serving.model_news import ModelNews, duration_text
from llmdesk.engine.serving.room import MustWait, Plan, Resident, in_order_of_going, leaving_for, plan_load
from llmdesk.error_values import error_info
from llmdesk.errors import LoadCancelled, ModelNotFound, ModelNotInstalled
from llmdesk.words import say

log = logging.getLogger(__name__)


class LoadedModels:
    """See the module.

    One of them is the window's: what it asked for last. While no window has asked for any, the one that was loaded last
    takes that part.

    Args:
        make_backend, on_progress: see ModelLoader.
        resolve: model id -> files on disk; raises ModelNotFound, ModelNotInstalled or CatalogueError.
    """

    def __init__(
        self,
        make_backend: Callable[[], Backend],
        resolve: Callable[[str], LocalModel],
        on_progress: Callable[[str, str, float], None],
    ) -> None:
        self.news = ModelNews()
        self._resolve, self._make_backend = resolve, make_backend
        self._loader = ModelLoader(make_backend, on_progress)
        self.residents: dict[str, Resident] = {}  # in the order of their loads; only to be looked at
        self._shown_id = ""  # the window's
        self._is_chosen = False  # by a window

    def cancel_load(self) -> None:
        """Stop the load that is under way, if there is one. Any thread."""
        self._loader.cancel()

    def load_stopper(self) -> Callable[[], None]:
        """What stops the load that is under way now, and none that comes after it. Any thread."""
        return self._loader.stopper()

    def begin_load(self) -> None:
        """What is stopped from now on is the load that comes next."""
        self._loader.begin()

    @property
    def model(self) -> LoadedModel | None:
        """The window's model, if it can be used right now."""
        return self.named(self._shown_id)

    def named(self, model_id: str) -> LoadedModel | None:
        """A model that can be used right now."""
        found = self.residents.get(model_id)
        return found.model if found else None

    def holds(self, model_id: str) -> bool:
        """True if this model can be used right now, and will stay. What only drafts has to be asked for first."""
        found = self.residents.get(model_id)
        return found is not None and not (found.is_leaving or found.drafts_for)

    def is_answering(self, model_id: str) -> bool:
        """True if this model (empty: the window's) gives answers right now."""
        found = self.residents.get(model_id or self._shown_id)
        return found is not None and found.running > 0

    def begin(self, model_id: str, user: Origin) -> LoadedModel:
        """A model that is there begins an answer; ``end`` has to follow."""
        resident = self.residents[model_id]
        resident.running += 1
        self._note_use(resident, user)
        return resident.model

    def end(self, model: LoadedModel) -> None:
        """An answer is over."""
        for resident in self.residents.values():
            if resident.model is model:
                resident.running -= 1
                self._note_use(resident)

    def note_use(self) -> None:
        """The time without use starts anew for all."""
        for resident in self.residents.values():
            resident.last_use_s = time.perf_counter()

    def unused_left_s(self, allowed_s: float | None) -> float | None:
        """How long until a model will have been unused for so long; None: there is none, or it may stay for ever."""
        unused = [each.last_use_s for each in self.residents.values() if not each.running]
        if allowed_s is None or not unused:
            return None
        return max(0.0, min(unused) + allowed_s - time.perf_counter())

    def unload_unused(self, allowed_s: float | None, wanted: Collection[str]) -> None:
        """Give the memory of models back that were not used for so long and that nobody waits for."""
        if allowed_s is None or self.unused_left_s(allowed_s) != 0.0:
            return
        since_s = time.perf_counter() - allowed_s
        for resident in list(self.residents.values()):
            if not resident.running and resident.last_use_s <= since_s and resident.model_id not in wanted:
                self._make_way(resident, say("after {time} without use", time=duration_text(allowed_s)))

    def unload_for(self, purpose: str) -> None:
        """Give all memory back for something else, as in "for a benchmark"."""
        for resident in list(self.residents.values()):
            self._make_way(resident, say("for {purpose}", purpose=purpose))

    def unload(self, model_id: str) -> None:
        """Give a model's memory back (empty: the window's)."""
        resident = self.residents.get(model_id or self._shown_id)
        if resident is not None:
            resident.was_unloaded = True
            self._make_way(resident)

    def close(self) -> None:
        """Unload all, and let go of the backend."""
        for resident in list(self.residents.values()):
            self._close(resident)
        self.news.tell_status(ModelStatus("none"))
        self._loader.close()

    # -- loading ---------------------------------------------------------------------------------------------------

    def load(self, model_id: str, options: LoadOptions, user: Origin) -> ErrorInfo | None:
        """After ``begin_load``: load a model beside the others, or in place of some; if that fails, all is as before.

        For the window it takes the place of its model before, which goes unless clients use it too; in the background
        a model takes nobody's place and is never the window's. Clients take a model that is there as it is, unless
        it only drafts; for the window it is loaded again if it asks for another form.

        Raises MustWait: models that are answering right now have to go first.
        """
        title, first = model_id, tuple[Resident, ...]()
        is_shown = user != "background" and (user == "gui" or not self._is_chosen or model_id == self._shown_id)
        try:
            local = self._resolve(model_id)
            title = local.spec.title
            leaving = leaving_for(model_id, user, self.residents, self._shown_id)
            there = self.residents.get(model_id)
            if there is not None and there.serves(user, local, options):
                self._use(there, [each for each in leaving if each is not there], user, is_shown)
                return None
            plan = self._plan(local, options, leaving, may_displace=user != "background")
            first = plan.first
            self._make_room(plan, local, is_shown)
            tell = self._reporter(model_id, title, is_shown)
            resident = self._loader.open_as(local, options, plan.choice, tell)
        except MustWait:
            raise
        except Exception as error:
            info = error_info(error)
            if not isinstance(error, LoadCancelled | ModelNotFound | ModelNotInstalled):
                log.warning("loading %s failed\n%s", model_id, info.detail)  # as text: a log may keep its exceptions
        else:
            self._settle(resident, plan, user, is_shown)
            return None
        # Only here, after the exception: its traceback holds all that was loaded so far.
        return_memory()
        self._is_chosen = self._is_chosen or user == "gui"
        self._go_back(first, is_shown)
        if is_shown:
            self._shown_id = self._shown_id if self._info else model_id
            self.news.tell_failure(model_id, title, info, self._info)
        return info

    def open_apart(self, local: LocalModel, options: LoadOptions, report: LoadReporter) -> LoadedModel:
        """Load a model that nobody else sees, for who closes it, beside the others, on a backend as it is chosen now.
        Raises as ModelLoader.open, and NotEnoughMemory."""
        choice = plan_load(local, options, [], list(self.residents.values())).choice
        loader = ModelLoader(self._make_backend, lambda *_: None)
        return loader.open_as(local, options, choice, report).model

    def _plan(self, local: LocalModel, options: LoadOptions, leaving: list[Resident], *, may_displace: bool) -> Plan:
        """Raises MustWait, NotEnoughMemory, SetupError."""
        others = in_order_of_going((e for e in self.residents.values() if e not in leaving), self._shown_id)
        plan = plan_load(local, options, leaving, others, may_displace=may_displace)
        if any(each.running for each in leaving):
            raise MustWait
        return plan

    def _make_room(self, plan: Plan, local: LocalModel, is_shown: bool) -> None:
        self._reporter(local.spec.id, local.spec.title, is_shown)(say("starting"), 0.0)
        for resident in plan.last:
            resident.is_leaving = True
        for resident in plan.first:
            if is_shown:
                self._close(resident)
            else:
                self._make_way(resident, say("to make room for {title}", title=local.spec.title))

    def _reporter(self, model_id: str, title: str, is_shown: bool) -> LoadReporter:
        def tell(phase: str, fraction: float) -> None:
            self.news.tell_loading(ModelInMemory(model_id, title, "loading", phase=phase, fraction=fraction))
            if is_shown:
                self.news.tell_status(ModelStatus("loading", model_id, title, phase, fraction, self._info))

        return tell

    def _settle(self, resident: Resident, plan: Plan, user: Origin, is_shown: bool) -> None:
        """It works: what it replaces goes."""
        estimated_bytes, going = plan.choice.memory_bytes, (*plan.first, *plan.last)
        kept_bytes = sum(each.planned_bytes for each in self.residents.values() if each not in going)
        for old in plan.last:
            self._close(old)
        self.residents[resident.model_id] = resident
        self.news.tell_loading(None)
        exempt_from_collection()
        resident.model.info = replace(
            resident.model.info,
            memory_estimated_bytes=estimated_bytes + kept_bytes if estimated_bytes else 0,
            memory_measured_bytes=held_bytes(),
        )
        self._use(resident, [], user, is_shown)

    def _use(self, resident: Resident, leaving: list[Resident], user: Origin, is_shown: bool) -> None:
        """A model that is there is taken."""
        for old in leaving:
            self._close(old)
        self._is_chosen = self._is_chosen or user == "gui"
        if is_shown:
            self._shown_id = resident.model_id
        self._note_use(resident, user)
        if is_shown and (user == "gui" or self.news.status.info is not resident.model.info):
            self.news.tell_ready(resident.model.info)

    def _go_back(self, first: tuple[Resident, ...], is_shown: bool) -> None:
        """After a failed load: those that had to go for it come back, if they can."""
        for resident in self.residents.values():
            resident.is_leaving = False
        for old in reversed(first):
            info = old.model.info
            tell = self._reporter(info.model_id, info.title, info.model_id == self._shown_id)
            try:
                self.residents[info.model_id] = self._loader.open_again(old, tell)
            except LoadCancelled:
                log.info("loading the model before again was stopped")
            except Exception:
                log.exception("the model before could not be loaded again")
            if info.model_id == self._shown_id and not is_shown:
                self._tell_shown_again(info)
        self.news.tell_loading(None)
        self._tell_models()

    def _tell_shown_again(self, before: ModelInfo) -> None:
        if self._info is not None:
            self.news.tell_ready(self._info)
        else:
            self.news.tell_gone(before)

    # -- helpers ---------------------------------------------------------------------------------------------------

    @property
    def _info(self) -> ModelInfo | None:
        return self.model.info if self.model else None

    def _note_use(self, resident: Resident, user: Origin | None = None) -> None:
        resident.last_use_s = time.perf_counter()
        if user is not None:
            resident.users.add(user)
            resident.drafts_for = ""
        self._tell_models()

    def _tell_models(self) -> None:
        self.news.tell_models(each.value() for each in self.residents.values())

    def _make_way(self, resident: Resident, why: str = "") -> None:
        """Unload a model; the window's stays the chosen one."""
        info = resident.model.info
        log.info("unloading %s %s", info.model_id, why)
        self._close(resident)
        if info.model_id == self._shown_id:
            self.news.tell_gone(info, why)

    def _close(self, resident: Resident) -> None:
        if self.residents.get(resident.model_id) is resident:
            del self.residents[resident.model_id]
        resident.model.close()
        return_memory()
        self._tell_models()
