"""Tokenizer and configuration out of a GGUF file, kept as files that transformers can read (engine thread only)."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from llmdesk.engine.weights.gguf_config import read_config
from llmdesk.engine.weights.gguf_tokenizer import read_tokenizer
from llmdesk.engine.weights.kept_files import CHECKSUMS, write_checksums
from llmdesk.engine.weights.weights_file import not_written
from llmdesk.errors import UnsupportedModel
from llmdesk.file_errors import said_of_a_file
from llmdesk.whole_files import put_in_place
from llmdesk.words import say

if TYPE_CHECKING:
    from llmdesk.engine.backend import LoadReporter
    from llmdesk.engine.weights.gguf_file import GgufFile

_OS_ERROR = re.compile(r"\(os error (\d+)\)")


def convert_small_files(gguf: GgufFile, folder: Path, report: LoadReporter) -> None:
    """tokenizer.json and config.json out of a GGUF file, with their checksums beside them.

    Raises:
        ModelDamaged, UnsupportedModel, LoadCancelled (out of ``report``).
        NotEnoughDisk: there is no room; LlmdeskError: the folder cannot be written to.
    """
    report(say("converting the tokenizer, once"), 0.1)
    name, hint = gguf.path.name, say("Open the model's safetensors folder instead.")
    with said_of_a_file(say("The tokenizer in {name} cannot be converted", name=name), UnsupportedModel, hint):
        tokenizer = read_tokenizer(gguf)
    report(say("converting the tokenizer, once"), 0.18)
    with said_of_a_file(say("The configuration in {name} cannot be converted", name=name), UnsupportedModel, hint):
        config = read_config(gguf)
    cannot_be_kept = say("The tokenizer or configuration in {name} cannot be kept", name=name)
    with said_of_a_file(cannot_be_kept, UnsupportedModel, hint), _said_of_the_disk(folder):
        _keep(config, tokenizer, folder)


def _keep(config: Any, tokenizer: Any, folder: Path) -> None:
    partial = folder.parent / f"{folder.name}.{os.getpid()}.partial"
    try:
        partial.mkdir(parents=True, exist_ok=True)
        config.save_pretrained(partial)
        tokenizer.save_pretrained(partial)
        write_checksums(partial)
        # File by file, the checksums last: another llmdesk may be doing the same or use this folder already.
        folder.mkdir(exist_ok=True)
        for file in sorted(partial.iterdir(), key=lambda file: file.name == CHECKSUMS):
            put_in_place(file, folder / file.name)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


@contextmanager
def _said_of_the_disk(folder: Path) -> Iterator[None]:
    """What the system says while files are kept. Tokenizers tell it in words only: they are written in Rust."""
    try:
        yield
    except OSError as error:
        raise not_written(folder, error) from error
    except Exception as error:
        if (found := _OS_ERROR.search(str(error))) is None:
            raise
        code = int(found[1])
        raise not_written(folder, OSError(code, os.strerror(code))) from error
