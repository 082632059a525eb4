"""Perplexity against transformers' own loss, over chunks that do not end with the text."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.model

from llmdesk.engine.measuring.perplexity import perplexity, sample_text  # noqa: E402


class _Transformers:
    """generation.Network on a model of transformers, without any cache: each step computes all again."""

    def __init__(self, model: Any) -> None:
        self._model = model

    def new_cache(self) -> Any:
        return []

    def forward(self, ids: list[int], cache: list[int], last: int = 1) -> Any:
        cache += ids
        with torch.no_grad():
            return self._model(torch.tensor([cache])).logits[0, -last:].float()


@pytest.mark.parametrize("tokens", [2, 256, 257, 400, 513])
def test_it_is_the_exponential_of_transformers_loss(tmp_path: Path, tokens: int) -> None:
    from transformers import AutoModelForCausalLM

    from tests.engine.tiny_models import save_model

    model = AutoModelForCausalLM.from_pretrained(save_model(tmp_path / "tiny", max_position_embeddings=1024)).eval()
    ids = torch.randint(0, 90, (tokens,), generator=torch.Generator().manual_seed(3)).tolist()
    with torch.no_grad():
        expected = math.exp(float(model(torch.tensor([ids]), labels=torch.tensor([ids])).loss))
    told: list[tuple[int, int]] = []
    assert perplexity(_Transformers(model), ids, lambda *now: told.append(now)) == pytest.approx(expected, rel=1e-4)
    assert told[-1][0] >= tokens - 1


def test_the_text_is_long_enough_for_every_vocabulary() -> None:
    """2,000 tokens and more even where a token is a whole word and each mark one of its own."""
    import re

    assert len(re.findall(r"\w+|[^\w\s]", sample_text())) >= 2200
