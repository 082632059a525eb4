"""Which kernels a speed was measured with: others make another speed (no torch)."""

from __future__ import annotations

from functools import cache

from llmdesk.engine.networks.fused.library import best_isa, sources_version
from llmdesk.engine.processor.hardware import installed_version
from llmdesk.errors import SetupError

_OWN = "llmdesk "


@cache
def kernels_version(engine: str) -> str:
    """Of llmdesk's own kernels a digest of their sources; of a backend's operators its packages' versions.

    Args:
        engine: whose kernels ran, as BenchRow and AnsweredBy name it.
    """
    if engine.startswith(_OWN):
        return sources_version()
    packages = {"torch": "torch", "IPEX": "intel-extension-for-pytorch"}
    if engine != "ipex":
        del packages["IPEX"]
    return ", ".join(f"{name} {installed_version(package) or '–'}" for name, package in packages.items())


def is_own(engine: str) -> bool:
    """True for llmdesk's own kernels."""
    return engine.startswith(_OWN)


def runs_own_kernels_here() -> bool:
    """Whether this processor has what they need, and nobody has switched them off."""
    try:
        return best_isa() is not None
    except SetupError:  # a name that there is not: the engine says so
        return False
