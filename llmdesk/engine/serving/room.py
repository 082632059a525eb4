"""Which models have to go so that another one fits into memory; nothing is promised twice (engine thread only).

A model that is kept is held to what it was loaded with: its weights, and keys and values of a full context.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import psutil

from llmdesk.datatypes.model import LoadChoice, LocalModel, ModelInMemory, ModelSize, Origin, Precision
from llmdesk.engine.backend import LoadedModel, LoadOptions
from llmdesk.engine.networks.fused.library import best_isa
from llmdesk.engine.processor.hardware import sight_weight_bytes
from llmdesk.engine.serving.heap import held_bytes
from llmdesk.memory_need import fitting_load, limit_bytes, load_beside, memory_need

_ROOM_FOR_BOTH = 1.3
"""The old model stays until the new one works if this many times what the new one needs is free."""


@dataclass(slots=True, eq=False)
class Resident:
    """A model in memory, and how it came there.

    Attributes:
        options: as it was asked for.
        weights_bytes, context_bytes: as planned, with keys and values of a full context; 0: not known.
        is_leaving: it goes as soon as another one works.
        looked_for_drafter: nothing on disk was found to draft for it, or that is loaded.
        drafts_for: the model that it was loaded to draft for; empty as soon as somebody asks for it.
        was_unloaded: somebody wanted it to go.
    """

    model: LoadedModel
    local: LocalModel
    options: LoadOptions
    weights_bytes: int = 0
    context_bytes: int = 0
    users: set[Origin] = field(default_factory=set)
    running: int = 0
    last_use_s: float = field(default_factory=time.perf_counter)
    is_leaving: bool = False
    looked_for_drafter: bool = False
    drafts_for: str = ""
    was_unloaded: bool = False

    @property
    def model_id(self) -> str:
        """Its id."""
        return self.model.info.model_id

    @property
    def held_bytes(self) -> int:
        """What would come back right now."""
        return self.model.info.weights_bytes + self.model.cache_bytes

    @property
    def planned_bytes(self) -> int:
        """What it has been promised."""
        weights = max(self.weights_bytes, self.model.info.weights_bytes)
        return weights + max(self.context_bytes, self.model.cache_bytes)

    def is_as(self, local: LocalModel, options: LoadOptions) -> bool:
        """True if loading this model in this way would lead to the same."""
        was, wanted = (self.local, self.options), (local, options)
        return _settled(*was) == _settled(*wanted) and not options.measure_threads

    def serves(self, user: Origin, local: LocalModel, options: LoadOptions) -> bool:
        """True if who asks for it takes it as it is: the window wants its own form, as do all of what only drafts."""
        takes_any = user == "background" or (user != "gui" and not self.drafts_for)
        return takes_any or self.is_as(local, options)

    def value(self) -> ModelInMemory:
        """For others."""
        info = self.model.info
        return ModelInMemory(
            info.model_id, info.title, "ready", self.held_bytes, self.last_use_s, self.running,
            tuple(sorted(self.users)), info, fraction=1.0,
        )  # fmt: skip


def leaving_for(model_id: str, user: Origin, residents: Mapping[str, Resident], shown_id: str) -> list[Resident]:
    """What goes when this model works: itself in another form; the window's model before, if only that uses it, and
    what only drafts for that."""
    found = [residents[model_id]] if model_id in residents else []
    shown = residents.get(shown_id)
    if user == "gui" and shown is not None and shown.model_id != model_id and shown.users <= {"gui", "background"}:
        found.append(shown)
        found += [each for each in residents.values() if each.drafts_for == shown_id and each not in found]
    return found


def in_order_of_going(residents: Iterable[Resident], shown_id: str) -> list[Resident]:
    """What nobody asked for goes first, the window's model last, and of the others who was not used for longest."""
    return sorted(residents, key=lambda e: (e.model_id == shown_id, e.users != {"background"}, e.last_use_s))


class MustWait(Exception):
    """There is room for the model only without one that is answering right now. Nothing was done."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How a model is loaded.

    Attributes:
        first: these are unloaded before.
        last: these afterwards.
    """

    choice: LoadChoice
    first: tuple[Resident, ...]
    last: tuple[Resident, ...]


