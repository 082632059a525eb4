"""Any causal model of transformers, its products packed: slower than the decoder, but it runs (engine thread)."""

from __future__ import annotations

import inspect
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeAlias

import torch  # noqa: TID253  (imported by backends only, on the engine thread)
from torch import nn  # noqa: TID253

from llmdesk.engine.matrices.forms import dequantized
from llmdesk.engine.matrices.stored import Weights
from llmdesk.engine.networks.decoder import Kernels
from llmdesk.engine.networks.families import skeleton
from llmdesk.engine.networks.modules_cache import ModulesCache, WholeText
from llmdesk.engine.networks.modules_filling import Filling
from llmdesk.engine.networks.packed_modules import PackedModule
from llmdesk.engine.networks.tensor_shapes import outside_vocabulary
from llmdesk.errors import UnsupportedModel, said_of_a_file

log = logging.getLogger(__name__)

Cache: TypeAlias = ModulesCache | WholeText

_TRIAL_STEPS = (5, 3, 1, 1)
"""Tokens of the steps in which a trial text is computed, and compared with what it gives at once."""
_MOST_DIFFERENCE = 0.1
"""Of the logits of both, in their own spread: far above what rounding does, far below what forgetting does."""


@contextmanager
def _without_parameter_memory() -> Iterator[None]:
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
        plain: set[str] = set()
        with said_of_a_file(f"“{self._kind}” cannot be computed with these files", UnsupportedModel, ""):
            self._build(config, weights, report, plain)
            if asked := self._asked_for_weights_in_vain():
                log.info("%s computes with the weights of %s itself", self._kind, ", ".join(sorted(asked)[:3]))
                self._build(config, weights, report, asked)
            self._can_keep, self._can_take_many = self._trial()

    def _build(self, config: Any, weights: Weights, report: Callable[[float], None], plain: set[str]) -> None:
        with said_of_a_file(f"config.json: no “{self._kind}” can be made of it"), _without_parameter_memory():
            self._model = skeleton(config, self._kernels.dtype)
        filling = Filling(self._model, self._kernels, plain, report)
        with said_of_a_file(f"The weights do not fit “{self._kind}”"):
            weights.each(filling.put)
            filling.finish(weights.title)
        self.weights_bytes, self.bytes_per_token = filling.weights_bytes, filling.bytes_per_token
        self._model.eval()
        self._accepted = set(inspect.signature(self._model.forward).parameters)
        self._cache_argument = next((name for name in ("cache", "past_key_values", "cache_params") if name in self._accepted), None)

    @property
    def recomputes(self) -> bool:
        """Whether each token costs as much as the whole text before it."""
        return not self._can_keep

    def new_cache(self) -> Cache:
        """See generation.Network."""
        return ModulesCache(self._model.config) if self._can_keep else WholeText([])

    @torch.inference_mode()
    def forward(self, ids: list[int], cache: Cache, last: int = 1) -> torch.Tensor:
        """See generation.Network."""
        if (rows := self._vocabulary()) <= max(ids):
            raise outside_vocabulary(ids, rows)
        if isinstance(cache, WholeText):
            cache.ids += ids
            return self._logits(cache.ids, last, {"use_cache": False})
        if cache.length and len(ids) > 1 and not self._can_take_many:
            return torch.cat([self._step([token], cache, 1) for token in ids])[len(ids) - last :]
        return self._step(ids, cache, last)

    def _vocabulary(self) -> int:
        return int(self._model.get_input_embeddings().weight.shape[0])

    def _step(self, ids: list[int], cache: ModulesCache, last: int) -> torch.Tensor:
        assert self._cache_argument is not None
        options: dict[str, Any] = {"use_cache": True, self._cache_argument: cache.past}
        if "position_ids" in self._accepted:
            options["position_ids"] = torch.arange(cache.length, cache.length + len(ids))[None]
        logits = self._logits(ids, last, options)
        cache.length += len(ids)
        return logits

    def _logits(self, ids: list[int], last: int, options: dict[str, Any]) -> torch.Tensor:
        if "logits_to_keep" in self._accepted:
            options["logits_to_keep"] = max(last, 1)  # 0 would mean all
        out = self._model(input_ids=torch.tensor([ids]), **options)
        logits: torch.Tensor = out.logits[0].float()
        return logits[logits.shape[0] - last :]

    def _asked_for_weights_in_vain(self) -> set[str]:
        """Names of packed matrices that the model wants to multiply itself: then nothing comes out."""
        packed = {name: part for name, part in self._model.named_modules() if isinstance(part, PackedModule)}
        logits = self.forward(self._trial_ids(), WholeText([]))
        if bool(torch.isfinite(logits).all()):
            return set()
        return {name for name, part in packed.items() if part.was_asked_for_weights}

    def _trial_ids(self) -> list[int]:
        return [(7 * index + 1) % self._vocabulary() for index in range(sum(_TRIAL_STEPS))]

    def _trial(self) -> tuple[bool, bool]:
        """Whether what the model keeps of a text is all of it, and whether several tokens may come after it at once."""
        if self._cache_argument is None:
            return False, False
        expected = self._logits(self._trial_ids(), len(self._trial_ids()), {"use_cache": False})
        for many in (True, False):
            try:
                found = self._in_steps(many)
            except Exception as error:  # whatever a model says of a cache that is not its own
                log.info("%s does not go on with what it keeps: %s", self._kind, error)
                continue
            if float((found - expected).norm() / expected.std(dim=-1).norm() / expected.shape[-1] ** 0.5) < _MOST_DIFFERENCE:
                return True, many
        return False, False

    def _in_steps(self, many: bool) -> torch.Tensor:
        ids, self._can_take_many = self._trial_ids(), many
        cache, found = ModulesCache(self._model.config), []
        for count in _TRIAL_STEPS:
            found.append(self.forward(ids[cache.length : cache.length + count], cache, last=count))
        return torch.cat(found)
