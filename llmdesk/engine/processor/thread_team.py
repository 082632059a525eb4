"""How many threads torch uses, and on which cores they may run (engine thread only).

A parallel region's threads belong to the thread that enters it. On Linux they carry the name that this one had when
they were made, by which they are found again; those made later inherit their place as well.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from llmdesk.engine.processor.hardware import topology

log = logging.getLogger(__name__)

TEAM_NAME = "llmdesk-engine"
_NICE = 5
_TASKS = Path("/proc/self/task")
_placed = threading.local()  # where this thread and its team are: models that follow each other there share it


@dataclass(frozen=True, slots=True)
class ThreadChoice:
    """A number of threads, and the logical processors they are kept to (none: wherever the system puts them)."""

    threads: int
    cpus: tuple[int, ...] = ()


class ThreadTeam:
    """Torch's threads.

    Args:
        set_num_threads: torch.set_num_threads, which costs less than a microsecond.
    """

    def __init__(self, set_num_threads: Callable[[int], None]) -> None:
        self._set_num_threads = set_num_threads

    def use(self, choice: ThreadChoice) -> None:
        """From the next operator on."""
        self._set_num_threads(choice.threads)
        if choice.cpus != getattr(_placed, "cpus", ()):
            _placed.cpus = choice.cpus
            place_team(choice.cpus)


def name_team() -> None:
    """Give this thread, and with it all that it will start, the team's name. To be called before torch is used."""
    if sys.platform == "linux":
        with suppress(OSError):  # a sandbox; then only placing does nothing
            (_TASKS / str(threading.get_native_id()) / "comm").write_text(TEAM_NAME)


def let_others_first() -> None:
    """Give this thread, and what it will start, less of the cores than the window's and the server's threads (Linux).

    They need a core rarely and soon: with equal rights /health waited for one up to 60 ms while 32 clients asked on two
    cores. What other programs get does not change much, since the system divides between groups of processes first.
    """
    if sys.platform == "linux":
        with suppress(OSError):
            thread = threading.get_native_id()
            os.setpriority(os.PRIO_PROCESS, thread, os.getpriority(os.PRIO_PROCESS, thread) + _NICE)


def place_team(cpus: tuple[int, ...]) -> None:
    """Keep this thread and its team to these logical processors; empty: to all that the program may use.

    A system that refuses leaves them where they are: a matter of speed only.
    """
    if sys.platform != "linux":
        return
    everywhere = tuple(cpu for core in topology().cores for cpu in core.cpus)  # read before anything is kept anywhere
    allowed = cpus or everywhere
    for task in [threading.get_native_id(), *_team_tasks()]:
        try:
            os.sched_setaffinity(task, allowed)
        except OSError as error:
            log.debug("thread %d cannot be kept to processors %s: %s", task, allowed, error)


def _team_tasks() -> list[int]:
    tasks = []
    for task in _TASKS.iterdir():
        try:
            if (task / "comm").read_text().strip() == TEAM_NAME:
                tasks.append(int(task.name))
        except OSError:  # it has ended meanwhile
            continue
    return tasks
