"""What runs a model, in the window's words (GUI thread only)."""

from __future__ import annotations

from llmdesk.datatypes.model import ModelInfo
from llmdesk.ui.kit.words import told, tr

_OWN = "llmdesk "


def backend_title(name: str) -> str:
    """A backend's name as people read it."""
    titles = {"ipex": "IPEX", "native": tr("Native"), "scripted": tr("Scripted"), "remote": tr("Remote")}
    return titles.get(name, name.capitalize())


def threads_text(threads: int) -> str:
    """How many threads compute."""
    return tr("%n thread(s)", n=threads)


def engine_title(info: ModelInfo) -> str:
    """Whose products run, in few characters: llmdesk's own kernels, a GPU, or the backend."""
    if info.kernels in ("", info.backend):
        return backend_title(info.backend)
    return info.kernels.replace("(R)", "").replace("(TM)", "")


def engine_explanation(info: ModelInfo) -> str:
    """The same in full, a line each: kernels, stack, and why they are not the fastest if they are not."""
    if info.server:
        return tr("Answers come from {server}", server=info.server)
    stack = backend_title(info.backend)
    if info.kernels.startswith(_OWN):
        words = tr("Kernels: llmdesk's own for {isa}; the weights are {precision}")
        lines = [
            words.format(isa=info.kernels.removeprefix(_OWN), precision=info.precision),
            tr("Stack: {stack}, for all that these kernels do not run", stack=stack),
        ]
    elif info.kernels in ("", info.backend):
        lines = [tr("Kernels and stack: {stack}", stack=stack)]
        if info.kernels_reason:
            lines.append(tr("llmdesk's own kernels are not used: {reason}", reason=told(info.kernels_reason)))
    else:
        lines = [tr("Runs on {device}", device=engine_title(info)), tr("Stack: {stack}", stack=stack)]
    return "\n".join(filter(None, (*lines, told(info.fallback_reason))))
