"""RingBuffer: bounded, contiguous, oldest first."""

from __future__ import annotations

import pytest

from llmdesk.services.live.ring_buffer import RingBuffer


@pytest.mark.parametrize("written", range(12))
def test_window_is_the_newest_values_oldest_first(written: int) -> None:
    ring = RingBuffer(5)
    for value in range(written):
        ring.append(float(value))
    expected = [float(value) for value in range(written)][-5:]
    assert len(ring) == len(expected)
    assert list(ring.window()) == expected
    assert list(ring.window(3)) == expected[-3:]
    assert list(ring.window(0)) == []


def test_window_is_a_contiguous_view_of_doubles() -> None:
    ring = RingBuffer(4)
    for value in range(7):
        ring.append(float(value))
    view = ring.window()
    assert view.contiguous
    assert view.format == "d"


def test_clear_forgets() -> None:
    ring = RingBuffer(3)
    ring.append(1.0)
    ring.clear()
    assert len(ring) == 0
    ring.append(2.0)
    assert list(ring.window()) == [2.0]
