"""What a measurement found, as a table, JSON or CSV (no torch)."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from llmdesk.engine.measuring.fidelity import Fidelity
from llmdesk.engine.measuring.speed import FollowUp, Speed
from llmdesk.services.figure_text import counted, share_text
from llmdesk.services.kl_text import kl_text

KL_DECIMALS = 5


@dataclass(frozen=True, slots=True)
class BenchRow:
    """One line of ``llmdesk bench``.

    Attributes:
        engine: which decoder ran.
        context_tokens: what the cache held before each run (llama-bench's depth).
        rss_bytes, peak_rss_bytes: of the whole program: after loading, and the most since loading began.
        bytes_per_token: weights that are read for each new token, and keys and values at that depth.
        bandwidth_share: bytes_per_token times decode_tps.mean, as a share of the measured read bandwidth, at most 1.
        kernels_version: see versions.py; empty in what was measured before it was kept.
        is_synthetic: measured with random weights of the model's shape.
    """

    model: str
    backend: str
    engine: str
    precision: str
    threads: int
    prompt_tokens: int
    new_tokens: int
    context_tokens: int
    repetitions: int
    prefill_tps: Speed
    decode_tps: Speed
    load_s: float
    rss_bytes: int
    peak_rss_bytes: int
    bytes_per_token: int
    bandwidth_share: float
    follow_up: FollowUp | None = None
    kernels_version: str = ""
    is_synthetic: bool = False


@dataclass(frozen=True, slots=True)
class QualityRow:
    """A precision beside the same model in float32, on one kind of text and one way through the network.

    Attributes:
        path: "prompt" (as prompts are read) or "token" (as answers are written).
        text: the kind; "all" for all together.
        increase_percent: of the perplexity over float32's.
        mean_kl, p99_kl, equal_first: see Fidelity.
        is_default: the precision is the catalogue's choice.
    """

    precision: str
    path: str
    text: str
    positions: int
    perplexity: float
    increase_percent: float
    mean_kl: float
    p99_kl: float
    equal_first: float
    is_default: bool

    @classmethod
    def of(cls, precision: str, path: str, text: str, found: Fidelity, is_default: bool) -> QualityRow:
        """What was found, with how much worse the perplexity is."""
        increase = 100 * (found.perplexity / found.reference_perplexity - 1)
        return cls(
            precision, path, text, found.positions, found.perplexity, increase, found.mean_kl, found.p99_kl,
            found.equal_first, is_default,
        )  # fmt: skip


def as_json(rows: Sequence[BenchRow], conditions: dict[str, Any]) -> str:
    """One object for a single row, a list of them for several; each with the conditions."""
    found = []
    for row in rows:
        values = asdict(row)
        if row.follow_up is None:
            del values["follow_up"]
        found.append({**values, "conditions": conditions})
    return json.dumps(found[0] if len(found) == 1 else found, indent=2)


def as_csv(rows: Sequence[BenchRow], conditions: dict[str, Any]) -> str:
    """A line per row, the parts of nested values as ``prefill_tps_mean``; conditions in the last columns."""
    lines = [flat({**asdict(row), "conditions": conditions}) for row in rows]
    columns = list(dict.fromkeys(column for line in lines for column in line))
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(lines)
    return out.getvalue().rstrip("\n")


def as_table(rows: Sequence[BenchRow], conditions: dict[str, Any]) -> str:
    """Markdown, a line per test as llama-bench prints them, and the conditions under it."""
    lines = [["model", "backend", "precision", "threads", "test", "tok/s", "median", "of bandwidth"]]
    for row in rows:
        depth = f" @ d{row.context_tokens}" if row.context_tokens else ""
        start = [row.model, row.backend, row.precision, str(row.threads)]
        lines.append([*start, f"pp{row.prompt_tokens}{depth}", *speed_cells(row.prefill_tps), ""])
        lines.append([*start, f"tg{row.new_tokens}{depth}", *speed_cells(row.decode_tps), f"{row.bandwidth_share:.0%}"])
    lines = [list(line) for line in dict.fromkeys(map(tuple, lines))]  # rows share tests when there are several values
    notes = list(dict.fromkeys(note for row in rows for note in _notes(row)))
    return "\n".join([markdown(lines), "", *notes, *conditions_text(conditions)])


def quality_table(rows: Sequence[QualityRow]) -> str:
    """Markdown, a line per row, and what the columns mean."""
    head = ["precision", "path", "text", "perplexity", "against float32", "mean KL", "99 % KL", "equal first choice"]
    lines = [[*head, "default"]]
    for row in rows:
        kls = [kl_text(kl, KL_DECIMALS) for kl in (row.mean_kl, row.p99_kl)]
        figures = [f"{row.perplexity:.3f}", f"{row.increase_percent:+.2f} %", *kls]
        default = "yes" if row.is_default else ""
        lines.append([row.precision, row.path, row.text, *figures, f"{share_text(row.equal_first)} %", default])
    tokens = ", ".join(f"{text} {count:,}" for text, count in {row.text: row.positions for row in rows}.items())
    notes = (
        "KL: divergence of the probabilities from float32's, in nats. Prompt: as prompts are read; token: as answers.",
        f"Tokens: {tokens}.",
    )
    return "\n".join([markdown(lines), "", *notes])


def quality_csv(rows: Sequence[QualityRow]) -> str:
    """A line per row under the fields' names."""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(asdict(rows[0])), lineterminator="\n")
    writer.writeheader()
    writer.writerows(asdict(row) for row in rows)
    return out.getvalue().rstrip("\n")


def quality_json(rows: Sequence[QualityRow], model_id: str, conditions: dict[str, Any]) -> str:
    """One object; the conditions beside the rows."""
    found = {"model": model_id, "backend": conditions["backend"]}
    return json.dumps({**found, "quality": [asdict(row) for row in rows], "conditions": conditions}, indent=2)


def markdown(lines: Sequence[Sequence[str]]) -> str:
    """A table with its columns in line; the first line is the head."""
    lines = [[" ".join(cell.split("\n")).replace("|", "\\|") for cell in line] for line in lines]
    widths = [max(len(cell) for cell in column) for column in zip(*lines, strict=True)]
    rows = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |" for line in lines
    ]
    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    return "\n".join([rows[0], rule, *rows[1:]])


