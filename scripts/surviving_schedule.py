"""A plugin of pytest-xdist: the tests go on where a process of theirs has crashed.

xdist hands a crashed process's files to the next one together with those that it had finished. Whoever gets a finished
one has nothing to do, reports nothing, and is never given work again: the run hangs. It would also try the test that
crashed again, in the middle of the others.
"""

from __future__ import annotations

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling
from xdist.workermanage import WorkerController


class SurvivingScheduling(LoadFileScheduling):
    """Files of tests to processes; the rest of a crashed one's files goes to others."""

    def remove_node(self, node: WorkerController) -> str | None:
        """The test that the process crashed in; None if it had no more to do."""
        unfinished = {file: tests for file, tests in self.assigned_work.pop(node).items() if not all(tests.values())}
        if not unfinished:
            return None
        first = next(iter(unfinished.values()))
        crashed = next(test for test, is_done in first.items() if not is_done)
        first[crashed] = True
        self.workqueue.update({file: tests for file, tests in unfinished.items() if not all(tests.values())})
        for other in self.assigned_work:
            self._reschedule(other)
        return str(crashed)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> SurvivingScheduling:
    """For all runs side by side."""
    return SurvivingScheduling(config, log)
