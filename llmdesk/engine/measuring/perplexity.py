"""How good a model is at foretelling a text: the one definition of perplexity (engine thread only)."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from llmdesk import paths
from llmdesk.engine.generation.generation import PREFILL_CHUNK_TOKENS, Network


def sample_text() -> str:
    """English prose, written for this purpose, so that no model has learned it by heart. Reads a small file."""
    return (paths.shipped("assets") / "bench" / "prose.txt").read_text(encoding="utf-8")


def perplexity(
    network: Network, ids: list[int], report: Callable[[int, int], None] = lambda done, total: None
) -> float:
    """exp of the mean negative log likelihood of each token given all before it.

    Args:
        network: what foretells.
        ids: the text, at least two tokens; each is given to the network as it stands (teacher forcing).
        report: told the tokens done and those of the whole text, after each chunk.
    """
    import torch

    cache, losses = network.new_cache(), []
    for start in range(0, len(ids) - 1, PREFILL_CHUNK_TOKENS):
        chunk = ids[start : start + PREFILL_CHUNK_TOKENS]
        logits: Any = network.forward(chunk, cache, last=len(chunk))
        targets = torch.tensor(ids[start + 1 : start + 1 + len(chunk)])
        losses.append(torch.nn.functional.cross_entropy(logits[: len(targets)], targets, reduction="none"))
        report(start + len(chunk), len(ids))
    return math.exp(float(torch.cat(losses).mean()))
