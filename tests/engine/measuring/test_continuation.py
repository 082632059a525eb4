"""One answer through two networks, against numpy's own arithmetic."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.model

from llmdesk.engine.measuring.continuation import compare_answer, foretold  # noqa: E402
from tests.engine.measuring.test_fidelity import by_numpy, markov  # noqa: E402


def test_what_is_foretold_is_what_comes_after_the_prompt() -> None:
    prompt, answer = list(range(40, 340)), [7, 3, 9, 1, 1, 2, 8, 5, 4, 6, 0, 11]
    prompt = [token % 200 for token in prompt]
    told: list[tuple[int, int]] = []
    network, other = markov(0), markov(2, noise=0.3)
    logits = foretold(network, prompt, answer, lambda *now: told.append(now))
    once = markov(0)
    whole = once.forward(prompt + answer, once.new_cache(), last=len(answer) + 1)
    assert torch.equal(logits, whole[:-1])
    assert told[-1] == (len(prompt) + len(answer) - 1, len(prompt) + len(answer))
    found = compare_answer(logits, foretold(other, prompt, answer), answer)
    assert found is not None
    for name, value in by_numpy(logits.numpy(), foretold(other, prompt, answer).numpy(), answer).items():
        assert getattr(found, name) == pytest.approx(value, rel=1e-5), name


def test_an_answer_of_one_token_and_another_vocabulary() -> None:
    logits = foretold(markov(0), [1, 2], [3])
    assert logits.shape[0] == 1
    assert compare_answer(logits, logits[:, :100], [3]) is None
