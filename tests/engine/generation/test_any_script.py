"""How long a prompt may be, by a real tokenizer: the limit that is stated is the one that holds, in every script."""

from __future__ import annotations

import re
import time
from functools import cache
from typing import Any

import pytest

from llmdesk.datatypes.chat import ChatMessage
from llmdesk.engine.generation.context import fit_chat, longest_prompt_tokens
from llmdesk.engine.weights.gguf_tokenizer import build
from llmdesk.errors import PromptError
from tests.engine.weights.test_pre_tokenizers import embedded_model, vocabulary_of

pytest.importorskip("transformers")
pytestmark = pytest.mark.model

CONTEXT, ANSWER = 2048, 200
LONGEST = longest_prompt_tokens(ANSWER, CONTEXT)
SCRIPTS: dict[str, str] = {
    "CJK": "漢字かな交じり文",
    "emoji": "\N{GRINNING FACE}\N{THUMBS UP SIGN}\N{EMOJI MODIFIER FITZPATRICK TYPE-4}",
    "marks": "e\N{COMBINING ACUTE ACCENT}",
    "word": "abcdefghij",
    "one letter": "a",
    "lines": "\n",
    "spaces": " ",
    "words": "some words ",
    "Thai": "สวัสดีครับ",
}


@cache
def chats() -> Any:
    from transformers import PreTrainedTokenizerFast

    from llmdesk.engine.generation.chat_template import ChatEncoder

    tokenizer = PreTrainedTokenizerFast(tokenizer_object=build(vocabulary_of(embedded_model())))
    return ChatEncoder(tokenizer)  # without a template: a turn is no more than its words


def fits(text: str) -> int:
    """The prompt's tokens. Raises PromptError."""
    encoder = chats()
    chat, _ = fit_chat((ChatMessage("user", f"x{text}x"),), "stop", ANSWER, CONTEXT, encoder.encode, encoder.count)
    return len(chat.ids)


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_prompt_may_have_as_many_tokens_as_is_stated(script: str) -> None:
    piece = SCRIPTS[script]
    low, high = 1, 200_000 // len(piece)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _is_taken(piece * middle) else (low, middle)
    assert fits(piece * low) <= LONGEST
    with pytest.raises(PromptError) as refused:
        fits(piece * high)
    told, limit = _figures(refused.value.user_message)
    assert limit == LONGEST
    assert told > LONGEST
    assert told - fits(piece * low) <= 2 + chats().count(piece) + 16, "the next piece is what was too much"


def _is_taken(text: str) -> bool:
    try:
        fits(text)
    except PromptError:
        return False
    return True


def _figures(message: str) -> tuple[int, int]:
    found = re.search(r"has (?:more than )?([\d,]+) tokens; this model can take ([\d,]+) at once", message)
    assert found is not None, message
    told, limit = (int(figure.replace(",", "")) for figure in found.groups())
    return told, limit


@pytest.mark.parametrize("script", SCRIPTS)
def test_what_cannot_fit_is_refused_at_once_with_its_tokens(script: str) -> None:
    text = (SCRIPTS[script] * 200_000)[:200_000]
    started_s = time.thread_time()
    with pytest.raises(PromptError, match="this model can take"):
        fits(text)
    assert time.thread_time() - started_s < 5.0
