"""What the benchmark page says of a test (GUI thread only)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from llmdesk.services.bench.board import BoardRow, DepthLine
from llmdesk.services.bench.versions import is_own
from llmdesk.ui.kit.numbers import day, time_of_day
from llmdesk.ui.kit.words import told, tr


def lengths_words(line: BoardRow) -> str:
    """Depth, lengths, threads, and whose kernels where they are not llmdesk's own."""
    row = line.row
    words = tr("prompt {prompt:,}, answer {answer:,}", prompt=row.prompt_tokens, answer=row.new_tokens)
    depth = tr("after {tokens:,} tokens", tokens=row.context_tokens) if row.context_tokens else ""
    engine = "" if is_own(row.engine) else told(row.engine)
    return " · ".join(filter(None, (depth, words, tr("%n thread(s)", n=row.threads), engine)))


def other_ways_words(lines: Sequence[DepthLine]) -> list[str]:
    """A sentence for each line of a chart that others' kernels or other numbers of threads ran."""
    found = []
    for line in lines:
        if line.other_way is not None:
            engine, threads = told(line.other_way[0]), tr("%n thread(s)", n=line.other_way[1])
            found.append(
                tr("{precision}: {engine}, {threads}.", precision=line.precision, engine=engine, threads=threads)
            )
    return found


def row_note(line: BoardRow) -> str:
    """What must be known to compare it: another machine, other kernels."""
    if line.machine:
        return tr("measured on another machine: {machine}", machine=line.machine)
    return tr("measured with older kernels") if line.is_stale else ""


def day_words(date_text: str) -> str:
    """A day of the history as the window's language writes it; what is no date as it stands there."""
    try:
        return day(date.fromisoformat(date_text[:10]))
    except ValueError:
        return date_text[:10]


def moments_words(date_texts: Sequence[str]) -> list[str]:
    """The same for runs in a row: their days, or their times of the day where all are of one."""
    days = [day_words(each) for each in date_texts]
    if len(days) < 2 or len(set(days)) > 1:
        return days
    try:
        return [time_of_day(datetime.fromisoformat(each).astimezone()) for each in date_texts]
    except ValueError:
        return days


def condition_words(line: BoardRow) -> str:
    """What the figures depend on, a line each."""
    found, processor = line.conditions, line.conditions.get("processor", {})
    versions = filter(None, (f"llmdesk {found.get('llmdesk', '–')}", line.row.engine, line.row.kernels_version))
    lines = [
        ", ".join(filter(None, (str(processor.get("name", "–")), *processor.get("features", [])))),
        tr("Memory read at {speed} GB/s", speed=found.get("read_bandwidth_gbps", "–")),
        tr("Load average {load}", load=found.get("load_average", "–")),
        tr("%n repetition(s), after a warm-up", n=line.row.repetitions),
        " · ".join(versions),
        day_words(str(found.get("date", ""))),
        tr("Random weights of its shape: speed does not depend on what they are.") if line.row.is_synthetic else "",
        *map(str, found.get("warnings", [])),
    ]
    return "\n".join(filter(None, lines))
