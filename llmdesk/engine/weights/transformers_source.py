"""A folder's tensors as transformers itself reads them: under its modules' names, fused, split and transposed.

What transformers 5 keeps in other forms than the files (experts in one tensor, the names of models that also see) it
converts while it loads. So it is let to load, onto parameters without memory: each tensor is read when its turn comes
(never mapped, 0018), and handed over instead of being kept. Engine thread only.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from llmdesk.datatypes.model import ErrorInfo
from llmdesk.engine.matrices.stored import TensorWeights
from llmdesk.engine.networks.families import classes, unused_parts, without_orders
from llmdesk.engine.weights.safetensors_source import FileWeights
from llmdesk.engine.weights.source import SourceTensor, check_numbers
from llmdesk.errors import ModelDamaged, UnsupportedModel
from llmdesk.file_errors import said_of_a_file
from llmdesk.words import first_of, say

if TYPE_CHECKING:
    import torch

    from llmdesk.engine.matrices.forms import Matrix

log = logging.getLogger(__name__)

_METHOD = "llmdesk"
_LAST_NUMBER = re.compile(r"(.*\.\d+\..*\.)(\d+)((?:\.[^.]*[^.\d][^.]*)+)")
"""Of names with two numbers at least: a part of a layer that there are several of, as experts."""
Take = Callable[[Any, str, "torch.Tensor"], None]
"""Given transformers' model, the name of one of its parameters, and what belongs there."""


class TransformersWeights(TensorWeights):
    """A folder's weights under the names of transformers' modules; they can only be had one after the other.

    Raises:
        ModelDamaged: a file is not whole, or holds numbers that are none. UnsupportedModel: see safetensors_tensors.
    """

    def __init__(self, config: Any, files: list[Path]) -> None:
        self._config, self._source = config, FileWeights(files)

    def check_unchanged(self) -> None:
        """See Weights."""
        self._source.check_unchanged()

    def names(self) -> set[str]:
        """Of the files: which of the modules' there will be is known at the end only."""
        return self._source.names()

    @property
    def title(self) -> str:
        """See Weights."""
        return self._source.title

    def each(self, take: Callable[[str, Matrix], None]) -> None:
        """See Weights."""
        hand_over(self._config, self._source, lambda model, name, tensor: take(name, tensor))

    def held(self) -> list[SourceTensor]:
        """All of them at once, in memory."""
        found: list[SourceTensor] = []

        def keep(name: str, tensor: Any) -> None:
            whole = tensor.reshape(tuple(tensor.shape) or (1,))
            found.append(SourceTensor(name, tuple(whole.shape), lambda start, end: whole[start:end]))

        self.each(keep)
        return found


def hand_over(config: Any, files: FileWeights, take: Take) -> None:
    """All tensors of a model, a layer's one after the other, those of what sees or hears left out.

    Args:
        config: of the whole folder.
        take: may raise, which ends it.

    Raises:
        ModelDamaged: a tensor is missing, or not of the shape that the configuration says.
        UnsupportedModel: transformers cannot load such a model.
    """
    found = classes(config)
    for index, (kind, of) in enumerate(found):
        try:
            with said_of_a_file(
                say("transformers cannot load “{model_type}”", model_type=config.model_type), UnsupportedModel, ""
            ):
                return _hand_over(kind, of, files, take)
        except UnsupportedModel as error:
            if isinstance(error.__cause__, ImportError) and index < len(found) - 1:
                continue  # it needs a package to see or hear with; the text part may do without
            _raise_if_incomplete(files)
            raise
        except _OtherShape:
            _raise_if_incomplete(files)
            raise


class _OtherShape(ModelDamaged):
    """A tensor is of another shape than the configuration says, perhaps since a part of it is missing."""

    def info(self) -> ErrorInfo:
        """See LlmdeskError: for everybody else it is a damaged model."""
        return replace(super().info(), kind=ModelDamaged.__name__)


def _raise_if_incomplete(files: FileWeights) -> None:
    """What transformers puts together of numbered tensors (experts) cannot be told when one is missing.

    Raises:
        ModelDamaged: it names one that its neighbours have.
    """
    numbers: dict[tuple[str, str], set[int]] = {}
    for name in files.names():
        if found := _LAST_NUMBER.fullmatch(name):
            numbers.setdefault((found[1], found[3]), set()).add(int(found[2]))
    for (before, after), own in sorted(numbers.items()):
        others = set().union(*(known for (start, _), known in numbers.items() if start == before))
        if missing := sorted((others | set(range(max(others)))) - own):
            name = f"{before}{missing[0]}{after}"
            raise ModelDamaged(say("The model's files ({files}) lack {name}.", files=files.title, name=name))


