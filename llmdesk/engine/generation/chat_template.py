"""A chat as tokens, by the model's own template (engine thread only)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from llmdesk.datatypes.chat import ChatMessage
from llmdesk.engine.generation.template_process import TemplateProcess
from llmdesk.errors import ModelDamaged, said_of_a_file
from llmdesk.words import say

_TOKENIZER = "The tokenizer of this model fails"

_MAX_REMEMBERED = 32
_MAX_COUNTED = 1024


@dataclass(frozen=True, slots=True)
class EncodedChat:
    """A chat up to where its next answer begins.

    ``text`` is what the template made of it (special tokens that were typed are marked as text in it).
    ``history_tokens`` is the end of the last answer in ``ids`` if that answer was generated here, else 0.
    """

    text: str
    ids: list[int]
    history_tokens: int = 0


class ChatEncoder:
    """Encodes chats, and remembers the tokens of the answers in them.

    The same text can be written in other tokens than the model chose. If a chat is continued after an answer that was
    generated here, its beginning therefore gets the very tokens that were computed then, so that all of them are found
    in the cache. That needs the very same text: where a template changes an answer (Qwen3 strips the thinking), the
    text is tokenised anew.
    """

    def __init__(self, tokenizer: Any) -> None:
        self._tokenizer = tokenizer
        added = tokenizer.added_tokens_decoder
        special = sorted((token.content for token in added.values() if token.special), key=len, reverse=True)
        self._hidden = {f"\ufdd0{index}\ufdd0": token for index, token in enumerate(special)}
        self._shown = {token: mark for mark, token in self._hidden.items()}
        self._special_ids = frozenset(index for index, token in added.items() if token.special)
        self._boundaries = tuple(token.content for token in added.values())
        self._template = _template_of(tokenizer)
        self._remembered: dict[str, list[int]] = {}
        self.count = lru_cache(maxsize=_MAX_COUNTED)(self._count)
        """``count(text)``: tokens of a text by itself."""

    def check(self) -> None:
        """Raises ModelDamaged if the template has mistakes that show without a chat."""
        if self._template is not None:
            self._template.check()

    def encode(
        self, messages: tuple[ChatMessage, ...], is_cancelled: Callable[[], bool] = lambda: False
    ) -> EncodedChat:
        """The chat, ready for the answer.

        What looks like a special token in a message is text: nobody types a turn into the chat.

        Raises:
            PromptError: the template refuses the chat.
            ModelDamaged: template or tokenizer fail.
            RenderCancelled: ``is_cancelled`` said so while a template took long.
        """
        turns = [{"role": m.role, "content": _replaced(m.content, self._shown)} for m in messages]
        if self._template is None:  # a base model: the plainest form that such models continue
            text = "\n\n".join(f"{turn['role'].capitalize()}: {turn['content']}" for turn in turns) + "\n\nAssistant:"
            with said_of_a_file(_TOKENIZER):
                start = [token for token in self._tokenizer.encode("") if token == self._tokenizer.bos_token_id]
            return EncodedChat(text, start + self._tokens(text))
        values = {"messages": turns, "tools": None, "documents": None, "add_generation_prompt": True}
        text = self._template.render({**self._tokenizer.special_tokens_map, **values}, is_cancelled)
        known = self._known_beginning(text)
        history = self._remembered.get(known, [])
        ids = history + self._tokens(text[len(known) :])
        if not ids:
            raise ModelDamaged(say("This model's chat template makes no text of the chat."))
        return EncodedChat(text, ids, len(history))

    def _count(self, text: str) -> int:
        with said_of_a_file(_TOKENIZER):
            return len(self._tokenizer.backend_tokenizer.encode(text, add_special_tokens=False).ids)

    def remember(self, chat: EncodedChat, answer: str, answer_ids: list[int]) -> None:
        """An answer was generated: these tokens, which gave this text."""
        if not answer or not self._special_ids.isdisjoint(answer_ids):  # special tokens are not part of the text
            return
        text = chat.text + _replaced(answer, self._shown)
        self._remembered.pop(text, None)
        self._remembered[text] = chat.ids + answer_ids
        while len(self._remembered) > _MAX_REMEMBERED:
            del self._remembered[next(iter(self._remembered))]

    def _known_beginning(self, text: str) -> str:
        """The longest remembered text that this one begins with. What follows must begin with a token of its own."""
        known = (
            old for old in self._remembered if text.startswith(old) and text.startswith(self._boundaries, len(old))
        )
        return max(known, key=len, default="")

    def _tokens(self, text: str) -> list[int]:
        backend = self._tokenizer.backend_tokenizer
        ids: list[int] = []
        with said_of_a_file(_TOKENIZER):
            for piece in _split(text, self._hidden):
                backend.encode_special_tokens = piece in self._hidden  # True: as text
                ids += backend.encode(self._hidden.get(piece, piece), add_special_tokens=False).ids
        backend.encode_special_tokens = False
        return ids


def _template_of(tokenizer: Any) -> TemplateProcess | None:
    """None for a base model, which has none. Raises ModelDamaged."""
    if tokenizer.chat_template is None:
        return None
    with said_of_a_file("chat_template in tokenizer_config.json or chat_template.jinja cannot be used"):
        template = tokenizer.get_chat_template()
        if not isinstance(template, str):
            raise TypeError("it is no text")
    return TemplateProcess(template)


def _replaced(text: str, by: dict[str, str]) -> str:
    return "".join(by.get(piece, piece) for piece in _split(text, by))


def _split(text: str, words: dict[str, str]) -> list[str]:
    """The text in pieces, each of these words a piece of its own."""
    present = [re.escape(word) for word in words if word in text]
    return re.split(f"({'|'.join(present)})", text) if present else [text]
