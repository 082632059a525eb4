"""Exports of the benchmark page: speed with fidelity beside it, foreign words as text, nothing from elsewhere."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from dataclasses import replace
from itertools import groupby
from typing import Any

import pytest

from llmdesk.services.bench import export, history, page
from llmdesk.services.bench.board import Board, DepthLine, board_of, expected_s
from llmdesk.services.bench.report import BenchRow, markdown, quality_table
from llmdesk.ui.benchmark import exporting
from tests.ui.benchmark.figures import conditions, quality, row
from tests.ui.chat.transfer.pdf_text import page_count


def board() -> Board:
    deep = row("a<b>", tps=12.5, context_tokens=4096)
    runs = [history.PastRun(1, (row("a<b>"), row("a<b>", "int8", 12.5), deep), conditions(day)) for day in (1, 2)]
    return board_of([*runs, history.PastRun(1, (), conditions(), (quality(),), "a<b>")], history.here())


@pytest.mark.parametrize("write", [export.as_markdown, export.as_csv, lambda _: page.as_html(board())])
def test_exports_have_speed_and_fidelity_beside_it(write: Callable[..., str]) -> None:
    text = write(board().rows)
    assert "25.0" in text
    assert "12.5" in text
    assert "0.0021" in text


def test_a_cell_of_a_table_is_one_cell() -> None:
    assert markdown([("a", "b"), ("x|y", "one\ntwo")]).splitlines()[2] == "| x\\|y | one two |"


def test_markdown_names_tests_as_llama_bench_does() -> None:
    lines = [line.split("|")[5].strip() for line in export.as_markdown(board().rows).splitlines() if "|" in line]
    assert {"pp512", "tg128", "pp512 @ d4096", "tg128 @ d4096"} <= set(lines)


def test_what_was_not_measured_is_null_or_empty_and_foreign_words_are_no_markup() -> None:
    found = {(each["precision"], each["context_tokens"]): each for each in json.loads(export.as_json(board().rows))}
    assert (found["int4", 0]["mean_kl"], found["int8", 0]["mean_kl"]) == (0.0021, None)
    cells = {line["precision"]: line for line in csv.DictReader(io.StringIO(export.as_csv(board().rows)))}
    assert cells["int8"]["mean_kl"] == ""
    text = page.as_html(board())
    assert "a&lt;b&gt;" in text
    assert "a<b>" not in text
    assert "not measured" in text
    assert "http" not in text.split("<body>")[1]
    assert text.count("<svg") == 4  # bars, depths, and the two tests that were run twice and are longest


def test_a_models_precisions_stand_in_one_chart_whoever_multiplies() -> None:
    """Of a precision that ran in several ways: as in the chosen row, else the fastest."""

    def deep(precision: str, tps: float, **others: Any) -> tuple[BenchRow, BenchRow]:
        return row("a", precision, tps, **others), row("a", precision, tps / 2, context_tokens=4096, **others)

    rows = (*deep("int4", 30.0), *deep("int4", 20.0, threads=1), *deep("bf16", 8.0, engine="ipex"))
    found = board_of([history.PastRun(1, (*rows, row("b", tps=99.0)), conditions())], history.here())
    speeds = [line.row.decode_tps.mean for line in found.rows]
    bf16, int4 = ((0, 8.0), (4096, 4.0)), ((0, 30.0), (4096, 15.0))
    assert set(found.depths(speeds.index(20.0))) == {
        DepthLine("int4", ((0, 20.0), (4096, 10.0)), None),
        DepthLine("bf16", bf16, ("ipex", 2)),
    }
    assert set(found.depths(speeds.index(8.0))) == {
        DepthLine("bf16", bf16, None),
        DepthLine("int4", int4, ("llmdesk AVX2", 2)),
    }
    assert "a: writing after a long context (int4: llmdesk AVX2, 2 threads; bf16: ipex, 2 threads)" in page.as_html(
        found
    )


def test_what_decimals_cannot_show_is_not_nothing() -> None:
    small = replace(quality(), mean_kl=2e-6, p99_kl=4e-6)
    found = board_of([history.PastRun(1, (row("a"),), conditions(), (small,), "a")], history.here())
    for text in (export.as_markdown(found.rows), page.as_html(found).replace("&lt;", "<"), quality_table([small])):
        assert "< 0.00001" in text
        assert "0.00000" not in text
    assert "2e-06" in export.as_csv(found.rows)
    assert "2e-06" in export.as_json(found.rows)


def test_what_is_printed_has_its_charts_beside_it() -> None:
    printed = page.for_print(board())
    assert "<svg" not in printed.html
    assert all(f'src="{name}"' in printed.html for name in printed.charts)
    assert all("http://www.w3.org/2000/svg" in svg for svg, _, _ in printed.charts.values())


def test_three_precisions_at_three_depths_are_one_page() -> None:
    lengths = [(precision, depth) for precision in ("int4", "int8", "bf16") for depth in (0, 1024, 4096)]
    runs = [
        history.PastRun(
            1,
            tuple(
                row("smollm2-135m", precision, 100.0 + depth / 100, engine="llmdesk AVX512-VNNI", context_tokens=depth)
                for _, depth in each
            ),
            conditions(day),
        )
        for day, (precision, each) in enumerate(groupby(lengths, key=lambda one: one[0]), start=1)
    ]
    found = board_of(runs, history.here())
    assert len(found.rows) == 9
    assert page_count(exporting.contents("PDF", found)) == 1


def test_a_bar_begins_behind_its_name() -> None:
    """Longest are those of older kernels; a letter takes about 7 pixels."""
    found = board_of([history.PastRun(1, (row("smollm2-135m", kernels_version="old"),), conditions())], history.here())
    for svg in (page.as_html(found), page.for_print(found).charts["chart0"][0]):
        name = re.search(r'<text x="10.0"[^>]*>([^<]*)<', svg)
        bar = re.search(r'<rect x="([0-9.]+)"', svg)
        assert name is not None
        assert bar is not None
        assert "(older kernels) int4" in name[1]
        assert float(bar[1]) >= 10 + 7 * len(name[1])


def test_the_time_is_foretold_from_what_was_measured_here() -> None:
    assert expected_s(board(), "a<b>", "int4", (250,), (25,), 6) == pytest.approx(1.0 + 6 * (1.0 + 1.0))
    assert expected_s(board(), "other", "int4", (250,), (25,), 6) is None
    elsewhere = board_of([history.PastRun(1, (row("a"),), conditions(processor="Another"))], history.here())
    assert expected_s(elsewhere, "a", "int4", (250,), (25,), 6) is None
