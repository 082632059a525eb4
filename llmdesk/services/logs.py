"""The log file: what happened and what failed, never a word of a prompt or an answer."""

from __future__ import annotations

import contextlib
import faulthandler
import logging
import sys
from logging.handlers import RotatingFileHandler
from typing import TextIO

from llmdesk import paths
from llmdesk.error_values import is_disk_full

log = logging.getLogger(__name__)

_FORMAT = "%(asctime)s %(levelname)s %(threadName)s %(name)s: %(message)s"
_MAX_BYTES = 1_000_000
_BACKUPS = 3


class Logs:
    """The handlers of one run; ``close`` undoes them. Made once, on the main thread, before any other thread.

    Where no file can be written there is none: that keeps nobody from working.
    """

    def __init__(self) -> None:
        logging.getLogger("llmdesk").setLevel(logging.INFO)
        self._file: _LogFile | None = None
        self._crash: TextIO | None = None
        try:
            self._begin()
        except OSError as error:
            log.warning("there is no log file: %s", error)

    def _begin(self) -> None:
        folder = paths.made(paths.log_dir())
        self._file = _LogFile(paths.log_file(), maxBytes=_MAX_BYTES, backupCount=_BACKUPS, encoding="utf-8")
        self._file.setFormatter(logging.Formatter(_FORMAT))
        logging.getLogger().addHandler(self._file)
        # A crash inside a library leaves the stacks of all threads here.
        self._crash = (folder / "crash.log").open("a", encoding="utf-8")
        faulthandler.enable(self._crash)

    def close(self) -> None:
        """Stop logging to the file."""
        if self._file is not None:
            logging.getLogger().removeHandler(self._file)
            with contextlib.suppress(OSError):  # of a full disk, say: what was to be written last
                self._file.close()
        if self._crash is not None:
            faulthandler.disable()
            self._crash.close()


class _LogFile(RotatingFileHandler):
    _is_told = False

    def handleError(self, record: logging.LogRecord) -> None:
        """A full disk is told where it matters; what else keeps lines from being written is told here, once.

        Not with a traceback for each line, and not to the log, which would come here again.
        """
        error = sys.exc_info()[1]
        if not isinstance(error, OSError):
            super().handleError(record)
        elif not (is_disk_full(error) or self._is_told):
            self._is_told = True
            with contextlib.suppress(OSError, AttributeError):  # there may be nobody to tell: no standard error
                sys.stderr.write(f"llmdesk: the log {self.baseFilename} cannot be written: {error.strerror or error}\n")
