"""How an answer is judged: it names the city."""

from __future__ import annotations

from typing import Any


def process_results(doc: dict[str, Any], results: list[str]) -> dict[str, float]:
    """lm-eval's own form of a judgement."""
    return {"contains": float(doc["answer"] in results[0])}
