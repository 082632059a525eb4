"""What the engine needs of a tokenizer, under transformers' names but without transformers (engine thread only)."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from llmdesk.engine.weights.gguf_tokenizer import UNKNOWN_PRE_TOKENIZER

if TYPE_CHECKING:
    from tokenizers import AddedToken, Tokenizer


class PlainTokenizer:
    """A tokenizer that transformers has read once; its ids and its texts are those of the library ``tokenizers``.

    Attributes:
        backend_tokenizer: cuts texts, and makes texts of ids.
        chat_template: Jinja; or several by name; or None.
        special_tokens_map: words by their roles (``bos_token`` ...).
        bos_token_id, eos_token_id: None where it has none.
        init_kwargs: UNKNOWN_PRE_TOKENIZER, if there is one.
    """

    def __init__(self, backend: Tokenizer, facts: dict[str, Any]) -> None:
        self.backend_tokenizer = backend
        self.facts = facts
        self.chat_template: str | dict[str, str] | None = facts["chat_template"]
        self.special_tokens_map: dict[str, str] = facts["special_tokens_map"]
        self.bos_token_id: int | None = facts["bos_token_id"]
        self.eos_token_id: int | None = facts["eos_token_id"]
        self.init_kwargs: dict[str, Any] = facts["init_kwargs"]

    @cached_property
    def added_tokens_decoder(self) -> dict[int, AddedToken]:
        """Tokens that are searched for in a text before it is cut, by number."""
        return dict(sorted(self.backend_tokenizer.get_added_tokens_decoder().items()))

    def encode(self, text: str, add_special_tokens: bool = True) -> list[int]:
        """A text's ids, with what this tokenizer puts before and after it unless that is not wanted."""
        return list(self.backend_tokenizer.encode(text, add_special_tokens=add_special_tokens).ids)

    def get_vocab(self) -> dict[str, int]:
        """All tokens' words and numbers, those that were added among them."""
        return dict(self.backend_tokenizer.get_vocab(with_added_tokens=True))

    def get_chat_template(self) -> object:
        """Of several the one that is named default. Raises KeyError: there is none."""
        return self.chat_template["default"] if isinstance(self.chat_template, dict) else self.chat_template


def plain_tokenizer(tokenizer: Any) -> PlainTokenizer:
    """Of transformers' own (a "fast" one)."""
    notes = {key: value for key, value in tokenizer.init_kwargs.items() if key == UNKNOWN_PRE_TOKENIZER}
    facts = {
        "chat_template": tokenizer.chat_template,
        "special_tokens_map": tokenizer.special_tokens_map,
        "bos_token_id": tokenizer.bos_token_id,
        "eos_token_id": tokenizer.eos_token_id,
        "init_kwargs": notes,
    }
    return PlainTokenizer(tokenizer.backend_tokenizer, facts)
