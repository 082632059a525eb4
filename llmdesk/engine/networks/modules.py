"""Any causal model of transformers, its products packed: slower than the decoder, but it runs (engine thread)."""

from __future__ import annotations

import inspect
import logging
import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeAlias

import torch  # noqa: TID253  (imported by backends only, on the engine thread)
from torch import nn  # noqa: TID253
from transformers import DynamicCache  # noqa: TID253

from llmdesk.engine.matrices.stored import Weights
from llmdesk.engine.networks.decoder import Kernels
from llmdesk.engine.networks.families import skeleton
from llmdesk.engine.networks.modules_cache import ModulesCache, WholeText
from llmdesk.engine.networks.modules_filling import Filling
from llmdesk.engine.networks.packed_modules import PackedModule
from llmdesk.engine.networks.tensor_shapes import outside_vocabulary
from llmdesk.error_values import is_out_of_memory
from llmdesk.errors import UnsupportedModel
from llmdesk.file_errors import said_of_a_file
from llmdesk.words import say

log = logging.getLogger(__name__)

Cache: TypeAlias = ModulesCache | WholeText

_TRIAL_STEPS = (6, 6, 1, 1, 1, 1)
"""Tokens of the steps in which a trial text is computed, and compared with what it gives at once."""
_MOST_DIFFERENCE = 0.1
"""Of the logits of both, in their own spread: far above what rounding does, far below what forgetting does."""
_MOST_MORE = 1.5
"""Times what rounding does, for steps of several tokens."""
_ROUNDING = {torch.bfloat16: 0.01, torch.float32: 1e-4}
"""What it may do in any case."""
_MOST_BUILDS = 4
_CACHES = ("cache", "past_key_values", "cache_params", "state")
"""What models call their caches; transformers 5.24 renamed the usual one, the old name goes in 5.40."""


@dataclass(frozen=True, slots=True)
class _Way:
    """How a text is gone on with: with a cache of transformers' or of the model's own kind, and by how many tokens."""

    makes_its_own: bool
    takes_many: bool


_WAYS = (_Way(False, True), _Way(False, False), _Way(True, True), _Way(True, False))


@contextmanager
def without_parameter_memory() -> Iterator[None]:
    """Modules built meanwhile have parameters without memory, since all are replaced; buffers are computed as usual."""
    register = nn.Module.register_parameter

    def register_on_meta(module: Any, name: str, parameter: Any) -> None:
        register(module, name, parameter)
        if parameter is not None:
            module._parameters[name] = nn.Parameter(parameter.to("meta"), requires_grad=False)

    nn.Module.register_parameter = register_on_meta
    try:
        yield
    finally:
        nn.Module.register_parameter = register


