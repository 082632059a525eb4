"""The Intel GPU of the native stack, by torch.xpu's documented interface (engine thread only).

Not verified on hardware: in the tests other devices stand in for it. Weights are held in 16 bits there, so that every
product is torch's own. What does not fit or is not supported runs on the processor, and the user is told.
"""

from __future__ import annotations

import gc
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol

import torch  # noqa: TID253  (imported by the native backend, on the engine thread)

from llmdesk.datatypes.model import LocalModel
from llmdesk.engine.backend import LoadOptions, LoadReporter
from llmdesk.engine.backends.torch_model import TorchModel, load_torch_model
from llmdesk.engine.generation.given import Floats, Places, given_to
from llmdesk.engine.matrices.forms import dequantized
from llmdesk.engine.matrices.stored import TensorWeights, Weights
from llmdesk.engine.networks.architecture import ROPE_FACTORS, obstacle
from llmdesk.engine.networks.decoder import Decoder, Kernels
from llmdesk.engine.networks.modules import ModulesNetwork
from llmdesk.engine.processor.hardware import asked_device
from llmdesk.engine.processor.threads import default_threads
from llmdesk.engine.weights.loading import PreparedModel
from llmdesk.engine_choices import chosen
from llmdesk.errors import DeviceError, NotEnoughMemory, SetupError
from llmdesk.memory_need import GB, cache_bytes, weights_bytes
from llmdesk.words import say

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from llmdesk.engine.matrices.forms import Matrix

log = logging.getLogger(__name__)

_CPU = torch.device("cpu")
_ON_CPU_HINT = say("Set LLMDESK_DEVICE=cpu, or `llmdesk config set engine.device cpu`, to use the processor.")


class DeviceModule(Protocol):
    """The part of torch.xpu that is used."""

    def is_available(self) -> bool:
        """True if there is a device that torch can use."""
        ...

    def get_device_name(self, device: Any = None) -> str:
        """For people."""
        ...

    def mem_get_info(self, device: Any = None) -> tuple[int, int]:
        """(free, total) bytes; raises RuntimeError where the driver does not tell."""
        ...

    def empty_cache(self) -> None:
        """Give memory that torch keeps for later back to the system."""
        ...


@dataclass(frozen=True, slots=True)
class Gpu:
    """A device that computes, and what torch offers for its kind."""

    device: torch.device
    module: DeviceModule

    def require_room(self, model: LocalModel, options: LoadOptions) -> None:
        """Raises NotEnoughMemory if it is known beforehand that a model does not fit."""
        try:
            free_bytes, _ = self.module.mem_get_info(self.device)
        except RuntimeError:  # some drivers do not tell
            return
        if model.size is None:
            return
        context = options.context_tokens or model.spec.context_tokens
        size = replace(model.size, own_kernels=False)
        needed = weights_bytes(size, "bf16") + cache_bytes(size, "bf16", context)
        if needed > free_bytes:
            raise NotEnoughMemory(
                say(
                    "it has {free:.1f} GB free and {needed:.1f} GB are needed",
                    free=free_bytes / GB,
                    needed=needed / GB,
                )
            )

    def release(self) -> None:
        """Give the memory of what is not referred to any more back."""
        gc.collect()
        self.module.empty_cache()


def find_gpu(module: DeviceModule = torch.xpu) -> Gpu | None:
    """The Intel GPU, unless there is none or the user wants the processor (LLMDESK_DEVICE, else the settings).

    Raises:
        SetupError: a GPU was asked for that is not there, or what was asked for is nonsense.
    """
    asked = asked_device()
    if asked == "cpu":
        return None
    if module.is_available():
        return Gpu(torch.device("xpu"), module)
    if asked == "xpu":
        raise SetupError(
            say("{chosen} asks for an Intel GPU, and torch finds none.", chosen=chosen("LLMDESK_DEVICE")),
            say(
                "Install torch's build for it (https://docs.pytorch.org/docs/stable/notes/get_start_xpu.html) and the "
                "driver, or choose auto."
            ),
        )
    return None


def load_with_gpu(
    gpu: Gpu,
    backend: str,
    make_kernels: Callable[[torch.device | None], Kernels],
    model: LocalModel,
    options: LoadOptions,
    report: LoadReporter,
) -> TorchModel:
    """Load a model on the GPU; if that does not work, on the processor, with a notice."""
    try:
        gpu.require_room(model, options)
        return _load_on_gpu(gpu, backend, make_kernels(gpu.device), model, options, report)
    except (NotEnoughMemory, DeviceError, RuntimeError) as error:  # the last: out of memory, not implemented, driver
        log.warning("the model does not run on the GPU", exc_info=error)
        reason = _first_line(error)
    gpu.release()  # only here, after the exception: its traceback holds what was loaded so far
    loaded = load_torch_model(backend, lambda: make_kernels(None), model, options, report)
    loaded.info = replace(loaded.info, notice=say("The Intel GPU is not used: {reason}.", reason=reason))
    return loaded


