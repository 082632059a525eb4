"""Processor time by thread: who computes is seen, who waits is not."""

from __future__ import annotations

import threading
import time

from llmdesk.services.cpu_times import DISPLAY_SERVER, CpuMeter, thread_times_s


def test_a_thread_that_computes_is_told_from_one_that_waits() -> None:
    end = threading.Event()
    ready = threading.Event()

    def compute() -> None:
        while not end.is_set():
            ready.set()

    busy = threading.Thread(target=compute, name="busy")
    idle = threading.Thread(target=end.wait, name="idle")
    meter = CpuMeter()
    assert meter.ms_per_s() == {}
    for thread in (busy, idle):
        thread.start()
    ready.wait()
    meter.start()
    begin_s = thread_times_s()["busy"]
    deadline_s = time.monotonic() + 20
    while thread_times_s()["busy"] - begin_s < 0.5 and time.monotonic() < deadline_s:
        time.sleep(0.01)
    meter.stop()
    meter.stop()
    end.set()
    busy.join()
    idle.join()

    spent = meter.ms_per_s()
    assert spent["busy"] > 5 * spent["idle"]
    assert spent["busy"] <= 1100
    assert spent["idle"] < 50
    assert spent.get(DISPLAY_SERVER, 0.0) >= 0.0
