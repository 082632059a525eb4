"""Launchers that an older single file has left: the newer one takes them over (Linux; file thread)."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from pathlib import Path

from llmdesk import __version__
from llmdesk.errors import SetupError
from llmdesk.services import autostart, desktop_entry, start_command, systemd_unit
from llmdesk.services.updates.version_file import numbers

log = logging.getLogger(__name__)


def take_over() -> None:
    """Let menu entry, start at login and service start this single file if theirs is older or gone.

    Else a start from there would unpack the older one and put it into this one's place.
    """
    if start_command.one_file() is None:
        return
    entry = desktop_entry.entry_file()
    _take_one_over(partial(desktop_entry.started_program, entry), desktop_entry.renew)
    _take_one_over(autostart.started_program, partial(autostart.turn, True))
    _take_one_over(systemd_unit.started_program, systemd_unit.renew)


def _take_one_over(started_program: Callable[[], Path | None], renew: Callable[[], None]) -> None:
    try:
        program = started_program()
        if program is not None and program != start_command.one_file() and _is_outdated(program):
            renew()
            log.info("a launcher of %s starts this file now", program)
    except (OSError, SetupError) as error:  # a home that cannot be written, say: the window opens all the same
        log.info("a launcher stays as it is: %s", error)


def _is_outdated(program: Path) -> bool:
    if not program.exists():
        return True
    version = start_command.version_of(program)
    return bool(version) and numbers(version) < numbers(__version__)
