"""The two stacks of torch: with Intel's extension, or plain (engine thread only).

Neither imports torch before a model asks for operators of it, or for an Intel GPU: our own kernels need none.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from llmdesk.datatypes.model import LocalModel
from llmdesk.engine.backend import LoadOptions, LoadReporter
from llmdesk.engine.backends.torch_model import TorchModel, load_torch_model
from llmdesk.engine.processor.hardware import asked_device, torch_has_xpu
from llmdesk.errors import UnsupportedModel
from llmdesk.words import say

if TYPE_CHECKING:
    from llmdesk.engine.backends.devices import Gpu
    from llmdesk.engine.networks.decoder import Kernels


def operators(backend: str) -> Kernels:
    """Those of the ipex or the native backend; imports torch. Raises SetupError, UnsupportedModel."""
    if backend == "ipex":
        from llmdesk.engine.backends.ipex import IpexKernels, load_operators

        load_operators()
        return IpexKernels()
    if backend == "native":
        from llmdesk.engine.backends.native import NativeKernels

        return NativeKernels()
    raise UnsupportedModel(
        say("The {backend} backend computes nothing that could be measured.", backend=backend),
        say("Use ipex or native."),
    )


class IpexBackend:
    """Intel Extension for PyTorch (ipex.py)."""

    name = "ipex"

    def load(self, model: LocalModel, options: LoadOptions, report: LoadReporter) -> TorchModel:
        """See Backend."""
        return load_torch_model(self.name, partial(operators, self.name), model, options, report)


def _intel_gpu() -> Gpu | None:
    """The one that is there, unless the user wants the processor. Raises SetupError: one was asked for in vain."""
    asked = asked_device()
    if asked == "cpu" or (asked is None and not torch_has_xpu()):
        return None
    from llmdesk.engine.backends.devices import find_gpu

    return find_gpu()


class NativeBackend:
    """Plain torch (native.py), or an Intel GPU where torch finds one (devices.py)."""

    name = "native"

    def __init__(self, find_gpu: Callable[[], Gpu | None] = _intel_gpu) -> None:
        self._find_gpu = find_gpu

    def load(self, model: LocalModel, options: LoadOptions, report: LoadReporter) -> TorchModel:
        """See Backend."""
        gpu = self._find_gpu()
        if gpu is None:
            return load_torch_model(self.name, partial(operators, self.name), model, options, report)
        from llmdesk.engine.backends.devices import load_with_gpu
        from llmdesk.engine.backends.native import NativeKernels

        return load_with_gpu(gpu, self.name, lambda device: NativeKernels(device=device), model, options, report)