def _load_on_gpu(
    gpu: Gpu, backend: str, kernels: Kernels, model: LocalModel, options: LoadOptions, report: LoadReporter
) -> TorchModel:
    def build(
        kernels: Callable[[], Kernels], prepared: PreparedModel, context_tokens: int, report: LoadReporter
    ) -> tuple[GpuNetwork, str | None]:
        return GpuNetwork(gpu, kernels(), prepared, context_tokens, report), obstacle(prepared.config)

    # The processor only starts what the GPU does, so there is nothing to measure.
    whole = replace(options, precision="bf16", threads=options.threads or default_threads())
    loaded = load_torch_model(backend, lambda: kernels, model, whole, report, build)
    loaded.on_close = gpu.release
    asked = options.precision or model.spec.precision
    notice = "" if asked == "bf16" else say("On the Intel GPU the weights are held in 16 bits.")
    loaded.info = replace(loaded.info, kernels=gpu.module.get_device_name(gpu.device), notice=notice)
    return loaded


class GpuNetwork:
    """A network whose weights, caches and products are on a GPU; its logits come back (see generation.Network)."""

    def __init__(
        self, gpu: Gpu, kernels: Kernels, prepared: PreparedModel, context_tokens: int, report: LoadReporter
    ) -> None:
        self._gpu = gpu
        there = replace(prepared, weights=_WeightsThere(prepared.weights, gpu.device, kernels.dtype))

        def packing(done: float) -> None:
            report(say("copying to the GPU"), 0.65 + 0.3 * done)

        self.network: Decoder | ModulesNetwork
        with gpu.device:  # what is made from now on is made there
            if obstacle(prepared.config):
                self.network = ModulesNetwork(there.config, there.weights, kernels, packing)
            else:
                self.network = Decoder(there.config, there.weights, kernels, context_tokens, packing)
        self.weights_bytes = self.network.weights_bytes
        self.bytes_per_token = self.network.bytes_per_token

    def new_cache(self) -> Any:
        """See generation.Network."""
        with self._gpu.device:
            return self.network.new_cache()

    def forward(
        self, ids: list[int], cache: Any, last: int = 1, given: Floats | None = None, places: Places | None = None
    ) -> torch.Tensor:
        """See generation.Network.

        Raises:
            NotEnoughMemory, DeviceError: the GPU cannot go on.
        """
        try:
            with self._gpu.device:
                return self.network.forward(ids, cache, last, **given_to(given, places)).to(_CPU)
        except torch.OutOfMemoryError as error:
            hint = say(
                "Start a new chat, choose a smaller model or a shorter context. {on_cpu_hint}", on_cpu_hint=_ON_CPU_HINT
            )
            raise NotEnoughMemory(say("The Intel GPU's memory is full."), hint) from error
        except RuntimeError as error:
            raise DeviceError(
                say("The Intel GPU cannot go on: {first_line}.", first_line=_first_line(error)), _ON_CPU_HINT
            ) from error


class _WeightsThere(TensorWeights):
    """The same weights as 16-bit or float32 tensors on another device, copied when asked for."""

    def __init__(self, weights: Weights, device: torch.device, dtype: torch.dtype) -> None:
        self._weights, self._device, self._dtype = weights, device, dtype

    def names(self) -> set[str]:
        return self._weights.names()

    def shape(self, name: str) -> tuple[int, ...]:
        return self._weights.shape(name)

    def check_unchanged(self) -> None:
        self._weights.check_unchanged()

    def rows(self, name: str, ids: Sequence[int]) -> NDArray[np.float32]:
        return self._weights.rows(name, ids)

    def each(self, take: Callable[[str, Matrix], None]) -> None:
        def moved(name: str, matrix: Matrix) -> None:
            take(name, self._moved(matrix))

        with _CPU:
            self._weights.each(moved)

    @property
    def title(self) -> str:
        return self._weights.title

    def tensor(self, name: str) -> torch.Tensor:
        with _CPU:
            tensor = self._weights.tensor(name)
        return tensor if name == ROPE_FACTORS else tensor.to(self._device)  # tables of angles are made by numpy

    def matrix(self, name: str) -> torch.Tensor:
        with _CPU:
            matrix = self._weights.matrix(name)
        return self._moved(matrix)

    def _moved(self, matrix: Matrix) -> torch.Tensor:
        with _CPU:
            plain = dequantized(matrix)
            plain = plain.to(self._dtype) if plain.is_floating_point() else plain
        return plain.to(self._device)


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
