"""A model's small files read by transformers in a process of its own, which does without torch (engine thread only).

transformers' modules import torch wherever it can be had, and with it half of both libraries: of a first start's time
most. Nothing that is read of small files needs it. So a process reads them that believes there is none, and this one
imports meanwhile what the conversion of the weights needs; transformers it never sees. At the first start ever that
process begins before the window is painted, and waits to hear which model it is.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from llmdesk.no_console import NO_CONSOLE
from llmdesk.own_decoders import may_run
from llmdesk.words import say

if TYPE_CHECKING:
    from llmdesk.engine.backend import LoadReporter

log = logging.getLogger(__name__)

_POLL_S = 0.02
_PATIENCE_S = 60.0
_PACKAGE_IN = Path(__file__).parents[3]
_PROGRAM = """
import sys

sys.path.insert(0, sys.argv[1])
import llmdesk
del sys.path[0]  # the package is known now: nothing else comes from there
sys.modules["torch"] = None
from llmdesk.engine.weights.reading_aside import serve
serve()
"""
_ahead: list[subprocess.Popen[bytes]] = []  # one at most, that has no model yet


def start_ahead() -> None:
    """Have the process begin now; the first model whose small files are to be read gets it (any thread)."""
    with contextlib.suppress(OSError):  # it is tried again, and told, when there is a model
        process = _started()
        _ahead.append(process)
        # Nobody else waits for it where no model asks for it and it gives up.
        threading.Thread(target=process.wait, name="reading ahead", daemon=True).start()


@contextlib.contextmanager
def begun(path: Path, converted: Path) -> Iterator[Callable[[LoadReporter], bool]]:
    """Have a model's small files read from now on; what this gives waits, and says whether they were read.

    They are then kept in ``converted`` (Reading.keep), those of a GGUF file besides as files. False: they were not, and
    whoever needs them reads them here, and hears what is wrong with them. Of models that our own decoders do not run,
    or where transformers is imported anyway, nothing is read.

    Args:
        path: a GGUF file, or a folder with config.json and tokenizer.
        converted: the folder of what is converted of the model.
    """
    if "transformers" in sys.modules or (path.is_dir() and not _is_known(path)):
        yield lambda report: False
        return
    try:
        process = _free()
    except OSError as error:
        log.info("no process can be started: %s", error)
        yield lambda report: False
        return
    assert process.stdin is not None
    with process:
        try:
            with contextlib.suppress(OSError):  # it has ended, which is found below
                process.stdin.write(json.dumps([str(path), str(converted)]).encode() + b"\n")
            yield lambda report: _was_read(process, converted, report)
        finally:
            process.kill()  # unless it has ended


def _free() -> subprocess.Popen[bytes]:
    while _ahead:
        if (process := _ahead.pop()).poll() is None:
            return process
    return _started()


def _started() -> subprocess.Popen[bytes]:
    command = [sys.executable, "-P", "-c", _PROGRAM, str(_PACKAGE_IN)]
    nowhere = subprocess.DEVNULL
    return subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=nowhere, stderr=nowhere, bufsize=0, creationflags=NO_CONSOLE
    )


def serve() -> None:
    """What the process does: imports, hears of a model, reads its files. It ends by itself if it hears of none."""
    giving_up = threading.Timer(_PATIENCE_S, os._exit, (1,))
    giving_up.daemon = True
    giving_up.start()
    from transformers import AutoConfig, PreTrainedTokenizerFast  # noqa: F401

    order = sys.stdin.readline()
    giving_up.cancel()
    if order:  # else whoever started it is gone
        read(*map(Path, json.loads(order)))


def read(path: Path, converted: Path) -> None:
    """A model's small files, in this process. Raises whatever is wrong with them."""
    import transformers  # noqa: F401  # first, so that what follows does not begin another process

    from llmdesk.engine.weights.gguf_file import GgufFile
    from llmdesk.engine.weights.gguf_small_files import convert_small_files
    from llmdesk.engine.weights.kept_reading import Reading

    converted.mkdir(parents=True, exist_ok=True)
    if path.is_file():
        convert_small_files(GgufFile(path), converted, lambda phase, done: None)
    Reading(path if path.is_dir() else converted, converted).keep()


def _was_read(process: subprocess.Popen[bytes], converted: Path, report: LoadReporter) -> bool:
    """Raises LoadCancelled, out of ``report``."""

    def tell() -> None:
        report(say("converting the tokenizer, once"), 0.1)

    tell()
    if not any(converted.glob("weights-*.safetensors")):
        import torch  # noqa: F401
    while process.poll() is None:
        tell()
        time.sleep(_POLL_S)
    if process.returncode != 0:
        log.info("the process that reads a model's small files ended with %d", process.returncode)
    return process.returncode == 0


def _is_known(folder: Path) -> bool:
    """Whether our own decoders may run such a model: others' files are read by transformers at each load."""
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(config, dict) and may_run(config)
