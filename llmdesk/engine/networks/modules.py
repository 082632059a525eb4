"""Any causal model of transformers, its Linear layers packed: slower than the decoder, but it runs (engine thread)."""

from __future__ import annotations

import copy
import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch  # noqa: TID253  (imported by backends only, on the engine thread)
from torch import nn  # noqa: TID253

from llmdesk.engine.matrices.forms import dequantized, size_bytes
from llmdesk.engine.matrices.stored import Weights
from llmdesk.engine.networks.decoder import Kernels
from llmdesk.engine.networks.linear import PackedLinear
from llmdesk.engine.networks.tensor_shapes import outside_vocabulary
from llmdesk.errors import ModelDamaged, UnsupportedModel, said_of_a_file
from llmdesk.words import say


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


class _PackedModule(nn.Module):
    """Stands where a Linear stood."""

    def __init__(self, linear: nn.Linear, packed: PackedLinear, dtype: torch.dtype) -> None:
        super().__init__()
        self.in_features, self.out_features = linear.in_features, linear.out_features
        self._packed, self._dtype = packed, dtype

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        rows = x.reshape(-1, self.in_features).to(self._dtype)
        return self._packed(rows).view(*x.shape[:-1], self.out_features)


class ModulesCache:
    """transformers' growing cache of one sequence."""

    def __init__(self, config: Any, past: Any = None) -> None:
        from transformers import DynamicCache
        from transformers.cache_utils import DynamicLayer

        self._config = config
        self.past = DynamicCache(config=config) if past is None else past
        self.length = 0
        # Sliding windows and recurrent states have forgotten what going back would need.
        self._can_go_back = all(type(layer) is DynamicLayer for layer in self.past.layers)

    @property
    def size_bytes(self) -> int:
        """Bytes held."""
        held = (getattr(layer, part, None) for layer in self.past.layers for part in ("keys", "values"))
        return sum(int(tensor.nbytes) for tensor in held if tensor is not None)

    def truncate(self, length: int) -> bool:
        """See SequenceCache."""
        if length < self.length:
            if not self._can_go_back:
                return False
            self.past.crop(length - self.length)
            self.length = length
        return True

    @torch.inference_mode()
    def copy(self, length: int) -> ModulesCache | None:
        """See SequenceCache."""
        if length < self.length and not self._can_go_back:
            return None
        other = ModulesCache(self._config, copy.deepcopy(self.past))
        other.length = self.length
        other.truncate(length)
        return other


def _cache_argument(model: nn.Module) -> str:
    """What the model's ``forward`` calls its cache. transformers 5.24 renamed it; the old name goes in 5.40.

    Raises:
        UnsupportedModel: it has neither, so each token would be computed as if none had come before it.
    """
    parameters = inspect.signature(model.forward).parameters
    for name in ("cache", "past_key_values"):
        if name in parameters:
            return name
    raise UnsupportedModel(say("This architecture keeps what it has read in a way that llmdesk does not know."), "")


class ModulesNetwork:
    """See generation.Network."""

    def __init__(self, config: Any, weights: Weights, kernels: Kernels, report: Any) -> None:
        from transformers import AutoModelForCausalLM

        self._config = config
        kind = config.model_type
        with said_of_a_file(f"config.json: no “{kind}” can be made of it"), _without_parameter_memory():
            try:
                self._model = AutoModelForCausalLM.from_config(config, dtype=kernels.dtype)
            except ValueError as error:
                if "Unrecognized configuration class" not in str(error):
                    raise
                raise UnsupportedModel(
                    say("“{kind}” is not a model that writes text.", kind=kind), say("Choose another model.")
                ) from error
        self._cache_argument = _cache_argument(self._model)
        self.weights_bytes = 0
        with said_of_a_file(f"The weights do not fit “{kind}”"):
            self._fill(weights, kernels, report)
        self._model.eval()

    def new_cache(self) -> ModulesCache:
        """See generation.Network."""
        return ModulesCache(self._config)

    @torch.inference_mode()
    def forward(self, ids: list[int], cache: ModulesCache, last: int = 1) -> torch.Tensor:
        """See generation.Network."""
        if (rows := self._model.get_input_embeddings().weight.shape[0]) <= max(ids):
            raise outside_vocabulary(ids, rows)
        positions = torch.arange(cache.length, cache.length + len(ids))[None]
        out = self._model(
            input_ids=torch.tensor([ids]),
            position_ids=positions,
            use_cache=True,
            logits_to_keep=max(last, 1),  # 0 would mean all
            **{self._cache_argument: cache.past},
        )
        cache.length += len(ids)
        logits: torch.Tensor = out.logits[0].float()
        return logits[logits.shape[0] - last :]

    def _fill(self, weights: Weights, kernels: Kernels, report: Any) -> None:
        """Replace each Linear by its packed form, and load the rest of the weights."""
        names = weights.names()
        linears = {n: m for n, m in self._model.named_modules() if isinstance(m, nn.Linear)}
        packed_names: set[str] = set()
        for index, (name, linear) in enumerate(linears.items()):
            report(index / len(linears))
            stored = f"{name}.weight" if f"{name}.weight" in names else "model.embed_tokens.weight"
            matrix = weights.matrix(stored)
            bias = f"{name}.bias"
            if tuple(weights.shape(stored)) != (linear.out_features, linear.in_features):
                raise ModelDamaged(
                    say(
                        "{stored} has the shape {shape}, config.json says otherwise.",
                        stored=stored,
                        shape=weights.shape(stored),
                    )
                )
            packed = kernels.pack(matrix, weights.tensor(bias).to(kernels.dtype) if bias in names else None)
            self.weights_bytes += size_bytes(matrix)
            parent, _, leaf = name.rpartition(".")
            setattr(self._model.get_submodule(parent), leaf, _PackedModule(linear, packed, kernels.dtype))
            packed_names |= {f"{name}.weight", bias}
        rest = {n: dequantized(weights.matrix(n)).to(kernels.dtype) for n in names - packed_names}
        missing, _ = self._model.load_state_dict(rest, strict=False, assign=True)
        if missing:
            raise UnsupportedModel(
                say("The files do not fit this architecture; missing: {what}.", what=", ".join(missing[:3])), ""
            )
        self.bytes_per_token = self.weights_bytes  # each token reads every matrix once
        self.weights_bytes += sum(tensor.nbytes for tensor in rest.values())