class ModulesNetwork:
    """See generation.Network.

    How a model goes on with a text is tried out when it is loaded: with what it keeps of the tokens before, several at
    a time or one by one, if that gives what the whole text gives; else by computing the whole text at each step.

    Raises:
        UnsupportedModel: transformers cannot compute it. ModelDamaged: the weights do not fit the configuration.
    """

    def __init__(self, config: Any, weights: Weights, kernels: Kernels, report: Callable[[float], None]) -> None:
        self._kernels, self._kind = kernels, config.model_type
        self._way: _Way | None = None
        self._keeps_states = False
        if torch.get_default_device().type == "meta":  # without numbers there is nothing to try
            self._build(config, weights, report, kernels.dtype, set())
            self._way = _WAYS[0]
            return
        with said_of_a_file(say("“{kind}” cannot be computed with these files", kind=self._kind), UnsupportedModel, ""):
            try:
                self._build_until_it_runs(config, weights, report, kernels.dtype)
            except RuntimeError as error:  # torch's: types that do not go together
                if kernels.dtype == torch.float32 or is_out_of_memory(error):
                    raise
                log.info("%s does not run in 16 bits, so all but its products is in float32: %s", self._kind, error)
                self._build_until_it_runs(config, weights, report, torch.float32)
            self._way = self._tried_way()

    def _build_until_it_runs(self, config: Any, weights: Weights, report: Callable[[float], None], dtype: Any) -> None:
        plain: set[str] = set()
        for _ in range(_MOST_BUILDS):
            self._build(config, weights, report, dtype, plain)
            if not (asked := self._asked_for_weights_in_vain()):
                return
            log.info("%s computes with the weights of %s itself", self._kind, ", ".join(sorted(asked)))
            plain |= asked
        raise UnsupportedModel(
            say("“{kind}” uses its matrices in ways that llmdesk does not know.", kind=self._kind), ""
        )

    def _build(
        self, config: Any, weights: Weights, report: Callable[[float], None], dtype: torch.dtype, plain: set[str]
    ) -> None:
        with (
            said_of_a_file(say("config.json: no “{kind}” can be made of it", kind=self._kind)),
            without_parameter_memory(),
        ):
            self._model = skeleton(config, dtype)
        filling = Filling(self._model, self._kernels, plain, report)
        with said_of_a_file(say("The weights do not fit “{kind}”", kind=self._kind)):
            weights.each(filling.put)
            filling.finish(weights.title)
        self.weights_bytes, self.bytes_per_token = filling.weights_bytes, filling.bytes_per_token
        self._model.eval()
        self._accepted = set(inspect.signature(self._model.forward).parameters)
        self._cache_argument = next((name for name in _CACHES if name in self._accepted), None)

    @property
    def recomputes(self) -> bool:
        """Whether each token costs as much as the whole text before it."""
        return self._way is None

    def new_cache(self) -> Cache:
        """See generation.Network."""
        if self._way is None:
            return WholeText([])
        return ModulesCache(None if self._way.makes_its_own else DynamicCache(config=self._model.config))

    @torch.inference_mode()
    def forward(self, ids: list[int], cache: Cache, last: int = 1) -> torch.Tensor:
        """See generation.Network."""
        if (rows := self._vocabulary()) <= max(ids):
            raise outside_vocabulary(ids, rows)
        if isinstance(cache, WholeText):
            cache.ids += ids
            if last == 0:
                return torch.empty(0, rows)
            return self._logits(cache.ids, last, {"use_cache": False})
        if cache.length and len(ids) > 1 and self._way is not None and not self._way.takes_many:
            return torch.cat([self._step([token], cache, 1) for token in ids])[len(ids) - last :]
        return self._step(ids, cache, last)

    def _vocabulary(self) -> int:
        return int(self._model.get_input_embeddings().weight.shape[0])

    def _step(self, ids: list[int], cache: ModulesCache, last: int) -> torch.Tensor:
        assert self._cache_argument is not None
        options: dict[str, Any] = {"use_cache": True, self._cache_argument: cache.past}
        out = self._computed(ids, cache.length, last, options)
        if self._way is not None and self._way.makes_its_own:
            cache.past = out[self._cache_argument]
        cache.length += len(ids)
        return _last(out.logits, last)

    def _logits(self, ids: list[int], last: int, options: dict[str, Any]) -> torch.Tensor:
        return _last(self._computed(ids, 0, last, options).logits, last)

    def _computed(self, ids: list[int], start: int, last: int, options: dict[str, Any]) -> Any:
        if "position_ids" in self._accepted:
            options["position_ids"] = torch.arange(start, start + len(ids))[None]
        if "logits_to_keep" in self._accepted:
            options["logits_to_keep"] = max(last, 1)  # 0 would mean all
        return self._model(input_ids=torch.tensor([ids]), return_dict=True, **options)

    def _asked_for_weights_in_vain(self) -> set[str]:
        """Last names of packed matrices that the model wants to multiply itself: then nothing comes out."""
        packed = {name: part for name, part in self._model.named_modules() if isinstance(part, PackedModule)}
        try:
            logits = self.forward(self._trial_ids(), WholeText([]))
            if bool(torch.isfinite(logits).all()):
                return set()
        except Exception:
            if not any(part.was_asked_for_weights for part in packed.values()):
                raise
        return {name.rpartition(".")[2] for name, part in packed.items() if part.was_asked_for_weights}

    def _trial_ids(self) -> list[int]:
        return [(7 * index + 1) % self._vocabulary() for index in range(sum(_TRIAL_STEPS))]

    def _tried_way(self) -> _Way | None:
        """How the model goes on with what it keeps of a text, so that it gives what the whole text gives.

        Raises:
            UnsupportedModel: its tokens see those after them, so there is no going on at all.
        """
        ids = self._trial_ids()
        expected = self.forward(ids, WholeText([]), last=len(ids))
        begun = self.forward(ids[: len(ids) // 2], WholeText([]), last=len(ids) // 2)
        if _difference(begun, expected[: len(begun)]) > _MOST_DIFFERENCE:
            raise UnsupportedModel(
                say("“{kind}” reads a text as a whole and does not go on with one.", kind=self._kind),
                say("Choose a model that writes text (a causal language model)."),
            )
        self._way = None
        errors: dict[_Way, float] = {}
        for way in _WAYS if self._cache_argument else ():
            try:
                errors[way] = self._error_of(way, ids, expected)
            except Exception as error:  # whatever a model says of a cache that is not its own
                log.info("%s does not go on with what it keeps: %s", self._kind, error)
        good = [way for way, error in errors.items() if error < _MOST_DIFFERENCE]
        # Some states take the tokens after the first step one by one only, and are a little wrong otherwise.
        rounding = _ROUNDING.get(self._kernels.dtype, 0.0)
        exact = [
            way
            for way in good
            if not (way.takes_many and self._keeps_states)
            or errors[way] <= max(_MOST_MORE * errors.get(_Way(way.makes_its_own, False), 0.0), rounding)
        ]
        return exact[0] if exact else None

    def _error_of(self, way: _Way, ids: list[int], expected: torch.Tensor) -> float:
        """Of the worst step. Another text is begun in between: states must not be the model's own."""
        self._way = way
        cache, found = self.new_cache(), []
        for count in _TRIAL_STEPS:
            found.append(self.forward(ids[cache.length : cache.length + count], cache, last=count))
            if cache.length == count:
                self.forward(ids[::-1], self.new_cache())
        if isinstance(cache, WholeText) or not cache.size_bytes:
            return math.inf
        self._keeps_states |= cache.keeps_states
        logits, first, second = torch.cat(found), _TRIAL_STEPS[0], sum(_TRIAL_STEPS[:2])
        parts = (slice(0, first), slice(first, second), slice(second, None))
        return max(_difference(logits[part], expected[part]) for part in parts)


def _last(logits: torch.Tensor, last: int) -> torch.Tensor:
    """float32 (last, V) of (1, T, V)"""
    rows: torch.Tensor = logits[0, logits.shape[1] - last :].float()
    return rows


def _difference(a: torch.Tensor, b: torch.Tensor) -> float:
    """Of logits (T, V), in the spread of ``b``: of the token in the middle, since experts may change in a near tie."""
    spread = (b - b.mean(dim=-1, keepdim=True)).norm(dim=-1)
    return float(((a - b).norm(dim=-1) / spread.clamp_min(1e-9)).nan_to_num(torch.inf).median())
