"""Usage: its figures are those of the answers that are kept, by day and model; erasing makes it count anew."""

from __future__ import annotations

from datetime import date

import pytest

from tests.services.chats.kept import Owner


def test_it_counts_what_was_answered_until_it_is_erased(keeper: Owner) -> None:
    keeper.ask("one")
    keeper.ask("two")
    assert keeper.store.flush()
    stats = [turn.answer.stats for turn in keeper.sessions.current.conversation.turns]
    rows = keeper.store.usage()
    assert [row.day for row in rows] == [date.today().isoformat()]
    assert rows[0].answers == 2
    assert rows[0].new_tokens == sum(each.new_tokens for each in stats if each)
    assert rows[0].work_s == pytest.approx(sum(each.prefill_s + each.decode_s for each in stats if each))
    keeper.store.erase_usage()
    assert keeper.store.flush()
    assert keeper.store.usage() == ()
    assert len(keeper.store.chats()) == 1
