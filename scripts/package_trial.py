"""Run by the Python of a finished folder: whether what was left out is missed anywhere (scripts/package_tree.py).

Every module of llmdesk, its kernels, the networks of every causal model and every model with eyes that transformers
knows, one of them written with, a window off the screen. Prints what failed; ends with 1 then.
"""

from __future__ import annotations

import importlib
import os
import pkgutil
import sys
import traceback
from collections.abc import Iterator

os.environ["QT_QPA_PLATFORM"] = "offscreen"
_STARTS = ("llmdesk.__main__",)


def main() -> int:
    """Everything in turn; returns the exit code."""
    failed = [*_modules(), *_kernels(), *_networks(), *_writing(), *_window()]
    print("\n".join(failed))
    return 1 if failed else 0


def _modules() -> Iterator[str]:
    import llmdesk

    for module in pkgutil.walk_packages(llmdesk.__path__, "llmdesk."):
        if module.name not in _STARTS:
            try:
                importlib.import_module(module.name)
            except Exception as error:
                yield f"{module.name}: {error!r}"


def _kernels() -> Iterator[str]:
    """The best that this processor has, as they came along."""
    from llmdesk.engine.networks.fused import library, ready_made

    isa = library.best_isa()
    if isa is not None and ready_made.ready_made(isa, library.sources_version()) is None:
        yield f"the kernels for {isa} that came along are not found"
    elif isa is not None and (obstacle := library.obstacle()):
        yield f"the kernels for {isa}: {obstacle}"


def _networks() -> Iterator[str]:
    import transformers
    from transformers.models.auto import modeling_auto

    tables = (
        modeling_auto.MODEL_FOR_CAUSAL_LM_MAPPING_NAMES,
        modeling_auto.MODEL_FOR_IMAGE_TEXT_TO_TEXT_MAPPING_NAMES,
    )
    names = {
        name for table in tables for each in table.values() for name in ([each] if isinstance(each, str) else each)
    }
    for name in sorted(names):
        try:
            getattr(transformers, name)
        except Exception as error:
            yield f"{name}: {traceback.format_exception_only(error)[-1].strip()}"


def _writing() -> Iterator[str]:
    """By transformers' own modules, as models of other architectures do."""
    import torch
    from transformers import GPT2Config, GPT2LMHeadModel

    config = GPT2Config(n_layer=1, n_head=2, n_embd=8, vocab_size=32, n_positions=32, bos_token_id=0, eos_token_id=0)
    with torch.inference_mode():
        tokens = GPT2LMHeadModel(config).eval().generate(torch.ones(1, 4, dtype=torch.long), max_new_tokens=2)
    if tokens.shape[1] < 5:
        yield f"GPT-2 wrote nothing: {tokens}"


def _window() -> Iterator[str]:
    from llmdesk import app

    application = app.make_application()
    desktop = app.build_desktop(keeps_chats=False, loads_model=False)
    try:
        desktop.show()
        application.processEvents()
        if not desktop.window.isVisible():
            yield "the window is not shown"
    finally:
        app.end_desktop(desktop)


if __name__ == "__main__":
    sys.exit(main())