def _hand_over(kind: Any, config: Any, files: FileWeights, take: Take) -> None:
    order = _Order(take)
    with quietly():
        try:
            model, found = kind.from_pretrained(
                None,
                config=without_orders(config),
                state_dict={name: StoredTensor(files, name) for name in files.names()},
                dtype=widest(files),
                quantization_config=_registered()(order),
                output_loading_info=True,
                local_files_only=True,
            )
        except _Stopped:
            assert order.error is not None
            raise order.error from None
    check_complete(model, found, files.title)


class StoredTensor:
    """A tensor that is read when transformers asks for its values."""

    def __init__(self, files: FileWeights, name: str) -> None:
        self._files, self._name = files, name

    def __getitem__(self, index: Any) -> torch.Tensor:
        return self._files.stored(self._name)[index]

    def get_shape(self) -> list[int]:
        """As safetensors' slices have it."""
        return list(self._files.shape(self._name))


class _Stopped(BaseException):
    """Whoever takes the tensors raised something."""


class _Order:
    """Who takes the tensors, on its way through transformers, which copies configurations deeply."""

    def __init__(self, take: Take) -> None:
        self._take = take
        self._unused: tuple[str, ...] | None = None
        self.error: BaseException | None = None

    def __deepcopy__(self, memo: dict[int, Any]) -> _Order:
        return self

    def hand_over(self, model: Any, name: str, tensor: torch.Tensor) -> None:
        if self._unused is None:
            self._unused = unused_parts(model)
        if name.startswith(self._unused):
            return
        try:
            expected = tuple(model.get_parameter_or_buffer(name).shape)
            if not expected and tensor.numel() == 1:
                tensor = tensor.reshape(())
            if tuple(tensor.shape) != expected:
                raise _OtherShape(
                    say(
                        "{name} has the shape {found}, by the configuration it should have {expected}.",
                        name=name,
                        found=tuple(tensor.shape),
                        expected=expected,
                    )
                )
            if tensor.is_floating_point():
                check_numbers(name, tensor)
            self._take(model, name, tensor)
        except BaseException as error:
            self.error = error
            raise _Stopped from error


def widest(files: FileWeights) -> torch.dtype:
    """What loses no digit of what is stored."""
    import torch

    stored = {files.dtype(name) for name in files.names()}
    return torch.bfloat16 if not stored & {torch.float16, torch.float32, torch.float64} else torch.float32


@contextmanager
def quietly() -> Iterator[None]:
    """Without its progress bar and its table of what it did not find, which is looked at here."""
    from transformers.utils import logging as library

    had_bar, level = library.is_progress_bar_enabled(), library.get_verbosity()
    library.disable_progress_bar()
    library.set_verbosity_error()
    try:
        yield
    finally:
        library.set_verbosity(level)
        if had_bar:
            library.enable_progress_bar()


def check_complete(model: Any, found: dict[str, Any], files: str) -> None:
    """transformers would make up what is missing. Raises ModelDamaged, which says the name of the files."""
    unused = unused_parts(model)
    missing = sorted(name for name in found["missing_keys"] if not name.startswith(unused))
    if missing:
        raise ModelDamaged(
            say(
                "The model's files ({files}) lack {what}, which “{kind}” needs.",
                files=files,
                what=first_of(missing),
                kind=model.config.model_type,
            )
        )
    strange = sorted(name for name in found["unexpected_keys"] if not name.startswith(unused))
    if strange:
        log.info("%s does not use %s", type(model).__name__, ", ".join(strange[:10]))


@cache
def _registered() -> Any:
    """Our configuration of a quantisation, which is transformers' way to get at each tensor while it loads."""
    from transformers.core_model_loading import ConversionOps
    from transformers.quantizers.auto import register_quantization_config, register_quantizer
    from transformers.quantizers.base import HfQuantizer
    from transformers.utils.quantization_config import QuantizationConfigMixin

    class Operation(ConversionOps):
        def __init__(self, order: _Order) -> None:
            self._order = order

        def convert(self, input_dict: dict[str, Any], *args: Any, model: Any = None, **options: Any) -> dict[str, Any]:
            import torch

            left = {}
            for name, value in input_dict.items():
                tensor = value[0] if isinstance(value, list) else value
                self._order.hand_over(model, name, tensor)
                left[name] = torch.empty_like(tensor, device="meta")
            return left

    @register_quantizer(_METHOD)
    class Quantizer(HfQuantizer):
        is_serializable, is_trainable = False, False

        def param_needs_quantization(self, model: Any, param_name: str, **options: Any) -> bool:
            return True

        def get_quantize_ops(self) -> Operation:
            return Operation(self.quantization_config.order)

    @register_quantization_config(_METHOD)
    class Config(QuantizationConfigMixin):
        def __init__(self, order: _Order) -> None:
            self.quant_method, self.order = _METHOD, order

    return Config
