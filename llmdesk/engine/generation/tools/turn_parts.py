"""Turns whose content is a list of parts, for templates of models that see (engine thread)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from llmdesk.datatypes.pictures import Picture, with_words_for
from llmdesk.errors import ModelDamaged, PromptError
from llmdesk.words import say

PICTURE_MARK = "\ufdd1"
"""No character of any text. Between two of them stands the number or the key of a picture."""
_MARKED = re.compile(f"{PICTURE_MARK}(\\w+){PICTURE_MARK}")
_TRIAL = "trial_question"


def unmarked(text: str) -> str:
    """A text of anybody, as long as it was, in which nothing is taken for the mark of a picture."""
    return text.replace(PICTURE_MARK, "\ufffd")


def with_marks(text: str, pictures: Sequence[Picture], keys: Sequence[str]) -> str:
    """A text with marks in its pictures' places."""
    return with_words_for(unmarked(text), pictures, [f"{PICTURE_MARK}{key}{PICTURE_MARK}" for key in keys])


def pieces_of(text: str) -> list[tuple[str, str]]:
    """("text", ...) and ("picture", key) in turn."""
    pieces = _MARKED.split(text)
    return [("picture" if index % 2 else "text", piece) for index, piece in enumerate(pieces) if piece]


def marked_again(text: str, word: str, keys: Sequence[str]) -> str:
    """What a template made of a chat, with marks instead of the word that it writes for a picture.

    Raises:
        ModelDamaged: it does not write that word as often as there are pictures.
    """
    pieces = unmarked(text).split(word)
    if len(pieces) != len(keys) + 1:
        what = say("it writes {found} pictures of {count}", found=len(pieces) - 1, count=len(keys))
        raise ModelDamaged(say("This model's chat template cannot be used: {reason}.", reason=what))
    marks = [f"{PICTURE_MARK}{key}{PICTURE_MARK}" for key in keys]
    return "".join(part for pair in zip(pieces, [*marks, ""], strict=True) for part in pair)


class TurnParts:
    """Contents as a template takes them: texts, or lists of parts where it leaves out texts or there are pictures.

    Args:
        source: the template's text; those that do not know of images are given texts.
        special: names of special tokens, which templates use.
    """

    def __init__(self, source: str, special: Mapping[str, Any]) -> None:
        self._special = dict(special)
        self._wants_lists = None if "image" in source else False

    def of(self, turns: list[dict[str, Any]], render: Callable[[dict[str, Any]], str]) -> list[dict[str, Any]]:
        """The same turns."""
        if self._wants_lists is None:
            self._wants_lists = not self._is_told(_TRIAL, render) and self._is_told(_parts_of(_TRIAL), render)
        return [
            turn | {"content": _parts_of(content)}
            if isinstance(content := turn["content"], str) and (self._wants_lists or PICTURE_MARK in content)
            else turn
            for turn in turns
        ]

    def _is_told(self, content: Any, render: Callable[[dict[str, Any]], str]) -> bool:
        fixed = {"tools": None, "documents": None, "add_generation_prompt": True}
        try:
            return _TRIAL in render({**self._special, **fixed, "messages": [{"role": "user", "content": content}]})
        except (PromptError, ModelDamaged):
            return False


def _parts_of(text: str) -> list[dict[str, str]]:
    """A template writes nothing but its word for a picture."""
    return [
        {"type": "text", "text": piece} if kind == "text" else {"type": "image"}
        for kind, piece in pieces_of(text) or [("text", "")]
    ]
