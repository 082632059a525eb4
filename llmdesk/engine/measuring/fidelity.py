"""How close a network comes to the same model in plain float32: the one definition (engine thread only)."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from llmdesk.engine.generation.step import PREFILL_CHUNK_TOKENS, Network
from llmdesk.engine.serving.heap import return_pages

if TYPE_CHECKING:
    import torch

TOKEN_STEP = 8
"""Tokens at once on the token path: to our own kernels as good as one by one, to the bit, and several times as fast."""
PATHS = {"prompt": PREFILL_CHUNK_TOKENS, "token": TOKEN_STEP}
"""Ways through a network, as tokens in one step: how prompts are read, and how answers are written."""
ALL = "all"
"""All texts together."""
_ROWS_AT_ONCE = 32


@dataclass(frozen=True, slots=True)
class Fidelity:
    """A network beside the reference, over all tokens of a text but each sequence's first.

    Attributes:
        positions: how many tokens were foretold.
        perplexity, reference_perplexity: exp of the mean negative log likelihood of each token given all before it.
        mean_kl, p99_kl: the divergence of the network's probabilities q from the reference's p, sum p ln(p / q), in
            nats: its mean, and its 99th percentile over the positions.
        equal_first: share of the positions at which both hold the same token for the most likely.
    """

    positions: int
    perplexity: float
    reference_perplexity: float
    mean_kl: float
    p99_kl: float
    equal_first: float


class Tally:
    """Adds up what makes a Fidelity, some positions at a time."""

    def __init__(self, columns: Sequence[torch.Tensor] = ()) -> None:
        self._columns = list(columns)

    def add(self, reference: torch.Tensor, logits: torch.Tensor, targets: Sequence[int]) -> None:
        """Logits (T, V) of both, and the tokens that really came next (at most T)."""
        import torch

        for start in range(0, len(targets), _ROWS_AT_ONCE):
            rows = slice(start, min(start + _ROWS_AT_ONCE, len(targets)))
            # In double precision: the divergences are sums of many small differences.
            log_p, log_q = (x[rows].double().log_softmax(dim=-1) for x in (reference, logits))
            kl = (log_p.exp() * (log_p - log_q)).sum(dim=-1)
            truth = torch.tensor(targets[rows])[:, None]
            p_loss, q_loss = (-x.gather(1, truth)[:, 0] for x in (log_p, log_q))
            equal = log_p.argmax(dim=-1) == log_q.argmax(dim=-1)
            self._columns.append(torch.stack((kl, p_loss, q_loss, equal.double())))

    def __add__(self, other: Tally) -> Tally:
        return Tally([*self._columns, *other._columns])

    def result(self) -> Fidelity:
        """Of all that was added; at least one position."""
        import torch

        kl, p_loss, q_loss, equal = torch.cat(self._columns, dim=1)
        return Fidelity(
            positions=len(kl),
            perplexity=math.exp(float(q_loss.mean())),
            reference_perplexity=math.exp(float(p_loss.mean())),
            mean_kl=float(kl.mean()),
            p99_kl=float(kl.quantile(0.99)),
            equal_first=float(equal.mean()),
        )


def compare(
    reference: Network,
    network: Network,
    texts: Mapping[str, Sequence[Sequence[int]]],
    paths: Mapping[str, int] = PATHS,
    report: Callable[[int, int], None] = lambda done, total: None,
) -> dict[tuple[str, str], Fidelity]:
    """Give both the same tokens (teacher forcing) and compare what they foretell after each.

    Args:
        reference: reads all in steps of a prompt.
        network: reads all once on each of ``paths``.
        texts: by name, sequences of token ids, each from an empty cache; in each text one has two tokens or more.
        report: told the tokens done and those of all texts, after each chunk; may raise to stop.

    Returns:
        By (text, path), and for all texts together by (ALL, path).
    """
    tallies = {(text, path): Tally() for text in texts for path in paths}
    done, total = 0, sum(len(sequence) for sequences in texts.values() for sequence in sequences)
    for text, sequences in texts.items():
        for sequence in sequences:
            ids, expected = list(sequence), reference.new_cache()
            caches = {path: network.new_cache() for path in paths}
            for start in range(0, len(ids), PREFILL_CHUNK_TOKENS):
                chunk = ids[start : start + PREFILL_CHUNK_TOKENS]
                targets = ids[start + 1 : start + 1 + len(chunk)]
                logits = logits_of(reference, chunk, expected, len(chunk))
                for path, step in paths.items():
                    tallies[text, path].add(logits, logits_of(network, chunk, caches[path], step), targets)
                done += len(chunk)
                return_pages()  # else glibc keeps most of each chunk's logits: 130 MB with 49,152 words
                report(done, total)
    for path in paths:
        tallies[ALL, path] = sum((tallies[text, path] for text in texts), Tally())
    return {key: tally.result() for key, tally in tallies.items()}


def logits_of(network: Network, ids: list[int], cache: Any, step: int) -> torch.Tensor:
    """(T, V) for new tokens after what the cache holds, that many tokens at a time."""
    import torch

    parts = (ids[start : start + step] for start in range(0, len(ids), step))
    return torch.cat([kept(network.forward(part, cache, last=len(part))) for part in parts])


def kept(logits: Any) -> torch.Tensor:
    """A network's logits (T, V) in float32, of our own: its memory, numpy's or torch's, may be written to by its next
    step.
    """
    import torch

    return torch.as_tensor(logits).float().cpu().clone()
