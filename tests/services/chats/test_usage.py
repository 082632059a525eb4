"""Usage: its figures are those of the answers that are kept, by day and model; erasing makes it count anew."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from datetime import date

import pytest

from llmdesk.services.chats.ids import time_of
from llmdesk.services.usage.usage import UsageRow, by_model
from tests.services.chats.kept import Owner


def test_it_counts_what_was_answered_until_it_is_erased(keeper: Owner, monkeypatch: pytest.MonkeyPatch) -> None:
    now_ns = time.time_ns()
    monkeypatch.setattr(time, "time_ns", lambda: now_ns)  # both answers are of one day, also at midnight
    keeper.ask("one")
    keeper.ask("two")
    assert keeper.store.flush()
    stats = [turn.answer.stats for turn in keeper.sessions.current.conversation.turns]
    rows = keeper.store.usage()
    assert [row.day for row in rows] == [date.fromtimestamp(now_ns / 1e9).isoformat()]
    assert rows[0].answers == 2
    assert rows[0].new_tokens == sum(each.new_tokens for each in stats if each)
    timed = sum(each.new_tokens - each.untimed_tokens for each in stats if each)
    assert rows[0].decode_tps == pytest.approx(timed / sum(each.decode_s for each in stats if each))
    assert rows[0].work_s == pytest.approx(sum(each.prefill_s + each.decode_s for each in stats if each))
    keeper.store.erase_usage()
    assert keeper.store.flush()
    assert keeper.store.usage() == ()
    assert len(keeper.store.chats()) == 1
    keeper.store.restore_usage()
    assert keeper.store.flush()
    assert keeper.store.usage() == rows


def test_undoing_an_erasure_brings_back_only_what_that_one_erased(keeper: Owner) -> None:
    keeper.ask("one")
    keeper.store.erase_usage()
    keeper.ask("two")
    keeper.store.erase_usage()
    keeper.store.restore_usage()
    assert keeper.store.flush()
    assert [row.answers for row in keeper.store.usage()] == [1]


def test_a_second_erasure_of_nothing_and_a_second_undoing_change_nothing(keeper: Owner) -> None:
    def counted() -> list[int]:
        assert keeper.store.flush()
        return [row.answers for row in keeper.store.usage()]

    keeper.ask("one")
    keeper.store.erase_usage()
    keeper.ask("two")
    keeper.store.erase_usage()
    keeper.store.erase_usage()
    assert counted() == []
    keeper.store.restore_usage()
    assert counted() == [1]
    keeper.store.restore_usage()
    assert counted() == [1], "the erasure before is none that was undone"


def test_an_answer_of_the_same_millisecond_belongs_to_the_side_it_was_made_on(
    keeper: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    now_ns = time.time_ns()
    monkeypatch.setattr(time, "time_ns", lambda: now_ns)
    keeper.ask("one")
    keeper.store.erase_usage()
    keeper.ask("two")
    assert keeper.store.flush()
    assert [row.answers for row in keeper.store.usage()] == [1]
    keeper.store.erase_usage()
    assert keeper.store.flush()
    assert keeper.store.usage() == ()


def test_an_erasure_that_an_older_version_noted_in_seconds_holds(keeper: Owner) -> None:
    keeper.ask("one")
    asked = keeper.sessions.current.conversation.turns[-1].answer.id
    for since_s, answers in ((time_of(asked) + 1, []), (time_of(asked), [1])):
        keeper.store.erase_usage()
        assert keeper.store.flush()
        with closing(sqlite3.connect(keeper.store.file)) as connection, connection:
            connection.execute("UPDATE notes SET value = ? WHERE name = 'usage_since'", (str(since_s),))
        assert [row.answers for row in keeper.store.usage()] == answers


def test_models_are_summed_by_their_weight_and_unknown_energy_stays_unknown() -> None:
    rows = [
        UsageRow("2026-11-27", "A int4", 2, 50, 1000, 12.0, 100, 1.0, 600.0, 200),  # most of it was not timed
        UsageRow("2026-11-26", "B int8", 1, 10, 1500, 60.0, 0, 0.0),
        UsageRow("2026-11-25", "A int4", 1, 50, 101, 15.0, 100, 10.0),
    ]
    first, second = by_model(rows)
    assert (first.model, first.new_tokens, first.energy_j) == ("B int8", 1500, None)
    assert first.decode_tps is None
    assert (second.answers, second.new_tokens, second.work_s) == (3, 1101, 27.0)
    assert second.decode_tps == pytest.approx(200 / 11)
    assert (second.energy_j, second.energy_tokens) == (600.0, 200)
