"""Who hears of something, and when no more."""

from __future__ import annotations

import logging

import pytest

from llmdesk.listeners import Listeners


def test_all_are_told_in_order_and_one_may_be_there_twice() -> None:
    told: list[tuple[str, int]] = []
    listeners: Listeners[int] = Listeners()
    listeners.add(lambda value: told.append(("a", value)))

    def twice(value: int) -> None:
        told.append(("b", value))

    remove = listeners.add(twice)
    listeners.add(twice)
    listeners.tell(1)
    remove()
    remove()
    listeners.tell(2)
    assert told == [("a", 1), ("b", 1), ("b", 1), ("a", 2), ("b", 2)]


def test_one_that_was_removed_by_an_earlier_one_is_not_called_any_more() -> None:
    told: list[int] = []
    listeners: Listeners[int] = Listeners()
    listeners.add(lambda value: remove())
    remove = listeners.add(told.append)
    listeners.tell(1)
    assert told == []


@pytest.mark.logs("a listener raised")
def test_one_that_raises_hurts_no_other_and_fills_no_log(caplog: pytest.LogCaptureFixture) -> None:
    told: list[int] = []
    listeners: Listeners[int] = Listeners()

    def broken(value: int) -> None:
        raise ValueError(f"cannot take {value}")

    listeners.add(broken)
    listeners.add(told.append)
    with caplog.at_level(logging.WARNING):
        for value in range(3):
            listeners.tell(value)
    assert told == [0, 1, 2]
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    assert "cannot take 0" in caplog.text
