"""Native libraries write notices straight to file descriptor 2; they belong into the log, not onto the terminal."""

from __future__ import annotations

import logging
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

log = logging.getLogger(__name__)


@contextmanager
def native_stderr_to_log() -> Iterator[None]:
    """Collect what is written to descriptor 2 meanwhile and log it at debug level. Affects the whole process."""
    try:
        saved = os.dup(2)
    except OSError:  # started without a console: there is no descriptor 2
        yield
        return
    with tempfile.TemporaryFile() as caught:
        if sys.stderr is not None:
            sys.stderr.flush()
        os.dup2(caught.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(saved, 2)
            os.close(saved)
            caught.seek(0)
            text = caught.read().decode(errors="replace").strip()
            if text:
                log.debug("notices of a native library:\n%s", text)
