"""A chat as tokens, by the model's own template (engine thread only)."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from llmdesk.datatypes.chat import ChatMessage
from llmdesk.datatypes.model import Thinking
from llmdesk.datatypes.tools import Tool
from llmdesk.engine.generation.chat_pictures import with_pictures
from llmdesk.engine.generation.control_words import control_words, cut, is_turn_mark, replaced, split
from llmdesk.engine.generation.eyes import Eyes
from llmdesk.engine.generation.template_process import TemplateProcess
from llmdesk.engine.generation.tools.dialects import THINKING_NAMES, dialect_of, reasoning_of, thinking_values
from llmdesk.engine.generation.tools.template_turns import Prompt, TurnWriter, Values
from llmdesk.engine.generation.tools.turn_parts import marked_again, pieces_of, unmarked
from llmdesk.errors import ModelDamaged, PromptError
from llmdesk.file_errors import said_of_a_file
from llmdesk.words import say

_TOKENIZER = say("The tokenizer of this model fails")

_MAX_REMEMBERED = 32
_MAX_COUNTED = 1024


@dataclass(frozen=True, slots=True)
class EncodedChat:
    """A chat up to where its next answer begins.

    ``text`` is what the template made of it (control tokens that were typed are marked as text in it).
    ``history_tokens`` is the end of the last answer in ``ids`` if that answer was generated here, else 0.
    ``begun`` is the beginning of an answer that goes on; its tokens end ``ids``, and ``begun_tokens`` says how many
    they are if they were generated here, else 0. ``is_reasoning``: what comes next is reasoning.
    """

    text: str
    ids: list[int]
    history_tokens: int = 0
    begun: str = ""
    begun_tokens: int = 0
    is_reasoning: bool = False


@dataclass(frozen=True, slots=True)
class _Remembered:
    """The tokens of a chat up to the end of an answer, which are the last ``answer_tokens`` of them."""

    ids: list[int]
    answer_tokens: int


class ChatEncoder:
    """Encodes chats, and remembers the tokens of the answers in them.

    The same text can be written in other tokens than the model chose. If a chat is continued after an answer that was
    generated here, its beginning therefore gets the very tokens that were computed then, so that all of them are found
    in the cache. That needs the very same text: where a template changes an answer (Qwen3 strips the thinking), the
    text is tokenised anew.

    Args:
        sight: how the model sees. One that does not is told the names of pictures.
    """

    def __init__(self, tokenizer: Any, sight: Eyes | None = None) -> None:
        self._tokenizer, self._sight = tokenizer, sight
        added = tokenizer.added_tokens_decoder
        self._control = sorted(control_words(tokenizer), key=len, reverse=True)
        self._control_ids = frozenset(index for index, token in added.items() if token.content in self._control)
        self._hidden = {f"\ufdd0{index}\ufdd0": token for index, token in enumerate(self._control)}
        self._shown = {token: mark for mark, token in self._hidden.items()}
        plain = {token.content for token in added.values() if not token.special and not is_turn_mark(token.content)}
        self._shown_in_answers = {token: mark for token, mark in self._shown.items() if token not in plain}
        self._special_ids = frozenset(index for index, token in added.items() if token.special)
        self._boundaries = tuple(token.content for token in added.values())
        self._template = _template_of(tokenizer)
        source = tokenizer.chat_template if isinstance(tokenizer.chat_template, str) else ""
        self._writer = TurnWriter(source, tokenizer.special_tokens_map, dialect_of(source), self._hide)
        self._has_switch = any(name in source for name in THINKING_NAMES)
        self._reasoning = reasoning_of(source, [token.content for token in added.values()])
        self._remembered: dict[str, _Remembered] = {}
        self.count = lru_cache(maxsize=_MAX_COUNTED)(self._count)
        """``count(text)``: tokens of a text by itself."""

    def check(self) -> None:
        """Raises ModelDamaged if the template has mistakes that show without a chat."""
        if self._template is not None:
            self._template.check()

    def thinking(self) -> Thinking:
        """Whether the model reasons: by what its template makes of a small chat with the switch on, off, untouched."""
        if self._reasoning is None:
            return "none"
        if self._template is None or not self._has_switch:
            return "always"
        asked = (ChatMessage("user", "trial_question"),)
        try:
            as_is, on, off = (
                self._asked(Prompt(asked, values=values), lambda: False)[0]
                for values in ((), thinking_values(True), thinking_values(False))
            )
        except (PromptError, ModelDamaged):  # it will say so to whoever asks
            return "always"
        return "always" if on == off else "off" if as_is == off else "on"

    def encode(
        self,
        messages: tuple[ChatMessage, ...],
        is_cancelled: Callable[[], bool] = lambda: False,
        tools: tuple[Tool, ...] = (),
        values: Values = (),
    ) -> EncodedChat:
        """The chat, ready for the answer, or for the rest of an answer which is the last message.

        The model is told of the ``tools``; ``values`` are further ones for its template.

        What looks like a control token in a message is text, whatever the tokenizer calls special: nobody types a turn
        into the chat.

        Raises:
            PromptError: the template refuses the chat.
            ModelDamaged: template or tokenizer fail.
            RenderCancelled: ``is_cancelled`` said so while a template took long.
        """
        last = messages[-1] if messages else None
        if last is not None and (last.role != "assistant" or last.calls or not (last.content or last.reasoning)):
            last = None
        told, keys = with_pictures(messages if last is None else messages[:-1], self._sight)
        text, start = self._asked(Prompt(told, tools, values), is_cancelled)
        text = marked_again(text, self._sight.word, keys) if self._sight is not None and keys else unmarked(text)
        begun = self._begun(last, text, lambda words: words)
        is_reasoning = self._reasoning is not None and self._reasoning.is_open_in(text, begun)
        text += self._begun(last, text, lambda words: self._hide("assistant", words))
        known = self._known_beginning(text)
        history = self._remembered.get(known)
        ids = (history.ids if history is not None else start) + self._tokens(text[len(known) :])
        if not ids:
            raise ModelDamaged(say("This model's chat template makes no text of the chat."))
        if begun and history is not None and known == text:
            return EncodedChat(text, ids, 0, begun, history.answer_tokens, is_reasoning)
        history_tokens = len(history.ids) if history is not None else 0
        return EncodedChat(text, ids, history_tokens, begun, is_reasoning=is_reasoning)

    def _begun(self, answer: ChatMessage | None, prompt: str, hide: Callable[[str], str]) -> str:
        """The beginning of an answer that goes on; the marks of its reasoning are never hidden."""
        if answer is None:
            return ""
        text, marks = hide(unmarked(answer.content)), self._reasoning
        if marks is None:
            return text
        return marks.written(hide(unmarked(answer.reasoning)), text, is_open=marks.is_open_in(prompt))

    def _asked(self, told: Prompt, is_cancelled: Callable[[], bool]) -> tuple[str, list[int]]:
        """The text up to where an answer begins, and tokens before those of the text."""
        if self._template is not None:
            return self._writer.render(self._template, told, is_cancelled), []
        # A base model: the plainest form that such models continue.
        turns = self._writer.plain_turns(told)
        text = "\n\n".join(f"{turn['role'].capitalize()}: {turn['content']}" for turn in turns) + "\n\nAssistant:"
        with said_of_a_file(_TOKENIZER):
            return text, [token for token in self._tokenizer.encode("") if token == self._tokenizer.bos_token_id]

    def encode_text(self, text: str) -> list[int]:
        """A text that is no chat, with what this tokenizer puts before it. Control tokens in it are such tokens.

        Raises:
            ModelDamaged: the tokenizer fails.
        """
        with said_of_a_file(_TOKENIZER):
            return list(self._tokenizer.encode(text))

    def is_token(self, token_id: int) -> bool:
        """Whether a number that a client names is a token of this model."""
        return 0 <= token_id < 2**32 and self._tokenizer.backend_tokenizer.id_to_token(token_id) is not None

    @property
    def stops(self) -> tuple[str, ...]:
        """Texts that end an answer: a model without a template knows no token for that, and writes the next turn."""
        if self._template is not None:
            return ()
        return tuple(f"{gap}{role}:" for gap in ("\n\n", "\n") for role in ("User", "System", "Assistant"))

    @property
    def openings(self) -> tuple[str, ...]:
        """The same for an answer that begins with the next turn: then there is nothing before it."""
        return ("User:", "System:") if self._template is None else ()

    @property
    def is_for_chat(self) -> bool:
        """The model has a template for chats."""
        return self._template is not None

    def _hide(self, role: str, text: str) -> str:
        """A message with marks instead of control words. Templates look for some (of thinking, tools) in answers."""
        return replaced(text, self._shown_in_answers if role == "assistant" else self._shown)

    def _count(self, text: str) -> int:
        with said_of_a_file(_TOKENIZER):
            return len(_ids(self._tokenizer.backend_tokenizer, text))

    def remember(self, chat: EncodedChat, answer: str, answer_ids: list[int]) -> None:
        """An answer was generated: these tokens, which gave this text."""
        if not answer or not self._special_ids.isdisjoint(answer_ids):  # special tokens are not part of the text
            return
        text = chat.text + self._hide("assistant", answer)
        self._remembered.pop(text, None)
        self._remembered[text] = _Remembered(chat.ids + answer_ids, chat.begun_tokens + len(answer_ids))
        while len(self._remembered) > _MAX_REMEMBERED:
            del self._remembered[next(iter(self._remembered))]

    def _known_beginning(self, text: str) -> str:
        """The longest remembered text that this one begins with. What follows must begin with a token of its own."""
        known = (
            old
            for old in self._remembered
            if text.startswith(old) and (len(text) == len(old) or text.startswith(self._boundaries, len(old)))
        )
        return max(known, key=len, default="")

    def _tokens(self, text: str) -> list[int]:
        if self._sight is None:
            return self._tokens_of_text(text)
        found: list[int] = []
        for kind, piece in pieces_of(text):
            found += self._tokens_of_text(piece) if kind == "text" else self._sight.ids_of(piece)
        return found

    def _tokens_of_text(self, text: str) -> list[int]:
        ids: list[int] = []
        with said_of_a_file(_TOKENIZER):
            for stretch in self._stretches(text):
                as_text = replaced(stretch, self._hidden)
                if as_text == stretch:
                    ids += _ids(self._tokenizer.backend_tokenizer, stretch)
                else:
                    ids += self._text_tokens(as_text)
        return ids

    def _stretches(self, text: str) -> list[str]:
        """The text in pieces: those with marks in them lie between control tokens of the template."""
        if not any(mark in text for mark in self._hidden):
            return [text]
        stretches = [""]
        was_marked = False
        for piece in split(text, self._shown):
            is_marked = any(mark in piece for mark in self._hidden)
            if is_marked or was_marked:
                stretches.append("")
            stretches[-1] += piece
            was_marked = is_marked
        return [stretch for stretch in stretches if stretch]

    def _text_tokens(self, text: str) -> list[int]:
        """Tokens of a text in which control words are only words."""
        ids = _ids(self._plain_backend, text)
        if self._control_ids.isdisjoint(ids):
            return ids
        # The vocabulary has a control word as a plain one, too: it is cut.
        pieces = [part for word in split(text, self._shown) for part in cut(word, word in self._shown)]
        return [i for piece in pieces for i in _ids(self._plain_backend, piece)]

    @cached_property
    def _plain_backend(self) -> Any:
        """A tokenizer that finds no control tokens in texts. A copy, made only if somebody writes of such a token."""
        from tokenizers import Tokenizer

        data = json.loads(self._tokenizer.backend_tokenizer.to_str())
        for token in data["added_tokens"]:
            token["special"] = token["special"] or token["content"] in self._shown
        backend = Tokenizer.from_str(json.dumps(data))
        backend.encode_special_tokens = True
        return backend


def _ids(backend: Any, text: str) -> list[int]:
    """A text's tokens, without special ones around it. Other threads go on meanwhile: for ``encode`` they would stand
    still, seconds for a long text.
    """
    ids: list[int] = backend.encode_batch_fast([text], add_special_tokens=False)[0].ids
    return ids


def _template_of(tokenizer: Any) -> TemplateProcess | None:
    """None for a base model, which has none. Raises ModelDamaged."""
    if tokenizer.chat_template is None:
        return None
    with said_of_a_file(say("chat_template in tokenizer_config.json or chat_template.jinja cannot be used")):
        template = tokenizer.get_chat_template()
        if not isinstance(template, str):
            raise TypeError(say("it is no text"))
    return TemplateProcess(template)
