"""``llmdesk bench`` from its command line to its exit code, on tiny models and the native backend."""

from __future__ import annotations

import csv
import io
import itertools
import json
from pathlib import Path
from typing import Any

import pytest

from llmdesk import paths
from llmdesk.cli import main
from llmdesk.services import machine
from tests.engine.measuring.test_synthetic import TINY

pytest.importorskip("torch")
pytestmark = pytest.mark.model

PROMISED = {
    "model", "backend", "precision", "threads", "prefill_tps", "decode_tps", "load_s", "rss_bytes", "peak_rss_bytes",
    "bytes_per_token", "bandwidth_share",
}  # fmt: skip
SHORT = ("--prompt-tokens", "20", "--new-tokens", "5", "--repetitions", "2", "--threads", "1")


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The native backend, and no second spent on measuring the memory."""
    monkeypatch.setenv("LLMDESK_BACKEND", "native")
    monkeypatch.setattr(machine, "read_bandwidth_gbps", lambda threads: 20.0)


@pytest.fixture
def shape(tmp_path: Path) -> str:
    file = tmp_path / "tiny.json"
    file.write_text(json.dumps(TINY), encoding="utf-8")
    return str(file)


@pytest.fixture
def model(tmp_path: Path) -> str:
    return add_model(tmp_path, 4096)


def add_model(tmp_path: Path, context_tokens: int) -> str:
    """A tiny model in the catalogue; its id."""
    from tests.engine.tiny_models import save_model

    folder = save_model(tmp_path / "model", max_position_embeddings=context_tokens)
    entry = ["[[model]]", 'id = "tiny"', 'title = "Tiny"', 'source = "folder"', f'location = "{folder}"',
             'precision = "int8"', f"context_tokens = {context_tokens}"]  # fmt: skip
    paths.user_catalogue().write_text("\n".join(entry), encoding="utf-8")
    return "tiny"


def bench_json(capsys: pytest.CaptureFixture[str], *args: str) -> Any:
    assert main(["bench", *SHORT, *args, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_a_shape_has_all_that_was_promised(shape: str, capsys: pytest.CaptureFixture[str]) -> None:
    found = bench_json(capsys, "--synthetic", shape, "--precision", "int4", "--context-tokens", "40")
    assert set(found) >= PROMISED
    assert "follow_up" not in found
    assert (found["model"], found["backend"], found["precision"], found["threads"]) == ("tiny", "native", "int4", 1)
    for speed in (found["prefill_tps"], found["decode_tps"]):
        assert speed["mean"] > 0
        assert speed["sd"] >= 0
    assert found["peak_rss_bytes"] >= found["rss_bytes"] > 50e6
    share = found["bytes_per_token"] * found["decode_tps"]["mean"] / 20e9
    assert found["bandwidth_share"] == pytest.approx(share)
    assert found["conditions"]["packages"]["torch"]


def test_bytes_per_token_are_weights_and_the_cache_at_that_depth(
    shape: str, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = bench_json(capsys, "--synthetic", shape, "--precision", "bf16", "--context-tokens", "0,40")
    layer = 64 * (64 + 2 * 32) + 64 * 64 + 3 * 64 * 128
    head = 96 * 64
    cache = 40 * 2 * 2 * 32  # tokens, layers, keys and values, width
    assert [row["bytes_per_token"] for row in rows] == [2 * (2 * layer + head), 2 * (2 * layer + head + cache)]


def test_a_follow_up_on_a_shape_finds_its_history(shape: str, capsys: pytest.CaptureFixture[str]) -> None:
    turn = bench_json(capsys, "--synthetic", shape, "--precision", "int8", "--history-tokens", "100")["follow_up"]
    assert turn["cached_tokens"] == 100
    assert turn["ratio"] == pytest.approx(turn["ttft_s"] / turn["alone_ttft_s"])


def test_a_follow_up_on_a_model_goes_through_the_prefix_cache(model: str, capsys: pytest.CaptureFixture[str]) -> None:
    found = bench_json(capsys, "--model", model, "--history-tokens", "400")
    assert (found["model"], found["precision"]) == ("tiny", "int8")
    turn = found["follow_up"]
    assert 350 < turn["cached_tokens"] < 450
    assert 20 < turn["computed_tokens"] < 40
    assert abs(turn["computed_tokens"] - turn["alone_computed_tokens"]) <= 5


def test_several_values_give_several_rows_and_csv_has_them(shape: str, capsys: pytest.CaptureFixture[str]) -> None:
    args = ["--synthetic", shape, "--precision", "int4,bf16", "--output", "csv"]
    assert main(["bench", *args, "--prompt-tokens", "8,16", "--new-tokens", "4", "--repetitions", "1"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [(row["precision"], row["prompt_tokens"]) for row in rows] == [
        ("int4", "8"), ("int4", "16"), ("bf16", "8"), ("bf16", "16"),
    ]  # fmt: skip
    assert all(float(row["decode_tps_mean"]) > 0 and float(row["prefill_tps_sd"]) == 0 for row in rows)


def test_the_table_names_tests_as_llama_bench_does_and_each_once(
    shape: str, capsys: pytest.CaptureFixture[str]
) -> None:
    args = ["--synthetic", shape, "--precision", "int4", "--context-tokens", "30", "--prompt-tokens", "8,16"]
    assert main(["bench", *args, "--new-tokens", "4", "--repetitions", "1"]) == 0
    out = capsys.readouterr().out
    tests = [line.split("|")[5].strip() for line in out.splitlines() if line.startswith("|")][2:]
    assert tests == ["pp8 @ d30", "tg4 @ d30", "pp16 @ d30"]
    assert "20.0 GB/s" in out


def test_quality_compares_each_precision_with_float32(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model = add_model(tmp_path, 256)
    assert main(["bench", "--model", model, "--quality", "--json", "--threads", "1"]) == 0
    found = json.loads(capsys.readouterr().out)
    rows = {(row["precision"], row["path"]): row for row in found["quality"] if row["text"] == "all"}
    assert list(rows) == list(itertools.product(("bf16", "int8", "int4"), ("prompt", "token")))
    assert [row["is_default"] for row in rows.values()] == [False, False, True, True, False, False]
    divergences = [row["mean_kl"] for row in rows.values()]
    assert 0 < max(divergences[:2]) < min(divergences[4:])
    assert rows["int4", "token"]["equal_first"] < rows["int8", "token"]["equal_first"] <= 1
    assert abs(rows["int8", "token"]["increase_percent"]) < 1


def test_quality_as_a_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model = add_model(tmp_path, 64)
    assert main(["bench", "--model", model, "--quality", "--precision", "int8", "--threads", "1"]) == 0
    lines = [[cell.strip() for cell in line.split("|")] for line in capsys.readouterr().out.splitlines()]
    assert lines[0][4:9] == ["perplexity", "against float32", "mean KL", "99 % KL", "equal first choice"]
    rows = [line for line in lines if line[1:2] == ["int8"]]
    assert [line[3] for line in rows if line[2] == "token"] == ["prose", "code", "chats", "all"]
    assert all(line[9] == "yes" for line in rows)


def test_random_weights_have_no_quality(shape: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "--synthetic", shape, "--quality"]) == 1
    assert "--model" in capsys.readouterr().err


def test_more_tokens_than_the_model_takes(shape: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "--synthetic", shape, "--prompt-tokens", "600", "--repetitions", "1"]) == 1
    assert "512 tokens at once, not 600" in capsys.readouterr().err


def test_an_unknown_shape_lists_the_known_ones(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "--synthetic", "no-such", *SHORT]) == 1
    assert "llama-3.2-1b" in capsys.readouterr().err


def test_the_scripted_backend_cannot_be_measured(
    shape: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LLMDESK_BACKEND", "scripted")
    assert main(["bench", "--synthetic", shape, *SHORT]) == 1
    assert "scripted" in capsys.readouterr().err


@pytest.mark.parametrize(
    "args",
    [["--precision", "int3"], ["--threads", "0"], ["--prompt-tokens", "8,x"], ["--synthetic", "a", "--model", "b"]],
)
def test_wrong_usage_is_exit_code_2(args: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["bench", *args])
    assert caught.value.code == 2


def test_a_busy_machine_is_told(
    shape: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("os.getloadavg", lambda: (3.0, 1.0, 1.0))
    assert main(["bench", "--synthetic", shape, "--precision", "int8", *SHORT]) == 0
    assert "busy (load average 3.0)" in capsys.readouterr().err
