"""Frames of a growing answer: as many as the machine can spare."""

from __future__ import annotations

import pytest

from llmdesk.ui.kit.pace import FASTEST_MS, SLOWEST_MS, Pace


class Computed:
    """Processor seconds, which pass when told to."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


@pytest.mark.parametrize(
    ("processors", "cost_ms", "frame_ms"),
    [(2, 3.0, 75), (2, 1.0, FASTEST_MS), (2, 12.0, SLOWEST_MS), (4, 4.0, 50), (16, 8.0, FASTEST_MS)],
)
def test_frames_take_their_share_and_no_more(processors: int, cost_ms: float, frame_ms: int) -> None:
    computed = Computed()
    pace = Pace(processors, computed)
    for _ in range(100):
        pace.note_frame()
        computed.now_s += cost_ms / 1000
    assert pace.frame_ms == pytest.approx(frame_ms, abs=1)


def test_what_is_computed_between_two_answers_is_no_cost_of_a_frame() -> None:
    computed = Computed()
    pace = Pace(2, computed)
    for _ in range(100):
        pace.note_frame()
        computed.now_s += 0.002
    before_ms = pace.frame_ms
    pace.rest()
    computed.now_s += 60.0
    pace.note_frame()
    assert pace.frame_ms == before_ms
