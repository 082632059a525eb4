"""How close each engine of peers.py comes to float32 on the same file, beside its speed."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from llmdesk.engine.generation.step import Network
    from llmdesk.engine.measuring.fidelity import Fidelity


class Foretelling(Protocol):
    """A peer of which logits can be asked."""

    name: str

    def logits(self, ids: list[int], file: Path) -> bool:
        """Writes (T, V) logits of a text to that file; False if it cannot."""
        ...


def fidelities(peers: Sequence[Foretelling], reference: Network, sequences: Sequence[list[int]]) -> dict[str, Fidelity]:
    """By the peers' names; without those that give no logits."""
    import numpy as np
    import torch

    from llmdesk.engine.measuring.fidelity import Tally, logits_of

    tallies: dict[str, Tally] = {}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "logits.npy")
        for number, ids in enumerate(sequences):
            expected = logits_of(reference, ids, reference.new_cache(), len(ids))
            for peer in peers:
                print(f"fidelity, text {number + 1} of {len(sequences)}: {peer.name}", file=sys.stderr)
                if peer.logits(ids, file):
                    found = torch.from_numpy(np.load(file))[:, : expected.shape[1]]
                    tallies.setdefault(peer.name, Tally()).add(expected, found, ids[1:])
    return {name: tally.result() for name, tally in tallies.items()}


def fidelity_table(found: dict[str, Fidelity]) -> str:
    """Markdown: the mean divergence and the share of equal first choices of each engine."""
    from llmdesk.services.bench.report import markdown

    lines = [["engine", "mean KL", "99 % KL", "equal first choices", "perplexity (float32)", "positions"]]
    for name, each in found.items():
        perplexity = f"{each.perplexity:.3f} ({each.reference_perplexity:.3f})"
        values = [f"{each.mean_kl:.5f}", f"{each.p99_kl:.4f}", f"{100 * each.equal_first:.1f} %"]
        lines.append([name, *values, perplexity, str(each.positions)])
    return markdown(lines)


def reference_of(model: Path, tokens: int) -> tuple[Network, list[list[int]]]:
    """The file in float32, and that many tokens of each kind of text and of each chat."""
    from llmdesk.datatypes.model import LocalModel, ModelSource, ModelSpec
    from llmdesk.engine.measuring.reference import float_reference
    from llmdesk.engine.measuring.texts import KINDS, sample_sequences
    from llmdesk.engine.weights.loading import prepare, source_tensors

    local = LocalModel(ModelSpec(model.stem, model.stem, ModelSource("gguf", str(model))), model)
    prepared = prepare(local, "int4", lambda *_: None)
    reference = float_reference(source_tensors(local, prepared.config), prepared.config, tokens + 64)
    sequences = [ids for kind in KINDS for ids in sample_sequences(prepared.tokenizer, kind, tokens)]
    return reference, [ids for ids in sequences if len(ids) > 1]
