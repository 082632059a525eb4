"""Configuration and tokenizer as transformers read them once, kept beside the converted weights (engine thread only).

To import transformers takes longer than all the rest of a start. What it makes of a model's files (defaults of an
architecture, names that changed, added tokens) is plain: values, and the tokenizer's own form. So a second start reads
these. They are made anew when one of the files or a library is another one.
"""

from __future__ import annotations

import json
import logging
import os
import zlib
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from llmdesk.engine.networks.architecture import obstacle
from llmdesk.engine.networks.config_values import check_common
from llmdesk.engine.networks.families import text_config, writing_config
from llmdesk.engine.processor.hardware import installed_version
from llmdesk.engine.weights import reading_aside
from llmdesk.engine.weights.model_files import open_config, open_tokenizer
from llmdesk.engine.weights.plain_tokenizer import PlainTokenizer, plain_tokenizer
from llmdesk.engine.weights.weights_file import FORMAT
from llmdesk.errors import ModelDamaged
from llmdesk.file_errors import said_of_a_file
from llmdesk.whole_files import put_in_place

if TYPE_CHECKING:
    from llmdesk.engine.backend import LoadReporter

log = logging.getLogger(__name__)

_NAME = "reading.kept"
_READ_ENDINGS = frozenset({".json", ".jinja", ".model"})
_LIBRARIES = ("transformers", "tokenizers")


class Reading:
    """What a model's small files say. Raises ModelDamaged, UnsupportedModel.

    Args:
        folder: holds config.json and the tokenizer.
        keep_in: the folder of what was converted of the model; it may not be there yet.
        report: may raise to stop it.

    Attributes:
        config: transformers' configuration, or its values under the same names.
        tokenizer: see PlainTokenizer.
    """

    def __init__(self, folder: Path, keep_in: Path, report: LoadReporter = lambda phase, done: None) -> None:
        self._file = keep_in / _NAME
        self._source = _source(folder)
        kept = _kept(self._file, self._source)
        if kept is None:
            with reading_aside.begun(folder, keep_in) as was_read:
                kept = _kept(self._file, self._source) if was_read(report) else None
        self.is_kept = kept is not None
        self.config: Any
        self.tokenizer: PlainTokenizer
        if kept is not None:
            self.config, self.tokenizer = kept
            return
        self.config = writing_config(open_config(folder))
        rows = getattr(text_config(self.config), "vocab_size", None)
        self.tokenizer = plain_tokenizer(open_tokenizer(folder, rows))

    def keep(self) -> None:
        """For the next start, if our own decoders run such a model. A disk that cannot be written costs only time."""
        if self.is_kept or obstacle(self.config) is not None:
            return
        facts = {
            "source": self._source,
            "config": json.loads(self.config.to_json_string(use_diff=False)),
            "tokenizer": self.tokenizer.facts,
        }
        data = f"{json.dumps(facts)}\n{self.tokenizer.backend_tokenizer.to_str()}".encode()
        partial = self._file.with_name(f"{_NAME}.{os.getpid()}.partial")
        try:
            partial.write_bytes(b"%d\n" % zlib.crc32(data) + data)
            put_in_place(partial, self._file)
        except OSError as error:
            log.warning("%s cannot be written: %s", self._file, error)
            partial.unlink(missing_ok=True)


def _source(folder: Path) -> list[str]:
    """All that a reading depends on."""
    files = [file for file in folder.iterdir() if file.suffix in _READ_ENDINGS]
    files += folder.glob("additional_chat_templates/*.jinja")
    facts = [(file.relative_to(folder).as_posix(), file.stat()) for file in sorted(files)]
    versions = [f"{library} {installed_version(library)}" for library in _LIBRARIES]
    return [FORMAT, *versions, *(f"{name} {found.st_size} {found.st_mtime_ns}" for name, found in facts)]


def _kept(file: Path, source: list[str]) -> tuple[Any, PlainTokenizer] | None:
    """None if there is none of this source that is whole."""
    from tokenizers import Tokenizer

    try:
        with said_of_a_file(file.name):
            crc32, _, data = file.read_bytes().partition(b"\n")
            if int(crc32) != zlib.crc32(data):
                raise ValueError("it is not what was written")
            head, _, tokenizer = data.partition(b"\n")
            facts = json.loads(head)
            if facts["source"] != source:
                return None
            config = SimpleNamespace(**facts["config"])
            check_common(config)
            return config, PlainTokenizer(Tokenizer.from_buffer(tokenizer), facts["tokenizer"])
    except ModelDamaged as error:
        if not isinstance(error.__cause__, FileNotFoundError):
            log.warning("what was kept of a model's small files is read again: %s", error)
        return None
