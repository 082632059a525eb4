"""One answer, as a reference wrote it, run through another form of the model (engine thread only).

Both read the same prompt and then the reference's tokens, whatever they would have said themselves (teacher forcing),
in the way in which answers are written; at each of these tokens their probabilities are compared.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from llmdesk.engine.generation.step import PREFILL_CHUNK_TOKENS, Network
from llmdesk.engine.measuring.fidelity import TOKEN_STEP, Fidelity, Tally, kept

if TYPE_CHECKING:
    import torch

    from llmdesk.engine.backend import LoadedModel
    from llmdesk.engine.generation.text_model import TextModel

MOST_TOKENS = 256
"""Of an answer: logits of so many are kept in float32, 0.3 GB with the largest vocabularies."""


def text_model_in(model: LoadedModel) -> TextModel | None:
    """The network and tokenizer of a model that is computed here; None: it is not."""
    found: TextModel | None = getattr(model, "text_model", None)
    return found


def vocabulary_of(text_model: TextModel) -> str:
    """The same for two models whose token ids mean the same."""
    words = text_model.tokenizer.get_vocab()
    digest = hashlib.sha256()
    for word, token_id in sorted(words.items(), key=lambda item: item[1]):
        digest.update(f"{token_id} {word}\0".encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def foretold(
    network: Network,
    prompt_ids: Sequence[int],
    answer_ids: Sequence[int],
    report: Callable[[int, int], None] = lambda done, total: None,
) -> torch.Tensor:
    """What the network foretells at each token of an answer: logits (T, V), float32, on the processor.

    Args:
        prompt_ids, answer_ids: at least one of each.
        report: told the tokens done and those of all; may raise to stop.
    """
    import torch

    cache, ids = network.new_cache(), list(prompt_ids)
    total, parts = len(prompt_ids) + len(answer_ids), []
    for start in range(0, len(ids), PREFILL_CHUNK_TOKENS):
        chunk = ids[start : start + PREFILL_CHUNK_TOKENS]
        logits = network.forward(chunk, cache, last=1)
        report(start + len(chunk), total)
    parts.append(kept(logits))
    given = list(answer_ids[:-1])
    for start in range(0, len(given), TOKEN_STEP):
        step = given[start : start + TOKEN_STEP]
        parts.append(kept(network.forward(step, cache, last=len(step))))
        report(len(ids) + start + len(step), total)
    return torch.cat(parts)


def compare_answer(reference: torch.Tensor, logits: torch.Tensor, answer_ids: Sequence[int]) -> Fidelity | None:
    """Both as ``foretold`` gave them for the same answer; None: they have not the same number of tokens to choose from.

    Vocabularies that are the same may be padded to different widths.
    """
    if reference.shape != logits.shape:
        return None
    tally = Tally()
    tally.add(reference, logits, answer_ids)
    return tally.result()
