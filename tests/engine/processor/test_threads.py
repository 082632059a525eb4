"""The governor against a simulated machine: it must find the better number of threads and cost next to nothing."""

from __future__ import annotations

import pytest

from llmdesk.engine.processor import threads
from llmdesk.engine.processor.hardware import Core, Topology
from llmdesk.engine.processor.threads import ThreadGovernor, default_threads
from llmdesk.errors import SetupError


class Machine:
    """Steps take 10 ms with both threads, 16 ms with one; while busy, 100 ms with both and 17 ms with one."""

    def __init__(self, full: int = 2) -> None:
        self.now_s = 100.0
        self.busy = False
        self.slow_factor = 1.0
        self.threads = full
        self.full = full
        self.steps_with_fewer = 0
        self.governor = ThreadGovernor(full, self._apply, lambda: self.now_s)

    def _apply(self, threads: int) -> None:
        self.threads = threads

    def decode(self, seconds: float) -> float:
        """Run steps for that long; returns tokens per second."""
        end_s, steps, started_s = self.now_s + seconds, 0, self.now_s
        while self.now_s < end_s:
            self.governor.use_chosen()
            full = self.threads == self.full
            took_s = (0.100 if full else 0.017) if self.busy else (0.010 if full else 0.016)
            took_s *= self.slow_factor
            self.steps_with_fewer += not full
            self.now_s += took_s
            self.governor.step_took(took_s)
            steps += 1
        return steps / (self.now_s - started_s)


def test_a_free_machine_tries_fewer_threads_once_and_stops_at_once() -> None:
    machine = Machine()
    assert machine.decode(30) > 99.5
    assert machine.steps_with_fewer == 2


def test_a_chat_that_grows_slower_with_its_length_is_left_in_peace() -> None:
    machine = Machine()
    for _ in range(100):
        machine.decode(0.5)
        machine.slow_factor *= 1.005
    assert machine.steps_with_fewer == 2


def test_a_machine_that_was_busy_from_the_start() -> None:
    machine = Machine()
    machine.busy = True
    machine.decode(1)
    assert machine.decode(20) > 45  # 59 with one thread, 10 with both


def test_another_program_comes_and_goes() -> None:
    machine = Machine()
    machine.decode(12)
    machine.busy = True
    machine.decode(2)
    assert machine.decode(20) > 45
    machine.busy = False
    machine.decode(9)
    assert machine.decode(20) > 97


def test_a_busy_machine_is_noticed_within_a_second() -> None:
    machine = Machine()
    machine.decode(30)
    machine.busy = True
    machine.decode(0.6)
    assert machine.decode(1) > 45


def test_a_machine_that_is_slow_either_way_is_left_in_peace() -> None:
    machine = Machine()
    machine.decode(10)
    machine.slow_factor = 5
    assert machine.decode(20) > 0.95 * 20


def test_a_single_thread_stays_one() -> None:
    machine = Machine(full=1)
    machine.decode(3)
    assert machine.threads == 1


def test_the_number_can_be_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LLMDESK_THREADS", " 3 ")
    assert default_threads() == 3


@pytest.mark.parametrize("text", ["0", "-1", "two", "1.5", "4" * 5000])
def test_a_number_that_is_none_is_a_clear_error(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LLMDESK_THREADS", text)
    with pytest.raises(SetupError, match=f"LLMDESK_THREADS={text} is not a number of threads"):
        default_threads()


def test_without_a_number_it_is_one_per_fast_core(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LLMDESK_THREADS", raising=False)
    hybrid = Topology((Core((0, 1)), Core((2, 3)), Core((4,), efficient=True), Core((5,), efficient=True)))
    monkeypatch.setattr(threads, "topology", lambda: hybrid)
    assert default_threads() == 2