def plan_load(
    local: LocalModel,
    options: LoadOptions,
    leaving: Sequence[Resident],
    others: Sequence[Resident],
    *,
    may_displace: bool = True,
) -> Plan:
    """Beside the others if there is room, else without as many of them as it takes, the first ones first.

    Args:
        leaving: go in any case; if there is room, once the new one works.
        others: in the order in which they may go; those that are answering stay.
        may_displace: False: all of them stay.

    Raises:
        MustWait: see there. NotEnoughMemory: there is no room even without all of them; its ``choices`` would fit.
        SetupError: the limit is no number.
    """
    memory = _memory_now([*leaving, *others])
    size, precision = size_here(local), options.precision or local.spec.precision
    if not may_displace:
        choice = fitting_load(local.spec, size, precision, options.context_tokens, memory.room(others, leaving))
        return _ordered(memory, choice, (), leaving, others)
    idle = [resident for resident in others if not resident.running]

    def beside(going: Sequence[Resident]) -> LoadChoice | None:
        room = memory.room([each for each in others if each not in going], [*going, *leaving])
        return load_beside(local.spec, size, precision, options.context_tokens, room)

    if (going := _fewest(idle, lambda going: beside(going) is not None)) is not None:
        beside_all = beside(going)
        assert beside_all is not None
        return _ordered(memory, beside_all, going, leaving, [each for each in others if each not in going])
    room = memory.room([], [*leaving, *others])
    choice = fitting_load(local.spec, size, precision, options.context_tokens, room, is_limit=room == memory.limit)
    if len(idle) < len(others):
        raise MustWait
    return _ordered(memory, choice, idle, leaving, [])


def _fewest(idle: Sequence[Resident], is_enough: Callable[[Sequence[Resident]], bool]) -> list[Resident] | None:
    """Of those that may go, in their order, as few as make room; None: all of them are not enough."""
    for count in range(len(idle) + 1):
        going = list(idle[:count])
        if is_enough(going):
            for spared in going[:-1]:  # a larger one behind it may have been enough
                if is_enough([each for each in going if each is not spared]):
                    going.remove(spared)
            return going
    return None


def planned_bytes(local: LocalModel, precision: Precision, context_tokens: int) -> tuple[int, int]:
    """Bytes of weights, as far as they are known, and of keys and values of a full context."""
    need = memory_need(local.spec, size_here(local), precision, context_tokens)
    return (need.weights_bytes, need.cache_bytes) if need else (0, 0)


def size_here(local: LocalModel) -> ModelSize | None:
    """Of a model's weights on this machine: with our own kernels or without, and of what sees in its numbers."""
    size = local.size
    if size is None:
        return None
    return replace(
        size,
        own_kernels=size.own_kernels and best_isa() is not None,
        sight_weight_bytes=sight_weight_bytes(),
    )


@dataclass(frozen=True, slots=True)
class _Memory:
    """Bytes, as they are right now: what could be had, the limit, and what the program holds besides its models."""

    available: int
    limit: int
    program: int

    def room(self, kept: Sequence[Resident], going: Sequence[Resident]) -> int:
        """The most that program and new model may come to, beside the kept ones at their largest."""
        planned = sum(each.planned_bytes for each in kept)
        return min(self.limit - planned, self.program + self.free(kept, going))

    def free(self, kept: Sequence[Resident], going: Sequence[Resident]) -> int:
        """What could be had without the going ones, less what the kept ones may still take."""
        growth = sum(each.planned_bytes - each.held_bytes for each in kept)
        return self.available + sum(each.held_bytes for each in going) - growth


def _memory_now(residents: Sequence[Resident]) -> _Memory:
    machine = psutil.virtual_memory()
    models = sum(each.held_bytes for each in residents)
    return _Memory(machine.available, limit_bytes(machine.total), max(0, held_bytes() - models))


def _ordered(
    memory: _Memory,
    choice: LoadChoice,
    going: Sequence[Resident],
    leaving: Sequence[Resident],
    kept: Sequence[Resident],
) -> Plan:
    """What leaves stays until the new model works, if there is room for both."""
    needed = max(0, choice.memory_bytes - memory.program)
    both = memory.program + needed + sum(each.planned_bytes for each in kept)
    both += sum(each.held_bytes for each in leaving)
    if _ROOM_FOR_BOTH * needed > memory.free(kept, going) or both > memory.limit:
        return Plan(choice, (*going, *leaving), ())
    return Plan(choice, tuple(going), tuple(leaving))


def _settled(local: LocalModel, options: LoadOptions) -> tuple[object, ...]:
    """All that a load depends on."""
    precision = options.precision or local.spec.precision
    spec = replace(local.spec, precision=precision)
    return replace(local, spec=spec), options.threads, options.context_tokens
