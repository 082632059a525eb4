"""Holds the picker's estimates to what is measured: the band of each model, made from the others, beside its speed.

    python benchmarks/estimate_check.py [--shapes smollm2-135m,qwen3-0.6b,llama-3.2-1b,qwen3-1.7b] [--precision int4]

Each shape gets random weights and is measured as `llmdesk bench --synthetic` does it (answers of 128 tokens, five
times). Then each one's band is made twice: from the memory's speed alone, as on a machine where nothing was measured,
and from all the others' figures, as the picker does it. Prints band and measurement side by side. Nothing is kept in
the machine's history. Nothing else should run meanwhile.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from functools import partial
from typing import Any

SHAPES = "smollm2-135m,qwen3-0.6b,llama-3.2-1b,qwen3-1.7b"


def measure(core: Any, shape: str, precision: str, repetitions: int) -> Any:
    """One SpeedResult."""
    from llmdesk.commands.progress import wait_for
    from llmdesk.services.bench.runs import BENCHMARK, SpeedOrder, measure_speed

    order = SpeedOrder(shape, (precision,), prompt_tokens=(64,), repetitions=repetitions)  # type: ignore[arg-type]
    work = partial(measure_speed, order=order)
    return wait_for(core, work, occupies=BENCHMARK, when_stopped="The benchmark was stopped.")


def judged(results: list[Any]) -> list[tuple[str, str, str, float, bool]]:
    """(shape, basis, band, measured tok/s, whether that is inside) of each shape and basis."""
    from llmdesk.services.bench import history
    from llmdesk.services.bench.history import PastRun
    from llmdesk.services.bench.speeds import estimate, measured_speeds, memory_spread

    runs = [PastRun(history.VERSION, result.rows, result.conditions) for result in results]
    lines = []
    for number, result in enumerate(results):
        row = result.rows[0]
        memory = result.conditions["read_bandwidth_gbps"] * 1e9
        others = [run for place, run in enumerate(runs) if place != number]
        known = list(measured_speeds(others, (), history.here(), memory).values())
        for basis, measured in (("memory alone", []), (f"{len(known)} others", known)):
            found = estimate(
                row.bytes_per_token, row.precision, memory, measured, memory_spread(others, history.here())
            )
            tps = row.decode_tps.mean
            band = f"{found.low_tps:.1f} to {found.high_tps:.1f}"
            lines.append((f"{row.model} {row.precision}", basis, band, tps, found.low_tps <= tps <= found.high_tps))
    return lines


def main() -> None:
    """Measure all, then judge each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shapes", default=SHAPES)
    parser.add_argument("--precision", default="int4")
    parser.add_argument("--repetitions", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["LLMDESK_HOME"] = folder
        from llmdesk.core import Core

        with Core() as core:
            results = []
            for shape in options.shapes.split(","):
                results.append(measure(core, shape, options.precision, options.repetitions))
                row, on = results[-1].rows[0], results[-1].conditions
                print(
                    f"{shape}: {row.decode_tps.mean:.1f} tok/s, {row.bandwidth_share:.0%} of "
                    f"{on['read_bandwidth_gbps']} GB/s, {row.bytes_per_token / 1e6:.0f} MB a token, load average "
                    f"{on['load_average']}",
                    flush=True,
                )
        lines = judged(results)
    processor = results[-1].conditions["processor"]
    print(f"\n{processor['name']}, {processor['physical_cores']} cores; each shape estimated without its own figure")
    print(f"{'model':28} {'from':14} {'estimated tok/s':>18} {'measured':>9}")
    for model, basis, band, tps, is_inside in lines:
        print(f"{model:28} {basis:14} {band:>18} {tps:>9.1f}{'' if is_inside else '  OUTSIDE'}")
    inside = sum(line[-1] for line in lines)
    print(f"{inside} of {len(lines)} inside their band")
    sys.exit(0 if inside == len(lines) else 1)


if __name__ == "__main__":
    main()
