"""Parts that are made when somebody needs them."""

from __future__ import annotations

from llmdesk.ui.kit.late import Late


def test_it_is_made_once_by_who_needs_it_first_and_told_to_all_who_wait() -> None:
    made: list[list[int]] = []
    told: list[list[int]] = []

    def make() -> list[int]:
        made.append([])
        return made[-1]

    late = Late(make)
    late.then(told.append)
    assert late.made is None
    assert not told
    assert late() is late() is late.made
    late.then(told.append)
    assert len(made) == 1
    assert told == [made[0], made[0]]
