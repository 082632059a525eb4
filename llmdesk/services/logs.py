"""The log file: what happened and what failed, never a word of a prompt or an answer."""

from __future__ import annotations

import faulthandler
import logging
from logging.handlers import RotatingFileHandler
from typing import TextIO

from llmdesk import paths

_FORMAT = "%(asctime)s %(levelname)s %(threadName)s %(name)s: %(message)s"
_MAX_BYTES = 1_000_000
_BACKUPS = 3


class Logs:
    """The handlers of one run; ``close`` undoes them. Made once, on the main thread, before any other thread."""

    def __init__(self) -> None:
        paths.made(paths.log_dir())
        self._file = RotatingFileHandler(paths.log_file(), maxBytes=_MAX_BYTES, backupCount=_BACKUPS, encoding="utf-8")
        self._file.setFormatter(logging.Formatter(_FORMAT))
        root = logging.getLogger()
        root.addHandler(self._file)
        logging.getLogger("llmdesk").setLevel(logging.INFO)
        # A crash inside a library leaves the stacks of all threads here.
        self._crash: TextIO = (paths.log_dir() / "crash.log").open("a", encoding="utf-8")
        faulthandler.enable(self._crash)

    def close(self) -> None:
        """Stop logging to the file."""
        logging.getLogger().removeHandler(self._file)
        self._file.close()
        faulthandler.disable()
        self._crash.close()
