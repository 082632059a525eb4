"""Which backend runs here, and why. Imports no torch."""

from __future__ import annotations

import platform
import sys

from llmdesk.engine.backend import Backend
from llmdesk.engine.networks.fused.library import best_isa
from llmdesk.engine.networks.fused.systems import UNVERIFIED
from llmdesk.engine.processor.hardware import asked_device, installed_version, processor_flags
from llmdesk.engine_choices import chosen
from llmdesk.errors import SetupError
from llmdesk.words import say

IPEX_TORCH = "2.8"
PACKED_PRODUCT_FLAGS = frozenset({"amx_tile", "amx_int8", "amx_bf16", "avx512_fp16"})
"""What IPEX 2.8's products of 4 and 8 bits need (docs/decisions/0001)."""
_INSTALL_HINT = say("Install one with `pip install 'llmdesk[ipex]'` (Linux x86-64) or `pip install 'llmdesk[native]'`.")


def ipex_obstacle() -> str | None:
    """Why IPEX cannot run here, or None if it can. Versions are compared before anything is imported."""
    if sys.platform != "linux" or platform.machine() != "x86_64":
        return say(
            "IPEX exists for Linux on x86-64 only, this is {system} on {machine}",
            system=platform.system(),
            machine=platform.machine(),
        )
    ipex, torch = installed_version("intel-extension-for-pytorch"), installed_version("torch")
    if ipex is None:
        return say("intel-extension-for-pytorch is not installed")
    if not ipex.startswith(IPEX_TORCH) or torch is None or not torch.startswith(IPEX_TORCH):
        return say(
            "IPEX {ipex} needs torch {ipex_torch}, installed is {torch}", ipex=ipex, ipex_torch=IPEX_TORCH, torch=torch
        )
    if "avx2" not in processor_flags():
        return say("this processor has no AVX2")
    return None


def choose_backend_name() -> tuple[str, str]:
    """(name, reason). ``LLMDESK_BACKEND``, else the settings, decides; else ipex where it can run; else native.

    Raises:
        SetupError: no torch, a backend was asked for that cannot run here, or LLMDESK_DEVICE or LLMDESK_KERNELS is
            nonsense.
    """
    name, reason = _choose()
    if name != "scripted" and (isa := best_isa()) in UNVERIFIED:
        reason = say(
            "{reason}; nobody has verified llmdesk's own kernels for {isa} on hardware yet", reason=reason, isa=isa
        )
    return name, reason


def _choose() -> tuple[str, str]:
    choice = chosen("LLMDESK_BACKEND")
    if choice is None:
        return _best_backend()
    if choice.text == "scripted":
        return "scripted", say("{origin} asks for it", origin=choice.origin)
    if choice.text not in ("ipex", "native"):
        raise SetupError(say("{choice} is not a backend.", choice=choice), say("Use auto, ipex, native or scripted."))
    _require_torch()
    if choice.text == "ipex" and (obstacle := ipex_obstacle()):
        raise SetupError(
            say("The ipex backend cannot run: {obstacle}.", obstacle=obstacle),
            say("Set {origin}=native.", origin=choice.origin),
        )
    return choice.text, say("{origin} asks for it", origin=choice.origin)


def _require_torch() -> None:
    if installed_version("torch") is None or installed_version("transformers") is None:
        raise SetupError(say("PyTorch and transformers are not installed."), _INSTALL_HINT)


def _best_backend() -> tuple[str, str]:
    _require_torch()
    device = chosen("LLMDESK_DEVICE")
    if asked_device() == "xpu" and device is not None:
        return "native", say("{origin} asks for the Intel GPU, which this stack can use", origin=device.origin)
    obstacle = ipex_obstacle()
    if obstacle is None:
        return "ipex", say(
            "IPEX runs here; the models that llmdesk's decoder knows run on {products}", products=_products()
        )
    return "native", obstacle


def _products() -> str:
    """Whose products multiply on the ipex stack."""
    if isa := best_isa():
        return say("llmdesk's own kernels for {isa}", isa=isa)
    missing = sorted(PACKED_PRODUCT_FLAGS - processor_flags())
    return (
        say("IPEX's operators, in 4 and 8 bits on aten's, since the processor lacks {names}", names=", ".join(missing))
        if missing
        else say("IPEX's operators")
    )


def make_backend() -> Backend:
    """The chosen backend. It imports torch when a model needs it, so: engine thread only."""
    name, _ = choose_backend_name()
    if name == "scripted":
        from llmdesk.engine.backends.scripted import ScriptedBackend

        return ScriptedBackend()
    from llmdesk.engine.backends.stacks import IpexBackend, NativeBackend

    return IpexBackend() if name == "ipex" else NativeBackend()
