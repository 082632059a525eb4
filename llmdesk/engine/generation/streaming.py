"""Token ids to text as they come, and stop strings held back until they are certain."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from queue import Empty, SimpleQueue
from types import MappingProxyType
from typing import Any

from tokenizers.decoders import DecodeStream

from llmdesk.file_errors import said_of_a_file
from llmdesk.words import say

IDLE_TIMEOUT_S = 600.0
_RESUMED_TOKENS = 32  # more than any character has; the decoder also wants to know what a word follows
_DECODER = say("The tokenizer of this model makes no text of a token")


class TokenStreamer:
    """Token ids to text, each piece as soon as it is certain; carries errors and times, never blocks for ever.

    A character that is not complete at the end is not given: the answer may go on with the rest of it.

    In our own loop ``put_token`` gives the text back at once. It also works as ``streamer=`` of transformers'
    ``model.generate()`` and is read by iteration from another thread, as transformers' TextIteratorStreamer, which
    needs the whole of transformers. Characters of several tokens come whole.

    Args:
        shown: control tokens that are part of the text here, and their words.

    Attributes:
        token_times_s: perf_counter reading of each token, in order.
    """

    def __init__(
        self,
        tokenizer: Any,
        *,
        skip_prompt: bool = True,
        idle_timeout_s: float = IDLE_TIMEOUT_S,
        shown: Mapping[int, str] = MappingProxyType({}),
    ) -> None:
        self._backend = tokenizer.backend_tokenizer
        self._stream = DecodeStream(skip_special_tokens=True)
        self._shown = shown
        self._pieces: SimpleQueue[str | None] = SimpleQueue()  # None: the end
        self._skips_prompt, self._idle_timeout_s = skip_prompt, idle_timeout_s
        self._error: BaseException | None = None
        self.next_tokens_are_prompt = True
        self.token_times_s: list[float] = []

    def put_token(self, token_id: int, at_s: float | None = None) -> str:
        """The text that this token completes; empty while a character is incomplete.

        ``at_s`` is when it was computed (now, unless several came out of one step).
        """
        self.token_times_s.append(time.perf_counter() if at_s is None else at_s)
        with said_of_a_file(_DECODER):
            text = self._stream.step(self._backend, token_id) or ""
        return text + self._shown.get(token_id, "")

    def resume(self, ids: list[int]) -> None:
        """Go on after these tokens, whose text is there already, as far as their characters are complete."""
        with said_of_a_file(_DECODER):
            for token_id in ids[-_RESUMED_TOKENS:]:
                self._stream.step(self._backend, token_id)

    def put(self, value: Any) -> None:
        """Called by ``generate()`` with the prompt first, then with each token."""
        ids = value.reshape(-1).tolist()
        if self._skips_prompt and self.next_tokens_are_prompt:
            self.next_tokens_are_prompt = False
            return
        for token_id in ids:
            self._pieces.put(self.put_token(token_id))

    def end(self) -> None:
        """Called by ``generate()`` at its end."""
        self.next_tokens_are_prompt = True
        self._pieces.put(None)

    def fail(self, error: BaseException) -> None:
        """To be called by whoever runs ``generate()`` when it raised: the reader gets the error, not silence."""
        self._error = error
        self._pieces.put(None)

    def __iter__(self) -> TokenStreamer:
        return self

    def __next__(self) -> str:
        """The next piece. Raises the generator's error, or TimeoutError after ``idle_timeout_s`` without a token."""
        try:
            piece = self._pieces.get(timeout=self._idle_timeout_s)
        except Empty:
            raise TimeoutError(f"no token for {self._idle_timeout_s:.0f} s") from None
        if piece is None:
            if self._error is not None:
                raise self._error
            raise StopIteration
        return piece


class TokenBytes:
    """What a token is by itself: ``of(id)``. Any part of a character keeps its bytes."""

    def __init__(self, tokenizer: Any) -> None:
        self._backend = tokenizer.backend_tokenizer
        self._letters = _byte_letters() if "ByteLevel" in str(self._backend.decoder) else {}

    def of(self, token_id: int) -> bytes:
        """Its bytes; none for an id without a token."""
        piece: str = self._backend.id_to_token(token_id) or ""
        if match := re.fullmatch(r"<0x([0-9A-Fa-f]{2})>", piece):
            return bytes.fromhex(match[1])
        if self._letters and all(letter in self._letters for letter in piece):
            return bytes(self._letters[letter] for letter in piece)
        return piece.replace("\u2581", " ").encode()


def _byte_letters() -> dict[str, int]:
    """The letters that stand for bytes in GPT-2's kind of vocabulary: printable ones for themselves."""
    plain = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [byte for byte in range(256) if byte not in plain]
    return {chr(b): b for b in plain} | {chr(256 + n): byte for n, byte in enumerate(others)}


class StopStrings:
    """Finds stop strings in a stream of pieces and holds back what may be the beginning of one.

    Args:
        openings: stop strings that count at the beginning only, spaces before them aside.
        shown: the text of an answer that goes on: a stop string may have begun in it.
    """

    def __init__(self, stops: tuple[str, ...], openings: tuple[str, ...] = (), shown: str = "") -> None:
        self._stops = tuple(stop for stop in stops if stop)
        self._openings = openings
        self._held = shown[-max(map(len, self._stops), default=1) :]
        self._held = self._held[len(self._held) - self._kept_chars() :]
        self._shown_chars = len(self._held)  # of those held
        self.found = False

    def feed(self, piece: str) -> str:
        """The text that may be shown. After ``found`` it is everything before the stop string."""
        if not self._stops and not self._openings:
            return piece
        self._held += piece
        if self._openings:
            words = self._held.lstrip()
            if words.startswith(self._openings):
                self.found, self._held = True, ""
                return ""
            if any(opening.startswith(words) for opening in self._openings):
                return ""
            self._openings = ()
        return self._released()

    def _released(self) -> str:
        """What of the held text is certain."""
        positions = [at for stop in self._stops if (at := self._held.find(stop)) >= 0]
        if positions:
            self.found = True
            certain, self._held = self._held[: min(positions)], ""
        else:
            certain = self._held[: len(self._held) - self._kept_chars()]
            self._held = self._held[len(certain) :]
        return self._not_shown(certain)

    def rest(self) -> str:
        """What was held back, at the end of the answer."""
        rest, self._held = self._held, ""
        return self._not_shown(rest)

    def _not_shown(self, text: str) -> str:
        chars = min(self._shown_chars, len(text))
        self._shown_chars -= chars
        return text[chars:]

    def _kept_chars(self) -> int:
        return max((self._overlap(stop) for stop in self._stops), default=0)

    def _overlap(self, stop: str) -> int:
        """Length of the longest end of the held text that begins this stop string."""
        longest = min(len(stop) - 1, len(self._held))
        return next((n for n in range(longest, 0, -1) if stop.startswith(self._held[-n:])), 0)
