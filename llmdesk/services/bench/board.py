"""The newest figures of each thing that was measured here, with its fidelity and its past (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from llmdesk.services.bench.history import PastRun
from llmdesk.services.bench.report import BenchRow, QualityRow

_NO_LOAD_S = 5.0


@dataclass(frozen=True, slots=True)
class BoardRow:
    """A line of the benchmark page.

    Attributes:
        fidelity: as answers are written, over all kinds of text; None: not measured.
        past: (ISO 8601 date, decode_tps) of this and all earlier runs of the same test, oldest first.
    """

    row: BenchRow
    conditions: dict[str, Any]
    fidelity: QualityRow | None
    past: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Board:
    """All lines, by model and the faster precision first; ``notice``: what could not be read."""

    rows: tuple[BoardRow, ...] = ()
    notice: str = ""


def board_of(runs: Sequence[PastRun], notice: str = "") -> Board:
    """From the history, oldest first."""
    newest: dict[tuple[Any, ...], tuple[BenchRow, dict[str, Any]]] = {}
    past: dict[tuple[Any, ...], list[tuple[str, float]]] = {}
    fidelity: dict[tuple[str, str], QualityRow] = {}
    for run in runs:
        for row in run.rows:
            newest[_test(row)] = (row, run.conditions)
            past.setdefault(_test(row), []).append((str(run.conditions.get("date", "")), row.decode_tps.mean))
        for found in run.quality:
            if (found.path, found.text) == ("token", "all"):
                fidelity[run.model, found.precision] = found
    lines = [
        BoardRow(row, conditions, fidelity.get((row.model, row.precision)), tuple(past[test]))
        for test, (row, conditions) in newest.items()
    ]
    lines.sort(key=lambda line: (line.row.model, -line.row.decode_tps.mean))
    return Board(tuple(lines), notice)


def expected_s(
    board: Board, model: str, precision: str, prompt_tokens: Sequence[int], new_tokens: Sequence[int], runs: int
) -> float | None:
    """How long so many runs of each length take, by what was measured here; None: this model was not."""
    known = [line.row for line in board.rows if (line.row.model, line.row.precision) == (model, precision)]
    if not known or not (known[0].prefill_tps.mean and known[0].decode_tps.mean):
        return None
    row = known[0]
    once_s = sum(prompt_tokens) / row.prefill_tps.mean + sum(new_tokens) / row.decode_tps.mean
    return (row.load_s or _NO_LOAD_S) + runs * once_s


def _test(row: BenchRow) -> tuple[Any, ...]:
    return (
        row.model, row.backend, row.precision, row.threads, row.prompt_tokens, row.new_tokens, row.context_tokens,
    )  # fmt: skip
