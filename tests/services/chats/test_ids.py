"""Ids that sort by time and repeat nowhere."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
import uuid

import pytest

from llmdesk.services.chats.ids import new_id


def test_ids_are_uuids_of_version_7_that_say_when_they_were_made() -> None:
    before_ms = time.time_ns() // 1_000_000
    made = uuid.UUID(new_id())
    assert (made.version, made.variant) == (7, uuid.RFC_4122)
    assert before_ms <= made.int >> 80 <= time.time_ns() // 1_000_000 + 10_000


def test_ids_sort_in_the_order_in_which_they_were_made() -> None:
    ids = [new_id() for _ in range(20_000)]  # far more than one a millisecond
    assert ids == sorted(ids)
    assert len(set(ids)) == len(ids)


def test_a_clock_that_is_set_back_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    first = new_id()
    monkeypatch.setattr(time, "time_ns", lambda: 0)
    assert new_id() > first


def test_threads_never_get_the_same_one() -> None:
    lists: list[list[str]] = [[] for _ in range(4)]

    def make(into: list[str]) -> None:
        into.extend(new_id() for _ in range(5_000))

    threads = [threading.Thread(target=make, args=(each,)) for each in lists]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({each for ids in lists for each in ids}) == 20_000


def test_a_restart_goes_on_behind() -> None:
    code = "from llmdesk.services.chats.ids import new_id; print(new_id())"
    runs = [subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True) for _ in range(2)]
    first, second = (run.stdout.strip() for run in runs)
    assert first < second
