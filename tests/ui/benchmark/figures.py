"""Benchmarks as they would have been measured, for tests and pictures."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from typing import Any

from llmdesk.engine.measuring.speed import Speed
from llmdesk.services import machine
from llmdesk.services.bench.report import BenchRow, QualityRow
from llmdesk.services.bench.versions import kernels_version


def conditions(day: int = 1, processor: str = "", gbps: float = 20.0) -> dict[str, Any]:
    """Of this machine, or of one with another processor."""
    found = json.loads(json.dumps(asdict(machine.processor())))
    if processor:
        found["name"] = processor
    more = {"read_bandwidth_gbps": gbps, "llmdesk": "1", "python": "3", "packages": {}, "load_average": 0.1}
    date = f"2026-11-{day:02}T06:00:00+00:00"
    return {"date": date, "processor": found, **more, "backend_reason": "scripted", "backend": "native"}


def row(model: str = "alpha", precision: str = "int4", tps: float = 25.0, **others: Any) -> BenchRow:
    """By kernels as they are now."""
    speed, prefill = Speed(tps, 0.5, tps), Speed(10 * tps, 1.0, 10 * tps)
    found = BenchRow(
        model, "native", "llmdesk AVX2", precision, 2, 512, 128, 0, 5, prefill, speed, 1.0, 10, 20, 30, 0.5
    )
    return replace(found, **{"kernels_version": kernels_version(found.engine), **others})


def quality(precision: str = "int4") -> QualityRow:
    """Of all texts, as answers are written."""
    return QualityRow(precision, "token", "all", 100, 8.0, 1.0, 0.0021, 0.01, 0.986, True)
