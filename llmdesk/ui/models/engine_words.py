"""What runs a model, in the window's words (any thread)."""

from __future__ import annotations

from llmdesk.datatypes.model import ModelInfo

_BACKEND_TITLES = {"ipex": "IPEX", "native": "Native", "scripted": "Scripted", "remote": "Remote"}
_OWN = "llmdesk "


def backend_title(name: str) -> str:
    """A backend's name as people read it."""
    return _BACKEND_TITLES.get(name, name.capitalize())


def engine_title(info: ModelInfo) -> str:
    """Whose products run, in few characters: llmdesk's own kernels, a GPU, or the backend."""
    if info.kernels in ("", info.backend):
        return backend_title(info.backend)
    return info.kernels.replace("(R)", "").replace("(TM)", "")


def engine_explanation(info: ModelInfo) -> str:
    """The same in full, a line each: kernels, stack, and why they are not the fastest if they are not."""
    if info.server:
        return f"Answers come from {info.server}"
    stack = backend_title(info.backend)
    if info.kernels.startswith(_OWN):
        isa = info.kernels.removeprefix(_OWN)
        lines = [
            f"Kernels: llmdesk's own for {isa}, since the weights are {info.precision}",
            f"Stack: {stack}, for all that these kernels do not run",
        ]
    elif info.kernels in ("", info.backend):
        lines = [f"Kernels and stack: {stack}"]
        if info.kernels_reason:
            lines.append(f"llmdesk's own kernels are not used: {info.kernels_reason}")
    else:
        lines = [f"Runs on {engine_title(info)}", f"Stack: {stack}"]
    return "\n".join(filter(None, (*lines, info.fallback_reason)))