def speed_cells(speed: Speed) -> list[str]:
    """Mean and deviation, and the median."""
    return [f"{speed.mean:.2f} ± {speed.sd:.2f}", f"{speed.median:.2f}"]


def _notes(row: BenchRow) -> list[str]:
    notes = [
        f"{row.precision}, {counted(row.threads, 'thread')}: loaded in {row.load_s:.2f} s, "
        f"{row.rss_bytes / 1e6:,.0f} MB resident (peak {row.peak_rss_bytes / 1e6:,.0f} MB), "
        f"{row.bytes_per_token / 1e6:,.0f} MB read per token; {row.engine}"
    ]
    if row.follow_up is not None:
        turn = row.follow_up
        notes.append(
            f"A turn after {turn.cached_tokens:,} cached tokens: first token after {turn.ttft_s:.3f} s, alone "
            f"{turn.alone_ttft_s:.3f} s ({turn.ratio:.2f} times); computed {turn.computed_tokens} and "
            f"{turn.alone_computed_tokens} tokens"
        )
    return notes


def conditions_text(conditions: dict[str, Any]) -> list[str]:
    """Lines of what all figures of a benchmark depend on; a question mark stands for what was not kept."""
    processor, versions = conditions.get("processor", {}), conditions.get("packages", {})
    packages = ", ".join(f"{name} {version}" for name, version in versions.items() if version)
    features = ", ".join(processor.get("features", []))

    def of(key: str) -> Any:
        return conditions.get(key, "?")

    return [
        f"{processor.get('name', '?')} ({processor.get('physical_cores', '?')} cores; {features}), "
        f"memory read at {of('read_bandwidth_gbps')} GB/s",
        f"llmdesk {of('llmdesk')}, Python {of('python')}, {packages}; {of('backend_reason')}",
        f"{of('date')}, load average {of('load_average')}",
        *conditions.get("warnings", []),
    ]


def flat(values: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    """Nested values under names joined by ``_``, for CSV."""
    found: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, dict):
            found |= flat(value, f"{prefix}{name}_")
        else:
            found[prefix + name] = " ".join(map(str, value)) if isinstance(value, list | tuple) else value
    return found
