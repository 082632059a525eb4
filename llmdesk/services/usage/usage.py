"""How much was written here, by model and day, from the figures that the chats keep (store's thread)."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from llmdesk.services.chats.ids import id_at, number_of, time_of
from llmdesk.services.chats.storage.codec import message_of

SINCE = "usage_since"
"""The note with the id behind which answers count: a time has no order within one millisecond, ids have."""
_SINCE_BEFORE = "usage_since_before"


@dataclass(frozen=True, slots=True)
class UsageRow:
    """One model on one day (of this machine's calendar).

    Attributes:
        day: ISO 8601, as 2026-11-27.
        model: title and precision of what answered.
        answers: those that have figures.
        prompt_tokens, new_tokens: read, and written.
        work_s: from the first prompt token to the last token of the answers.
        timed_tokens, decode_s: new tokens whose time was measured, and that time.
        energy_j: of the answers whose energy was measured; None if of none. ``energy_tokens`` were new in these.
    """

    day: str
    model: str
    answers: int
    prompt_tokens: int
    new_tokens: int
    work_s: float
    timed_tokens: int
    decode_s: float
    energy_j: float | None = None
    energy_tokens: int = 0

    @property
    def decode_tps(self) -> float | None:
        """New tokens per second, all answers by their weight; None where nothing was timed."""
        return self.timed_tokens / self.decode_s if self.decode_s else None


@dataclass(slots=True)
class _Sum:
    answers: int = 0
    prompt_tokens: int = 0
    new_tokens: int = 0
    timed_tokens: int = 0
    decode_s: float = 0.0
    work_s: float = 0.0
    energy_j: float = 0.0
    energy_tokens: int = 0


def erase(connection: sqlite3.Connection, mark_id: str) -> None:
    """Answers made before this id count no more; ``restore`` undoes it.

    Where none counts, nothing is done: a second click leaves what the first one can be undone to.
    """
    if not usage(connection):
        return
    before = connection.execute("SELECT value FROM notes WHERE name = ?", (SINCE,)).fetchone()
    notes = [(SINCE, mark_id), (_SINCE_BEFORE, before[0] if before else "")]
    connection.executemany("INSERT OR REPLACE INTO notes (name, value) VALUES (?, ?)", notes)


def restore(connection: sqlite3.Connection) -> None:
    """Count again what did before the last ``erase``; once."""
    before = connection.execute("SELECT value FROM notes WHERE name = ?", (_SINCE_BEFORE,)).fetchone()
    if before is None:
        return
    connection.execute("DELETE FROM notes WHERE name IN (?, ?)", (SINCE, _SINCE_BEFORE))
    if before[0]:
        connection.execute("INSERT INTO notes (name, value) VALUES (?, ?)", (SINCE, before[0]))


def usage(connection: sqlite3.Connection) -> tuple[UsageRow, ...]:
    """All days, the newest first. Answers of deleted chats count no more, those that were copied count once more."""
    note = connection.execute("SELECT value FROM notes WHERE name = ?", (SINCE,)).fetchone()
    since = _number_since(note[0]) if note else 0
    rows = connection.execute(
        "SELECT m.id, m.details FROM messages AS m JOIN chats AS c ON c.id = m.chat_id "
        "WHERE m.role = 'assistant' AND m.removed_s IS NULL AND c.deleted_s IS NULL"
    )
    return _summed((message_id, details) for message_id, details in rows if number_of(message_id) >= since)


def _number_since(noted: str) -> int:
    # versions before 2026-11-28 noted seconds since 1970
    return number_of(noted) or number_of(id_at(float(noted)))


def _summed(rows: Iterable[tuple[str, str]]) -> tuple[UsageRow, ...]:
    sums: dict[tuple[str, str], _Sum] = {}
    for message_id, details in rows:
        try:
            columns = {"id": message_id, "parent_id": "", "role": "assistant", "state": "done"}
            message = message_of(columns, "", details)
        except (ValueError, TypeError, KeyError):  # damaged: its chat says so when it is opened
            continue
        stats, made_s = message.stats, time_of(message_id)
        if stats is None or not made_s or stats.from_response_cache:
            continue
        by = message.answered_by[-1] if message.answered_by else None
        model = f"{by.title} {by.precision or by.server}".strip() if by is not None else message.model_id
        day = datetime.fromtimestamp(made_s).date().isoformat()
        found = sums.setdefault((day, model), _Sum())
        found.answers += 1
        found.prompt_tokens += stats.prompt_tokens
        found.new_tokens += stats.new_tokens
        found.work_s += stats.prefill_s + stats.decode_s
        if stats.energy_j is not None:
            found.energy_j += stats.energy_j
            found.energy_tokens += stats.new_tokens
        if stats.decode_tps:
            found.timed_tokens += stats.new_tokens - stats.untimed_tokens
            found.decode_s += stats.decode_s
    return tuple(
        _row(*key, sums[key]) for key in sorted(sums, key=lambda key: (key[0], sums[key].new_tokens), reverse=True)
    )


def _row(day: str, model: str, found: _Sum) -> UsageRow:
    counted = (found.answers, found.prompt_tokens, found.new_tokens, found.work_s, found.timed_tokens, found.decode_s)
    return UsageRow(day, model, *counted, found.energy_j if found.energy_tokens else None, found.energy_tokens)


def by_model(rows: Sequence[UsageRow]) -> tuple[UsageRow, ...]:
    """The same over all days (``day`` is empty), the model with the most tokens first."""
    grouped: dict[str, list[UsageRow]] = {}
    for each in rows:
        grouped.setdefault(each.model, []).append(each)
    return tuple(sorted((_together(model, days) for model, days in grouped.items()), key=lambda row: -row.new_tokens))


def _together(model: str, days: Sequence[UsageRow]) -> UsageRow:
    known = [day for day in days if day.energy_j is not None]
    return UsageRow(
        "",
        model,
        sum(day.answers for day in days),
        sum(day.prompt_tokens for day in days),
        sum(day.new_tokens for day in days),
        sum(day.work_s for day in days),
        sum(day.timed_tokens for day in days),
        sum(day.decode_s for day in days),
        sum(day.energy_j or 0.0 for day in known) if known else None,
        sum(day.energy_tokens for day in known),
    )
